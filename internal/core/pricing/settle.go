package pricing

import (
	"fmt"

	"dangol/internal/ground/fault"
	"dangol/internal/ground/money"
)

var (
	// TenderAmount is the error for a tender of nothing, or of less.
	TenderAmount = fault.Define(fault.Invalid, "pricing.tender_amount",
		"0보다 큰 결제 금액을 입력해 주세요.", "Enter a payment above zero.")
	// TenderCurrency is the error for a tender in another currency than the order's.
	TenderCurrency = fault.Define(fault.Invalid, "pricing.tender_currency",
		"이 주문은 {currency}로 결제해 주세요.", "This order is paid in {currency}.")
	// TenderKindUnknown is the error for a kind of tender that is not known.
	TenderKindUnknown = fault.Define(fault.Invalid, "pricing.tender_kind",
		"모르는 결제수단이에요. 다른 결제수단을 골라 주세요.", "Unknown tender. Choose another one.")
	// TenderExceeds is the error for tenders without change that go above the total.
	TenderExceeds = fault.Define(fault.Invalid, "pricing.tender_exceeds",
		"거스름돈이 없는 결제수단은 남은 금액 {leftKO}까지 받을 수 있어요. 금액을 줄여 주세요.",
		"A tender that gives no change can be at most the {leftEN} that is left. Enter less.")
	// TenderUnneeded is the error for a voucher when nothing is left to pay: all of it would go back as cash.
	TenderUnneeded = fault.Define(fault.Invalid, "pricing.tender_unneeded",
		"다른 결제수단으로 이미 다 결제했어요. 이 결제수단을 빼 주세요.", "The other tenders pay for everything. Take this one off.")
	// TenderShort is the error for tenders below the total.
	TenderShort = fault.Define(fault.Invalid, "pricing.tender_short",
		"{missingKO}이 부족해요. 결제수단을 더해 주세요.", "{missingEN} is missing. Add a tender.")
)

// TenderKind says whether a tender can give change.
type TenderKind string

const (
	Cash    TenderKind = "cash"     // change comes out of it
	NonCash TenderKind = "non_cash" // taken to the unit, and no more than is left to pay
	Voucher TenderKind = "voucher"  // taken whole, and what is too much of it goes back as cash
)

// Tender is what a customer hands over.
type Tender struct {
	Kind   TenderKind
	Amount money.Money
}

// SettledTender is what became of a tender: Applied stays, Change goes back. Their sum is what was handed over.
type SettledTender struct {
	Tender
	Applied int64
	Change  int64
}

// Settlement covers a total exactly: the sum of what was applied is the total.
type Settlement struct {
	Tenders []SettledTender // in the order given
	Change  int64           // 거스름돈
}

// Settle pays a total with tenders. Tenders that give no change come first, vouchers pay what they leave and cash the rest,
// so that change is only given when it can't be avoided, whatever order they were given in. It refuses a tender of zero
// or less (TenderAmount), of another currency (TenderCurrency), a non-cash tender above what is left (TenderExceeds), a
// voucher that isn't needed (TenderUnneeded), too little (TenderShort, which names what is missing) and sums beyond
// money.Max, each at "tenders[i]…" or "tenders". A total of zero needs no tender; a negative total is an internal error.
func Settle(total money.Money, tenders []Tender) (Settlement, error) {
	if total.Amount < 0 || money.Check(total.Amount) != nil || !total.Currency.Known() {
		return Settlement{}, fmt.Errorf("settle a total of %s", total)
	}
	if len(tenders) > MaxTenders {
		return Settlement{}, TooMany.At("tenders", fault.Values{"max": MaxTenders})
	}
	if err := checkTenders(total.Currency, tenders); err != nil {
		return Settlement{}, err
	}

	left := total.Amount
	settlement := Settlement{Tenders: make([]SettledTender, len(tenders))}
	for i, tender := range tenders {
		settlement.Tenders[i].Tender = tender
		if tender.Kind != NonCash {
			continue
		}
		if tender.Amount.Amount > left {
			return Settlement{}, TenderExceeds.At(fmt.Sprintf("tenders[%d].amount", i),
				money.Money{Amount: left, Currency: total.Currency}.Values("left"))
		}
		settlement.Tenders[i].Applied = tender.Amount.Amount
		left -= tender.Amount.Amount
	}
	for _, kind := range []TenderKind{Voucher, Cash} {
		for i, tender := range tenders {
			if tender.Kind != kind {
				continue
			}
			settled := &settlement.Tenders[i]
			settled.Applied = min(tender.Amount.Amount, left)
			if kind == Voucher && left == 0 {
				return Settlement{}, TenderUnneeded.At(fmt.Sprintf("tenders[%d].amount", i))
			}
			settled.Change = tender.Amount.Amount - settled.Applied
			left -= settled.Applied
			var err error
			if settlement.Change, err = money.Add(settlement.Change, settled.Change); err != nil {
				return Settlement{}, money.Overflow.At(fmt.Sprintf("tenders[%d].amount", i))
			}
		}
	}
	if left > 0 {
		return Settlement{}, TenderShort.At("tenders", money.Money{Amount: left, Currency: total.Currency}.Values("missing"))
	}
	return settlement, nil
}

func checkTenders(currency money.Currency, tenders []Tender) error {
	var wrong []error
	for i, tender := range tenders {
		path := fmt.Sprintf("tenders[%d]", i)
		switch {
		case tender.Kind != Cash && tender.Kind != NonCash && tender.Kind != Voucher:
			wrong = append(wrong, TenderKindUnknown.At(path+".kind"))
		case tender.Amount.Currency != currency:
			wrong = append(wrong, TenderCurrency.At(path+".amount", fault.Values{"currency": string(currency)}))
		case tender.Amount.Amount <= 0:
			wrong = append(wrong, TenderAmount.At(path+".amount"))
		case tender.Amount.Amount > money.Max:
			wrong = append(wrong, money.Overflow.At(path+".amount"))
		}
	}
	return fault.Collect(wrong...)
}
