package picture

import (
	"bytes"
	"encoding/binary"
	"image"
)

// The markers of a JPEG file that are looked at (ITU-T T.81, table B.1).
const (
	startOfImage = 0xD8
	startOfScan  = 0xDA
	exifSegment  = 0xE1 // APP1
	progressiveA = 0xC2 // SOF2: progressive, Huffman coded
)

// segments calls for each segment of a JPEG file before its first scan, until the function says that it has enough.
func segments(file []byte, each func(marker byte, body []byte) (enough bool)) {
	if len(file) < 2 || file[0] != 0xFF || file[1] != startOfImage {
		return
	}
	for rest := file[2:]; len(rest) >= 4 && rest[0] == 0xFF; {
		marker := rest[1]
		if marker == 0xFF { // a fill byte
			rest = rest[1:]
			continue
		}
		length := int(binary.BigEndian.Uint16(rest[2:4]))
		if marker == startOfScan || length < 2 || len(rest) < 2+length || each(marker, rest[4:2+length]) {
			return
		}
		rest = rest[2+length:]
	}
}

func progressive(file []byte) (found bool) {
	segments(file, func(marker byte, _ []byte) bool {
		found = marker == progressiveA
		return found
	})
	return found
}

// turning is how a picture is to be turned so that up is up: the values of Exif's Orientation (CIPA DC-008, 4.6.4).
type turning int

const upright turning = 1

// orientation is how the camera was held, as it noted it; upright when it said nothing that can be understood.
func orientation(file []byte) turning {
	found := upright
	segments(file, func(marker byte, body []byte) bool {
		tiff, is := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
		if marker != exifSegment || !is {
			return false
		}
		found = orientationTag(tiff)
		return true
	})
	return found
}

// orientationTag reads the tag Orientation (0x0112, one SHORT) out of the first directory of a TIFF structure.
func orientationTag(tiff []byte) turning {
	const tag, entry = 0x0112, 12
	if len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:8]))
	if at+2 > int64(len(tiff)) {
		return upright
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at : at+2]) {
		if len(entries) < entry {
			break
		}
		if order.Uint16(entries) == tag {
			if value := turning(order.Uint16(entries[8:10])); value >= 1 && value <= 8 {
				return value
			}
			break
		}
		entries = entries[entry:]
	}
	return upright
}

// apply turns a picture. For each value it says which pixel of the picture comes to a place of the turned one.
func (t turning) apply(from *image.RGBA) *image.RGBA {
	if t == upright {
		return from
	}
	width, height := from.Bounds().Dx(), from.Bounds().Dy()
	turned := image.Rect(0, 0, width, height)
	if t >= 5 {
		turned = image.Rect(0, 0, height, width)
	}
	into := image.NewRGBA(turned)
	for y := range turned.Dy() {
		for x := range turned.Dx() {
			fromX, fromY := x, y
			switch t {
			case 2:
				fromX = width - 1 - x
			case 3:
				fromX, fromY = width-1-x, height-1-y
			case 4:
				fromY = height - 1 - y
			case 5:
				fromX, fromY = y, x
			case 6:
				fromX, fromY = y, height-1-x
			case 7:
				fromX, fromY = width-1-y, height-1-x
			case 8:
				fromX, fromY = width-1-y, x
			}
			into.SetRGBA(x, y, from.RGBAAt(fromX, fromY))
		}
	}
	return into
}
