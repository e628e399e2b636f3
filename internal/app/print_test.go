package app_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dangol/internal/core/print"
	"dangol/internal/core/print/paper"
	"dangol/internal/core/print/virtual"
	"dangol/internal/ground/database"
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

// awaitPages waits until so many pages were cut off: of two that follow each other quickly, one may be heard.
func awaitPages(t *testing.T, device *virtual.Printer, count int) {
	t.Helper()
	for len(device.Pages()) < count {
		await(t, device)
	}
}

// sellAt sells one at the brand's till and gives the receipt's number.
func (b brand) sellAt(t *testing.T, key string, more object) string {
	t.Helper()
	body := checkoutBody(b.variant)
	maps.Copy(body, more)
	var sold struct {
		Receipt struct {
			Number string `json:"number"`
		} `json:"receipt"`
	}
	b.till.Do("POST", "/v1/checkouts", body, "Idempotency-Key", key).Want(t, 200).Into(t, &sold)
	return sold.Receipt.Number
}

// jobs are the print jobs of a receipt by what they print, with their states.
func (b brand) jobs(t *testing.T, receipt string) map[string]string {
	t.Helper()
	var list struct {
		Items []struct {
			What  string `json:"what"`
			Title string `json:"title"`
			State string `json:"state"`
		} `json:"items"`
	}
	b.owner.Do("GET", "/v1/print-jobs", nil).Want(t, 200).Into(t, &list)
	found := map[string]string{}
	for _, job := range list.Items {
		if strings.HasPrefix(job.Title, receipt) {
			found[job.What] += job.State
		}
	}
	return found
}

func TestASalePrintsWhatItsPrinterPrintsByItself(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		printer object
		want    map[string]string // what is printed of a sale, of cash
	}{
		{"nothing but the drawer on request", object{"drawer": true}, map[string]string{"drawer": "queued"}},
		{"nothing without a drawer", object{"drawer": false}, map[string]string{}},
		{"the guest's receipt, which opens the drawer", object{"drawer": true, "guest": "always"}, map[string]string{"receipt": "queued"}},
		{
			"copies for the shop and the kitchen",
			object{"drawer": false, "guest": "never", "shop": true, "kitchen": true},
			map[string]string{"shop": "queued", "kitchen": "queued"},
		},
		{"nothing for the till of others", object{"drawer": true, "guest": "always", "device_id": "other"}, map[string]string{}},
	} {
		for _, dialect := range databasetest.Dialects {
			t.Run(dialect.String()+"/"+row.name, func(t *testing.T) {
				t.Parallel()
				opened := open(t, databasetest.Target(t, dialect))
				b := found(t, opened, "owner")
				body := printerChange()
				maps.Copy(body, row.printer)
				if body["device_id"] == "other" {
					var other struct {
						Device named `json:"device"`
					}
					b.owner.Do("POST", "/v1/devices", object{"store_id": b.store, "name": "2번", "kind": "till"}).Want(t, 201).Into(t, &other)
					body["device_id"] = other.Device.ID
				}
				b.owner.Do("PUT", "/v1/printers/"+b.printer, body, "If-Match", "1").Want(t, 200)
				number := b.sellAt(t, "auto", nil)
				if jobs := b.jobs(t, number); !maps.Equal(jobs, row.want) {
					t.Errorf("queued are %v", jobs)
				}
				if again := b.sellAt(t, "auto", nil); again != number {
					t.Fatalf("sold twice: %s and %s", number, again)
				}
				if jobs := b.jobs(t, number); !maps.Equal(jobs, row.want) {
					t.Errorf("after a retry queued are %v", jobs)
				}
				late := b.sellAt(t, "late", object{"sold_at": time.Now().Add(-time.Hour).UTC()}) //nolint:forbidigo // the program's clock is the system's here
				if jobs := b.jobs(t, late); len(jobs) != 0 {
					t.Errorf("an hour later queued are %v", jobs)
				}
			})
		}
	}
}

func TestWhatPrintedByItselfIsPrintedAgainAsACopy(t *testing.T) {
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
			body := printerChange()
			body["address"], body["drawer"], body["guest"], body["kitchen"] = device.Address(), true, "always", true
			b.owner.Do("PUT", "/v1/printers/"+b.printer, body, "If-Match", "2").Want(t, 200)

			ctx, stop := context.WithCancel(t.Context())
			var work sync.WaitGroup
			work.Go(func() { opened.Work(ctx) })
			number := b.sellAt(t, "auto", nil)
			awaitPages(t, device, 2)
			b.print(t, "again", object{"receipt_number": number})
			awaitPages(t, device, 3)
			stop()
			work.Wait()

			pages := device.Pages()
			if len(pages) != 3 || device.Pulses() != 1 {
				t.Fatalf("%d pages came out and the drawer was opened %d times", len(pages), device.Pulses())
			}
			heights := map[int]bool{}
			for _, page := range pages {
				heights[page.Bounds().Dy()] = true
			}
			if len(heights) != 3 {
				t.Errorf("a receipt, a kitchen slip and a copy are of the heights %v", heights)
			}
		})
	}
}

func TestASaleStandsWhateverItsPrinterDoes(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			opened := open(t, databasetest.Target(t, dialect))
			b := found(t, opened, "owner")
			body := printerChange() // nothing listens at its address
			body["guest"] = "always"
			b.owner.Do("PUT", "/v1/printers/"+b.printer, body, "If-Match", "1").Want(t, 200)
			ctx, stop := context.WithCancel(t.Context())
			var work sync.WaitGroup
			work.Go(func() { opened.Work(ctx) })
			t.Cleanup(func() { stop(); work.Wait() })
			number := b.sellAt(t, "auto", nil)
			for {
				var list struct {
					Items []printed `json:"items"`
				}
				b.owner.Do("GET", "/v1/print-jobs?state=queued", nil).Want(t, 200).Into(t, &list)
				at := slices.IndexFunc(list.Items, func(job printed) bool { return job.Title == number && job.Trouble != nil })
				if at >= 0 {
					if code := list.Items[at].Trouble.Code; code != "print.unreachable" {
						t.Errorf("the job says %s", code)
					}
					return
				}
				if t.Context().Err() != nil {
					t.Fatal("the job never said why it is not printed")
				}
			}
		})
	}
}

func TestTheSecondPrintOfAZReportIsACopy(t *testing.T) {
	t.Parallel()
	eachCounter(t, func(t *testing.T, c *counter) {
		opened := c.open(10_000).Shift
		queue := func(key string) (job struct {
			ID      string `json:"id"`
			What    string `json:"what"`
			Subject string `json:"subject_id"`
			Title   string `json:"title"`
		},
		) {
			t.Helper()
			c.till.Do("POST", "/v1/shifts/"+opened.ID+"/print-jobs", nil, "Idempotency-Key", key,
				"Accept-Language", "ko").Want(t, 201).Into(t, &job)
			return job
		}
		x, again := queue("x"), queue("x-again")
		if x.What != "x" || x.Subject != opened.ID || x.ID == again.ID || x.Title != "중간정산 (X) · 1번" {
			t.Errorf("two X reports, at different moments, are %v and %v", x, again)
		}
		closed := c.close(opened.ID, object{"counted": 10_000, "taken_out": 0})
		z, same, copied := queue("z"), queue("z"), queue("z-again")
		if z.What != "z" || z.ID != same.ID || z.ID == copied.ID || z.Title != "마감정산 (Z) 1 · 1번" {
			t.Errorf("a Z report, asked for twice, and its copy are %v, %v and %v", z, same, copied)
		}
		for job, notice := range map[string]bool{z.ID: false, copied.ID: true} {
			if rows := c.printed(job); (rows[0].Role == paper.Notice) != notice || len(rows) < len(closed.Report.Paper) {
				t.Errorf("job %s begins with %v and has %d rows of %d", job, rows[0], len(rows), len(closed.Report.Paper))
			}
		}
	})
}

// printed is what stands on the paper of a job that is queued.
func (c *counter) printed(job string) []paper.Row {
	c.t.Helper()
	wanted, err := print.JobIDs.Parse(job)
	if err != nil {
		c.t.Fatal(err)
	}
	var found print.Job
	err = c.opened.DB.Read(c.t.Context(), func(tx *database.Tx) (err error) {
		org, err := c.opened.OnlyOrganisation(c.t.Context())
		if err == nil {
			found, err = print.ReadJob(c.t.Context(), tx, org, wanted)
		}
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return found.Layout.Rows
}
