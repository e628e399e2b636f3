package order

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

// SlipIDs is the prefix of card slips' ids.
const SlipIDs id.Kind = "slp"

// CardSlip is what a card terminal printed for a payment, or for what went back of it (카드 전표), typed in by a person: the
// terminal itself is not asked.
type CardSlip struct {
	ID, Posting   int64
	Order, Refund int64 // Refund is 0 for the payment's slip
	Tender        int64 // the position of the order's tender
	Amount        int64
	Staff         int64
	RecordedAt    time.Time
	ApprovedOn    string // the store's day of ApprovedAt
	SlipTerms
}

// SlipTerms is what stands on a slip. All but the approval number may be left empty.
type SlipTerms struct {
	ApprovalNumber string    `json:"approval_number"`      // 승인번호
	ApprovedAt     time.Time `json:"approved_at,omitzero"` // 승인일시
	Installments   int64     `json:"installments"`         // 할부개월; 0 is paid at once (일시불)
	Issuer         string    `json:"issuer"`               // 발급사
	Acquirer       string    `json:"acquirer"`             // 매입사
	CardNumber     string    `json:"card_number"`          // masked
	MerchantNumber string    `json:"merchant_number"`      // 가맹점번호
	TID            string    `json:"tid"`                  // of the terminal
	VAN            string    `json:"van"`
}

var (
	// ErrApprovalNumber is for an approval number that no slip has.
	ErrApprovalNumber = fault.Define(fault.Invalid, "order.approval_number",
		"승인번호를 4~20자의 숫자와 영문자로 적어 주세요.", "Give the approval number in 4 to 20 digits and letters.")
	// ErrInstallments is for installments that can't be chosen. Its value "leastKO" or "leastEN" is from which amount on they can.
	ErrInstallments = fault.Define(fault.Invalid, "order.installments",
		"할부는 {leastKO} 이상에서 2~36개월로 고를 수 있어요.", "Installments of 2 to 36 months begin at {leastEN}.")
	// ErrCardNumber is for a card's number that is not masked.
	ErrCardNumber = fault.Define(fault.Invalid, "order.card_number",
		"카드번호는 가운데를 *로 가려서 적어 주세요. 예: 1234-56**-****-7890",
		"Mask the middle of the card's number with *, such as 1234-56**-****-7890.")
	// ErrSlipText is for a part of a slip that is too long. Its value "max" is how many characters it may have.
	ErrSlipText = fault.Define(fault.Invalid, "order.slip_text",
		"{max}자 안으로 적어 주세요.", "Keep it within {max} characters.")
)

const (
	maxSlipText     = 30
	maxInstallments = 36
	// installmentsFrom is the amount in won from which a payment can be split into months. It is what card companies
	// commonly ask for (PortOne, "Installment": "일반적으로 5만원 이상부터 할부가 가능합니다", "1개월 할부는 일시불과 동일하게 처리됩니다");
	// no rule of law was found for it (unverified).
	installmentsFrom = 50_000
	// maxShownDigits is how much of a card's number may be kept: the first six and the last four digits, as Mastercard masks
	// it ("PAN Masking", developer.mastercard.com). What Korean rules ask of a printed slip was not checked (unverified).
	maxShownDigits = 10
)

var (
	approvalNumberForm = regexp.MustCompile(`^[0-9A-Za-z]{4,20}$`)
	cardNumberForm     = regexp.MustCompile(`^[0-9*][0-9* -]{3,22}$`)
)

// Check tidies what stands on a slip of an amount, or says what is wrong with it, at fields below the path.
func (t SlipTerms) Check(amount money.Money, path string) (SlipTerms, error) {
	var wrong []error
	for _, one := range []struct {
		name string
		text *string
	}{
		{"issuer", &t.Issuer},
		{"acquirer", &t.Acquirer},
		{"merchant_number", &t.MerchantNumber},
		{"tid", &t.TID},
		{"van", &t.VAN},
		{"approval_number", &t.ApprovalNumber},
		{"card_number", &t.CardNumber},
	} {
		*one.text = strings.TrimSpace(*one.text)
		if utf8.RuneCountInString(*one.text) > maxSlipText {
			wrong = append(wrong, ErrSlipText.At(path+"."+one.name, fault.Values{"max": maxSlipText}))
		}
	}
	if !approvalNumberForm.MatchString(t.ApprovalNumber) {
		wrong = append(wrong, ErrApprovalNumber.At(path+".approval_number"))
	}
	if t.CardNumber != "" && !masked(t.CardNumber) {
		wrong = append(wrong, ErrCardNumber.At(path+".card_number"))
	}
	if t.Installments == 1 {
		t.Installments = 0
	}
	inWon := amount.Currency == money.KRW
	if t.Installments < 0 || t.Installments > maxInstallments || t.Installments > 0 && (!inWon || amount.Amount < installmentsFrom) {
		least := money.Money{Amount: installmentsFrom, Currency: money.KRW}
		wrong = append(wrong, ErrInstallments.At(path+".installments", least.Values("least")))
	}
	return t, fault.Collect(wrong...)
}

// masked says whether a card's number shows no more than may be kept of it.
func masked(number string) bool {
	shown := strings.IndexFunc(number, func(r rune) bool { return r == '*' }) >= 0
	digits := 0
	for _, r := range number {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return cardNumberForm.MatchString(number) && digits <= maxShownDigits && (shown || digits <= 4)
}

const slipColumns = `id, order_id, refund_id, tender, posting_id, amount, approval_number, approved_at, approved_on, installments,
	issuer, acquirer, card_number, merchant_number, tid, van, staff_id, recorded_at`

var (
	insertSlip = database.Register("order.insert_slip", `
		INSERT INTO card_slip (org_id, `+slipColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`)
	selectSlips = database.Register("order.select_slips", `
		SELECT `+slipColumns+` FROM card_slip WHERE org_id = $1 AND order_id = ANY_ID($2) ORDER BY order_id, id`)
	selectSameSlip = database.Register("order.select_same_slip", `
		SELECT o.number FROM card_slip s JOIN orders o ON o.org_id = s.org_id AND o.id = s.order_id
		WHERE s.org_id = $1 AND s.tid = $2 AND s.approval_number = $3 AND s.approved_on = $4 ORDER BY s.id LIMIT 1`)
	selectStraySlips = database.Register("order.select_stray_slips", `
		SELECT s.id FROM card_slip s
		LEFT JOIN tender t ON t.org_id = s.org_id AND t.order_id = s.order_id AND t.position = s.tender
		LEFT JOIN refund f ON f.org_id = s.org_id AND f.id = s.refund_id AND f.order_id = s.order_id
		WHERE s.org_id = $1 AND (t.position IS NULL OR s.refund_id <> 0 AND f.id IS NULL) ORDER BY s.id`)
)

// SlipInsert is the row of a slip.
func SlipInsert(org int64, s CardSlip) ledger.Insert {
	return ledger.Insert{Statement: insertSlip, Args: []any{
		org, s.ID, s.Order, s.Refund, s.Tender, s.Posting, s.Amount, s.ApprovalNumber, clock.Micros(s.ApprovedAt), s.ApprovedOn,
		s.Installments, s.Issuer, s.Acquirer, s.CardNumber, s.MerchantNumber, s.TID, s.VAN, s.Staff, clock.Micros(s.RecordedAt),
	}}
}

// SameSlip reads the receipt number of an order that has a slip with the same terminal, approval number and day; empty when
// there is none. A slip that names no terminal is like no other.
func SameSlip(ctx context.Context, tx *database.Tx, org int64, terms SlipTerms, day string) (string, error) {
	if terms.TID == "" {
		return "", nil
	}
	found, err := database.List(ctx, tx, selectSameSlip, func(row database.Scanner) (string, error) {
		var number string
		err := row.Scan(&number)
		return number, err
	}, org, terms.TID, terms.ApprovalNumber, day)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// StraySlips reads the slips whose tender or refund does not exist.
func StraySlips(ctx context.Context, tx *database.Tx, org int64) ([]int64, error) {
	return database.List(ctx, tx, selectStraySlips, func(row database.Scanner) (int64, error) {
		var slip int64
		err := row.Scan(&slip)
		return slip, err
	}, org)
}

// Slip is the slip of a tender, or of what a refund gave back by it; nil when none was recorded.
func (o Order) Slip(tender, refund int64) *CardSlip {
	for i, one := range o.Slips {
		if one.Tender == tender && one.Refund == refund {
			return &o.Slips[i]
		}
	}
	return nil
}

func scanSlip(row database.Scanner) (CardSlip, error) {
	var s CardSlip
	var approvedAt, recordedAt int64
	err := row.Scan(&s.ID, &s.Order, &s.Refund, &s.Tender, &s.Posting, &s.Amount, &s.ApprovalNumber, &approvedAt, &s.ApprovedOn,
		&s.Installments, &s.Issuer, &s.Acquirer, &s.CardNumber, &s.MerchantNumber, &s.TID, &s.VAN, &s.Staff, &recordedAt)
	s.ApprovedAt, s.RecordedAt = clock.FromMicros(approvedAt), clock.FromMicros(recordedAt)
	return s, err
}

// SlipView is a card slip.
type SlipView struct {
	ApprovalNumber string    `json:"approval_number"`
	ApprovedAt     time.Time `json:"approved_at"`
	Installments   int64     `json:"installments" doc:"Months; 0 is paid at once (일시불)"`
	Issuer         string    `json:"issuer"`
	Acquirer       string    `json:"acquirer"`
	CardNumber     string    `json:"card_number" doc:"Masked"`
	MerchantNumber string    `json:"merchant_number"`
	TID            string    `json:"tid"`
	VAN            string    `json:"van"`
}

func (o Order) showSlip(tender, refund int64) *SlipView {
	found := o.Slip(tender, refund)
	if found == nil {
		return nil
	}
	shown := SlipView(found.SlipTerms)
	return &shown
}

// readSlips adds the slips and cash receipts of orders.
func (w whole) readSlips(ctx context.Context, tx *database.Tx, org int64, ids database.IDs) error {
	slips, err := database.List(ctx, tx, selectSlips, scanSlip, org, ids)
	if err != nil {
		return fmt.Errorf("read card slips: %w", err)
	}
	for _, one := range slips {
		w[one.Order].Slips = append(w[one.Order].Slips, one)
	}
	receipts, err := database.List(ctx, tx, selectCashReceipts, scanCashReceipt, org, ids)
	if err != nil {
		return fmt.Errorf("read cash receipts: %w", err)
	}
	for _, one := range receipts {
		w[one.Order].CashReceipts = append(w[one.Order].CashReceipts, one)
	}
	return nil
}
