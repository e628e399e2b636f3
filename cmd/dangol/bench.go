package main

import (
	"time"

	"dangol/internal/core/ledger/ledgerbench"
)

type benchCommand struct {
	Database string        `help:"A folder for SQLite, or a PostgreSQL address whose user may create databases; left out, a SQLite that is thrown away." placeholder:"PLACE"`
	Seed     uint64        `help:"What chance is drawn from." default:"1"`
	Size     int           `help:"How many accounts with a limit there are." default:"100000"`
	JSON     bool          `help:"Print one JSON object a line, which is the only form there is." default:"true"`
	Callers  int           `help:"How many sell at once." default:"512"`
	Buyers   int           `help:"How many come to a flash sale, and over how many sales a latency is measured." default:"20000"`
	Pairs    int           `help:"How often a figure and its reference take turns." default:"5"`
	Span     time.Duration `help:"How long each turn is." default:"10s"`
	Name     string        `arg:"" optional:"" help:"What is measured: ledger." enum:"ledger" default:"ledger"`
	Figures  []string      `arg:"" optional:"" help:"Which of its figures, such as ledger/spread; all when left out."`
}

// Run measures in databases of its own.
func (c benchCommand) Run(s *surroundings) error {
	folder, address := target{Database: c.Database}.split()
	return ledgerbench.Run(s, ledgerbench.Options{
		Names: c.Figures, URL: address, Folder: folder, Seed: c.Seed, Size: c.Size, Callers: c.Callers, Buyers: c.Buyers,
		Pairs: c.Pairs, Span: c.Span,
	}, s.out)
}
