// Package paper is what stands on a piece of paper: a layout of rows with roles, and its picture in black dots for a
// printer that is so many dots wide. It refuses to know what is printed and who prints it.
package paper

// Layout is a piece of paper from top to bottom.
type Layout struct {
	Rows []Row `json:"rows"`
}

// Row is one row. What its role does not use is left empty.
type Row struct {
	Role  Role   `json:"role" enum:"call,heading,text,notice,rule,soft,plain,strong,total,number,large"`
	Left  string `json:"left,omitempty" doc:"The label of a pair, otherwise the text"`
	Right string `json:"right,omitempty" doc:"The value of a pair, or the number that is called"`
}

// Role says what a row is for; how it looks follows from that.
type Role string

const (
	Call    Role = "call"    // the number that is called out at the counter, the largest thing there is
	Heading Role = "heading" // whose paper it is
	Text    Role = "text"    // centred, as many lines as it needs
	Notice  Role = "notice"  // centred, white on black: what must not be overlooked
	Rule    Role = "rule"    // a line across
	Soft    Role = "soft"    // a pair that is looked up
	Plain   Role = "plain"   // a pair that is read
	Strong  Role = "strong"  // a pair that is read first
	Total   Role = "total"   // the pair that counts
	Number  Role = "number"  // centred, to be typed in
	Large   Role = "large"   // a pair that is read from a step away
)
