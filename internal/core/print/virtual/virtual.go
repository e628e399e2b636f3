// Package virtual is a receipt printer that exists only as a program: it speaks ESC/POS over TCP, draws what it got, and
// misbehaves on demand, as printers do. It is for trying things out and for tests; it refuses to know who prints.
package virtual

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"net"
	"sync"
	"time"
)

// Faults are what is wrong with the printer. The zero Faults is a printer that works.
type Faults struct {
	PaperOut  bool `json:"paper_out"`
	PaperLow  bool `json:"paper_low"`
	CoverOpen bool `json:"cover_open"`
	// Silent says that it never answers.
	Silent bool `json:"silent"`
	// Babbling says that it answers what no printer answers.
	Babbling bool `json:"babbling"`
	// Forgetful says that it lies: it answers as if it had printed and prints nothing.
	Forgetful bool `json:"forgetful"`
	// Deaf says that it prints and never says that it is done.
	Deaf bool `json:"deaf"`
	// RowsLeft is after how many rows of dots the paper ends; 0 is never.
	RowsLeft int `json:"rows_left"`
	// DropAfter is after how many bytes of pictures it drops the line; 0 is never.
	DropAfter int `json:"drop_after"`
	// RowMicros is how long a row of dots takes, in microseconds.
	RowMicros int `json:"row_micros"`
}

// Printer is a virtual printer that listens.
type Printer struct {
	listener net.Listener
	closing  chan struct{}
	work     sync.WaitGroup

	mutex  sync.Mutex
	faults Faults
	conns  map[net.Conn]bool
	sheet  sheet
	pages  []*image.Gray
	pulses int
	held   []func() // what waits for paper, in order
	cut    chan struct{}
}

const (
	keptPages = 20
	maxHeld   = 10_000
	maxSheet  = 30_000 // rows
)

// sheet is the paper that was not cut off yet.
type sheet struct {
	stride int
	bits   []byte
}

// Listen starts a printer at an address such as "127.0.0.1:0".
func Listen(ctx context.Context, address string) (*Printer, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen as a printer: %w", err)
	}
	p := &Printer{listener: listener, closing: make(chan struct{}), conns: map[net.Conn]bool{}, cut: make(chan struct{}, 1)}
	p.work.Go(p.accept)
	return p, nil
}

// Address is where the printer listens.
func (p *Printer) Address() string { return p.listener.Addr().String() }

// Close switches the printer off.
func (p *Printer) Close() error {
	close(p.closing)
	err := p.listener.Close()
	p.mutex.Lock()
	for conn := range p.conns {
		_ = conn.Close()
	}
	p.mutex.Unlock()
	p.work.Wait()
	return err
}

// Set changes what is wrong. A printer that has paper and a closed cover goes on with what it had begun.
func (p *Printer) Set(faults Faults) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.faults = faults
	p.resume()
}

// Faults are what is wrong with it now.
func (p *Printer) Faults() Faults {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.faults
}

// Pages are the last pages that were cut off, the oldest first.
func (p *Printer) Pages() []*image.Gray {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return append([]*image.Gray(nil), p.pages...)
}

// Begun says how many rows stand on the paper that was not cut off.
func (p *Printer) Begun() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.sheet.rows()
}

// Pulses says how often the drawer was opened.
func (p *Printer) Pulses() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.pulses
}

// Cut hears of pages that are cut off; it may miss one while the one before was not received.
func (p *Printer) Cut() <-chan struct{} { return p.cut }

func (p *Printer) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mutex.Lock()
		p.conns[conn] = true
		p.mutex.Unlock()
		p.work.Go(func() {
			_ = p.talk(conn)
			_ = conn.Close()
			p.mutex.Lock()
			delete(p.conns, conn)
			p.mutex.Unlock()
		})
	}
}

var (
	errUnknown = errors.New("virtual: not a command that this printer knows")
	errDropped = errors.New("virtual: the line was dropped")
)

// talk does what one caller says until he ends, or says what it does not understand.
func (p *Printer) talk(conn net.Conn) error {
	in := bufio.NewReader(conn)
	taken := 0 // bytes of pictures
	for {
		first, err := in.ReadByte()
		if err != nil {
			return err
		}
		second, err := in.ReadByte()
		if err != nil {
			return err
		}
		switch [2]byte{first, second} {
		case [2]byte{0x10, 0x04}:
			err = p.answerAtOnce(conn, in)
		case [2]byte{0x1B, '@'}:
		case [2]byte{0x1B, 'p'}:
			if _, err = in.Discard(3); err == nil {
				p.do(func() { p.pulses++ })
			}
		case [2]byte{0x1D, 'r'}:
			if _, err = in.Discard(1); err == nil {
				p.do(func() { p.sayDone(conn) })
			}
		case [2]byte{0x1D, 'V'}:
			if _, err = in.Discard(2); err == nil {
				p.do(p.tear)
			}
		case [2]byte{0x1D, 'v'}:
			err = p.picture(in, &taken)
		default:
			return errUnknown
		}
		if err != nil {
			return err
		}
	}
}

// stuck says whether the printer stands still. The mutex is held.
func (p *Printer) stuck() bool { return p.faults.PaperOut || p.faults.CoverOpen }

// do does something in its turn: now, or when the printer can go on.
func (p *Printer) do(step func()) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.stuck() {
		if len(p.held) < maxHeld {
			p.held = append(p.held, step)
		}
		return
	}
	step()
}

// resume does what was held. The mutex is held.
func (p *Printer) resume() {
	for len(p.held) > 0 && !p.stuck() {
		step := p.held[0]
		p.held = p.held[1:]
		step()
	}
}

// nonsense is what something else than a printer answers: no byte of it is an answer of ESC/POS.
var nonsense = []byte("\xff\xfe\xfd")

// answerAtOnce answers DLE EOT n, which printers do out of turn.
func (p *Printer) answerAtOnce(conn io.Writer, in io.ByteReader) error {
	question, err := in.ReadByte()
	if err != nil {
		return err
	}
	p.mutex.Lock()
	faults, stuck := p.faults, p.stuck()
	p.mutex.Unlock()
	switch {
	case faults.Silent:
		return nil
	case faults.Babbling:
		_, err = conn.Write(nonsense)
		return err
	}
	answer := byte(0x12)
	switch {
	case question == 1 && stuck:
		answer |= 0x08
	case question == 2 && faults.CoverOpen:
		answer |= 0x04
	case question == 2 && faults.PaperOut:
		answer |= 0x20
	case question == 4 && faults.PaperOut:
		answer |= 0x60
	case question == 4 && faults.PaperLow:
		answer |= 0x0C
	}
	_, err = conn.Write([]byte{answer})
	return err
}

// sayDone answers GS r 1. The mutex is held.
func (p *Printer) sayDone(conn io.Writer) {
	if p.faults.Silent || p.faults.Deaf || p.faults.Babbling {
		return
	}
	_, _ = conn.Write([]byte{0})
}

// picture takes GS v 0 row by row, so that the paper can end and the line can drop in the middle.
func (p *Printer) picture(in io.Reader, taken *int) error {
	var head [6]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return err
	}
	stride, rows := int(head[2])|int(head[3])<<8, int(head[4])|int(head[5])<<8
	for range rows {
		row := make([]byte, stride)
		if _, err := io.ReadFull(in, row); err != nil {
			return err
		}
		faults := p.Faults()
		if *taken += stride; faults.DropAfter > 0 && *taken >= faults.DropAfter {
			return errDropped
		}
		if !p.wait(time.Duration(faults.RowMicros) * time.Microsecond) {
			return errDropped
		}
		p.do(func() { p.burn(stride, row) })
	}
	return nil
}

// wait takes time; it returns false when the printer is switched off meanwhile.
func (p *Printer) wait(span time.Duration) bool {
	if span <= 0 {
		return true
	}
	timer := time.NewTimer(span)
	defer timer.Stop()
	select {
	case <-p.closing:
		return false
	case <-timer.C:
		return true
	}
}

// burn prints one row. The mutex is held.
func (p *Printer) burn(stride int, row []byte) {
	if p.faults.Forgetful || p.sheet.rows() >= maxSheet {
		return
	}
	p.sheet.stride = stride
	p.sheet.bits = append(p.sheet.bits, row...)
	if p.faults.RowsLeft > 0 {
		if p.faults.RowsLeft--; p.faults.RowsLeft == 0 {
			p.faults.PaperOut = true
		}
	}
}

// tear cuts the paper off. The mutex is held.
func (p *Printer) tear() {
	if p.sheet.rows() == 0 {
		return
	}
	p.pages = append(p.pages, p.sheet.image())
	if len(p.pages) > keptPages {
		p.pages = p.pages[1:]
	}
	p.sheet = sheet{}
	select {
	case p.cut <- struct{}{}:
	default:
	}
}

func (s sheet) rows() int {
	if s.stride == 0 {
		return 0
	}
	return len(s.bits) / s.stride
}

func (s sheet) image() *image.Gray {
	picture := image.NewGray(image.Rect(0, 0, s.stride*8, s.rows()))
	for y := range s.rows() {
		for x := range s.stride * 8 {
			shade := color.Gray{Y: 255}
			if s.bits[y*s.stride+x/8]&(0x80>>(x%8)) != 0 {
				shade.Y = 0
			}
			picture.SetGray(x, y, shade)
		}
	}
	return picture
}
