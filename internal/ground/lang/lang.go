// Package lang knows the two languages in which dangol speaks to people, and fills sentences with values. It knows no
// sentence itself: each package keeps its own beside what they are about.
package lang

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

// Tag names a language in which a person reads.
type Tag string

const (
	// Korean is the first language: what is not asked for otherwise is Korean.
	Korean Tag = "ko"
	// English stands beside it.
	English Tag = "en"
)

var matcher = language.NewMatcher([]language.Tag{language.Korean, language.English})

// FromHeader picks the best language for an Accept-Language header (RFC 9110 §12.5.4). An empty or unreadable header
// gives Korean.
func FromHeader(header string) Tag {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return Korean
	}
	if _, index, confidence := matcher.Match(tags...); confidence > language.No && index == 1 {
		return English
	}
	return Korean
}

// Text is one sentence in each language. Values stand in it as {name}.
type Text struct {
	KO string
	EN string
}

// In gives the sentence in the language of the tag, with each {name} replaced by its value.
func (t Text) In(tag Tag, values map[string]any) string {
	sentence := t.KO
	if tag == English {
		sentence = t.EN
	}
	if len(values) == 0 || !strings.Contains(sentence, "{") {
		return sentence
	}
	pairs := make([]string, 0, 2*len(values))
	for name, value := range values {
		pairs = append(pairs, "{"+name+"}", fmt.Sprint(value))
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}
