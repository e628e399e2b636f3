package httpapi

import (
	"strconv"
	"strings"
)

// Versioned is embedded in the input of an operation that changes something which was read before.
type Versioned struct {
	IfMatch string `header:"If-Match" required:"true" maxLength:"30" doc:"The version that was read: 3."`
}

// Version is the version that the caller read. It returns a fault for anything that is no version.
func (v Versioned) Version() (int64, error) {
	version, err := strconv.ParseInt(strings.Trim(v.IfMatch, `"`), 10, 64)
	if err != nil || version < 1 {
		return 0, errVersion.At("header.If-Match")
	}
	return version, nil
}
