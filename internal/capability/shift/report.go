package shift

import (
	"time"

	"dangol/internal/ground/money"
)

// ReportKind says which report it is.
type ReportKind string

const (
	X ReportKind = "x" // 중간정산: how it stands now
	Z ReportKind = "z" // 마감정산: how it was closed
)

// Report is everything that stands on an X or Z report, in the order in which Korean retail reads it. Amounts are minor
// units of Currency. A Z report is stored as it was made and never computed again.
type Report struct {
	Kind         ReportKind     `json:"kind" enum:"x,z"`
	Number       int64          `json:"number" doc:"Of the Z report, counted per till from 1; 0 on an X report"`
	BusinessDate string         `json:"business_date" format:"date" doc:"영업일"`
	Store        string         `json:"store" doc:"점포"`
	TimeZone     string         `json:"time_zone"`
	Till         string         `json:"till" doc:"계산대"`
	OpenedBy     string         `json:"opened_by" doc:"근무자"`
	OpenedAt     time.Time      `json:"opened_at"`
	ClosedBy     string         `json:"closed_by,omitempty"`
	IssuedAt     time.Time      `json:"issued_at"`
	Currency     money.Currency `json:"currency"`
	TaxMode      string         `json:"tax_mode" enum:"inclusive,exclusive"`
	Language     string         `json:"language" enum:"ko,en" doc:"The language of the tenders' names"`

	Sales         int64          `json:"sales" doc:"건수: how many orders"`
	Gross         int64          `json:"gross" doc:"총매출: before discounts and added tax"`
	Discount      int64          `json:"discount" doc:"할인"`
	Refunds       int64          `json:"refunds" doc:"건수: how many refunds"`
	Refunded      int64          `json:"refunded" doc:"반품/환불: after discounts, before added tax"`
	Net           int64          `json:"net" doc:"순매출: gross less discount and refunded"`
	TaxableSupply int64          `json:"taxable_supply" doc:"과세 공급가액, refunds taken off, as all that follow"`
	Tax           int64          `json:"tax" doc:"부가세"`
	Exempt        int64          `json:"exempt" doc:"면세"`
	ZeroRated     int64          `json:"zero_rated" doc:"영세율"`
	TaxIncluded   int64          `json:"tax_included" doc:"공급대가 of a simplified merchant: tax is in it and not shown apart"`
	Total         int64          `json:"total" doc:"What customers paid less what went back"`
	Tenders       []ReportTender `json:"tenders" doc:"결제수단별"`

	Float        int64            `json:"float" doc:"준비금"`
	CashIn       int64            `json:"cash_in" doc:"입금"`
	CashOut      int64            `json:"cash_out" doc:"출금"`
	CashSales    int64            `json:"cash_sales" doc:"현금 매출"`
	CashRefunds  int64            `json:"cash_refunds" doc:"현금 환불"`
	ChangeGiven  int64            `json:"change_given" doc:"거스름돈 for what was paid with something else than cash"`
	Expected     int64            `json:"expected" doc:"시재 예상액"`
	Counted      int64            `json:"counted" doc:"실제 시재; 0 on an X report"`
	Difference   int64            `json:"difference" doc:"과부족: counted less expected; 0 on an X report"`
	Counts       []Count          `json:"counts" doc:"권종별; empty when only the sum was counted"`
	TakenOut     int64            `json:"taken_out" doc:"Moved from the drawer into the safe at closing"`
	HeldOrders   int64            `json:"held_orders" doc:"보류: orders of the store that were set aside and go on after this Z report; 0 on an X report"`
	Left         int64            `json:"left" doc:"What stays in the drawer"`
	Movements    []ReportMovement `json:"movements" doc:"Each 입금 and 출금"`
	FirstReceipt string           `json:"first_receipt"`
	LastReceipt  string           `json:"last_receipt"`
	Average      int64            `json:"average" doc:"객단가: sales after discounts by the number of orders, rounded down"`
	Seal         string           `json:"seal,omitempty" doc:"장부 봉인: the books' last seal when a Z report was made, as block:hash; dangol verify --since takes it"`
}

// ReportTender is what was taken and paid back by one tender of the organisation.
type ReportTender struct {
	TenderID string `json:"tender_id" doc:"tnd_…"`
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Line     string `json:"line" doc:"The line in which the report sums it up; its name when it has one of its own"`
	Count    int64  `json:"count"`
	Taken    int64  `json:"taken" doc:"What it paid"`
	Change   int64  `json:"change" doc:"What was given back in cash of what was handed over"`
	Refunded int64  `json:"refunded"`
	Net      int64  `json:"net"`
}

// ReportMovement is cash that was brought or taken out.
type ReportMovement struct {
	Kind   Direction `json:"kind" enum:"in,out"`
	Place  Place     `json:"place" enum:"safe,other"`
	Amount int64     `json:"amount"`
	Reason string    `json:"reason"`
	Staff  string    `json:"staff"`
	At     time.Time `json:"at"`
}
