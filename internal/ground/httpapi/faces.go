package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// mediaTypes are those of the files that a face is made of; the machine's own table differs from one to the next.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".woff2": "font/woff2", ".json": "application/json",
	".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8", ".ico": "image/x-icon",
}

// file is one file of the built faces.
type file struct {
	content   []byte
	mediaType string
	etag      string
	forever   bool
}

// faces are the built browser surfaces, by path. They are read once: there is nothing else that could be asked for, so
// no path leads out of them and no folder is listed.
type faces map[string]file

// assets is the folder of files whose names change with their content.
const assets = "assets/"

func readFaces(source fs.FS) (faces, error) {
	found := faces{}
	err := fs.WalkDir(source, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		content, err := fs.ReadFile(source, name)
		if err != nil {
			return err
		}
		mediaType, known := mediaTypes[path.Ext(name)]
		if !known {
			mediaType = "application/octet-stream"
		}
		sum := sha256.Sum256(content)
		found[name] = file{
			content: content, mediaType: mediaType, forever: strings.HasPrefix(name, assets),
			etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`,
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the faces: %w", err)
	}
	return found, nil
}

// serveFaces adds each face under its name: whatever address below it is asked for, the face itself finds its way.
func (a *API) serveFaces(source fs.FS) {
	found, err := readFaces(source)
	if err != nil {
		panic(fmt.Sprintf("httpapi: %v", err)) // the faces are part of the program
	}
	for _, face := range []string{"till", "display", "console", "owner"} {
		page := face + "/index.html"
		handle := func(writer http.ResponseWriter, request *http.Request) {
			stateFrom(request.Context()).operation = "face"
			a.serveFile(found, page, writer, request)
		}
		a.mux.HandleFunc("GET /"+face, handle)
		a.mux.HandleFunc("GET /"+face+"/", handle)
	}
	for name := range found {
		if !strings.HasSuffix(name, ".html") {
			a.mux.HandleFunc("GET /"+name, func(writer http.ResponseWriter, request *http.Request) {
				stateFrom(request.Context()).operation = "face"
				a.serveFile(found, name, writer, request)
			})
		}
	}
	a.mux.Handle("GET /{$}", http.RedirectHandler("/till", http.StatusFound))
}

func (a *API) serveFile(found faces, name string, writer http.ResponseWriter, request *http.Request) {
	chosen, exists := found[name]
	if !exists {
		answerText(writer, http.StatusServiceUnavailable,
			"이 프로그램에는 화면이 들어 있지 않아요. make build로 다시 만들어 주세요.\n"+
				"This program was built without its screens. Build it again with make build.\n")
		return
	}
	header := writer.Header()
	header.Set("Content-Type", chosen.mediaType)
	header.Set("ETag", chosen.etag)
	header.Set("Cache-Control", "no-cache")
	if chosen.forever {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(writer, request, name, time.Time{}, bytes.NewReader(chosen.content))
}
