package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// The limits of a JSON body.
const (
	// maxInteger is the largest integer that every JSON reader keeps exact (RFC 8259 §6).
	maxInteger = 1<<53 - 1
	maxDepth   = 32
)

// malformed is how an error of decodeJSON that concerns the whole body begins.
const malformed = "malformed JSON"

var errMalformed = errors.New(malformed)

// Stand-ins for values that no schema accepts, so that checking the value against its schema names the place.
type (
	// inexact is a number that is written with a fraction or an exponent, or is too large to be exact.
	inexact struct{}
	// unreadable is text that no database can store.
	unreadable struct{}
)

// encodeJSON writes an answer.
func encodeJSON(writer io.Writer, value any) error {
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// decodeJSON reads a body strictly: no name twice, no broken UTF-8, nothing after the end, not deeper than maxDepth.
// Every number must be an integer within ±(2⁵³−1) and be written as one.
func decodeJSON(data []byte, into any) error {
	tree, generic := into.(*any)
	if !generic {
		return json.Unmarshal(data, into)
	}
	if !utf8.Valid(data) {
		return errMalformed
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	value, err := readValue(decoder, 0)
	if err != nil {
		return errMalformed
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errMalformed
	}
	*tree = value
	return nil
}

func readValue(decoder *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("deeper than %d", maxDepth)
	}
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch value := token.(type) {
	case json.Delim:
		if value == '{' {
			return readObject(decoder, depth)
		}
		return readArray(decoder, depth)
	case json.Number:
		return readNumber(value), nil
	case string:
		if !storable(value) {
			return unreadable{}, nil
		}
		return value, nil
	default:
		return value, nil
	}
}

func readObject(decoder *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		name, is := token.(string)
		if _, twice := object[name]; twice || !is {
			return nil, fmt.Errorf("the name %q stands twice", name)
		}
		if object[name], err = readValue(decoder, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := decoder.Token()
	return object, err
}

func readArray(decoder *json.Decoder, depth int) (any, error) {
	array := []any{}
	for decoder.More() {
		value, err := readValue(decoder, depth+1)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := decoder.Token()
	return array, err
}

func readNumber(number json.Number) any {
	integer, err := strconv.ParseInt(string(number), 10, 64)
	if err != nil || integer > maxInteger || integer < -maxInteger {
		return inexact{}
	}
	return float64(integer)
}
