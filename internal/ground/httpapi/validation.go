package httpapi

import (
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"dangol/internal/ground/fault"
)

// A rule recognises one of huma's messages and says it with a code of ours. The name, when there is one, is the value
// that the message's first placeholder fills in our sentence.
type rule struct {
	message *regexp.Regexp
	code    *fault.Code
	name    string
}

// rules cover huma's messages, which exist in English only; what they don't cover is errValue.
var rules = []rule{
	like(validation.MsgUnexpectedProperty, errUnknown, ""),
	like("unknown query parameter", errUnknown, ""),
	like(validation.MsgExpectedRequiredProperty, errRequired, propertyValue),
	like("required %s parameter is missing", errRequired, ""),
	like("File required", errRequired, ""),
	like("request body is required", errBody, ""),
	like(validation.MsgExpectedMinimumNumber, errMinimum, "limit"),
	like(validation.MsgExpectedMaximumNumber, errMaximum, "limit"),
	like(validation.MsgExpectedExclusiveMinimumNumber, errAbove, "limit"),
	like(validation.MsgExpectedExclusiveMaximumNumber, errBelow, "limit"),
	like(validation.MsgExpectedMinLength, errShortText, "limit"),
	like(validation.MsgExpectedMaxLength, errLongText, "limit"),
	like(validation.MsgExpectedMinItems, errFewItems, "limit"),
	like(validation.MsgExpectedMaxItems, errManyItems, "limit"),
	like(validation.MsgExpectedMinProperties, errFewItems, "limit"),
	like(validation.MsgExpectedMaxProperties, errManyItems, "limit"),
	like(validation.MsgExpectedOneOf, errChoice, "choices"),
	like(validation.MsgExpectedMatchPattern, errPattern, ""),
	like(validation.MsgExpectedBePattern, errPattern, ""),
	like(validation.MsgExpectedRFC5322Email, errPattern, ""),
	like(validation.MsgExpectedBase64String, errPattern, ""),
	like(validation.MsgExpectedInteger, errInteger, ""),
	like("invalid integer", errInteger, ""),
	like(validation.MsgExpectedNumber, errNumber, ""),
	like("invalid float", errNumber, ""),
	like(validation.MsgExpectedString, errString, ""),
	like(validation.MsgExpectedBoolean, errBoolean, ""),
	like("invalid boolean", errBoolean, ""),
	like(validation.MsgExpectedArray, errArray, ""),
	like("expected at most one value, but received multiple values", errTwice, ""),
	like(validation.MsgExpectedObject, errObject, ""),
	like(validation.MsgExpectedArrayItemsUnique, errTwice, ""),
	like(validation.MsgExpectedRFC3339DateTime, errTime, ""),
	like(validation.MsgExpectedRFC3339Date, errTime, ""),
	like(validation.MsgExpectedRFC3339Time, errTime, ""),
	like("invalid date/time for format %s", errTime, ""),
	like("cannot read multipart form: %s", errFile, ""),
	like("Failed to open file", errFile, ""),
	like("Failed to infer file media type", errFile, ""),
	like("Invalid mime type: %s", errFile, ""),
	like("Multiple files received %s", errFile, ""),
	like(malformed, errBody, ""),
}

// propertyValue marks the rule whose placeholder is not for the sentence: it names the property that is missing from
// the object at the location.
const propertyValue = "\x00property"

var placeholder = regexp.MustCompile(`%[vsd]`)

func like(message string, code *fault.Code, name string) rule {
	pattern := placeholder.ReplaceAllString(regexp.QuoteMeta(message), `(.*)`)
	return rule{message: regexp.MustCompile(`(?s)^` + pattern + `$`), code: code, name: name}
}

// fieldOf says one of huma's findings in our words. The offending value is not repeated: it may be a password.
func fieldOf(detail *huma.ErrorDetail) error {
	if _, is := detail.Value.(unreadable); is {
		return errText.At(detail.Location)
	}
	for _, rule := range rules {
		found := rule.message.FindStringSubmatch(detail.Message)
		switch {
		case found == nil:
			continue
		case rule.name == propertyValue:
			return rule.code.At(detail.Location + "." + found[1])
		case rule.name != "":
			return rule.code.At(detail.Location, fault.Values{rule.name: strings.ReplaceAll(found[1], `"`, "")})
		}
		return rule.code.At(detail.Location)
	}
	return errValue.At(detail.Location)
}
