package demo

import (
	"fmt"

	"dangol/internal/capability/catalog"
)

// The item numbers of both merchants, which share the organisation's barcodes.
const (
	cafeItems  = 10_000
	goodsItems = 100_000
)

// barcode is an EAN-13 with GS1 prefix 200. The prefixes 20 to 29 are for restricted circulation (GS1 General
// Specifications, section 2.1.11): a shop's own numbers, which are no company's product anywhere.
func barcode(item int) string {
	digits := fmt.Sprintf("200%09d", item)
	return digits + string(catalog.CheckDigit(digits))
}
