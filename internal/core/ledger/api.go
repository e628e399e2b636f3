package ledger

import (
	"context"
	"net/http"
	"time"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/httpapi"
)

// readBooks is who may see how the books are.
const readBooks auth.Permission = "books.read"

// HealthView is one thing that is looked after, as the API shows it.
type HealthView struct {
	Kind       string     `json:"kind" enum:"ledger.proof,ledger.seal" doc:"장부 검증 (nightly) or 장부 봉인"`
	Wrong      bool       `json:"wrong" doc:"Somebody must look."`
	WrongSince *time.Time `json:"wrong_since,omitempty"`
	LookedAt   time.Time  `json:"looked_at"`
	Count      int64      `json:"count" doc:"How many differences there are, or how many seconds sealing lags."`
	Detail     string     `json:"detail" doc:"The first differences, one a line, for who looks after the program."`
}

type healthAnswer struct {
	Body struct {
		Items []HealthView `json:"items"`
	}
}

// Serve adds the operations to an API.
func Serve(api *httpapi.API, db *database.DB) {
	httpapi.Register(api, httpapi.Operation{
		ID: "list-health-findings", Method: http.MethodGet, Path: "/v1/health-findings", Tag: "Books", Permission: readBooks,
		Summary: "How the books are: what the nightly proof found, and whether sealing keeps up",
	}, func(ctx context.Context, _ *struct{}) (*healthAnswer, error) {
		answer := &healthAnswer{}
		answer.Body.Items = []HealthView{}
		caller := auth.CallerFrom(ctx)
		everywhere, _ := caller.Stores(readBooks)
		err := db.Read(ctx, func(tx *database.Tx) error {
			list, err := ReadHealth(ctx, tx, caller.Org)
			for _, found := range list {
				view := HealthView{
					Kind: found.Kind, Wrong: found.Wrong(), LookedAt: found.LookedAt, Count: found.Count, Detail: found.Detail,
				}
				if !everywhere {
					view.Detail = "" // it names orders of other stores
				}
				if found.Wrong() {
					view.WrongSince = &found.WrongSince
				}
				answer.Body.Items = append(answer.Body.Items, view)
			}
			return err
		})
		return answer, err
	})
}
