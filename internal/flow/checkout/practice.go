package checkout

import (
	"context"
	"net/http"

	"dangol/internal/capability/order"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/lang"
)

// What stands on a practice receipt, where a real one has its number.
var (
	practiceTitle  = lang.Text{KO: "연습 영수증", EN: "Practice receipt"}
	practiceNumber = lang.Text{KO: "연습", EN: "PRACTICE"}
	practiceNote   = lang.Text{
		KO: "연습이에요. 판매한 것이 아니고 장부에 남지 않아요.", EN: "Practice only: nothing was sold, and nothing is in the books.",
	}
)

// Practise does what a sale does up to its receipt, and keeps nothing of it: no posting, no receipt number, no unit of
// stock. Discounts need nobody's approval.
func (s *Service) Practise(ctx context.Context, seller Seller, request SaleRequest) (order.Document, error) {
	var receipt order.Document
	err := s.db.Read(ctx, func(tx *database.Tx) error {
		made, err := s.draft(ctx, tx, seller, request, nil)
		if err != nil {
			return err
		}
		receipt = made.head.sale(made.order)
		language := made.head.site.language
		receipt.Practice, receipt.CallNumber = true, ""
		receipt.Title, receipt.Number = practiceTitle.In(language, nil), practiceNumber.In(language, nil)
		receipt.Notes = append(receipt.Notes, practiceNote.In(language, nil))
		return nil
	})
	return receipt, err
}

// PracticeView is what a sale would have come to.
type PracticeView struct {
	Receipt order.ShownDocument `json:"receipt" doc:"Marked as practice, without a number, and kept nowhere"`
	Change  int64               `json:"change"`
}

func (s *Service) servePractice(server *httpapi.API, errors []*fault.Code) {
	httpapi.Register(server, httpapi.Operation{
		ID: "practise-sale", Method: http.MethodPost, Path: "/v1/practice-sales", Tag: "Checkout", Permission: sellPermission,
		Safe: true, Summary: "Do as if it were sold at this till, and keep nothing of it", Errors: append(errors, auth.ErrUnpaired),
	}, s.postPractice)
}

func (s *Service) postPractice(ctx context.Context, input *struct{ Body SaleInput }) (*struct{ Body PracticeView }, error) {
	seller, err := seller(ctx, sellPermission)
	if err != nil {
		return nil, err
	}
	request, err := input.Body.request()
	if err != nil {
		return nil, err
	}
	receipt, err := s.Practise(ctx, seller, request)
	return &struct{ Body PracticeView }{PracticeView{Receipt: receipt.Show(), Change: receipt.Change}}, err
}
