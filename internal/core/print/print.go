// Package print keeps printers and what they are to print, and gets it printed: a job waits in a row, one worker at a
// time sends it, and it ends as confirmed or in the hands of a person. A job of which nobody knows whether it was printed
// is never printed again by itself. The package refuses to know what stands on the paper and whom it is for.
package print

import (
	"fmt"
	"strings"
	"time"

	"dangol/internal/core/print/escpos"
	"dangol/internal/core/print/paper"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
)

// The ids of this package as people see them.
const (
	PrinterIDs id.Kind = "ptr"
	JobIDs     id.Kind = "pjb"
)

// Printer is a receipt printer in a store's network.
type Printer struct {
	ID, Store int64
	Name      string
	// Address is host and port, such as "192.168.0.50:9100".
	Address string
	// Width is paper.Wide or paper.Narrow.
	Width int
	// Drawer says that a cash drawer hangs on it, which it opens.
	Drawer bool
	// Backup is the printer that prints when this one can't; 0 for none.
	Backup int64
	// Device is the till that it serves, 0 for all tills of its store. What it prints by itself is of theirs.
	Device int64
	// Guest says when it prints the guest's receipt, Shop and Kitchen whether each sale prints a copy for the shop and a
	// slip for the kitchen.
	Guest         GuestRule
	Shop, Kitchen bool
	// Removed is a zero time while it is in use.
	Removed time.Time
	// Status is what it said last, as the name of a code; "" when it was ready or has not been asked. StatusAt is when.
	Status   string
	StatusAt time.Time
	Version  int64
}

// Serves says whether the printer prints for a till.
func (p Printer) Serves(till int64) bool { return p.Device == 0 || p.Device == till }

// GuestRule says when a printer prints guests' receipts.
type GuestRule string

const (
	GuestAlways    GuestRule = "always"  // after each sale
	GuestOnRequest GuestRule = "request" // when somebody asks for it
	GuestNever     GuestRule = "never"   // it is no printer for guests
)

// State is where a job stands.
type State string

const (
	New       State = ""          // not written yet
	Queued    State = "queued"    // 대기: to be printed
	Leased    State = "leased"    // 프린터 확인 중: a worker asks the printer; nothing was sent
	Sent      State = "sent"      // 인쇄 중: sending has begun
	Confirmed State = "confirmed" // 인쇄됨: the printer worked through all of it, or a person saw the paper
	Unknown   State = "unknown"   // 확인 필요: sent, and nobody knows what came out
	Waiting   State = "waiting"   // 오래됨: its time is over; it waits for a person
	Failed    State = "failed"    // 인쇄 불가: it can't be printed as it is
	Discarded State = "discarded" // 취소: a person said that it is not needed
)

// States are all states that a job in a row can have.
var States = []State{Queued, Leased, Sent, Confirmed, Unknown, Waiting, Failed, Discarded}

// Action is what happens to a job.
type Action string

const (
	Queueing Action = "queue"
	Lease    Action = "lease"
	Send     Action = "send"
	Confirm  Action = "confirm"
	Postpone Action = "postpone" // the printer can't print now; nothing was sent
	Lose     Action = "lose"     // something was sent, and the printer did not say that it is done
	Expire   Action = "expire"
	Fail     Action = "fail"
	Retry    Action = "retry"   // a person
	Discard  Action = "discard" // a person
	Printed  Action = "printed" // a person who saw the paper
)

// transition is one row of the state machine.
type transition struct {
	From   State
	Action Action
	To     State
}

// transitions are all that can happen to a job; anything else is refused with ErrState. Whatever was sent leaves Sent
// only for Confirmed or Unknown: nothing but a person's Retry prints it again.
var transitions = []transition{
	{New, Queueing, Queued},
	{Queued, Lease, Leased},
	{Queued, Expire, Waiting},
	{Leased, Postpone, Queued},
	{Leased, Fail, Failed},
	{Leased, Send, Sent},
	{Sent, Confirm, Confirmed},
	{Sent, Lose, Unknown},
	{Unknown, Retry, Queued},
	{Waiting, Retry, Queued},
	{Unknown, Printed, Confirmed},
	{Waiting, Printed, Confirmed},
	{Queued, Discard, Discarded},
	{Unknown, Discard, Discarded},
	{Waiting, Discard, Discarded},
	{Failed, Discard, Discarded},
}

// After is the state that an action leads to, or ErrState.
func (s State) After(action Action) (State, error) {
	for _, row := range transitions {
		if row.From == s && row.Action == action {
			return row.To, nil
		}
	}
	return s, ErrState.New(fault.Values{"state": string(s)})
}

// StatePage prints the state machine for docs/print-states.md.
func StatePage() string {
	var page strings.Builder
	page.WriteString("# The states of a print job\n\nPrinted from `internal/core/print/print.go`: change it there, then run " +
		"`go test ./internal/core/print -update`.\n\n| state | what happens | becomes |\n| --- | --- | --- |\n")
	for _, row := range transitions {
		from := string(row.From)
		if row.From == New {
			from = "(not written yet)"
		}
		fmt.Fprintf(&page, "| %s | %s | %s |\n", from, row.Action, row.To)
	}
	return page.String()
}

// Job is something that is to be printed, or was.
type Job struct {
	ID, Store int64
	// Key is what makes it once: the same key asks for the same job.
	Key string
	// Printer is the one that was meant, Via the one that was tried last, 0 for none.
	Printer, Via int64
	// What is the kind of thing that is printed ("receipt", "test") and Subject its id. Title is what people call it.
	What    string
	Subject int64
	Title   string
	// Layout is what is printed; it is forgotten when the job is confirmed or discarded.
	Layout paper.Layout
	// Drawer says that the cash drawer is to be opened, when the printer has one.
	Drawer bool
	State  State
	// Reason is why it is not printed yet or may not have been, as the name of a code; "" for none.
	Reason   string
	Attempts int64
	Created  time.Time
	By       int64 // staff, 0 for the program
	// Due is when the job is looked at again: tried, or given up by the worker that had it.
	Due      time.Time
	Deadline time.Time
	Changed  time.Time
	Version  int64
}

// NeedsPerson says whether only a person can bring the job further.
func (j Job) NeedsPerson() bool { return j.State == Unknown || j.State == Waiting || j.State == Failed }

var (
	// ErrState is for an action that the job's state does not allow. Its value "state" is that state.
	ErrState = fault.Define(fault.Conflict, "print.state",
		"지금 상태의 인쇄에는 할 수 없어요. 목록을 새로 불러와 주세요.", "The job's state does not allow this. Reload the list.")
	// ErrNoPrinter is for a store without a printer.
	ErrNoPrinter = fault.Define(fault.Conflict, "print.no_printer",
		"이 매장에는 프린터가 없어요. 관리 화면의 프린터에서 등록해 주세요.", "This store has no printer. Add one in the console.")
	// ErrKey is for a key that already stands for something else.
	ErrKey = fault.Define(fault.Conflict, "print.key",
		"같은 요청 번호로 다른 것을 인쇄하려고 했어요. 새 요청 번호로 다시 보내 주세요.",
		"This key was used to print something else. Send it again under a new key.")
	// ErrName is for a printer's name that is missing or too long.
	ErrName = fault.Define(fault.Invalid, "print.name",
		"프린터 이름을 1~50자로 써 주세요.", "Give the printer a name of 1 to 50 characters.")
	// ErrAddress is for an address that no printer can have.
	ErrAddress = fault.Define(fault.Invalid, "print.address",
		"프린터 주소를 192.168.0.50:9100처럼 써 주세요.", "Enter the printer's address such as 192.168.0.50:9100.")
	// ErrWidth is for paper that there is not.
	ErrWidth = fault.Define(fault.Invalid, "print.width", "용지 폭을 골라 주세요.", "Choose the width of the paper.")
	// ErrRule is for a rule about guests' receipts that there is not.
	ErrRule = fault.Define(fault.Invalid, "print.rule",
		"고객용 영수증을 언제 인쇄할지 골라 주세요.", "Choose when guests' receipts are printed.")
	// ErrBackup is for a backup that is not another printer of the same store.
	ErrBackup = fault.Define(fault.Invalid, "print.backup",
		"대신 인쇄할 프린터는 같은 매장의 다른 프린터로 골라 주세요.", "Choose another printer of the same store as the backup.")
	// ErrStale is for a version that is no longer current.
	ErrStale = fault.Define(fault.Stale, "print.stale",
		"다른 사람이 먼저 바꿨어요. 새로 불러온 뒤 다시 해 주세요.", "Someone changed this first. Reload and try again.")
)

// What keeps a printer from printing, or made nobody sure: the reasons of jobs and the states of printers.
var (
	ReasonUnreachable = fault.Define(fault.Conflict, "print.unreachable",
		"프린터에 연결할 수 없어요. 전원과 랜선을 확인해 주세요.", "The printer can't be reached. Check its power and its cable.")
	ReasonSilent = fault.Define(fault.Conflict, "print.silent",
		"프린터가 답하지 않아요. 프린터를 껐다가 켜 주세요.", "The printer does not answer. Switch it off and on.")
	ReasonPaper = fault.Define(fault.Conflict, "print.paper",
		"용지가 없어요. 새 용지를 넣어 주세요.", "The paper is out. Put in a new roll.")
	ReasonPaperLow = fault.Define(fault.Conflict, "print.paper_low",
		"용지가 얼마 남지 않았어요. 새 용지를 준비해 주세요.", "The paper is near its end. Have a new roll ready.")
	ReasonCover = fault.Define(fault.Conflict, "print.cover",
		"프린터 덮개가 열려 있어요. 덮개를 닫아 주세요.", "The cover is open. Close it.")
	ReasonCutter = fault.Define(fault.Conflict, "print.cutter",
		"커터에 용지가 걸렸어요. 걸린 종이를 빼고 프린터를 껐다가 켜 주세요.",
		"The cutter is jammed. Take the paper out, then switch the printer off and on.")
	ReasonBroken = fault.Define(fault.Conflict, "print.broken",
		"프린터가 고장을 알렸어요. 껐다가 켜도 그대로면 수리를 맡겨 주세요.",
		"The printer reports a fault. If it stays after switching it off and on, have it repaired.")
	ReasonOffline = fault.Define(fault.Conflict, "print.offline",
		"프린터가 쉬고 있어요. 프린터의 버튼과 표시등을 확인해 주세요.", "The printer is offline. Check its buttons and lamps.")
	ReasonInterrupted = fault.Define(fault.Conflict, "print.interrupted",
		"인쇄하는 동안 프로그램이 멈췄어요. 종이가 나왔는지 확인해 주세요.",
		"The program stopped while this was printed. Look whether the paper came out.")
	ReasonRemoved = fault.Define(fault.Conflict, "print.removed",
		"프린터가 목록에서 빠졌어요. 다른 프린터로 다시 인쇄해 주세요.", "The printer was removed. Print it again on another one.")
)

// reason is what a printer's status says of why it does not print, nil when it does.
func reason(status escpos.Status) *fault.Code {
	switch {
	case status.CoverOpen:
		return ReasonCover
	case status.PaperOut:
		return ReasonPaper
	case status.Cutter:
		return ReasonCutter
	case status.Broken:
		return ReasonBroken
	case status.Offline:
		return ReasonOffline
	}
	return nil
}

// Explain words a stored reason or status for a person; "" when there is none.
func Explain(code string, tag lang.Tag) string {
	if found := fault.Lookup(code); found != nil {
		return found.Text().In(tag, nil)
	}
	return ""
}
