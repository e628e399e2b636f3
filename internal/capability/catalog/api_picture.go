package catalog

import (
	"context"
	"net/http"
	"time"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/picture"
)

// pictureTime is how long a picture may take: large ones are decoded one after the other.
const pictureTime = time.Minute

func (a *api) servePictures(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "set-product-picture", Method: http.MethodPut, Path: "/v1/products/{id}/picture", Tag: "Catalogue",
		Summary: "Give a product a picture", Permission: writePermission, MaxBody: picture.MaxBytes + 1,
		Timeout: pictureTime,
		Errors:  []*fault.Code{picture.ErrKind, picture.ErrBytes, picture.ErrPixels, picture.ErrBroken},
	}, a.setPicture)
	httpapi.Register(server, httpapi.Operation{
		ID: "remove-product-picture", Method: http.MethodDelete, Path: "/v1/products/{id}/picture", Tag: "Catalogue",
		Summary: "Take a product's picture away", Permission: writePermission,
	}, a.removePicture)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-picture", Method: http.MethodGet, Path: "/v1/pictures/{id}", Tag: "Catalogue",
		Summary: "A picture as JPEG; it never changes", Permission: readPermission,
	}, a.picture)
}

// PictureView says where a picture is.
type PictureView struct {
	Picture string `json:"picture" doc:"The path at which it is read; ?width=320 asks for a smaller one."`
}

// picturePath is where a picture is read; empty for none.
func picturePath(wanted int64) string {
	if wanted == 0 {
		return ""
	}
	return "/v1/pictures/" + PictureID.Format(wanted)
}

func (a *api) setPicture(ctx context.Context, input *struct {
	ID      string `path:"id" doc:"prd_…"`
	RawBody []byte `contentType:"application/octet-stream" doc:"JPEG, PNG or WebP, at most 20 MB and 50 megapixels."`
},
) (*struct{ Body PictureView }, error) {
	caller := auth.CallerFrom(ctx)
	product, err := ProductID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	// Nothing is decoded for a product that isn't there.
	err = a.db.Read(ctx, func(tx *database.Tx) error {
		_, err := ByID(ctx, tx, caller.Org, product)
		return err
	})
	if err != nil {
		return nil, err
	}
	sizes, err := picture.Resize(input.RawBody)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body PictureView }{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		made, err := a.catalog.SetPicture(ctx, tx, caller.Org, caller.Staff, product, sizes)
		output.Body.Picture = picturePath(made)
		return err
	})
}

func (a *api) removePicture(ctx context.Context, input *struct {
	ID string `path:"id" doc:"prd_…"`
},
) (*struct{}, error) {
	caller := auth.CallerFrom(ctx)
	product, err := ProductID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.db.Write(ctx, func(tx *database.Tx) error {
		_, err := a.catalog.SetPicture(ctx, tx, caller.Org, caller.Staff, product, nil)
		return err
	})
}

type pictureOutput struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

func (a *api) picture(ctx context.Context, input *struct {
	ID    string `path:"id" doc:"pic_…"`
	Width int64  `query:"width" minimum:"1" maximum:"4000" default:"1280" doc:"How wide it is to be at least, in pixels."`
},
) (*pictureOutput, error) {
	wanted, err := PictureID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	output := &pictureOutput{ContentType: "image/jpeg", CacheControl: "private, max-age=31536000, immutable"}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		output.Body, err = ReadPicture(ctx, tx, auth.CallerFrom(ctx).Org, wanted, input.Width)
		return err
	})
}
