package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// digestRow is one transfer as the digest of its posting sees it.
type digestRow struct {
	line, request     int64
	action            string
	debitID, creditID int64
	asset             string
	amount, holdID    int64
	short             bool
}

// digestHead is what the digest sees of the posting itself.
type digestHead struct {
	org, id     int64
	key         string
	requestHash []byte
	at, store   int64
	kind        string
	subject     int64
	actor       int64
	rejection   string
}

// digest is a fingerprint of all that was decided under one key, stored with it: who changes a posting or a transfer
// afterwards has to change it too, and a seal over the digests then shows that.
func digest(head digestHead, rows []digestRow, claims []Claim) []byte {
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%d|%d|%q|%x|%d|%d|%q|%d|%d|%q\n", head.org, head.id, head.key, head.requestHash, head.at,
		head.store, head.kind, head.subject, head.actor, head.rejection)
	for _, row := range rows {
		_, _ = fmt.Fprintf(sum, "%d|%d|%q|%d|%d|%q|%d|%d|%t\n", row.line, row.request, row.action, row.debitID, row.creditID,
			row.asset, row.amount, row.holdID, row.short)
	}
	for _, claim := range claims {
		_, _ = fmt.Fprintf(sum, "%q|%q\n", claim.Scope, claim.Value)
	}
	return sum.Sum(nil)
}

// fingerprint is of what an account was opened as, which never changes: who changes it afterwards is found. It is short
// because it stands in the row that is written most.
func (a *account) fingerprint(org int64) int64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%d|%q|%q|%s|%t|%t|%d|%q|%d|%d", org, a.id, a.code, a.asset, a.side, a.limited,
		a.lots, a.parent, a.expires, a.funder, a.giver))
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 1)
}
