package paper

import (
	_ "embed"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"

	"dangol/internal/ground/fault"
)

// The font has all 11,172 syllables of Hangul: the 2,350 of KS X 1001 lack those of 똠얌꿍 and 커피숖.
// Pretendard 1.3.9 by Kil Hyung-jin, SIL Open Font License 1.1: Pretendard-licence.txt.
//
//go:embed Pretendard-Medium.otf
var fontFile []byte

var pretendard = sync.OnceValues(func() (*sfnt.Font, error) { return opentype.Parse(fontFile) })

// Widths in dots of paper that is 80 and 58 mm wide, at 203 dots per inch (8 dots per mm): what the print heads cover.
const (
	Wide   = 576
	Narrow = 384
)

const (
	maxRows   = 2_000
	maxText   = 500    // runes in one part of a row
	maxHeight = 24_000 // dots: three metres
)

var (
	// ErrTooLong is for a layout that needs more paper than anyone would tear off.
	ErrTooLong = fault.Define(fault.Invalid, "print.too_long",
		"한 번에 인쇄하기에는 너무 길어요. 화면에서 확인해 주세요.", "This is too long to print. Read it on the screen.")
	errWidth = fmt.Errorf("paper is %d or %d dots wide", Wide, Narrow)
)

// style is how a role is written: the height of its letters in dots, the distance of its lines, space above it, and
// whether it is bold.
type style struct {
	size, line, above int
	bold              bool
}

var styles = map[Role]style{
	Call:    {size: 120, line: 124, above: 0, bold: true},
	Heading: {size: 36, line: 46, above: 6, bold: true},
	Text:    {size: 24, line: 32},
	Notice:  {size: 28, line: 44, above: 4, bold: true},
	Soft:    {size: 24, line: 32},
	Plain:   {size: 26, line: 36},
	Strong:  {size: 26, line: 36, above: 4, bold: true},
	Total:   {size: 38, line: 50, above: 8, bold: true},
	Number:  {size: 30, line: 40, above: 10, bold: true},
	Large:   {size: 44, line: 56, above: 8, bold: true},
}

// narrow is what is written smaller on narrow paper.
var narrow = map[Role]style{Total: {size: 32, line: 44}, Large: {size: 38, line: 50}}

const (
	callLabel = 26  // dots, the letters above the number that is called
	ruleSpace = 10  // dots above and below a rule
	pairGap   = 16  // dots between label and value at least
	margin    = 4   // dots at the left and right edge, where heads are worn
	indent    = 24  // dots by which a label goes on that did not fit into its line
	ink       = 110 // of 255: darker than this is a dot. Letters come out a little heavier than on the screen.
)

// Bitmap is a picture of dots. A row has (Width+7)/8 bytes, the first dot in the highest bit; a set bit is black.
type Bitmap struct {
	Width, Height int
	Bits          []byte
}

// Stride is the length of a row in bytes.
func (b Bitmap) Stride() int { return (b.Width + 7) / 8 }

// Image is the picture for people.
func (b Bitmap) Image() *image.Paletted {
	picture := image.NewPaletted(image.Rect(0, 0, b.Width, b.Height), color.Palette{color.White, color.Black})
	for y := range b.Height {
		for x := range b.Width {
			if b.Bits[y*b.Stride()+x/8]&(0x80>>(x%8)) != 0 {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	return picture
}

// Draw draws the layout for paper of Wide or Narrow dots. It returns ErrTooLong for what is longer than three metres.
func Draw(layout Layout, width int) (Bitmap, error) {
	if width != Wide && width != Narrow {
		return Bitmap{}, errWidth
	}
	if len(layout.Rows) > maxRows {
		return Bitmap{}, ErrTooLong.New()
	}
	p, err := newPen(width)
	if err != nil {
		return Bitmap{}, err
	}
	for _, row := range layout.Rows {
		if err := p.row(row); err != nil {
			return Bitmap{}, err
		}
	}
	return p.bitmap(), nil
}

// pen writes from top to bottom.
type pen struct {
	width, y int
	font     *sfnt.Font
	faces    map[int]font.Face
	picture  *image.Gray // as high as needed so far; white is 0 and black is 255
}

func newPen(width int) (*pen, error) {
	parsed, err := pretendard()
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	return &pen{width: width, font: parsed, faces: map[int]font.Face{}, picture: image.NewGray(image.Rect(0, 0, width, 1024))}, nil
}

func (p *pen) face(size int) (font.Face, error) {
	if face, has := p.faces[size]; has {
		return face, nil
	}
	// At 72 dots per inch a point is a dot.
	face, err := opentype.NewFace(p.font, &opentype.FaceOptions{Size: float64(size), DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("make a font of %d dots: %w", size, err)
	}
	p.faces[size] = face
	return face, nil
}

// room makes sure that there is paper for so many more dots.
func (p *pen) room(dots int) error {
	if p.y+dots > maxHeight {
		return ErrTooLong.New()
	}
	if p.y+dots > p.picture.Rect.Dy() {
		longer := image.NewGray(image.Rect(0, 0, p.width, 2*(p.y+dots)))
		copy(longer.Pix, p.picture.Pix)
		p.picture = longer
	}
	return nil
}

func (p *pen) row(row Row) error {
	look, known := styles[row.Role]
	switch {
	case row.Role == Rule:
		return p.rule()
	case !known:
		return fmt.Errorf("no such role: %q", row.Role)
	}
	if narrower, is := narrow[row.Role]; is && p.width == Narrow {
		look.size, look.line = narrower.size, narrower.line
	}
	p.y += look.above
	left, right := clean(row.Left), clean(row.Right)
	switch row.Role {
	case Call:
		if err := p.centred(left, style{size: callLabel, line: 34}, false); err != nil {
			return err
		}
		return p.centred(right, look, false)
	case Heading, Text, Number, Notice:
		return p.centred(left, look, row.Role == Notice)
	default:
		return p.pair(left, right, look)
	}
}

// clean makes text writable: composed syllables, no control characters, no longer than anyone reads.
func clean(text string) string {
	runes := []rune(norm.NFC.String(text))
	if len(runes) > maxText {
		runes = append(runes[:maxText-1], '…')
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, string(runes))
}

func (p *pen) rule() error {
	if err := p.room(2*ruleSpace + 2); err != nil {
		return err
	}
	p.fill(image.Rect(margin, p.y+ruleSpace, p.width-margin, p.y+ruleSpace+2))
	p.y += 2*ruleSpace + 2
	return nil
}

func (p *pen) fill(area image.Rectangle) {
	draw.Draw(p.picture, area, image.NewUniform(color.Gray{Y: 255}), image.Point{}, draw.Src)
}

// centred writes text in the middle, in as many lines as it needs; inverted it is white on black.
func (p *pen) centred(text string, look style, inverted bool) error {
	face, err := p.face(look.size)
	if err != nil {
		return err
	}
	for _, line := range wrap(face, text, p.width-2*margin, p.width-2*margin) {
		if err := p.room(look.line); err != nil {
			return err
		}
		if inverted {
			p.fill(image.Rect(0, p.y, p.width, p.y+look.line))
		}
		p.write(face, line, (p.width-measure(face, line))/2, look, inverted)
		p.y += look.line
	}
	return nil
}

// pair writes a label at the left and a value at the right of its last line.
func (p *pen) pair(label, value string, look style) error {
	face, err := p.face(look.size)
	if err != nil {
		return err
	}
	whole := p.width - 2*margin
	beside := measure(face, value)
	if beside > 0 {
		beside += pairGap
	}
	if beside > whole*2/3 { // a value that leaves no room goes below its label
		return p.stacked(face, label, value, look)
	}
	lines := wrap(face, label, whole-beside, whole-beside-indent)
	for i, line := range lines {
		if err := p.room(look.line); err != nil {
			return err
		}
		x := margin
		if i > 0 {
			x += indent
		}
		p.write(face, line, x, look, false)
		if i == len(lines)-1 && value != "" {
			p.write(face, value, p.width-margin-measure(face, value), look, false)
		}
		p.y += look.line
	}
	return nil
}

func (p *pen) stacked(face font.Face, label, value string, look style) error {
	whole := p.width - 2*margin
	lines := wrap(face, label, whole, whole)
	values := wrap(face, value, whole, whole)
	if err := p.room(look.line * (len(lines) + len(values))); err != nil {
		return err
	}
	for _, line := range lines {
		p.write(face, line, margin, look, false)
		p.y += look.line
	}
	for _, line := range values {
		p.write(face, line, p.width-margin-measure(face, line), look, false)
		p.y += look.line
	}
	return nil
}

// write writes one line at the pen's height. Bold is the same letters once more, a dot further: one font is enough.
func (p *pen) write(face font.Face, line string, x int, look style, inverted bool) {
	shade := image.NewUniform(color.Gray{Y: 255})
	if inverted {
		shade = image.NewUniform(color.Gray{Y: 0})
	}
	metrics := face.Metrics()
	height := (metrics.Ascent + metrics.Descent).Ceil()
	baseline := p.y + (look.line-height)/2 + metrics.Ascent.Ceil()
	strokes := 1
	if look.bold {
		strokes = 1 + max(1, look.size/40)
	}
	for stroke := range strokes {
		drawer := font.Drawer{Dst: p.picture, Src: shade, Face: face, Dot: fixed.P(x+stroke, baseline)}
		drawer.DrawString(line)
	}
}

func measure(face font.Face, text string) int { return font.MeasureString(face, text).Ceil() }

// wrap breaks text into lines: at spaces when the words fit, inside a word when it is longer than a line. The first line
// may be wider than the others. There is always a line.
func wrap(face font.Face, text string, first, rest int) []string {
	var lines []string
	room := func() int {
		if len(lines) == 0 {
			return first
		}
		return rest
	}
	line := ""
	for _, word := range strings.Fields(text) {
		joined := word
		if line != "" {
			joined = line + " " + word
		}
		if measure(face, joined) <= room() {
			line = joined
			continue
		}
		if line != "" {
			lines, line = append(lines, line), ""
		}
		for _, r := range word {
			if line != "" && measure(face, line+string(r)) > room() {
				lines, line = append(lines, line), ""
			}
			line += string(r)
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

func (p *pen) bitmap() Bitmap {
	b := Bitmap{Width: p.width, Height: p.y}
	b.Bits = make([]byte, b.Stride()*b.Height)
	for y := range b.Height {
		for x := range b.Width {
			if p.picture.Pix[y*p.picture.Stride+x] > ink {
				b.Bits[y*b.Stride()+x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	return b
}
