package checkout

import (
	"fmt"

	"dangol/internal/capability/fleet"
	"dangol/internal/capability/order"
	"dangol/internal/capability/shift"
	"dangol/internal/capability/tender"
	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/money"
)

// The kinds of account that a sale moves money between. Their codes are the kind, the owner's id, and the currency.
const (
	drawerKind  = shift.DrawerKind // cash in a till's drawer (시재)
	tenderKind  = "tender"         // what was taken of a tender other than cash, in a store or in a till's drawer
	revenueKind = "revenue"        // a store's sales without tax (매출)
	taxKind     = "tax"            // a tax that a merchant has taken in and owes (부가세예수금)
)

// Drawer is the account of the cash in a till's drawer; see shift.Drawer.
func Drawer(device int64, currency money.Currency) ledger.Account {
	return shift.Drawer(device, currency)
}

func revenue(store int64, currency money.Currency) ledger.Account {
	return ledger.Account{
		Code: revenueKind + ":" + place.StoreID.Format(store) + ":" + string(currency), Asset: string(currency), Side: ledger.Credit,
	}
}

func taxOwed(merchant int64, key string, currency money.Currency) ledger.Account {
	return ledger.Account{
		Code:  taxKind + ":" + place.MerchantID.Format(merchant) + ":" + key + ":" + string(currency),
		Asset: string(currency), Side: ledger.Credit,
	}
}

// share is a part of what an order comes to, or of what pays it, with the account it belongs to.
type share struct {
	account ledger.Account
	amount  int64
}

// earned splits what an order or a refund comes to into revenue and taxes.
func earned(store, merchant int64, currency money.Currency, amounts pricing.Amounts) []share {
	shares := []share{{revenue(store, currency), amounts.Total - amounts.Tax}}
	for _, tax := range amounts.Taxes {
		shares = append(shares, share{taxOwed(merchant, tax.Key, currency), tax.Amount})
	}
	return shares
}

// tenderAccount is where what was paid with lies: cash in the till's drawer, other things that lie there under the till,
// and the rest, such as what card companies owe, under the store. Like a drawer's, its account has no limit.
func tenderAccount(means order.Means, store, device int64, currency money.Currency) ledger.Account {
	if means.Kind == order.Cash {
		return Drawer(device, currency)
	}
	owner := place.StoreID.Format(store)
	if means.InDrawer {
		owner = fleet.DeviceID.Format(device)
	}
	return ledger.Account{
		Code:  tenderKind + ":" + tender.IDs.Format(means.Definition) + ":" + owner + ":" + string(currency),
		Asset: string(currency), Side: ledger.Debit,
	}
}

// pay moves what the debits bring to the credits, one after the other. Both sides must come to the same.
func pay(debits, credits []share) ([]ledger.Transfer, error) {
	var transfers []ledger.Transfer
	d, c := 0, 0
	for {
		for d < len(debits) && debits[d].amount == 0 {
			d++
		}
		for c < len(credits) && credits[c].amount == 0 {
			c++
		}
		if d == len(debits) && c == len(credits) {
			return transfers, nil
		}
		if d == len(debits) || c == len(credits) {
			return nil, fmt.Errorf("post %d debits against %d credits: they do not come to the same", len(debits), len(credits))
		}
		amount := min(debits[d].amount, credits[c].amount)
		if amount < 0 {
			return nil, fmt.Errorf("post a negative amount of %d", amount)
		}
		transfers = append(transfers, ledger.Transfer{Debit: debits[d].account, Credit: credits[c].account, Amount: amount})
		debits[d].amount -= amount
		credits[c].amount -= amount
	}
}

// saleTransfers move what the tenders bring into revenue and taxes, and what they bring too much out of the drawer. Cash
// that goes back as cash is not moved at all.
func saleTransfers(o order.Order) ([]ledger.Transfer, error) {
	var debits, credits []share
	for _, one := range o.Tenders {
		account := tenderAccount(one.Means, o.Store, o.Device, o.Currency)
		if one.Kind == order.Cash {
			debits = append(debits, share{account, one.Applied})
			continue
		}
		debits = append(debits, share{account, one.Applied + one.Change})
		credits = append(credits, share{Drawer(o.Device, o.Currency), one.Change})
	}
	return pay(debits, append(earned(o.Store, o.Merchant, o.Currency, o.Amounts), credits...))
}

// refundTransfers move revenue and taxes back to where the money came from: cash out of the drawer of the till that
// refunds.
func refundTransfers(o order.Order, r order.Refund) ([]ledger.Transfer, error) {
	var credits []share
	for _, one := range r.Tenders {
		credits = append(credits, share{tenderAccount(one.Means, r.Store, r.Device, o.Currency), one.Amount})
	}
	return pay(earned(o.Store, o.Merchant, o.Currency, r.Amounts), credits)
}
