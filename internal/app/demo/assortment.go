package demo

import (
	"strings"

	"dangol/internal/capability/catalog"
)

// assortment is what one merchant sells, by name: nothing of it has an id yet.
type assortment struct {
	categories []catalog.Category
	groups     []optionGroup
	products   []product
}

// optionGroup is a group of the catalogue with how guests use it.
type optionGroup struct {
	catalog.Group
	// habits are chances in percent, by the index of the option. A group that must be answered takes them as shares.
	habits []int
}

// product is a product of the catalogue that names its category and groups.
type product struct {
	catalog.Product
	category string
	groups   []string
	// price of each variant in the first store of the merchant.
	prices []int64
	// weight is how often it is bought, compared with the others of its assortment.
	weight int
	// par is how many units of a variant stand on the shelf after a delivery; 0 when units aren't counted.
	par int64
	// fresh is for what is delivered every morning.
	fresh bool
	// steady is for what never runs out, so that a first walk through the demo finds it.
	steady bool
}

// slug is a name as it stands in a product code: lower case letters and digits, the rest hyphens.
func slug(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(letter rune) bool {
		return (letter < 'a' || letter > 'z') && (letter < '0' || letter > '9')
	}), "-")
}
