package httpapi

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"sort"
	"strings"

	"dangol/internal/ground/fault"
)

var (
	//go:embed docs.html
	docsPage string
	//go:embed docs.css
	docsStyle string

	docsTemplate = template.Must(template.New("docs").Parse(docsPage))
)

// documented is what the page about the API shows of the description.
type documented struct {
	Version, About string
	Tags           []documentedTag
	Schemas        []documentedSchema
}

type documentedTag struct {
	Name       string
	Operations []documentedOperation
}

type documentedOperation struct {
	ID, Method, Path, Summary, Permission string
	Idempotent                            bool
	Errors                                []documentedError
	Request, Answer                       string
}

type documentedError struct {
	Status int
	Code   string
	Says   string
}

type documentedSchema struct {
	Name, Text string
}

// described is what is read of the description.
type described struct {
	Info struct {
		Version     string `json:"version"`
		Description string `json:"description"`
	} `json:"info"`
	Paths map[string]map[string]struct {
		guardedOperation
		RequestBody struct {
			Content map[string]struct{ Schema json.RawMessage } `json:"content"`
		} `json:"requestBody"`
		Responses map[string]struct {
			Content map[string]struct{ Schema json.RawMessage } `json:"content"`
		} `json:"responses"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]json.RawMessage `json:"schemas"`
	} `json:"components"`
}

// renderDocs makes the page about the API out of its description.
func renderDocs(spec []byte) ([]byte, error) {
	var read described
	if err := json.Unmarshal(spec, &read); err != nil {
		return nil, fmt.Errorf("read the description: %w", err)
	}
	page := documented{Version: read.Info.Version, About: read.Info.Description}
	tags := map[string][]documentedOperation{}
	for path, methods := range read.Paths {
		for method, operation := range methods {
			shown := documentedOperation{
				ID: operation.OperationID, Method: strings.ToUpper(method), Path: path, Summary: operation.Summary,
				Permission: operation.Permission, Idempotent: operation.Idempotent != nil && *operation.Idempotent,
				Errors: documentErrors(operation.Errors),
			}
			for _, content := range operation.RequestBody.Content {
				shown.Request = schemaOf(content.Schema)
			}
			for status, response := range operation.Responses {
				for _, content := range response.Content {
					if strings.HasPrefix(status, "2") {
						shown.Answer = schemaOf(content.Schema)
					}
				}
			}
			tag := strings.Join(operation.Tags, ", ")
			tags[tag] = append(tags[tag], shown)
		}
	}
	for name, operations := range tags {
		sort.Slice(operations, func(i, j int) bool {
			return operations[i].Path+operations[i].Method < operations[j].Path+operations[j].Method
		})
		page.Tags = append(page.Tags, documentedTag{Name: name, Operations: operations})
	}
	sort.Slice(page.Tags, func(i, j int) bool { return page.Tags[i].Name < page.Tags[j].Name })
	for name, schema := range read.Components.Schemas {
		var text bytes.Buffer
		if err := json.Indent(&text, schema, "", "  "); err != nil {
			return nil, fmt.Errorf("show schema %s: %w", name, err)
		}
		page.Schemas = append(page.Schemas, documentedSchema{Name: name, Text: text.String()})
	}
	sort.Slice(page.Schemas, func(i, j int) bool { return page.Schemas[i].Name < page.Schemas[j].Name })
	var html bytes.Buffer
	if err := docsTemplate.Execute(&html, page); err != nil {
		return nil, fmt.Errorf("render the page: %w", err)
	}
	return html.Bytes(), nil
}

// documentErrors says each code with its status and its English sentence.
func documentErrors(names []string) []documentedError {
	list := make([]documentedError, 0, len(names))
	for _, name := range names {
		if code := fault.Lookup(name); code != nil {
			list = append(list, documentedError{Status: code.Kind().Status(), Code: name, Says: code.Text().EN})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Status < list[j].Status })
	return list
}

// schemaOf is the name of the schema that is referred to; "" for one that stands in its place.
func schemaOf(schema json.RawMessage) string {
	var reference struct {
		Ref string `json:"$ref"`
	}
	if err := json.Unmarshal(schema, &reference); err != nil {
		return ""
	}
	return strings.TrimPrefix(reference.Ref, "#/components/schemas/")
}

func (a *API) serveDocs() {
	a.mux.HandleFunc("GET /docs", func(writer http.ResponseWriter, request *http.Request) {
		stateFrom(request.Context()).operation = "docs"
		page, err := renderDocs(a.Spec())
		if err != nil {
			a.writeProblem(request.Context(), writer, a.problem(request.Context(), err))
			return
		}
		writer.Header().Set("Content-Type", mediaTypes[".html"])
		_, _ = writer.Write(page) // a reader that has gone away is not an error
	})
	a.mux.HandleFunc("GET /docs/style.css", func(writer http.ResponseWriter, request *http.Request) {
		stateFrom(request.Context()).operation = "docs"
		writer.Header().Set("Content-Type", mediaTypes[".css"])
		_, _ = writer.Write([]byte(docsStyle)) // a reader that has gone away is not an error
	})
}
