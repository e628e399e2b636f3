package print

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"dangol/internal/core/print/escpos"
	"dangol/internal/core/print/paper"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
)

// Worker sends what is due to printers. Any number of workers may run over one database: a job is one worker's at a time.
type Worker struct {
	db      *database.DB
	logger  *slog.Logger
	options Options
	wake    chan struct{}

	mutex sync.Mutex
	busy  map[printerKey]bool
	work  sync.WaitGroup
}

// Options are how long a worker waits for printers. Zero values are those of production.
type Options struct {
	// Answer is how long one answer of a printer may take: 3 seconds.
	Answer time.Duration
	// Done is how long a printer may take to work through a job: 60 seconds.
	Done time.Duration
}

type printerKey struct{ org, printer int64 }

const (
	pollEvery  = time.Second
	retryAfter = 5 * time.Second
	// lease is how long a worker may have a job before others take it for dead. It is more than a job can take:
	// an answer for dialling and for each question, twice, and the printing.
	lease    = 3 * time.Minute
	dueLimit = 200
	maxBusy  = 32 // printers at once
)

// NewWorker makes a worker that does nothing until it is run.
func NewWorker(db *database.DB, logger *slog.Logger, options Options) *Worker {
	if options.Answer == 0 {
		options.Answer = 3 * time.Second
	}
	if options.Done == 0 {
		options.Done = time.Minute
	}
	if logger == nil {
		logger = slog.Default()
	}
	return &Worker{db: db, logger: logger, options: options, wake: make(chan struct{}, 1), busy: map[printerKey]bool{}}
}

// Wake says that something was queued: the worker need not wait until it looks again.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run works until the context ends, then until what was begun is over.
func (w *Worker) Run(ctx context.Context) {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	defer w.work.Wait()
	for {
		if err := w.start(ctx); err != nil && ctx.Err() == nil {
			w.logger.WarnContext(ctx, "look for print jobs", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-w.wake:
		}
	}
}

// Round does what is due once and returns when it is done.
func (w *Worker) Round(ctx context.Context) error {
	err := w.start(ctx)
	w.work.Wait()
	return err
}

type dueJob struct{ org, job, printer int64 }

// start begins what is due: one job for each printer that has none in work.
func (w *Worker) start(ctx context.Context) error {
	var due []dueJob
	err := w.db.Read(ctx, func(tx *database.Tx) (err error) {
		due, err = database.List(ctx, tx, selectDue, func(row database.Scanner) (dueJob, error) {
			var one dueJob
			err := row.Scan(&one.org, &one.job, &one.printer)
			return one, err
		}, tx.Micros(), dueLimit)
		return err
	})
	if err != nil {
		return err
	}
	for _, one := range due {
		key := printerKey{one.org, one.printer}
		if !w.take(key) {
			continue
		}
		w.work.Go(func() {
			// What was begun is finished though the program is told to stop: a job cut off is one that a person must look at.
			moved, err := w.handle(context.WithoutCancel(ctx), one)
			if err != nil {
				w.logger.WarnContext(ctx, "print", "job", JobIDs.Format(one.job), "error", err)
			}
			w.release(key)
			if moved {
				w.Wake() // the printer may have more to do
			}
		})
	}
	return nil
}

func (w *Worker) take(key printerKey) bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.busy[key] || len(w.busy) >= maxBusy {
		return false
	}
	w.busy[key] = true
	return true
}

func (w *Worker) release(key printerKey) {
	w.mutex.Lock()
	delete(w.busy, key)
	w.mutex.Unlock()
}

// handle brings one due job further. It says whether it did.
func (w *Worker) handle(ctx context.Context, due dueJob) (moved bool, err error) {
	var job Job
	var via Printer
	ready := false
	err = w.db.Write(ctx, func(tx *database.Tx) (err error) {
		if job, err = ReadJob(ctx, tx, due.org, due.job); err != nil || job.Due.After(tx.Now()) {
			return err
		}
		next := job
		switch job.State {
		case Leased: // its worker died before it sent anything
			next.Due = tx.Now()
			_, err = move(ctx, tx, due.org, 0, job, next, Postpone)
			return err
		case Sent: // its worker died while it sent
			next.Reason = ReasonInterrupted.Name()
			_, err = move(ctx, tx, due.org, 0, job, next, Lose)
			return err
		case Queued:
			if !tx.Now().Before(job.Deadline) {
				_, err = move(ctx, tx, due.org, 0, job, next, Expire)
				return err
			}
		default:
			return nil // someone else has settled it
		}
		if via, err = choose(ctx, tx, due.org, job); err != nil {
			return err
		}
		next.Via, next.Due, next.Attempts = via.ID, tx.Now().Add(lease), job.Attempts+1
		if job, err = move(ctx, tx, due.org, 0, job, next, Lease); err == nil {
			ready = true
		}
		return err
	})
	switch {
	case database.IsUnique(err): // another job is on that printer now
		return false, nil
	case ErrState.Has(err): // another worker was quicker
		return false, nil
	case err != nil || !ready:
		return err == nil, err
	}
	err = w.print(ctx, due.org, job, via)
	return err == nil, err
}

// choose says which printer is tried: the one that is meant, or after it has failed its backup, by turns.
func choose(ctx context.Context, tx *database.Tx, org int64, job Job) (Printer, error) {
	meant, err := ReadPrinter(ctx, tx, org, job.Printer)
	if err != nil || meant.Backup == 0 || meant.Removed.IsZero() && job.Via != meant.ID {
		return meant, err
	}
	backup, err := ReadPrinter(ctx, tx, org, meant.Backup)
	if id.Unknown.Has(err) || err == nil && !backup.Removed.IsZero() {
		return meant, nil
	}
	return backup, err
}

// print sends a leased job to a printer.
func (w *Worker) print(ctx context.Context, org int64, job Job, via Printer) error {
	if !via.Removed.IsZero() {
		return w.postpone(ctx, org, job, via, ReasonRemoved)
	}
	content, err := encode(job, via)
	if err != nil {
		w.logger.WarnContext(ctx, "draw a print job", "job", JobIDs.Format(job.ID), "error", err)
		return w.settle(ctx, org, job, Fail, codeOf(err))
	}
	line, err := escpos.Dial(ctx, via.Address, w.options.Answer)
	if err != nil {
		return w.postpone(ctx, org, job, via, ReasonUnreachable)
	}
	defer func() { _ = line.Close() }()
	status, err := line.Status()
	if err != nil {
		return w.postpone(ctx, org, job, via, ReasonSilent)
	}
	if code := reason(status); code != nil {
		return w.postpone(ctx, org, job, via, code)
	}
	if job, err = w.sending(ctx, org, job); err != nil {
		return err
	}
	if err := line.Send(content, w.options.Done); err != nil {
		return w.lost(ctx, org, job, via, ReasonUnreachable)
	}
	status, err = line.Done(w.options.Done)
	code := reason(status)
	if err != nil {
		if code == nil {
			code = ReasonSilent
		}
		return w.lost(ctx, org, job, via, code)
	}
	if code == nil && status.PaperLow {
		code = ReasonPaperLow
	}
	w.note(ctx, org, via, code)
	return w.settle(ctx, org, job, Confirm, "")
}

// encode is what the printer is sent. A job with nothing on it opens the drawer and costs no paper.
func encode(job Job, via Printer) ([]byte, error) {
	if len(job.Layout.Rows) == 0 {
		if !via.Drawer {
			return escpos.Init(), nil
		}
		return append(escpos.Init(), escpos.Pulse()...), nil
	}
	picture, err := paper.Draw(job.Layout, via.Width)
	if err != nil {
		return nil, err
	}
	return escpos.Encode(picture.Bits, picture.Stride(), job.Drawer && via.Drawer)
}

// codeOf is the name of the fault in err, "" for an error that is ours.
func codeOf(err error) string {
	if found := fault.As(err); found != nil {
		return found.Code
	}
	return ""
}

// sending marks that the printer is about to get the job. From here on nothing prints it again by itself.
func (w *Worker) sending(ctx context.Context, org int64, job Job) (sent Job, err error) {
	err = w.db.Write(ctx, func(tx *database.Tx) error {
		next := job
		next.Due, next.Reason = tx.Now().Add(lease), ""
		sent, err = move(ctx, tx, org, 0, job, next, Send)
		return err
	})
	return sent, err
}

// postpone gives a job back of which nothing was sent. The backup is tried at once, the same printer in a while.
func (w *Worker) postpone(ctx context.Context, org int64, job Job, via Printer, code *fault.Code) error {
	w.note(ctx, org, via, code)
	return w.db.Write(ctx, func(tx *database.Tx) error {
		next := job
		next.Reason, next.Due = code.Name(), tx.Now().Add(retryAfter)
		if via.ID == job.Printer && via.Backup != 0 {
			next.Due = tx.Now()
		}
		_, err := move(ctx, tx, org, 0, job, next, Postpone)
		return err
	})
}

func (w *Worker) lost(ctx context.Context, org int64, job Job, via Printer, code *fault.Code) error {
	w.note(ctx, org, via, code)
	return w.settle(ctx, org, job, Lose, code.Name())
}

func (w *Worker) settle(ctx context.Context, org int64, job Job, action Action, reason string) error {
	return w.db.Write(ctx, func(tx *database.Tx) error {
		next := job
		next.Reason = reason
		_, err := move(ctx, tx, org, 0, job, next, action)
		return err
	})
}

// note remembers how a printer was. That it can't is no reason to stop printing.
func (w *Worker) note(ctx context.Context, org int64, via Printer, code *fault.Code) {
	name := ""
	if code != nil {
		name = code.Name()
	}
	err := w.db.Write(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(ctx, notePrinter, org, via.ID, name, tx.Micros())
		return err
	})
	if err != nil {
		w.logger.WarnContext(ctx, "note a printer's status", "printer", PrinterIDs.Format(via.ID), "error", err)
	}
}
