package httpapitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"sort"
	"strings"
)

// Operation is what the description says of one operation.
type Operation struct {
	ID, Method, Path, Permission string
	// Writes says that it is there to change something: neither a GET nor marked as safe.
	Writes bool
}

// Operations reads a description, in the order of paths and methods.
func Operations(spec []byte) ([]Operation, error) {
	var described struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Permission  string `json:"x-permission"`
			Safe        bool   `json:"x-safe"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(spec, &described); err != nil {
		return nil, fmt.Errorf("read the description: %w", err)
	}
	var list []Operation
	for path, methods := range described.Paths {
		for method, operation := range methods {
			list = append(list, Operation{
				ID: operation.OperationID, Method: strings.ToUpper(method), Path: path, Permission: operation.Permission,
				Writes: !strings.EqualFold(method, http.MethodGet) && !operation.Safe,
			})
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Path+list[i].Method < list[j].Path+list[j].Method })
	return list, nil
}

// Nobody is the role of a client that is not signed in.
const Nobody = "nobody"

var pathParameter = regexp.MustCompile(`\{([^}]+)\}`)

// TryRoles sends every operation as every role and names each answer that lets in whom it should not, or refuses whom it
// should not. The ids in its paths name nothing, and it sends no body, so nothing is changed by those who may. The
// client of Nobody must be among the clients; may says whether a role has a permission.
func TryRoles(spec []byte, clients map[string]*Client, may func(role, permission string) bool) ([]string, error) {
	operations, err := Operations(spec)
	if err != nil {
		return nil, err
	}
	var findings []string
	for _, operation := range operations {
		for role, client := range clients {
			if operation.Permission == "public" && role != Nobody {
				continue // it answers everyone alike, and signing out would end the roles' sessions
			}
			path := pathParameter.ReplaceAllString(operation.Path, "none")
			answer := client.Do(operation.Method, path, nil, "Idempotency-Key", "matrix", "If-Match", "1")
			if wrong := judge(operation, role, answer, may); wrong != "" {
				findings = append(findings, fmt.Sprintf("%s %s as %s: %s: %s", operation.Method, operation.Path, role, wrong, answer.Body))
			}
		}
	}
	sort.Strings(findings)
	return findings, nil
}

func judge(operation Operation, role string, answer Answer, may func(role, permission string) bool) string {
	refused := answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden
	switch {
	case answer.Status >= http.StatusInternalServerError:
		return fmt.Sprintf("failed with %d", answer.Status)
	case operation.Permission == "public":
		if refused {
			return "refused though it is public"
		}
	case role == Nobody:
		if answer.Status != http.StatusUnauthorized {
			return fmt.Sprintf("answered %d, not 401", answer.Status)
		}
	case operation.Permission == "paired":
		if answer.Status != http.StatusUnauthorized {
			return fmt.Sprintf("answered %d without a device, not 401", answer.Status)
		}
	case operation.Permission == "signed_in" || may(role, operation.Permission):
		// What needs a paired device as well may still say that there is none.
		if refused && answer.Problem().Code != "auth.unpaired" {
			return fmt.Sprintf("refused with %d", answer.Status)
		}
	case answer.Status != http.StatusForbidden:
		return fmt.Sprintf("answered %d, not 403", answer.Status)
	}
	return ""
}

// Stranger says how an operation is called with another organisation's ids.
type Stranger struct {
	// Path has its parameters filled with ids that exist, in the other organisation.
	Path string
	// Body passes all checks but that of the ids in it; nil sends none.
	Body any
}

// TryStrangers sends operations with ids of another organisation, as someone who may do everything in their own, and
// names each answer that is not 404. An operation with ids in its path for which no call is given is named too.
func TryStrangers(spec []byte, client *Client, calls map[string]Stranger) ([]string, error) {
	operations, err := Operations(spec)
	if err != nil {
		return nil, err
	}
	var findings []string
	for _, operation := range operations {
		call, given := calls[operation.ID]
		if !given {
			if strings.Contains(operation.Path, "{") {
				findings = append(findings, fmt.Sprintf("%s %s (%s): no call with another organisation's ids is given",
					operation.Method, operation.Path, operation.ID))
			}
			continue
		}
		answer := client.Do(operation.Method, call.Path, call.Body, "Idempotency-Key", "stranger", "If-Match", "1")
		if answer.Status != http.StatusNotFound {
			findings = append(findings, fmt.Sprintf("%s %s: answered %d, not 404: %s", operation.Method, call.Path,
				answer.Status, answer.Body))
		}
	}
	return findings, nil
}
