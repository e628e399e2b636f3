package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
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

// sealed is what sealing sees of the transfer.
func (r *digestRow) sealed() sealedTransfer {
	return sealedTransfer{line: r.line, action: r.action, debit: r.debitID, credit: r.creditID, asset: r.asset, amount: r.amount}
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
	w := digestWriter{text: make([]byte, 0, 256+64*len(rows))}
	w.number(head.org).number(head.id).quoted(head.key)
	w.text = append(hex.AppendEncode(w.text, head.requestHash), '|')
	w.number(head.at).number(head.store).quoted(head.kind).number(head.subject).number(head.actor).quoted(head.rejection).end()
	for _, row := range rows {
		w.number(row.line).number(row.request).quoted(row.action).number(row.debitID).number(row.creditID).quoted(row.asset)
		w.number(row.amount).number(row.holdID)
		w.text = append(strconv.AppendBool(w.text, row.short), '|')
		w.end()
	}
	for _, claim := range claims {
		w.quoted(claim.Scope).quoted(claim.Value).end()
	}
	sum := sha256.Sum256(w.text)
	return sum[:]
}

// digestWriter writes lines of fields with a bar between them.
type digestWriter struct{ text []byte }

func (w *digestWriter) number(number int64) *digestWriter {
	w.text = append(strconv.AppendInt(w.text, number, 10), '|')
	return w
}

func (w *digestWriter) quoted(text string) *digestWriter {
	w.text = append(strconv.AppendQuote(w.text, text), '|')
	return w
}

// end replaces the last bar by the end of the line.
func (w *digestWriter) end() { w.text[len(w.text)-1] = '\n' }

// fingerprint is of what an account was opened as, which never changes: who changes it afterwards is found. It is short
// because it stands in the row that is written most.
func (a *account) fingerprint(org int64) int64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%d|%q|%q|%s|%t|%t|%d|%q|%d|%d", org, a.id, a.code, a.asset, a.side, a.limited,
		a.lots, a.parent, a.expires, a.funder, a.giver))
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 1)
}
