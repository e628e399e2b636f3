package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"dangol/internal/capability/catalog"
	"dangol/internal/ground/database"
	"dangol/internal/ground/picture"
)

// drinks are pictured, each in the colour of what is in the cup.
var drinks = []struct {
	name   string
	inside color.RGBA
}{
	{"아메리카노", color.RGBA{58, 36, 24, 255}},
	{"카페라떼", color.RGBA{198, 156, 116, 255}},
	{"바닐라라떼", color.RGBA{214, 182, 142, 255}},
	{"카푸치노", color.RGBA{222, 198, 168, 255}},
	{"카페모카", color.RGBA{104, 66, 46, 255}},
	{"녹차라떼", color.RGBA{148, 172, 104, 255}},
}

// picture gives some drinks a picture. Those that have one keep it.
func (f *filler) picture(ctx context.Context) error {
	for _, drink := range drinks {
		err := f.DB.Write(ctx, func(tx *database.Tx) error {
			found, err := catalog.List(ctx, tx, f.org, catalog.Filter{Query: drink.name}, "", 0, 1)
			if err != nil || len(found) == 0 {
				return err
			}
			has, err := catalog.Pictures(ctx, tx, f.org, []int64{found[0].ID})
			if err != nil || has[found[0].ID] != 0 {
				return err
			}
			var file bytes.Buffer
			if err := png.Encode(&file, cup(drink.inside)); err != nil {
				return fmt.Errorf("draw a cup: %w", err)
			}
			sizes, err := picture.Resize(file.Bytes())
			if err != nil {
				return err
			}
			_, err = f.Catalog.SetPicture(ctx, tx, f.org, f.shops[0].manager, found[0].ID, sizes)
			return err
		})
		if err != nil {
			return fmt.Errorf("picture %s: %w", drink.name, err)
		}
	}
	return nil
}

// cup draws a cup on a table as it is seen from above.
func cup(inside color.RGBA) image.Image {
	const width, height = 640, 400
	rings := []struct {
		radius int
		colour color.RGBA
	}{
		{98, inside},
		{118, color.RGBA{250, 248, 243, 255}},
		{172, color.RGBA{236, 231, 221, 255}},
		{180, color.RGBA{214, 206, 192, 255}},
	}
	drawn := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			across, down := x-width/2, y-height/2
			drawn.SetRGBA(x, y, color.RGBA{226, 219, 206, 255})
			for _, ring := range rings {
				if across*across+down*down <= ring.radius*ring.radius {
					drawn.SetRGBA(x, y, ring.colour)
					break
				}
			}
		}
	}
	return drawn
}
