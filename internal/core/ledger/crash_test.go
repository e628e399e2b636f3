package ledger_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

// sellerVariable makes the test binary a seller: a program that sells until it is killed.
const sellerVariable = "DANGOL_LEDGER_SELLER"

func TestMain(m *testing.M) {
	if text := os.Getenv(sellerVariable); text != "" {
		if err := runSeller(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	// The usual run draws what it always draws; the long one looks further.
	if soak(0, 1) == 0 {
		if err := flag.Set("rapid.seed", "20261123"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// seller says what a seller sells, and where.
type seller struct {
	Database database.Options
	Name     string
	Threads  int
	// Sales ends each thread after so many; 0 never ends.
	Sales int
	// DieAt kills the program before this step of its writers, counted from 1; 0 never does.
	DieAt int64
}

// saleOf is a sale as most are: a claim, an event, a row of its own and a move of stock.
func (s seller) saleOf(db *database.DB, thread, n int) ledger.Unit {
	key := fmt.Sprintf("%s-%d-%d", s.Name, thread, n)
	return ledger.Unit{
		Org: org, Store: int64(thread), Key: key, Posting: db.NewID(), Kind: "sale",
		Claims:    []ledger.Claim{{Scope: "receipt", Value: key}},
		Inserts:   []ledger.Insert{made(db.NewID(), key)},
		Transfers: []ledger.Transfer{sell(1)},
	}
}

func runSeller(text string) error {
	var s seller
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return err
	}
	ctx := context.Background()
	s.Database.Logger = databasetest.Quiet()
	var steps atomic.Int64
	s.Database.Step = func() {
		if steps.Add(1) == s.DieAt {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	db, err := database.Open(ctx, s.Database)
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	books := ledger.New(db, databasetest.Quiet())
	var wait sync.WaitGroup
	failed := make(chan error, s.Threads)
	for thread := range s.Threads {
		wait.Go(func() {
			for n := 0; s.Sales == 0 || n < s.Sales; n++ {
				unit := s.saleOf(db, thread, n)
				if _, err := books.Commit(ctx, unit); err != nil {
					failed <- err
					return
				}
				// One write of less than a page: it arrives whole or not at all.
				_, _ = os.Stdout.WriteString(unit.Key + "\n")
			}
		})
	}
	wait.Wait()
	books.Close()
	select {
	case err := <-failed:
		return err
	default:
		return db.Close()
	}
}

// start runs a seller as a process of its own.
func (s seller) start(t *testing.T) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), sellerVariable+"="+string(text))
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return command, bufio.NewScanner(output)
}

// soak says how often to try what is tried more often in long tests.
func soak(usual, long int) int {
	if os.Getenv("DANGOL_SOAK") != "" {
		return long
	}
	return usual
}

// opened opens a target again and again; each time is one bench.
func opened(t *testing.T, target database.Options) *bench {
	t.Helper()
	db := databasetest.Reopen(t, target, nil)
	books := ledger.New(db, databasetest.Quiet())
	t.Cleanup(books.Close)
	return &bench{Ledger: books, t: t, db: db}
}

func TestWhatWasAcknowledgedSurvivesAKill(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			target := databasetest.Target(t, dialect)
			b := opened(t, target)
			b.exec(createThing)
			b.must(receive(1_000_000))
			b.Close()
			if err := b.db.Close(); err != nil {
				t.Fatal(err)
			}
			acknowledged := map[string]bool{}
			for round := range soak(10, 250) {
				s := seller{Database: target, Name: fmt.Sprintf("round-%d", round), Threads: 16}
				command, output := s.start(t)
				// Each round is killed at another point of a group.
				for seen := 0; seen < 200+37*(round%11) && output.Scan(); seen++ {
					acknowledged[output.Text()] = true
				}
				if err := command.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				for output.Scan() {
					acknowledged[output.Text()] = true
				}
				_ = command.Wait()
				b.check(target, acknowledged)
			}
		})
	}
}

// A program is killed before each step of a sale in turn, at COMMIT and between that and the answer. It is never found half
// done, and the same key sent again happens once.
func TestAProgramMayDieAtEveryStepOfASale(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			target := databasetest.Target(t, dialect)
			b := opened(t, target)
			b.exec(createThing)
			b.must(receive(1_000_000))
			b.Close()
			if err := b.db.Close(); err != nil {
				t.Fatal(err)
			}
			acknowledged := map[string]bool{}
			run := func(s seller) (killed bool) {
				command, output := s.start(t)
				for output.Scan() {
					acknowledged[output.Text()] = true
				}
				return command.Wait() != nil
			}
			died := int64(0)
			for killed := true; killed; {
				s := seller{Database: target, Name: fmt.Sprintf("round-%d", died), Threads: 1, Sales: 1, DieAt: died + 1}
				if killed = run(s); killed {
					died++
					b.check(target, acknowledged)
					s.DieAt = 0
					if run(s) {
						t.Fatal("it did not recover")
					}
				}
			}
			if want := map[database.Dialect]int64{database.SQLite: 9, database.Postgres: 2}[dialect]; died < want {
				t.Errorf("a sale has %d steps, want at least %d", died, want)
			}
			if int64(len(acknowledged)) != died+1 {
				t.Errorf("%d of %d sales were acknowledged in the end", len(acknowledged), died+1)
			}
			b.check(target, acknowledged)
		})
	}
}

// check opens the books after a crash: every sale that was acknowledged is there once, with all that belongs to it.
func (b *bench) check(target database.Options, acknowledged map[string]bool) {
	b.t.Helper()
	again := opened(b.t, target)
	defer func() {
		again.Close()
		_ = again.db.Close()
	}()
	var rows, left int64
	sold, missing := int64(0), len(acknowledged)
	ctx := context.Background()
	// All is read in one snapshot: PostgreSQL may still be committing what the killed program sent last.
	err := again.db.Read(ctx, func(tx *database.Tx) error {
		if err := tx.QueryRow(ctx, countThings, org).Scan(&rows); err != nil {
			return err
		}
		balances, err := ledger.Balances(ctx, tx, org, shelf.Code)
		if err != nil {
			return err
		}
		left = balances[shelf.Code].Available
		for after := int64(0); ; {
			postings, err := ledger.PostingsAfter(ctx, tx, org, after, 1000)
			if err != nil || len(postings) == 0 {
				return err
			}
			for _, posting := range postings {
				after = posting.ID
				if !strings.HasPrefix(posting.Key, "round-") {
					continue
				}
				sold++
				if acknowledged[posting.Key] {
					missing--
				}
			}
		}
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if missing != 0 {
		b.t.Fatalf("%d of %d acknowledged sales are not there", missing, len(acknowledged))
	}
	if rows != sold || left != 1_000_000-sold {
		b.t.Fatalf("%d sales have %d rows and left %d units", sold, rows, left)
	}
	again.verify()
}

func TestTwoProgramsShareOnePostgreSQL(t *testing.T) {
	t.Parallel()
	target := databasetest.Target(t, database.Postgres)
	b := opened(t, target)
	b.exec(createThing)
	const threads, sales = 8, 40
	b.must(receive(2 * threads * sales))
	var commands []*exec.Cmd
	var wait sync.WaitGroup
	for _, name := range []string{"round-a", "round-b"} {
		command, output := seller{Database: target, Name: name, Threads: threads, Sales: sales}.start(t)
		commands = append(commands, command)
		wait.Go(func() {
			for output.Scan() {
				continue
			}
		})
	}
	wait.Wait()
	for _, command := range commands {
		if err := command.Wait(); err != nil {
			t.Fatalf("a seller failed: %v", err)
		}
	}
	b.available(shelf, 0)
	b.refuses(ledger.ErrShort, sell(1))
	b.verify()
}
