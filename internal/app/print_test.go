package app_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"dangol/internal/core/print/virtual"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi/httpapitest"
)

// printed is what of a print job a test looks at.
type printed struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Title   string `json:"title"`
	Trouble *struct {
		Code string `json:"code"`
	} `json:"trouble"`
}

func TestAReceiptComesOutOfAPrinter(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			opened := open(t, databasetest.Target(t, dialect))
			b := found(t, opened, "owner")
			device, err := virtual.Listen(t.Context(), "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = device.Close() })
			b.connect(t, device.Address())

			ctx, stop := context.WithCancel(t.Context())
			var work sync.WaitGroup
			work.Go(func() { opened.Work(ctx) })
			var original, again, copied printed
			b.print(t, "a", object{"receipt_number": b.receipt}).Into(t, &original)
			await(t, device)
			b.print(t, "a", object{"receipt_number": b.receipt}).Into(t, &again)
			b.print(t, "b", object{"receipt_number": b.receipt, "copy": true}).Into(t, &copied)
			await(t, device)
			stop()
			work.Wait()

			if again.ID != original.ID || copied.ID == original.ID || original.Title != b.receipt {
				t.Errorf("the jobs are %v, %v and %v", original, again, copied)
			}
			pages := device.Pages()
			if len(pages) != 2 || pages[0].Bounds().Dx() != 576 || pages[1].Bounds().Dy() <= pages[0].Bounds().Dy() {
				t.Fatalf("%d pages came out, or the second does not say that it is a copy", len(pages))
			}
			if device.Pulses() != 1 {
				t.Errorf("the drawer was opened %d times: for the sale, not for its copy", device.Pulses())
			}
			var jobs struct {
				Items []printed `json:"items"`
			}
			b.owner.Do("GET", "/v1/print-jobs?state=confirmed", nil).Want(t, 200).Into(t, &jobs)
			if len(jobs.Items) != 2 || jobs.Items[0].ID != copied.ID || jobs.Items[1].ID != original.ID {
				t.Errorf("confirmed are %v", jobs.Items)
			}
			if answer := b.owner.Do("POST", "/v1/print-jobs/"+original.ID+"/retry", nil); answer.Status != http.StatusConflict {
				t.Errorf("a printed job is printed again: %d %s", answer.Status, answer.Body)
			}
			if answer := b.owner.Do("POST", "/v1/print-jobs", object{"receipt_number": "ZZ99-1-000001"}, "Idempotency-Key", "c"); answer.Status != http.StatusNotFound {
				t.Errorf("a receipt that there is not: %d %s", answer.Status, answer.Body)
			}
			b.owner.Do("DELETE", "/v1/printers/"+b.printer, nil).Want(t, 204)
			if answer := b.owner.Do("POST", "/v1/print-jobs", object{"receipt_number": b.receipt}, "Idempotency-Key", "d"); answer.Status != http.StatusConflict {
				t.Errorf("a store without a printer: %d %s", answer.Status, answer.Body)
			}
		})
	}
}

// connect gives the brand's printer the address of a device, after its first job was discarded.
func (b brand) connect(t *testing.T, address string) {
	t.Helper()
	b.owner.Do("POST", "/v1/print-jobs/"+b.job+"/discard", nil).Want(t, 200)
	body := printerChange()
	body["address"], body["drawer"] = address, true
	b.owner.Do("PUT", "/v1/printers/"+b.printer, body, "If-Match", "1").Want(t, 200)
	if answer := b.owner.Do("PUT", "/v1/printers/"+b.printer, body, "If-Match", "1"); answer.Status != http.StatusPreconditionFailed {
		t.Fatalf("a change over another's change: %d %s", answer.Status, answer.Body)
	}
}

func (b brand) print(t *testing.T, key string, body object) httpapitest.Answer {
	t.Helper()
	return b.till.Do("POST", "/v1/print-jobs", body, "Idempotency-Key", key).Want(t, 201)
}

// await waits until a page was cut off.
func await(t *testing.T, device *virtual.Printer) {
	t.Helper()
	select {
	case <-device.Cut():
	case <-t.Context().Done():
		t.Fatal("nothing was printed")
	}
}
