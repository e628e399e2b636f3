package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"dangol/internal/ground/fault"
)

var (
	red   = color.RGBA{200, 30, 30, 255}
	green = color.RGBA{30, 160, 30, 255}
)

// photo is red on its left half and green on its right.
func photo(width, height int) *image.RGBA {
	made := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			made.SetRGBA(x, y, red)
			if x >= width/2 {
				made.SetRGBA(x, y, green)
			}
		}
	}
	return made
}

func asJPEG(t *testing.T, from image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, from, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asPNG(t *testing.T, from image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, from); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// claiming is the beginning of a PNG file that claims to be so large.
func claiming(width, height uint32, depth byte) []byte {
	header := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	header = binary.BigEndian.AppendUint32(header, height)
	header = append(header, depth, 6, 0, 0, 0)
	file := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), 13)
	file = append(file, header...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(header))
}

// held is the photo with the note of a camera that was held so.
func held(t *testing.T, how byte, order string) []byte {
	t.Helper()
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(how) + "\x00\x00")
	if order == "II" {
		tiff = []byte("II\x2a\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string(how) + "\x00\x00\x00")
	}
	body := append([]byte("Exif\x00\x00"), tiff...)
	file := asJPEG(t, photo(400, 200))
	segment := append([]byte{0xFF, exifSegment, 0, byte(len(body) + 2)}, body...)
	return append(append([]byte{0xFF, startOfImage}, segment...), file[2:]...)
}

func TestAPictureIsKeptInAFewWidths(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		file   []byte
		widths []int
	}{
		{"a large photograph comes in all widths", asJPEG(t, photo(3000, 2000)), []int{1280, 640, 320}},
		{"forty megapixels are handled", asJPEG(t, image.NewGray(image.Rect(0, 0, 8000, 5000))), []int{1280, 640, 320}},
		{"a small picture stays as it is", asPNG(t, photo(200, 100)), []int{200}},
		{"one between comes in its own width and the smaller ones", asPNG(t, photo(700, 500)), []int{700, 640, 320}},
		{"a high picture is no higher than twice the widest", asJPEG(t, photo(1500, 3000)), []int{750, 640, 320}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			made, err := Resize(row.file)
			if err != nil || len(made) != len(row.widths) {
				t.Fatalf("got %d sizes, %v", len(made), err)
			}
			for i, size := range made {
				read, err := jpeg.Decode(bytes.NewReader(size.JPEG))
				if err != nil || size.Width != row.widths[i] || read.Bounds() != image.Rect(0, 0, size.Width, size.Height) {
					t.Errorf("size %d is %d × %d, %v", i, size.Width, size.Height, err)
				}
			}
		})
	}
}

func TestWhatIsNoPhotographIsRefused(t *testing.T) {
	t.Parallel()
	var moving bytes.Buffer
	if err := gif.Encode(&moving, photo(10, 10), nil); err != nil {
		t.Fatal(err)
	}
	whole := asJPEG(t, photo(300, 300))
	for _, row := range []struct {
		name string
		file []byte
		code *fault.Code
	}{
		{"a drawing with a script", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), ErrKind},
		{"an animation", moving.Bytes(), ErrKind},
		{"a text", []byte("사진이 아니에요"), ErrKind},
		{"nothing", nil, ErrKind},
		{"half a photograph", whole[:len(whole)/2], ErrBroken},
		{"one that claims a billion pixels", claiming(40_000, 25_000, 8), ErrPixels},
		{"one of sixteen bits that would fill the memory", claiming(8_000, 6_000, 16), ErrPixels},
		{"a strip", asPNG(t, photo(2000, 2)), ErrPixels},
		{"a file that is too large", make([]byte, MaxBytes+1), ErrBytes},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := Resize(row.file)
			found := fault.As(err)
			if found == nil || len(found.Fields) != 1 || found.Fields[0].Code != row.code.Name() {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAProgressivePhotographNeedsMoreMemory(t *testing.T) {
	t.Parallel()
	plain := asJPEG(t, photo(10, 10))
	// A frame of a progressive JPEG has the same body under another marker (T.81, B.2.2).
	slow := bytes.Replace(plain, []byte{0xFF, 0xC0}, []byte{0xFF, progressiveA}, 1)
	if progressive(plain) || !progressive(slow) {
		t.Fatal("the marker of the frame says which it is")
	}
	config := image.Config{Width: 7000, Height: 5000, ColorModel: color.YCbCrModel}
	if err := affordable(config, "jpeg", plain); err != nil {
		t.Errorf("35 megapixels, coded plainly: %v", err)
	}
	if err := affordable(config, "jpeg", slow); err == nil {
		t.Error("35 megapixels, coded progressively, are refused")
	}
}

func TestAPictureIsTurnedAsTheCameraWasHeld(t *testing.T) {
	t.Parallel()
	// Where the red left half of the photo comes to lie, by the value of Orientation.
	for how, place := range map[byte]image.Point{
		1: {0, 1}, 2: {2, 1}, 3: {2, 1}, 4: {0, 1}, 5: {1, 0}, 6: {1, 0}, 7: {1, 2}, 8: {1, 2}, 9: {0, 1},
	} {
		for _, order := range []string{"MM", "II"} {
			made, err := Resize(held(t, how, order))
			if err != nil {
				t.Fatal(err)
			}
			read, err := jpeg.Decode(bytes.NewReader(made[0].JPEG))
			if err != nil {
				t.Fatal(err)
			}
			size := read.Bounds().Size()
			at := image.Pt(place.X*size.X/3+size.X/6, place.Y*size.Y/3+size.Y/6)
			if r, g, _, _ := read.At(at.X, at.Y).RGBA(); r < g {
				t.Errorf("orientation %d (%s): %v of %v is not red", how, order, at, size)
			}
		}
	}
}

func TestWhatIsTransparentBecomesWhite(t *testing.T) {
	t.Parallel()
	made, err := Resize(asPNG(t, image.NewNRGBA(image.Rect(0, 0, 50, 50))))
	if err != nil {
		t.Fatal(err)
	}
	read, err := jpeg.Decode(bytes.NewReader(made[0].JPEG))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, _, _ := read.At(25, 25).RGBA(); r < 0xF000 {
		t.Errorf("got %x", r)
	}
}

func FuzzResize(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x08Exif\x00\x00"))
	f.Add(claiming(10, 10, 8))
	f.Fuzz(func(t *testing.T, file []byte) {
		made, err := Resize(file)
		if (err == nil) != (len(made) > 0) {
			t.Errorf("%d sizes and %v", len(made), err)
		}
	})
}
