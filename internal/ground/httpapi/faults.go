package httpapi

import "dangol/internal/ground/fault"

// The general codes: what any operation may answer.
var (
	errInternal = fault.Define(fault.Internal, "http.internal",
		"처리하지 못했어요. 잠시 뒤 다시 해 보고, 계속되면 요청 번호를 알려 주세요.",
		"This could not be done. Try again in a moment; if it goes on, pass on the request id.")
	errTimeout = fault.Define(fault.Busy, "http.timeout",
		"시간이 너무 오래 걸려서 멈췄어요. 잠시 뒤 같은 요청을 다시 보내 주세요.",
		"This took too long and was stopped. Send the same request again in a moment.")
	errRoute = fault.Define(fault.NotFound, "http.unknown_route",
		"그런 주소는 없어요. 주소를 다시 확인해 주세요.", "There is no such address. Check it and try again.")
	errMethod = fault.Define(fault.NotFound, "http.method",
		"이 주소에서는 할 수 없는 요청이에요. API 문서를 확인해 주세요.",
		"This address does not answer this method. See the API's documentation.")
	errOrigin = fault.Define(fault.Forbidden, "http.cross_origin",
		"다른 사이트에서 보낸 요청은 받지 않아요. dangol 화면에서 다시 해 주세요.",
		"Requests from other sites are not accepted. Try again from dangol's own page.")
	errTooLarge = fault.Define(fault.TooLarge, "http.too_large",
		"보낸 내용이 너무 커요. 나누어서 보내 주세요.", "This is too large. Send it in parts.")
	errMediaType = fault.Define(fault.Unsupported, "http.media_type",
		"이 형식은 읽을 수 없어요. JSON으로 보내 주세요.", "This form can't be read. Send JSON.")
	errBody = fault.Define(fault.Invalid, "http.body",
		"보낸 내용을 읽을 수 없어요. 빠지거나 겹친 곳이 없는 JSON인지 확인해 주세요.",
		"The body can't be read. Check that it is complete JSON with no name twice.")
	errKey = fault.Define(fault.Invalid, "http.idempotency_key",
		"Idempotency-Key 헤더에 1~100자의 요청 번호를 하나 넣어 주세요.",
		"Send one Idempotency-Key header of 1 to 100 visible ASCII characters.")
	errVersion = fault.Define(fault.Invalid, "http.version",
		"If-Match 헤더에 불러온 버전 번호를 넣어 주세요.", "Send the version that was read in the header If-Match.")
	errText = fault.Define(fault.Invalid, "input.text",
		"읽을 수 없는 글자가 있어요. 지우고 다시 입력해 주세요.", "This holds characters that can't be read. Remove them.")
	errCursor = fault.Define(fault.Invalid, "input.cursor",
		"목록의 위치를 찾을 수 없어요. 처음부터 다시 불러와 주세요.",
		"This cursor can't be read. Read the list from its beginning.")
)

// What can be wrong with a value of the input.
var (
	errValue = fault.Define(fault.Invalid, "input.value",
		"값이 올바르지 않아요. 다시 확인해 주세요.", "This value is not valid. Check it.")
	errRequired = fault.Define(fault.Invalid, "input.required",
		"꼭 필요한 값이에요. 입력해 주세요.", "This is required. Enter it.")
	errUnknown = fault.Define(fault.Invalid, "input.unknown",
		"모르는 항목이에요. 빼고 다시 보내 주세요.", "There is no such field. Leave it out.")
	errMinimum = fault.Define(fault.Invalid, "input.minimum",
		"{limit} 이상이어야 해요.", "This must be at least {limit}.")
	errMaximum = fault.Define(fault.Invalid, "input.maximum",
		"{limit} 이하여야 해요.", "This must be at most {limit}.")
	errAbove = fault.Define(fault.Invalid, "input.above",
		"{limit}보다 커야 해요.", "This must be more than {limit}.")
	errBelow = fault.Define(fault.Invalid, "input.below",
		"{limit}보다 작아야 해요.", "This must be less than {limit}.")
	errShortText = fault.Define(fault.Invalid, "input.too_short",
		"{limit}자 이상 입력해 주세요.", "Enter at least {limit} characters.")
	errLongText = fault.Define(fault.Invalid, "input.too_long",
		"{limit}자까지만 입력할 수 있어요.", "Enter at most {limit} characters.")
	errFewItems = fault.Define(fault.Invalid, "input.too_few",
		"{limit}개 이상 넣어 주세요.", "Give at least {limit}.")
	errManyItems = fault.Define(fault.Invalid, "input.too_many",
		"{limit}개까지만 넣을 수 있어요.", "Give at most {limit}.")
	errChoice = fault.Define(fault.Invalid, "input.choice",
		"다음 중 하나를 골라 주세요: {choices}", "Choose one of: {choices}.")
	errPattern = fault.Define(fault.Invalid, "input.pattern",
		"형식이 맞지 않아요. 다시 확인해 주세요.", "This does not have the right form. Check it.")
	errInteger = fault.Define(fault.Invalid, "input.integer",
		"소수점 없는 숫자로 입력해 주세요. ±9,007,199,254,740,991까지 쓸 수 있어요.",
		"Enter a whole number within ±9,007,199,254,740,991.")
	errNumber = fault.Define(fault.Invalid, "input.number",
		"숫자로 입력해 주세요.", "Enter a number.")
	errString = fault.Define(fault.Invalid, "input.string",
		"글자로 입력해 주세요.", "Enter text.")
	errBoolean = fault.Define(fault.Invalid, "input.boolean",
		"true 또는 false로 보내 주세요.", "Send true or false.")
	errArray = fault.Define(fault.Invalid, "input.array",
		"목록으로 보내 주세요.", "Send a list.")
	errObject = fault.Define(fault.Invalid, "input.object",
		"항목 묶음으로 보내 주세요.", "Send an object.")
	errTwice = fault.Define(fault.Invalid, "input.twice",
		"같은 값이 두 번 들어 있어요. 하나만 남겨 주세요.", "The same value is given twice. Keep one.")
	errTime = fault.Define(fault.Invalid, "input.time",
		"날짜나 시각의 형식이 맞지 않아요. 2026-11-23 또는 2026-11-23T09:00:00Z처럼 써 주세요.",
		"Write dates as 2026-11-23 and times as 2026-11-23T09:00:00Z.")
	errFile = fault.Define(fault.Invalid, "input.file",
		"파일을 읽을 수 없어요. 파일 하나를 다시 골라 주세요.", "The file can't be read. Choose one file again.")
)
