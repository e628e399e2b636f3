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
	text("상품", "Product", func(v ItemView) string { return v.ProductName }),
	text("품목", "Variant", func(v ItemView) string { return v.VariantName }),
	text("SKU", "SKU", func(v ItemView) string { return v.SKU }),
	units("판매 가능", "On hand", func(v ItemView) int64 { return v.OnHand }),
	units("창고", "Back", func(v ItemView) int64 { return v.Back }),
	units("온라인", "Web", func(v ItemView) int64 { return v.Web }),
	units("모두", "Total", func(v ItemView) int64 { return v.Total }),
	units("오는 중", "On the way", func(v ItemView) int64 { return v.OnTheWay }),
	units("최소", "Minimum", func(v ItemView) int64 { return v.Minimum }),
}

func text(ko, en string, of func(ItemView) string) sheet.Column[ItemView] {
	const width = 22
	return sheet.Column[ItemView]{
		Title: lang.Text{KO: ko, EN: en}, Width: width, Cell: func(v ItemView) sheet.Cell { return sheet.Text(of(v)) },
	}
}

func units(ko, en string, of func(ItemView) int64) sheet.Column[ItemView] {
	const width = 10
	return sheet.Column[ItemView]{Title: lang.Text{KO: ko, EN: en}, Width: width, Cell: func(v ItemView) sheet.Cell {
		if !v.Tracked {
			return sheet.Cell{}
		}
		return sheet.Whole(of(v))
	}}
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
