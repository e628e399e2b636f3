package closing

import (
	"context"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
	"dangol/internal/ground/sheet"
)

// exportTimeout is how long writing a file may take.
const exportTimeout = time.Minute

// columns are those of a file of shifts, with times on the store's clock.
func columns(store place.Store) []sheet.Column[View] {
	const wide, narrow = 20, 13
	column := func(ko, en string, width float64, cell func(View) sheet.Cell) sheet.Column[View] {
		return sheet.Column[View]{Title: lang.Text{KO: ko, EN: en}, Width: width, Cell: cell}
	}
	text := func(ko, en string, width float64, of func(View) string) sheet.Column[View] {
		return column(ko, en, width, func(v View) sheet.Cell { return sheet.Text(of(v)) })
	}
	count := func(ko, en string, of func(View) int64) sheet.Column[View] {
		return column(ko, en, narrow, func(v View) sheet.Cell { return sheet.Whole(of(v)) })
	}
	amount := func(ko, en string, of func(View) int64) sheet.Column[View] {
		return column(ko, en, narrow, func(v View) sheet.Cell { return sheet.Decimal(money.Decimal(of(v), v.Currency)) })
	}
	at := func(moment time.Time) string {
		if moment.IsZero() {
			return ""
		}
		return moment.In(store.Location()).Format(time.DateTime)
	}
	return []sheet.Column[View]{
		text("영업일", "Business day", narrow, func(v View) string { return v.BusinessDate }),
		text("계산대", "Till", wide, func(v View) string { return v.Till }),
		count("Z 번호", "Z no.", func(v View) int64 { return v.Number }),
		text("근무자", "On shift", narrow, func(v View) string { return v.OpenedBy }),
		text("시작", "Opened", wide, func(v View) string { return at(v.OpenedAt) }),
		text("마감한 때", "Closed", wide, func(v View) string { return at(v.ClosedAt) }),
		count("판매", "Sales", func(v View) int64 { return v.Sales }),
		amount("순매출", "Net sales", func(v View) int64 { return v.Net }),
		amount("준비금", "Float", func(v View) int64 { return v.Float }),
		amount("시재 예상액", "Expected cash", func(v View) int64 { return v.Expected }),
		amount("실제 시재", "Counted cash", func(v View) int64 { return v.Counted }),
		amount("과부족", "Over or short", func(v View) int64 { return v.Difference }),
		text("통화", "Currency", narrow, func(v View) string { return string(v.Currency) }),
	}
}

func (s *Service) export(ctx context.Context, input *struct {
	sheet.Wanted
	ShiftsQuery
},
) (*sheet.File, error) {
	wanted, err := place.StoreID.Parse(input.StoreID)
	if err != nil {
		return nil, err
	}
	var store place.Store
	err = s.db.Read(ctx, func(tx *database.Tx) error {
		store, err = place.Directory{}.Store(ctx, tx, auth.CallerFrom(ctx).Org, wanted)
		return err
	})
	if err != nil {
		return nil, err
	}
	return sheet.Export(input.Format, httpapi.Language(ctx), "dangol-closings", columns(store), func(row func(View) error) error {
		return httpapi.All(func(page httpapi.Page) (httpapi.List[View], error) {
			output, err := s.list(ctx, &shiftsInput{page, input.ShiftsQuery})
			if err != nil {
				return httpapi.List[View]{}, err
			}
			return output.Body, nil
		}, row)
	})
}
