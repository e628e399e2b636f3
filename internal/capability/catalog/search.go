package catalog

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// initials are the leading consonants in the order in which Unicode composes syllables from them (The Unicode Standard,
// §3.12): (syllable − U+AC00) ÷ 588 is the index. They are the letters that a keyboard types, not the conjoining ones.
var initials = [...]rune{
	'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ',
}

// Initials gives the leading consonants (초성) of a text: "아메리카노" gives "ㅇㅁㄹㅋㄴ". What is no Korean syllable stays
// as it is; spaces go, since nobody types them between consonants.
func Initials(text string) string {
	return strings.Map(func(letter rune) rune {
		switch {
		case letter >= 0xAC00 && letter <= 0xD7A3:
			return initials[(letter-0xAC00)/588]
		case unicode.IsSpace(letter):
			return -1
		}
		return letter
	}, text)
}

// Normal gives the form in which texts are compared by a search: composed, in lower case, one space between words.
func Normal(text string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFC.String(text))), " ")
}

// searchText is what a product is found by: its names, their leading consonants, and the numbers of its variants.
func (p *Product) searchText() string {
	name := Normal(p.Name)
	parts := []string{name, Initials(name), Normal(p.NameEN), Normal(p.Handle)}
	for i := range p.Variants {
		variant := &p.Variants[i]
		if variant.Archived {
			continue
		}
		parts = append(parts, Normal(variant.Name()), Normal(variant.SKU))
		parts = append(parts, variant.Barcodes...)
	}
	return strings.Join(parts, "\n")
}

// likePattern is a query as the inside of a LIKE pattern whose escape is a backslash.
func likePattern(query string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(Normal(query))
}
