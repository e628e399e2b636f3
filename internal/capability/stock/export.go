package stock

import (
	"context"
	"time"

	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/sheet"
)

// exportTimeout is how long writing a file may take.
const exportTimeout = time.Minute

// columns are those of a file of stock. What isn't counted has no number.
var columns = []sheet.Column[ItemView]{
	{Title: lang.Text{KO: "상품", EN: "Product"}, Width: 28, Cell: func(v ItemView) sheet.Cell { return sheet.Text(v.ProductName) }},
	{Title: lang.Text{KO: "품목", EN: "Variant"}, Width: 18, Cell: func(v ItemView) sheet.Cell { return sheet.Text(v.VariantName) }},
	{Title: lang.Text{KO: "SKU", EN: "SKU"}, Width: 18, Cell: func(v ItemView) sheet.Cell { return sheet.Text(v.SKU) }},
	{Title: lang.Text{KO: "수량", EN: "On hand"}, Width: 10, Cell: func(v ItemView) sheet.Cell {
		if !v.Tracked {
			return sheet.Cell{}
		}
		return sheet.Whole(v.OnHand)
	}},
}

func (a *api) export(ctx context.Context, input *struct {
	sheet.Wanted
	ListQuery
},
) (*sheet.File, error) {
	return sheet.Export(input.Format, httpapi.Language(ctx), "dangol-stock", columns, func(row func(ItemView) error) error {
		return httpapi.All(func(page httpapi.Page) (httpapi.List[ItemView], error) {
			output, err := a.list(ctx, &listInput{page, input.ListQuery})
			if err != nil {
				return httpapi.List[ItemView]{}, err
			}
			return output.Body, nil
		}, row)
	})
}
