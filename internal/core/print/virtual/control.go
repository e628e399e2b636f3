package virtual

import (
	"encoding/json"
	"image/png"
	"net/http"
)

// Control is how a person holds the printer:
//
//	GET  /faults  what is wrong with it, as JSON
//	PUT  /faults  changes that: {"paper_out": true}; what is left out is well
//	GET  /page    the last page that was cut off, as PNG
func (p *Printer) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /faults", func(writer http.ResponseWriter, _ *http.Request) {
		writer.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(writer).Encode(p.Faults())
	})
	mux.HandleFunc("PUT /faults", func(writer http.ResponseWriter, request *http.Request) {
		var faults Faults
		decoder := json.NewDecoder(http.MaxBytesReader(writer, request.Body, 4096))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&faults); err != nil {
			http.Error(writer, err.Error(), http.StatusBadRequest)
			return
		}
		p.Set(faults)
		writer.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /page", func(writer http.ResponseWriter, _ *http.Request) {
		pages := p.Pages()
		if len(pages) == 0 {
			http.Error(writer, "nothing was printed yet", http.StatusNotFound)
			return
		}
		writer.Header().Set("Content-Type", "image/png")
		_ = png.Encode(writer, pages[len(pages)-1])
	})
	return mux
}
