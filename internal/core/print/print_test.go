package print_test

import (
	"flag"
	"os"
	"sync"
	"testing"
	"time"

	"dangol/internal/core/print"
	"dangol/internal/core/print/paper"
	"dangol/internal/core/print/virtual"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

var update = flag.Bool("update", false, "write the page about states anew")

const (
	org, otherOrg = 1, 2
	store         = 11
	actor         = 9
)

// nobody listens on the discard port.
const nobody = "127.0.0.1:9"

var evening = time.Date(2026, 11, 23, 10, 42, 0, 0, time.UTC)

// shop is a store with one printer, a backup that is not in use until a test says so, and a worker.
type shop struct {
	t       *testing.T
	db      *database.DB
	clock   *clock.Manual
	printer *virtual.Printer
	worker  *print.Worker
	id      int64
}

// each runs a test in a shop on each database.
func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			now := clock.At(evening)
			s := &shop{t: t, db: databasetest.Open(t, dialect, now), clock: now, printer: switchOn(t)}
			s.worker = s.newWorker()
			s.id = s.add(s.printer.Address(), 0)
			test(t, s)
		})
	}
}

func switchOn(t *testing.T) *virtual.Printer {
	t.Helper()
	printer, err := virtual.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = printer.Close() })
	return printer
}

// newWorker makes a worker that waits as briefly as a busy machine allows.
func (s *shop) newWorker() *print.Worker {
	return print.NewWorker(s.db, databasetest.Quiet(), print.Options{Answer: time.Second, Done: 3 * time.Second})
}

func (s *shop) write(work func(tx *database.Tx) error) {
	s.t.Helper()
	if err := s.db.Write(s.t.Context(), work); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) add(address string, backup int64) int64 {
	s.t.Helper()
	p := print.Printer{
		ID: s.db.NewID(), Store: store, Name: "계산대", Address: address, Width: paper.Narrow, Drawer: true, Backup: backup,
	}
	s.write(func(tx *database.Tx) error { return print.CreatePrinter(s.t.Context(), tx, org, actor, p) })
	return p.ID
}

func (s *shop) queue(key string, printer int64) int64 {
	s.t.Helper()
	var job print.Job
	s.write(func(tx *database.Tx) (err error) {
		job, _, err = print.Queue(s.t.Context(), tx, org, print.Job{
			ID: s.db.NewID(), Store: store, Key: key, Printer: printer, What: "receipt", Subject: 77, Title: "AB12-1-000001",
			Layout: paper.Layout{Rows: []paper.Row{{Role: paper.Heading, Left: "단골커피"}, {Role: paper.Total, Left: "합계", Right: "4,500원"}}},
			Drawer: true, By: actor,
		})
		return err
	})
	return job.ID
}

func (s *shop) round() {
	s.t.Helper()
	if err := s.worker.Round(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) job(job int64) print.Job {
	s.t.Helper()
	var found print.Job
	err := s.db.Read(s.t.Context(), func(tx *database.Tx) (err error) {
		found, err = print.ReadJob(s.t.Context(), tx, org, job)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}

func (s *shop) settle(job int64, action print.Action) error {
	found := s.job(job)
	return s.db.Write(s.t.Context(), func(tx *database.Tx) error {
		_, err := print.Settle(s.t.Context(), tx, org, actor, found, action)
		return err
	})
}

// is fails the test unless the job stands so, for that reason.
func (s *shop) is(job int64, state print.State, reason *fault.Code) {
	s.t.Helper()
	found := s.job(job)
	want := ""
	if reason != nil {
		want = reason.Name()
	}
	if found.State != state || found.Reason != want {
		s.t.Fatalf("the job is %s (%q), want %s (%q)", found.State, found.Reason, state, want)
	}
}

func (s *shop) pages(want int) {
	s.t.Helper()
	if got := len(s.printer.Pages()); got != want {
		s.t.Fatalf("%d pages came out, want %d", got, want)
	}
}

func TestAJobIsPrintedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		job := s.queue("sale-1", s.id)
		s.round()
		s.round()
		s.is(job, print.Confirmed, nil)
		s.pages(1)
		if s.printer.Pulses() != 1 {
			t.Errorf("the drawer was opened %d times", s.printer.Pulses())
		}
		if again := s.queue("sale-1", s.id); again != job {
			t.Error("the same key made another job")
		}
		if left := s.job(job).Layout.Rows; len(left) != 0 {
			t.Errorf("a printed job still keeps its %d rows", len(left))
		}
		err := s.db.Write(t.Context(), func(tx *database.Tx) error {
			_, _, err := print.Queue(t.Context(), tx, org, print.Job{ID: s.db.NewID(), Store: store, Key: "sale-1", Printer: s.id, Subject: 78})
			return err
		})
		if !print.ErrKey.Has(err) {
			t.Errorf("the key of another thing: %v", err)
		}
		var kinds []string
		err = s.db.Read(t.Context(), func(tx *database.Tx) error {
			entries, err := journal.OfSubject(t.Context(), tx, org, job, 0, 10)
			for _, entry := range entries {
				kinds = append(kinds, entry.Kind)
			}
			return err
		})
		if err != nil || len(kinds) != 2 || kinds[0] != "print.queued" || kinds[1] != "print.confirmed" {
			t.Errorf("the journal has %v (%v)", kinds, err)
		}
	})
}

func TestAPrinterThatCanNotPrintIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		faults virtual.Faults
		want   *fault.Code
	}{
		{"out of paper", virtual.Faults{PaperOut: true}, print.ReasonPaper},
		{"its cover is open", virtual.Faults{CoverOpen: true}, print.ReasonCover},
		{"it does not answer", virtual.Faults{Silent: true}, print.ReasonSilent},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(_ *testing.T, s *shop) {
				s.printer.Set(row.faults)
				job := s.queue("sale-1", s.id)
				s.round()
				s.is(job, print.Queued, row.want)
				s.printer.Set(virtual.Faults{})
				s.round()
				s.is(job, print.Queued, row.want) // not before a while has passed
				s.clock.Advance(5 * time.Second)
				s.round()
				s.is(job, print.Confirmed, nil)
				s.pages(1)
			})
		})
	}
}

func TestWhatMayHaveBeenPrintedIsNeverPrintedAgainByItself(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		faults virtual.Faults
		want   *fault.Code
	}{
		{"it never says that it is done", virtual.Faults{Deaf: true}, print.ReasonSilent},
		{"the paper ends half-way", virtual.Faults{RowsLeft: 20}, print.ReasonPaper},
		{"it drops the line half-way", virtual.Faults{DropAfter: 1000}, print.ReasonSilent},
		{"it is slower than anyone waits", virtual.Faults{RowMicros: 1_000_000}, print.ReasonSilent},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, s *shop) {
				s.worker = print.NewWorker(s.db, databasetest.Quiet(), print.Options{Answer: time.Second, Done: time.Second})
				s.printer.Set(row.faults)
				job := s.queue("sale-1", s.id)
				s.round()
				if found := s.job(job); found.State != print.Unknown || found.Reason == "" {
					t.Fatalf("the job is %s (%q)", found.State, found.Reason)
				}
				if row.want == print.ReasonPaper {
					s.is(job, print.Unknown, row.want)
				}
				s.clock.Advance(time.Hour)
				before := s.job(job)
				s.round()
				if after := s.job(job); after.Version != before.Version {
					t.Errorf("it became %s by itself", after.State)
				}
			})
		})
	}
}

func TestAPersonDecidesAboutAnUnknownJob(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.printer.Set(virtual.Faults{Deaf: true})
		seen, again, needless := s.queue("1", s.id), s.queue("2", s.id), s.queue("3", s.id)
		for range 3 {
			s.round()
		}
		s.printer.Set(virtual.Faults{})
		printed := len(s.printer.Pages())
		for job, action := range map[int64]print.Action{seen: print.Printed, again: print.Retry, needless: print.Discard} {
			if err := s.settle(job, action); err != nil {
				t.Fatalf("%s: %v", action, err)
			}
		}
		s.round()
		s.is(seen, print.Confirmed, print.ReasonSilent)
		s.is(again, print.Confirmed, nil)
		s.is(needless, print.Discarded, print.ReasonSilent)
		s.pages(printed + 1)
		if err := s.settle(seen, print.Retry); !print.ErrState.Has(err) {
			t.Errorf("a printed job was tried again: %v", err)
		}
	})
}

func TestALyingPrinterIsBelieved(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, s *shop) {
		s.printer.Set(virtual.Faults{Forgetful: true})
		job := s.queue("sale-1", s.id)
		s.round()
		s.is(job, print.Confirmed, nil) // nothing in its answers gives it away: a reprint is a new job
		s.pages(0)
	})
}

func TestNothingPrintsByItselfNextMorning(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		job := s.queue("sale-1", s.add(nobody, 0))
		s.round()
		s.is(job, print.Queued, print.ReasonUnreachable)
		s.clock.Advance(12 * time.Hour)
		s.round()
		s.is(job, print.Waiting, print.ReasonUnreachable)
		if err := s.settle(job, print.Retry); err != nil {
			t.Fatal(err)
		}
		s.round()
		s.is(job, print.Queued, print.ReasonUnreachable)
	})
}

func TestABackupPrints(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		front := s.add(nobody, s.id)
		job := s.queue("sale-1", front)
		s.round()
		s.is(job, print.Queued, print.ReasonUnreachable)
		s.round()
		s.is(job, print.Confirmed, nil)
		s.pages(1)
		if s.job(job).Via != s.id {
			t.Error("it was not the backup that printed")
		}
	})
}

func TestTwoWorkersPrintAJobOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		const jobs = 8
		for i := range jobs {
			s.queue(string(rune('a'+i)), s.id)
		}
		var work sync.WaitGroup
		for range 2 {
			worker := s.newWorker()
			work.Go(func() {
				for range 3 * jobs {
					if err := worker.Round(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		work.Wait()
		s.pages(jobs)
	})
}

func TestACrashIsSettledWhenItsLeaseIsOver(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		sent   bool
		want   print.State
		reason *fault.Code
	}{
		{"before anything was sent it is tried again", false, print.Queued, nil},
		{"after that nobody knows", true, print.Unknown, print.ReasonInterrupted},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(_ *testing.T, s *shop) {
				job := s.queue("sale-1", s.id)
				s.write(func(tx *database.Tx) error { return print.Abandon(s.t.Context(), tx, org, job, s.id, row.sent) })
				s.clock.Advance(time.Minute)
				before := s.job(job)
				s.round()
				if s.job(job).Version != before.Version {
					s.t.Fatal("a worker took what another still had")
				}
				s.clock.Advance(2 * time.Minute)
				s.round()
				s.is(job, row.want, row.reason)
				s.pages(0)
			})
		})
	}
}

func TestWhatCanNotBeDrawnFails(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, s *shop) {
		var job print.Job
		s.write(func(tx *database.Tx) (err error) {
			job, _, err = print.Queue(s.t.Context(), tx, org, print.Job{
				ID: s.db.NewID(), Store: store, Key: "long", Printer: s.id, What: "receipt",
				Layout: paper.Layout{Rows: make([]paper.Row, 5000)},
			})
			return err
		})
		s.round()
		s.is(job.ID, print.Failed, paper.ErrTooLong)
	})
}

func TestPrintersAreChecked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		good := print.Printer{Store: store, Name: "주방", Address: "192.168.0.50:9100", Width: paper.Wide}
		for _, row := range []struct {
			name   string
			change func(*print.Printer)
			want   *fault.Code
		}{
			{"a printer needs a name", func(p *print.Printer) { p.Name = "  " }, print.ErrName},
			{"an address has a port", func(p *print.Printer) { p.Address = "192.168.0.50" }, print.ErrAddress},
			{"an address is no link", func(p *print.Printer) { p.Address = "http://a:9100" }, print.ErrAddress},
			{"paper is 58 or 80 mm wide", func(p *print.Printer) { p.Width = 500 }, print.ErrWidth},
			{"a backup is there", func(p *print.Printer) { p.Backup = 12345 }, print.ErrBackup},
			{"a backup is in the same store", func(p *print.Printer) { p.Store, p.Backup = store+1, s.id }, print.ErrBackup},
		} {
			p := good
			p.ID = s.db.NewID()
			row.change(&p)
			err := s.db.Write(t.Context(), func(tx *database.Tx) error { return print.CreatePrinter(t.Context(), tx, org, actor, p) })
			found := fault.As(err)
			if found == nil || len(found.Fields) != 1 || found.Fields[0].Code != row.want.Name() {
				t.Errorf("%s: %v", row.name, err)
			}
		}
		err := s.db.Read(t.Context(), func(tx *database.Tx) error {
			_, err := print.ReadPrinter(t.Context(), tx, otherOrg, s.id)
			return err
		})
		if !id.Unknown.Has(err) {
			t.Errorf("another organisation reads it: %v", err)
		}
	})
}

func TestThePageAboutStatesIsFresh(t *testing.T) {
	t.Parallel()
	const path = "../../../docs/print-states.md"
	want := print.StatePage()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s is stale (%v): run this test with -update", path, err)
	}
}
