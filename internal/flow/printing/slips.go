package printing

import (
	"context"
	"fmt"
	"time"

	"dangol/internal/capability/order"
	"dangol/internal/core/ledger"
	"dangol/internal/core/print"
	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/lang"
)

// What is printed by itself, beside receipts for guests.
const (
	shopCopies   = "shop"
	kitchenSlips = "kitchen"
	drawers      = "drawer" // nothing is on the paper: the drawer opens
)

// slipNames tell in lists what else is printed of a receipt than the guest's.
var slipNames = map[string]lang.Text{
	shopCopies:   {KO: "매장 보관용", EN: "shop’s copy"},
	kitchenSlips: {KO: "주방 주문서", EN: "kitchen slip"},
	drawers:      {KO: "돈통 열기", EN: "open the drawer"},
}

// drawerPatience is how long a drawer may take to open: later, nobody stands before it.
const drawerPatience = 15 * time.Second

// Rows are the print jobs of a receipt that is issued, to be committed with it: the guest's where the till's printer
// always prints it, the copies for shop and kitchen, and the pulse that opens the drawer for cash. A receipt that comes
// late, from a till that was cut off, prints nothing: whoever it was for has gone.
func (s *Service) Rows(
	ctx context.Context, tx *database.Tx, org, actor int64, receipt order.Receipt,
) ([]ledger.Insert, []journal.Event, error) {
	if tx.Now().Sub(receipt.Document.IssuedAt) > print.Patience {
		return nil, nil, nil
	}
	serving, err := print.Serving(ctx, tx, org, receipt.Store, receipt.Device)
	if err != nil {
		return nil, nil, err
	}
	var rows []ledger.Insert
	var events []journal.Event
	for _, job := range slips(receipt, serving, tx.Now()) {
		job.ID, job.Store, job.By = s.db.NewID(), receipt.Store, actor
		job.Subject, job.Title = receipt.ID, receipt.Number.String()
		if name, is := slipNames[job.What]; is {
			job.Title += " · " + name.In(lang.Tag(receipt.Document.Language), nil)
		}
		job.Key = fmt.Sprintf("%s:%s:%s", job.What, order.ReceiptIDs.Format(receipt.ID), print.PrinterIDs.Format(job.Printer))
		statement, row, event, err := print.Row(org, job, tx.Now())
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, ledger.Insert{Statement: statement, Args: row})
		events = append(events, event)
	}
	return rows, events, nil
}

// Wake has what was committed printed at once.
func (s *Service) Wake() { s.wake() }

// slips says what is printed of a receipt, and where.
func slips(receipt order.Receipt, serving []print.Printer, now time.Time) []print.Job {
	var jobs []print.Job
	opens := cash(receipt.Document)
	guest, err := print.ForGuests(serving)
	if err == nil && guest.Guest == print.GuestAlways {
		jobs = append(jobs, print.Job{
			Printer: guest.ID, What: receipts, Layout: receipt.Document.Layout(order.GuestSlip, false), Drawer: opens && guest.Drawer,
		})
		opens = opens && !guest.Drawer
	}
	for _, p := range serving {
		if opens && p.Drawer {
			jobs = append(jobs, print.Job{Printer: p.ID, What: drawers, Drawer: true, Deadline: now.Add(drawerPatience)})
			opens = false
		}
		if p.Shop {
			jobs = append(jobs, print.Job{Printer: p.ID, What: shopCopies, Layout: receipt.Document.Layout(order.ShopSlip, false)})
		}
		if p.Kitchen && receipt.Document.Kind != order.RefundReceipt {
			jobs = append(jobs, print.Job{Printer: p.ID, What: kitchenSlips, Layout: receipt.Document.Layout(order.KitchenSlip, false)})
		}
	}
	return jobs
}

// choose is the printer on which a receipt is printed at a till: the one that is named, or the till's.
func (s *Service) choose(ctx context.Context, tx *database.Tx, org, store, till, named int64) (print.Printer, error) {
	if named == 0 {
		serving, err := print.Serving(ctx, tx, org, store, till)
		if err != nil {
			return print.Printer{}, err
		}
		return print.ForGuests(serving)
	}
	found, err := print.ReadPrinter(ctx, tx, org, named)
	if err == nil && !found.Removed.IsZero() {
		err = id.Unknown.New()
	}
	return found, err
}
