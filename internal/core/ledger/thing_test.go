package ledger_test

import (
	"context"
	"testing"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
)

// A thing is a slice's row as the ledger sees it: it has a version and a name.
var (
	things      = ledger.Versioned("ledgertest_thing")
	createThing = database.Register("ledgertest.create_thing", `
		CREATE TABLE ledgertest_thing (org_id BIGINT NOT NULL, id BIGINT NOT NULL, version BIGINT NOT NULL, name TEXT NOT NULL,
			PRIMARY KEY (org_id, id), CHECK (name <> 'poison'))`)
	insertThing = database.Register("ledgertest.insert_thing", `
		INSERT INTO ledgertest_thing (org_id, id, version, name) VALUES ($1, $2, 1, $3)`)
	renameThing = database.Register("ledgertest.rename_thing", `
		UPDATE ledgertest_thing SET name = $3 WHERE org_id = $1 AND id = $2`)
	moveThing = database.Register("ledgertest.move_thing", `
		UPDATE ledgertest_thing SET version = version + 1 WHERE org_id = $1 AND id = $2`)
	readThing = database.Register("ledgertest.read_thing", `
		SELECT version, name FROM ledgertest_thing WHERE org_id = $1 AND id = $2`)
	countThings = database.Register("ledgertest.count_things", `SELECT COUNT(*) FROM ledgertest_thing WHERE org_id = $1`)
)

func (b *bench) exec(statement *database.Statement, args ...any) {
	b.t.Helper()
	err := b.db.Write(context.Background(), func(tx *database.Tx) error {
		_, err := tx.Exec(context.Background(), statement, args...)
		return err
	})
	if err != nil {
		b.t.Fatalf("%s: %v", statement.Name(), err)
	}
}

func (b *bench) number(statement *database.Statement, args ...any) int64 {
	b.t.Helper()
	var number int64
	err := b.db.Read(context.Background(), func(tx *database.Tx) error {
		return tx.QueryRow(context.Background(), statement, args...).Scan(&number)
	})
	if err != nil {
		b.t.Fatalf("%s: %v", statement.Name(), err)
	}
	return number
}

func (b *bench) thing(id, version int64, name string) {
	b.t.Helper()
	var gotVersion int64
	var gotName string
	err := b.db.Read(context.Background(), func(tx *database.Tx) error {
		return tx.QueryRow(context.Background(), readThing, org, id).Scan(&gotVersion, &gotName)
	})
	if err != nil || gotVersion != version || gotName != name {
		b.t.Fatalf("thing %d is %q at version %d (%v), want %q at %d", id, gotName, gotVersion, err, name, version)
	}
}

func made(id int64, name string) ledger.Insert {
	return ledger.Insert{Statement: insertThing, Args: []any{int64(org), id, name}}
}

func renamed(id int64, name string) ledger.Set {
	return ledger.Set{Statement: renameThing, Args: []any{int64(org), id, name}}
}

func expect(id, version int64) ledger.Expect {
	return ledger.Expect{Table: things, ID: id, Version: version}
}

func TestRowsBelongToTheirUnit(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		test func(b *bench)
	}{
		{"a row is written with the posting", func(b *bench) {
			unit := b.unit(receive(1))
			unit.Inserts = []ledger.Insert{made(2, "second")}
			b.commitUnit(unit, nil)
			b.thing(2, 1, "second")
		}},
		{"a row of a rejected Unit is not written", func(b *bench) {
			unit := b.unit(sell(1))
			unit.Inserts = []ledger.Insert{made(2, "second")}
			b.commitUnit(unit, ledger.ErrShort)
			if count := b.number(countThings, org); count != 1 {
				b.t.Fatalf("there are %d rows", count)
			}
		}},
		{"a row that is expected is moved on and changed", func(b *bench) {
			unit := b.unit(receive(1))
			unit.Expects, unit.Sets = []ledger.Expect{expect(1, 1)}, []ledger.Set{renamed(1, "changed")}
			b.commitUnit(unit, nil)
			b.thing(1, 2, "changed")
		}},
		{"a row that has moved rejects the Unit", func(b *bench) {
			b.exec(moveThing, org, 1)
			unit := b.unit(receive(1))
			unit.Expects, unit.Sets = []ledger.Expect{expect(1, 1)}, []ledger.Set{renamed(1, "changed")}
			b.commitUnit(unit, ledger.ErrMoved)
			b.thing(1, 2, "first")
		}},
		{"a row that is gone rejects the Unit", func(b *bench) {
			unit := b.unit(receive(1))
			unit.Expects = []ledger.Expect{expect(9, 1)}
			b.commitUnit(unit, ledger.ErrMoved)
		}},
		{"a row can't be expected twice", func(b *bench) {
			unit := b.unit(receive(1))
			unit.Expects = []ledger.Expect{expect(1, 1), expect(1, 1)}
			b.commitUnit(unit, ledger.ErrUnit)
		}},
		{"a row that is not expected can't be set", func(b *bench) {
			unit := b.unit(receive(1))
			unit.Sets = []ledger.Set{renamed(1, "changed")}
			b.commitUnit(unit, ledger.ErrUnit)
		}},
		{"a Unit that sets what is not there fails whole", func(b *bench) {
			unit := b.unit(receive(1))
			unit.Expects, unit.Sets = []ledger.Expect{expect(1, 1)}, []ledger.Set{renamed(9, "changed")}
			if _, err := b.Commit(context.Background(), unit); err == nil {
				b.t.Fatal("it was committed")
			}
			b.thing(1, 1, "first")
			b.available(shelf, 0)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(b *bench) {
				b.exec(createThing)
				b.exec(insertThing, org, 1, "first")
				row.test(b)
			})
		})
	}
}

// commitUnit commits and wants the code, or none.
func (b *bench) commitUnit(unit ledger.Unit, code interface{ Has(error) bool }) ledger.Outcome {
	b.t.Helper()
	outcome, err := b.Commit(context.Background(), unit)
	if code == nil && err != nil || code != nil && !code.Has(err) {
		b.t.Fatalf("commit: %v", err)
	}
	return outcome
}

func TestOfTwoThatExpectARowOneIsRejected(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.exec(createThing)
		b.exec(insertThing, org, 1, "first")
		units := make([]ledger.Unit, 20)
		for i := range units {
			units[i] = b.unit(receive(1))
			units[i].Expects, units[i].Sets = []ledger.Expect{expect(1, 1)}, []ledger.Set{renamed(1, "changed")}
		}
		taken := 0
		for _, err := range b.atOnce(units) {
			if err == nil {
				taken++
			} else if !ledger.ErrMoved.Has(err) {
				t.Errorf("commit: %v", err)
			}
		}
		if taken != 1 {
			t.Fatalf("%d Units moved the row on", taken)
		}
		b.available(shelf, 1)
		b.thing(1, 2, "changed")
	})
}

// The database refuses these Units each time: nothing in them is wrong for the engine.
func TestAPoisonedUnitFailsAlone(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.exec(createThing)
		const count = 60
		units := make([]ledger.Unit, count)
		for i := range units {
			units[i] = b.unit(receive(1))
			name := "good"
			if i%20 == 7 {
				name = "poison"
			}
			units[i].Inserts = []ledger.Insert{made(int64(i+1), name)}
		}
		units[30].Inserts[0].Args[1] = int64(30) // the primary key of its neighbour
		failed := 0
		for i, err := range b.atOnce(units) {
			if err != nil {
				failed++
				if i%20 != 7 && i != 29 && i != 30 {
					t.Errorf("Unit %d failed: %v", i, err)
				}
			}
		}
		if failed != 4 {
			t.Fatalf("%d Units failed", failed)
		}
		b.available(shelf, count-4)
		if rows := b.number(countThings, org); rows != count-4 {
			t.Fatalf("there are %d rows", rows)
		}
		b.verify()
	})
}
