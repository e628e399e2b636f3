// Package picture turns an uploaded photograph into JPEGs of a few widths, within a bound of memory that it knows before
// it decodes a single pixel. It refuses whatever is no photograph: drawings that can hold scripts, animations, and files
// that claim to be something else. What a camera noted beside the picture, such as where it was taken, is left behind.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // decodes PNG
	"slices"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // decodes WebP

	"dangol/internal/ground/fault"
)

// Widths are the widths in which a picture is kept, the largest first, in pixels. A smaller picture is kept as it is.
var Widths = []int{1280, 640, 320}

// MaxBytes is the largest file that is read.
const MaxBytes = 20 << 20

const (
	// maxPixels bounds a picture's area: 50 megapixels are more than phones take.
	maxPixels = 50_000_000
	// maxMemory bounds what decoding may need, in bytes.
	maxMemory = 256 << 20
	// maxRatio bounds how much longer one side may be than the other: no strips of a pixel's height.
	maxRatio = 20
	quality  = 82
)

var (
	// ErrKind is for a file that is no photograph.
	ErrKind = fault.Define(fault.Invalid, "picture.kind",
		"사진 파일이 아니에요. JPEG, PNG, WebP 사진을 골라 주세요.", "This is no photograph. Choose a JPEG, PNG or WebP picture.")
	// ErrBytes is for a file that is too large. Its value "max" is in megabytes.
	ErrBytes = fault.Define(fault.Invalid, "picture.bytes",
		"사진 파일이 너무 커요. {max}MB 안의 사진을 골라 주세요.", "The file is too large. Choose a picture of at most {max} MB.")
	// ErrPixels is for a picture with more pixels than are decoded. Its values are "width" and "height".
	ErrPixels = fault.Define(fault.Invalid, "picture.pixels",
		"사진이 너무 커요 ({width}×{height}). 크기를 줄여서 다시 올려 주세요.",
		"The picture is too large ({width}×{height}). Make it smaller and upload it again.")
	// ErrBroken is for a file that ends too early or can't be decoded.
	ErrBroken = fault.Define(fault.Invalid, "picture.broken",
		"사진을 읽을 수 없어요. 파일이 깨졌는지 확인하고 다시 올려 주세요.",
		"The picture can't be read. Look whether the file is whole, and upload it again.")
)

// Size is a picture in one width.
type Size struct {
	Width, Height int
	JPEG          []byte
}

// turns lets one picture be decoded at a time, so that the bound of memory holds for the program.
var turns = make(chan struct{}, 1)

// Resize decodes a photograph, turns it as the camera was held, and gives it in Widths, the largest first. The errors are
// those of this package.
func Resize(file []byte) ([]Size, error) {
	if len(file) > MaxBytes {
		return nil, ErrBytes.At("file", fault.Values{"max": MaxBytes >> 20})
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(file))
	known := slices.Contains([]string{"jpeg", "png", "webp"}, format)
	if errors.Is(err, image.ErrFormat) || err == nil && !known {
		return nil, ErrKind.At("file").Because(err)
	}
	if err != nil {
		return nil, ErrBroken.At("file").Because(err)
	}
	if err := affordable(config, format, file); err != nil {
		return nil, err
	}
	turns <- struct{}{}
	defer func() { <-turns }()
	decoded, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, ErrBroken.At("file").Because(err)
	}
	turn := upright
	if format == "jpeg" {
		turn = orientation(file)
	}
	return sizes(decoded, turn)
}

// affordable refuses what would need too much memory, from what the file says of itself.
func affordable(config image.Config, format string, file []byte) error {
	width, height := config.Width, config.Height
	if width < 1 || height < 1 || width > maxPixels || height > maxPixels || width*height > maxPixels ||
		width > maxRatio*height || height > maxRatio*width {
		return ErrPixels.At("file", fault.Values{"width": width, "height": height})
	}
	// Four bytes a pixel hold any picture of eight bits. Go keeps the coefficients of a progressive JPEG, four bytes for
	// each of at most four components, until all scans are read (image/jpeg, decoder.progCoeffs).
	perPixel := 4
	switch {
	case format == "jpeg" && progressive(file):
		perPixel += 16
	case config.ColorModel == color.RGBA64Model || config.ColorModel == color.NRGBA64Model:
		perPixel = 8
	}
	if width*height*perPixel > maxMemory {
		return ErrPixels.At("file", fault.Values{"width": width, "height": height})
	}
	return nil
}

// sizes makes the picture smaller step by step, each from the one before.
func sizes(from image.Image, turn turning) ([]Size, error) {
	var made []Size
	whole := flatten(shrink(from, Widths[0]))
	current := turn.apply(whole)
	for _, width := range Widths {
		if current.Bounds().Dx() > width {
			current = scale(current, width)
		}
		if len(made) > 0 && made[len(made)-1].Width == current.Bounds().Dx() {
			continue
		}
		var out bytes.Buffer
		if err := jpeg.Encode(&out, current, &jpeg.Options{Quality: quality}); err != nil {
			return nil, fmt.Errorf("encode a picture: %w", err)
		}
		made = append(made, Size{current.Bounds().Dx(), current.Bounds().Dy(), out.Bytes()})
	}
	return slices.Clip(made), nil
}

// shrink averages blocks of pixels until the longer side is less than twice the limit. It reads the picture band by band: a
// scaler with a kernel would need a buffer as high as the picture.
func shrink(from image.Image, limit int) image.Image {
	bounds := from.Bounds()
	block := max(bounds.Dx(), bounds.Dy()) / limit
	if block < 2 {
		return from
	}
	width, height := bounds.Dx()/block, bounds.Dy()/block
	into := image.NewRGBA(image.Rect(0, 0, width, height))
	band := image.NewRGBA(image.Rect(0, 0, width*block, block))
	sums := make([]int, width*4)
	for y := range height {
		clear(band.Pix)
		draw.Draw(band, band.Bounds(), from, image.Pt(bounds.Min.X, bounds.Min.Y+y*block), draw.Src)
		clear(sums)
		for row := range block {
			line := band.Pix[row*band.Stride : row*band.Stride+width*block*4]
			for i, value := range line {
				sums[i/(4*block)*4+i%4] += int(value)
			}
		}
		for i, sum := range sums {
			into.Pix[y*into.Stride+i] = uint8(sum / (block * block)) //nolint:gosec // an average of bytes is a byte
		}
	}
	return into
}

// flatten puts a picture on white: what is transparent would be black in a JPEG.
func flatten(from image.Image) *image.RGBA {
	into := image.NewRGBA(image.Rect(0, 0, from.Bounds().Dx(), from.Bounds().Dy()))
	draw.Draw(into, into.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(into, into.Bounds(), from, from.Bounds().Min, draw.Over)
	return into
}

func scale(from *image.RGBA, width int) *image.RGBA {
	height := max(1, from.Bounds().Dy()*width/from.Bounds().Dx())
	into := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.CatmullRom.Scale(into, into.Bounds(), from, from.Bounds(), draw.Src, nil)
	return into
}
