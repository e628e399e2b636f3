package escpos_test

import (
	"bytes"
	"errors"
	"net"
	"testing"
	"time"

	"dangol/internal/core/print/escpos"
	"dangol/internal/core/print/virtual"
)

const patience = 2 * time.Second

func TestRasterIsSentInBands(t *testing.T) {
	t.Parallel()
	bits := bytes.Repeat([]byte{0xA5}, 72*200)
	got, err := escpos.Raster(bits, 72)
	if err != nil {
		t.Fatal(err)
	}
	first := append([]byte{0x1D, 'v', '0', 0, 72, 0, 128, 0}, bits[:72*128]...)
	second := append([]byte{0x1D, 'v', '0', 0, 72, 0, 72, 0}, bits[72*128:]...)
	if !bytes.Equal(got, append(first, second...)) {
		t.Errorf("%d bytes, not two bands of 128 and 72 rows", len(got))
	}
	for _, stride := range []int{0, 129, 7} {
		if _, err := escpos.Raster(bits, stride); err == nil {
			t.Errorf("rows of %d bytes were encoded", stride)
		}
	}
}

func TestAPrinterSaysHowItIs(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		faults virtual.Faults
		want   escpos.Status
		ready  bool
	}{
		{"it works", virtual.Faults{}, escpos.Status{}, true},
		{"it prints on while paper is near its end", virtual.Faults{PaperLow: true}, escpos.Status{PaperLow: true}, true},
		{"it has no paper", virtual.Faults{PaperOut: true}, escpos.Status{Offline: true, PaperOut: true, PaperLow: false}, false},
		{"its cover is open", virtual.Faults{CoverOpen: true}, escpos.Status{Offline: true, CoverOpen: true}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			printer, line := call(t, row.faults)
			got, err := line.Status()
			if err != nil || got != row.want || got.Ready() != row.ready {
				t.Errorf("%+v (%v) of %+v, want %+v", got, err, printer.Faults(), row.want)
			}
		})
	}
}

func TestAnswersAreFoundAmongOtherBytes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		says []byte // after the order is sent
		want error
	}{
		{"a plain answer", []byte{0x00}, nil},
		{"flow control before it", []byte{0x13, 0x11, 0x00}, nil},
		{"a block of its own accord, all well", []byte{0x10, 0x00, 0x00, 0x00, 0x00}, nil},
		{"a block that says the paper is out", []byte{0x18, 0x00, 0x0C, 0x00}, escpos.ErrSilent},
		{"a line that ends", nil, escpos.ErrSilent},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			address := script(t, row.says)
			line, err := escpos.Dial(t.Context(), address, patience)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = line.Close() }()
			if _, err := line.Done(patience); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
		})
	}
}

// script is a printer that answers the first GS r with the given bytes and then says four times that it is well.
func script(t *testing.T, says []byte) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() { _ = listener.Close(); <-ended })
	go func() {
		defer close(ended)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		var asked [3]byte
		if _, err := conn.Read(asked[:]); err != nil || says == nil {
			return
		}
		_, _ = conn.Write(says)
		for {
			if _, err := conn.Read(asked[:]); err != nil {
				return
			}
			_, _ = conn.Write([]byte{0x12})
		}
	}()
	return listener.Addr().String()
}

func TestWhatIsSentIsDrawn(t *testing.T) {
	t.Parallel()
	printer, line := call(t, virtual.Faults{})
	bits := make([]byte, 48*300)
	bits[0], bits[len(bits)-1] = 0x80, 0x01
	content, err := escpos.Encode(bits, 48, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := line.Send(content, patience); err != nil {
		t.Fatal(err)
	}
	if status, err := line.Done(patience); err != nil || !status.Ready() {
		t.Fatalf("%+v, %v", status, err)
	}
	pages := printer.Pages()
	if len(pages) != 1 || pages[0].Bounds().Dx() != 384 || pages[0].Bounds().Dy() != 300 || printer.Pulses() != 1 {
		t.Fatalf("%d pages and %d pulses", len(pages), printer.Pulses())
	}
	black := 0
	for _, shade := range pages[0].Pix {
		if shade == 0 {
			black++
		}
	}
	if black != 2 || pages[0].GrayAt(0, 0).Y != 0 || pages[0].GrayAt(383, 299).Y != 0 {
		t.Errorf("%d dots are black, not the first and the last", black)
	}
}

func call(t *testing.T, faults virtual.Faults) (*virtual.Printer, *escpos.Line) {
	t.Helper()
	printer, err := virtual.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	printer.Set(faults)
	t.Cleanup(func() { _ = printer.Close() })
	line, err := escpos.Dial(t.Context(), printer.Address(), patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = line.Close() })
	return printer, line
}
