package checkout

import (
	"context"
	"net/http"

	"dangol/internal/capability/order"
	"dangol/internal/capability/stock"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/money"
)

func (s *Service) serveExchange(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "quote-return", Method: http.MethodPost, Path: "/v1/orders/{id}/return-quotes", Tag: "Checkout",
		Permission: refundPermission, Safe: true,
		Summary: "What units of an order would give back now, and how much of it would pay for others",
		Errors:  all(returning, []*fault.Code{auth.ErrUnpaired}),
	}, s.postReturnQuote)
	httpapi.Register(server, httpapi.Operation{
		ID: "exchange", Method: http.MethodPost, Path: "/v1/orders/{id}/exchanges", Tag: "Checkout", Permission: refundPermission,
		Key: true, Summary: "Take back units of an order and sell others in their stead, as one, once under its key",
		Errors: all(wanting, paying, returning, slipErrors, cashReceiptErrors, committing, []*fault.Code{
			ErrReturnChanged, ErrExchangeCurrency, ErrOutOfStock, stock.ErrShort, ErrApproval,
		}),
	}, s.postExchange)
}

// ReturnQuoteInput asks what units of an order would give back.
type ReturnQuoteInput struct {
	ReturnsInput
	Toward int64 `json:"toward,omitempty" minimum:"0" maximum:"9007199254740991" doc:"What the units that are taken instead cost"`
}

// ReturnQuoteView is what units of an order would give back. Carried and PaidBack come to the total.
type ReturnQuoteView struct {
	Currency money.Currency           `json:"currency"`
	Total    int64                    `json:"total"`
	Carried  int64                    `json:"carried" doc:"What of it would pay for what is taken instead"`
	PaidBack []order.RefundTenderView `json:"paid_back" doc:"What would go back to the customer"`
}

func (s *Service) postReturnQuote(ctx context.Context, input *struct {
	ID   string `path:"id" doc:"ord_…"`
	Body ReturnQuoteInput
},
) (*struct{ Body ReturnQuoteView }, error) {
	seller, err := seller(ctx, refundPermission)
	if err != nil {
		return nil, err
	}
	request, err := input.Body.request(input.ID)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body ReturnQuoteView }{}
	return output, s.db.Read(ctx, func(tx *database.Tx) error {
		back, err := s.takeBack(ctx, tx, seller, request)
		if err != nil {
			return err
		}
		carry(back.order, back.refund.Tenders, input.Body.Toward)
		output.Body.Currency, output.Body.Total = back.order.Currency, back.refund.Amounts.Total
		shown := back.order.ShowRefund(back.refund)
		for _, one := range shown.PaidBack {
			output.Body.Carried += one.Carried
		}
		output.Body.PaidBack = paidBack(shown)
		return nil
	})
}

// paidBack is what the customer gets back of a refund: what an exchange carries over stays with it.
func paidBack(refund order.RefundView) []order.RefundTenderView {
	back := []order.RefundTenderView{}
	for _, one := range refund.PaidBack {
		if one.Amount > one.Carried {
			one.Amount, one.Carried = one.Amount-one.Carried, 0
			back = append(back, one)
		}
	}
	return back
}

// ExchangeInput is an exchange that is to be made. Its tenders pay what the returned units don't.
type ExchangeInput struct {
	PaidBasketInput
	Return         RefundInput `json:"return"`
	ExpectedReturn int64       `json:"expected_return" minimum:"0" maximum:"9007199254740991" doc:"What the customer was told that comes back"`
}

// ExchangedView is an exchange that was made, with the balances of now.
type ExchangedView struct {
	CheckoutView
	Refund   order.RefundView         `json:"refund" doc:"What came back"`
	Original order.DetailView         `json:"original" doc:"The order of which it came back, as it is now"`
	PaidBack []order.RefundTenderView `json:"paid_back" doc:"What went back to the customer"`
}

func (s *Service) postExchange(ctx context.Context, input *struct {
	ID   string `path:"id" doc:"ord_…"`
	Body ExchangeInput
},
) (*struct{ Body ExchangedView }, error) {
	seller, err := seller(ctx, refundPermission)
	if err != nil {
		return nil, err
	}
	if err := auth.CallerFrom(ctx).Require(sellPermission, seller.Store); err != nil {
		return nil, err
	}
	request := ExchangeRequest{ExpectedReturn: input.Body.ExpectedReturn}
	if request.Return, err = input.Body.Return.request(input.ID); err != nil {
		return nil, under("return", err)
	}
	if request.Sale, err = input.Body.request(); err != nil {
		return nil, err
	}
	made, err := s.Exchange(ctx, seller, httpapi.Key(ctx), request)
	if err != nil {
		return nil, err
	}
	refund := made.Original.ShowRefund(made.Refund)
	return &struct{ Body ExchangedView }{ExchangedView{
		CheckoutView: showSale(made.Sale), Refund: refund, Original: made.Original.ShowDetail(), PaidBack: paidBack(refund),
	}}, nil
}
