package httpapi

import (
	"reflect"
	"strings"
	"unicode"
)

// schemaName names a type in the description: its package and its name, so that order.Line and pricing.Line are two;
// types of this package go by their name alone, and a type that already begins with its package's name isn't doubled.
// A generic type is named by its arguments first: List[order.View] is OrderViewList.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return upperFirst(hint)
	}
	name, arguments, generic := strings.Cut(t.Name(), "[")
	if !generic {
		return qualified(t.PkgPath(), name)
	}
	var result strings.Builder
	for argument := range strings.SplitSeq(strings.TrimSuffix(arguments, "]"), ",") {
		argument = strings.TrimLeft(argument, "*[]")
		if dot := strings.LastIndex(argument, "."); dot >= 0 {
			result.WriteString(qualified(argument[:dot], argument[dot+1:]))
		} else {
			result.WriteString(upperFirst(argument))
		}
	}
	return result.String() + qualified(t.PkgPath(), name)
}

func qualified(path, name string) string {
	folder := path[strings.LastIndex(path, "/")+1:]
	if folder == "httpapi" || path == "" || strings.HasPrefix(strings.ToLower(name), folder) {
		return upperFirst(name)
	}
	return upperFirst(folder) + upperFirst(name)
}

func upperFirst(text string) string {
	if text == "" {
		return text
	}
	return string(unicode.ToUpper(rune(text[0]))) + text[1:]
}
