package ledger

import (
	"encoding/hex"
	"testing"
)

// Digests are stored: what one version of the program has written, every later one must compute.
func TestDigestsStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	head := digestHead{
		org: 7, id: 1048577, key: "k\"1\"", requestHash: []byte{0, 255}, at: 1795000000000000, store: 3, kind: "sale", subject: 42, actor: 5,
	}
	rows := []digestRow{
		{line: 0, request: 0, action: "move", debitID: 11, creditID: 12, asset: "KRW", amount: 4500, short: true},
		{line: 1, request: 2, action: "hold", debitID: 13, creditID: 14, asset: "단골", amount: 1, holdID: 9},
	}
	got := hex.EncodeToString(digest(head, rows, []Claim{{Scope: "receipt", Value: "AB12-1-000123"}}))
	if want := "fa91f251d23ef129213f26b5f2e0aacf45128e47a028196b9051c6efe1bf15f3"; got != want {
		t.Fatalf("the digest is %s, not %s", got, want)
	}
}
