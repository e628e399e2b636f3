package app_test

import (
	"strconv"
	"testing"
	"time"

	"dangol/internal/core/print"
	"dangol/internal/core/print/virtual"
	"dangol/internal/ground/database/databasetest"
)

// job is what the till and the console see of a print job.
type job struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	ViaID       string `json:"via_id"`
	State       string `json:"state"`
	NeedsPerson bool   `json:"needs_person"`
	Attempts    int    `json:"attempts"`
	Trouble     struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"trouble"`
}

// switchOn switches a printer on that prints each guest's receipt at the brand's till.
func (c *counter) switchOn() *virtual.Printer {
	c.t.Helper()
	device, err := virtual.Listen(c.t.Context(), "127.0.0.1:0")
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = device.Close() })
	c.connect(c.t, device.Address())
	c.setUp(2, device.Address(), "")
	return device
}

// setUp has the brand's printer print each guest's receipt, at an address and with a backup.
func (c *counter) setUp(version int, address, backup string) {
	c.t.Helper()
	body := printerChange()
	body["address"], body["guest"], body["backup_id"] = address, "always", backup
	c.owner.Do("PUT", "/v1/printers/"+c.printer, body, "If-Match", strconv.Itoa(version)).Want(c.t, 200)
}

// round has the program print what is due, with little patience for printers.
func (c *counter) round() {
	c.t.Helper()
	worker := print.NewWorker(c.opened.DB, databasetest.Quiet(), print.Options{Answer: time.Second, Done: 2 * time.Second})
	if err := worker.Round(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
}

// job is the newest print job of a receipt, as the till reads it.
func (c *counter) job(receipt string) job {
	c.t.Helper()
	var list struct {
		Items []job `json:"items"`
	}
	c.till.Do("GET", "/v1/print-jobs?store_id="+c.store, nil, "Accept-Language", "ko").Want(c.t, 200).Into(c.t, &list)
	for _, one := range list.Items {
		if one.Title == receipt {
			return one
		}
	}
	c.t.Fatalf("nothing was to be printed of %s", receipt)
	return job{}
}

func TestASaleStandsAndSaysWhatItsPrinterDoes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		faults  virtual.Faults
		off     bool
		state   string
		code    string // of what the till says, "" when it says nothing
		morning string // the state next morning, when the printer works again
	}{
		{"switched off", virtual.Faults{}, true, "queued", "print.unreachable", "waiting"},
		{"out of paper", virtual.Faults{PaperOut: true}, false, "queued", "print.paper", "waiting"},
		{"its cover is open", virtual.Faults{CoverOpen: true}, false, "queued", "print.cover", "waiting"},
		{"it does not answer", virtual.Faults{Silent: true}, false, "queued", "print.silent", "waiting"},
		{"it answers what no printer answers", virtual.Faults{Babbling: true}, false, "queued", "print.silent", "waiting"},
		{"it drops the line half-way", virtual.Faults{DropAfter: 1000}, false, "unknown", "print.silent", "unknown"},
		{"its paper ends half-way", virtual.Faults{RowsLeft: 20}, false, "unknown", "print.paper", "unknown"},
		{"it does not say that it is done", virtual.Faults{Deaf: true}, false, "unknown", "print.silent", "unknown"},
		{"it says that it printed and did not", virtual.Faults{Forgetful: true}, false, "confirmed", "", "confirmed"},
		{"it is slow", virtual.Faults{RowMicros: 500}, false, "confirmed", "", "confirmed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			eachCounter(t, func(t *testing.T, c *counter) {
				device := c.switchOn()
				device.Set(row.faults)
				if row.off {
					c.setUp(3, "127.0.0.1:9", "")
				}
				made := c.sale(1)
				c.round()
				evening := c.job(made.Receipt.Number)
				if evening.State != row.state || evening.Trouble.Code != row.code || (evening.Trouble.Message == "") != (row.code == "") {
					t.Fatalf("the job is %+v", evening)
				}
				if shown := evening.NeedsPerson || evening.Trouble.Code != ""; shown != (row.code != "") {
					t.Errorf("whether the till says so: %t", shown)
				}
				c.till.Do("GET", "/v1/receipts/"+made.Receipt.Number, nil).Want(t, 200)
				c.prove()

				device.Set(virtual.Faults{})
				if row.off {
					c.setUp(4, device.Address(), "")
				}
				before := len(device.Pages())
				c.clock.Advance(11 * time.Hour)
				c.round()
				c.round()
				morning := c.job(made.Receipt.Number)
				if morning.State != row.morning || morning.Attempts != evening.Attempts || len(device.Pages()) != before {
					t.Fatalf("next morning the job is %+v, and %d pages more came out", morning, len(device.Pages())-before)
				}
				if !morning.NeedsPerson {
					return
				}
				c.till.Do("POST", "/v1/print-jobs/"+morning.ID+"/retry", nil).Want(t, 200)
				c.round()
				if after := c.job(made.Receipt.Number); after.State != "confirmed" || len(device.Pages()) != before+1 {
					t.Errorf("printed again by a person it is %+v, with %d pages more", after, len(device.Pages())-before)
				}
			})
		})
	}
}

func TestALyingPrinterIsPutRightByACopy(t *testing.T) {
	t.Parallel()
	eachCounter(t, func(t *testing.T, c *counter) {
		device := c.switchOn()
		device.Set(virtual.Faults{Forgetful: true})
		made := c.sale(1)
		c.round()
		device.Set(virtual.Faults{})
		c.post("/v1/print-jobs", object{"receipt_number": made.Receipt.Number}).Want(t, 201)
		c.round()
		if pages := len(device.Pages()); pages != 1 {
			t.Errorf("%d pages came out, not the copy", pages)
		}
	})
}

func TestTheBackupPrintsForAPrinterThatCanNot(t *testing.T) {
	t.Parallel()
	eachCounter(t, func(t *testing.T, c *counter) {
		backup := c.switchOn()
		var added named
		body := printerBody(c.store)
		body["address"], body["guest"] = "127.0.0.1:9", "always"
		c.owner.Do("POST", "/v1/printers", body).Want(t, 201).Into(t, &added)
		body["device_id"], body["backup_id"] = c.device, c.printer // the till's own printer is the one that is off
		delete(body, "store_id")
		c.owner.Do("PUT", "/v1/printers/"+added.ID, body, "If-Match", "1").Want(t, 200)

		made := c.sale(1)
		c.round()
		if first := c.job(made.Receipt.Number); first.State != "queued" || first.Trouble.Code != "print.unreachable" {
			t.Errorf("after one try the job is %+v", first)
		}
		c.round()
		if second := c.job(made.Receipt.Number); second.State != "confirmed" || second.ViaID != c.printer {
			t.Errorf("the job is %+v", second)
		}
		if pages := len(backup.Pages()); pages != 1 {
			t.Errorf("%d pages came out of the backup", pages)
		}
	})
}
