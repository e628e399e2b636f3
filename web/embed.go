// Package web holds the built screens, one folder per face, so that the program is a single file. It knows nothing of
// how they are served.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files are the built screens: till/index.html, console/index.html and what they load from assets/, whose names carry
// a hash of the content. A program built before the screens were has only an empty file in it.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("web: the folder dist is part of the program: " + err.Error())
	}
	return files
}
