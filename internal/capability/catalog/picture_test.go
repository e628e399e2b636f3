package catalog

import (
	"bytes"
	"testing"

	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/id"
	"dangol/internal/ground/picture"
)

// sized are sizes whose content is their width.
func sized(widths ...int) []picture.Size {
	var sizes []picture.Size
	for _, width := range widths {
		sizes = append(sizes, picture.Size{Width: width, Height: width, JPEG: []byte{byte(width >> 8), byte(width)}})
	}
	return sizes
}

func TestAProductHasOnePicture(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		product := shop.cafe().product.ID
		set := func(in, product int64, sizes []picture.Size) (made int64, err error) {
			err = db.Write(t.Context(), func(tx *database.Tx) error {
				made, err = shop.catalog.SetPicture(t.Context(), tx, in, actor, product, sizes)
				return err
			})
			return made, err
		}
		first, err := set(org, product, sized(1280, 640, 320))
		if err != nil {
			t.Fatal(err)
		}
		shop.read(func(tx *database.Tx) error {
			for _, row := range []struct{ wanted, got int64 }{{1, 320}, {320, 320}, {321, 640}, {1280, 1280}, {4000, 1280}} {
				content, err := ReadPicture(t.Context(), tx, org, first, row.wanted)
				if err != nil || !bytes.Equal(content, sized(int(row.got))[0].JPEG) {
					t.Errorf("%d wide: got %v, %v", row.wanted, content, err)
				}
			}
			if _, err := ReadPicture(t.Context(), tx, otherOrg, first, 320); !id.Unknown.Has(err) {
				t.Errorf("another organisation's picture: %v", err)
			}
			menu, err := ReadMenu(t.Context(), tx, org, gangnam)
			if err == nil && menu.Products[0].Picture != first {
				t.Errorf("the menu shows picture %d", menu.Products[0].Picture)
			}
			return err
		})
		second, err := set(org, product, sized(200))
		if err != nil || second == first {
			t.Errorf("another picture has another id: %d, %v", second, err)
		}
		shop.read(func(tx *database.Tx) error {
			if _, err := ReadPicture(t.Context(), tx, org, first, 320); !id.Unknown.Has(err) {
				t.Errorf("the first picture is gone: %v", err)
			}
			return nil
		})
		if gone, err := set(org, product, nil); gone != 0 || err != nil {
			t.Errorf("it is taken away: %d, %v", gone, err)
		}
		if _, err := set(otherOrg, product, sized(10)); !id.Unknown.Has(err) {
			t.Errorf("another organisation's product: %v", err)
		}
	})
}
