// Package escpos speaks ESC/POS, the language of receipt printers: it writes what a printer is to do and reads what it
// says of itself. It refuses to know what is printed.
//
// The commands are those of Epson's "ESC/POS Command Reference"
// (https://download4.epson.biz/sec_pubs/pos/reference_en/escpos/). They stand here from general knowledge of it: no byte
// was compared with the page, nor tried on a printer of any maker (unverified).
package escpos

import (
	"errors"
	"fmt"
)

const (
	esc = 0x1B
	gs  = 0x1D
	dle = 0x10
	eot = 0x04
)

// Init is ESC @: clears what was set and what stands half written in the print buffer.
func Init() []byte { return []byte{esc, '@'} }

// Pulse is ESC p: opens the cash drawer at connector pin 2 with 50 ms on and 500 ms off; the unit of both is 2 ms.
func Pulse() []byte { return []byte{esc, 'p', 0, 25, 250} }

// Cut is GS V 66: feeds the paper to the cutter, which cuts all but a point.
func Cut() []byte { return []byte{gs, 'V', 66, 0} }

const (
	bandRows   = 128 // rows in one command, so that small buffers hold it
	maxRasterX = 128 // bytes in a row: 1,024 dots
)

var errRaster = errors.New("escpos: rows of 1 to 128 bytes, all of one length")

// Raster is GS v 0 for each band of a picture whose rows have stride bytes: the first dot is the highest bit, a set bit
// is black.
func Raster(bits []byte, stride int) ([]byte, error) {
	if stride < 1 || stride > maxRasterX || len(bits)%stride != 0 {
		return nil, errRaster
	}
	var out []byte
	for len(bits) > 0 {
		rows := min(bandRows, len(bits)/stride)
		out = append(out, gs, 'v', '0', 0, byte(stride), 0, byte(rows), 0) //nolint:gosec // both were bounded above
		out = append(out, bits[:rows*stride]...)
		bits = bits[rows*stride:]
	}
	return out, nil
}

// Question is one that a printer answers at once, also while it is offline: DLE EOT n.
type Question byte

const (
	AskPrinter Question = 1 // drawer, offline
	AskOffline Question = 2 // why it is offline: cover, paper, error
	AskError   Question = 3 // cutter, unrecoverable
	AskPaper   Question = 4 // paper near its end, paper out
)

// Questions are all questions, in the order in which they are asked.
var Questions = []Question{AskPrinter, AskOffline, AskError, AskPaper}

// Ask is DLE EOT n.
func Ask(question Question) []byte { return []byte{dle, eot, byte(question)} }

// AskDone is GS r 1: the printer answers with its paper sensor when it comes to this command, which is after all that
// was sent before it.
func AskDone() []byte { return []byte{gs, 'r', 1} }

// Status is what a printer says of itself.
type Status struct {
	Offline   bool // prints nothing now, for whatever reason
	CoverOpen bool
	PaperOut  bool
	PaperLow  bool // near its end, and printing on
	Cutter    bool // the cutter is jammed
	Broken    bool // needs to be switched off, or a technician
	DrawerPin bool // the level of the drawer's sensor; which one means open depends on the drawer
}

// Ready says that nothing keeps it from printing.
func (s Status) Ready() bool {
	return !s.Offline && !s.CoverOpen && !s.PaperOut && !s.Cutter && !s.Broken
}

// with adds the answer to a question.
func (s Status) with(question Question, answer byte) Status {
	switch question {
	case AskPrinter:
		s.DrawerPin, s.Offline = answer&0x04 != 0, answer&0x08 != 0
	case AskOffline:
		s.CoverOpen = answer&0x04 != 0
		s.PaperOut = s.PaperOut || answer&0x20 != 0
	case AskError:
		s.Cutter, s.Broken = answer&0x08 != 0, answer&0x20 != 0
	case AskPaper:
		s.PaperLow = answer&0x0C != 0
		s.PaperOut = s.PaperOut || answer&0x60 != 0
	}
	return s
}

// asb reads the four bytes of Automatic Status Back (GS a), which some printers send unasked.
func asb(block [4]byte) Status {
	return Status{
		DrawerPin: block[0]&0x04 != 0, Offline: block[0]&0x08 != 0, CoverOpen: block[0]&0x20 != 0,
		Cutter: block[1]&0x08 != 0, Broken: block[1]&0x20 != 0,
		PaperLow: block[2]&0x03 != 0, PaperOut: block[2]&0x0C != 0,
	}
}

// kind is what a byte from a printer begins.
type kind int

const (
	noise    kind = iota // flow control, or nothing that is known
	answered             // to a Question: bits 1 and 4 are set, 0 and 7 are not
	block                // the first of four bytes of ASB: bit 4 is set, 0, 1 and 7 are not
	done                 // to AskDone: bits 4 and 7 are not set
)

// sort says what a byte is by the bits that Epson fixes, so that answers to different commands can't be confused.
func sort(b byte) kind {
	switch {
	case b == 0x11 || b == 0x13: // XON, XOFF
		return noise
	case b&0x93 == 0x12:
		return answered
	case b&0x93 == 0x10:
		return block
	case b&0x90 == 0x00:
		return done
	}
	return noise
}

// Encode is all that prints one picture: it is cut off at its end, and opens the drawer first when that is wanted.
func Encode(bits []byte, stride int, drawer bool) ([]byte, error) {
	raster, err := Raster(bits, stride)
	if err != nil {
		return nil, fmt.Errorf("encode a picture: %w", err)
	}
	out := Init()
	if drawer {
		out = append(out, Pulse()...)
	}
	out = append(out, raster...)
	return append(out, Cut()...), nil
}
