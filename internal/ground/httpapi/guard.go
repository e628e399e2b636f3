package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sort"
	"strings"
)

// guarded is what Guard reads of a description.
type guarded struct {
	Paths map[string]map[string]guardedOperation `json:"paths"`
}

type guardedOperation struct {
	OperationID string   `json:"operationId"`
	Summary     string   `json:"summary"`
	Tags        []string `json:"tags"`
	Permission  string   `json:"x-permission"`
	Idempotent  *bool    `json:"x-idempotent"`
	Safe        bool     `json:"x-safe"`
	Errors      []string `json:"x-errors"`
	Parameters  []struct {
		Name     string `json:"name"`
		In       string `json:"in"`
		Required bool   `json:"required"`
	} `json:"parameters"`
	Responses map[string]struct {
		Codes []string `json:"x-codes"`
	} `json:"responses"`
}

// Guard reads a description and names every operation that lacks a permission, a summary, a tag or its list of errors,
// every list of errors that its responses don't say, and every operation with one of the given permissions, which move
// value, that is posted without an idempotency key though it does not say that it changes nothing.
func Guard(spec []byte, valuePermissions ...string) []string {
	var described guarded
	if err := json.Unmarshal(spec, &described); err != nil {
		return []string{fmt.Sprintf("the description can't be read: %v", err)}
	}
	var findings []string
	ids := map[string]string{}
	for path, methods := range described.Paths {
		for method, operation := range methods {
			name := strings.ToUpper(method) + " " + path
			for _, wrong := range operation.wrongs(method, valuePermissions) {
				findings = append(findings, name+": "+wrong)
			}
			if other, twice := ids[operation.OperationID]; twice {
				findings = append(findings, fmt.Sprintf("%s: its id %q is that of %s", name, operation.OperationID, other))
			}
			ids[operation.OperationID] = name
		}
	}
	if len(ids) == 0 {
		findings = append(findings, "the description has no operations")
	}
	sort.Strings(findings)
	return findings
}

func (o guardedOperation) wrongs(method string, valuePermissions []string) []string {
	var wrongs []string
	for what, lacks := range map[string]bool{
		"no id": o.OperationID == "", "no summary": o.Summary == "", "no tag": len(o.Tags) == 0,
		"no permission": o.Permission == "", "no list of errors": len(o.Errors) == 0,
		"does not say whether it is idempotent by key": o.Idempotent == nil,
	} {
		if lacks {
			wrongs = append(wrongs, what)
		}
	}
	said := map[string]bool{}
	for _, response := range o.Responses {
		for _, code := range response.Codes {
			said[code] = true
		}
	}
	for _, code := range o.Errors {
		if !said[code] {
			wrongs = append(wrongs, fmt.Sprintf("no response says %s", code))
		}
	}
	keyed := o.Idempotent != nil && *o.Idempotent
	header := false
	for _, parameter := range o.Parameters {
		header = header || parameter.Name == keyHeader && parameter.In == "header" && parameter.Required
	}
	if keyed && !header {
		wrongs = append(wrongs, "its key is not a required header")
	}
	for _, permission := range valuePermissions {
		if o.Permission == permission && strings.EqualFold(method, http.MethodPost) && !keyed && !o.Safe {
			wrongs = append(wrongs, "moves value without an idempotency key")
		}
	}
	return wrongs
}
