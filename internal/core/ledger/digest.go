package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
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
	sum, _ := digestIn(make([]byte, 0, 256+64*len(rows)), head, rows, claims)
	return sum
}

// digestIn is digest with a buffer, which it gives back grown.
func digestIn(buffer []byte, head digestHead, rows []digestRow, claims []Claim) (sum, grown []byte) {
	w := digestWriter{text: buffer[:0]}
	w.number(head.org).number(head.id).quoted(head.key)
	w.text = append(hex.AppendEncode(w.text, head.requestHash), '|')
	w.number(head.at).number(head.store).quoted(head.kind).number(head.subject).number(head.actor).quoted(head.rejection).end()
	for i := range rows {
		row := &rows[i]
		w.number(row.line).number(row.request).quoted(row.action).number(row.debitID).number(row.creditID).quoted(row.asset)
		w.number(row.amount).number(row.holdID)
		w.truth(row.short).end()
	}
	for _, claim := range claims {
		w.quoted(claim.Scope).quoted(claim.Value).end()
	}
	hashed := sha256.Sum256(w.text)
	return hashed[:], w.text
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

func (w *digestWriter) truth(truth bool) *digestWriter {
	w.text = append(strconv.AppendBool(w.text, truth), '|')
	return w
}

// end replaces the last bar by the end of the line.
func (w *digestWriter) end() { w.text[len(w.text)-1] = '\n' }

// fingerprint is of what an account was opened as, which never changes: who changes it afterwards is found. It is short
// because it stands in the row that is written most.
func (a *account) fingerprint(org int64) int64 {
	w := digestWriter{text: make([]byte, 0, 160)}
	w.number(org).number(a.id).quoted(a.code).quoted(a.asset)
	w.text = append(append(w.text, a.side...), '|')
	w.truth(a.limited).truth(a.lots).number(a.parent).quoted(a.expires).number(a.funder).number(a.giver)
	return w.short()
}

// fingerprint is of what a part of a hold was made as and until when it holds. What became of it, its transfers say.
func (h *hold) fingerprint(org int64) int64 {
	w := digestWriter{text: make([]byte, 0, 160)}
	w.number(org).number(h.id).number(h.part).number(h.debitID).number(h.creditID).quoted(h.asset).number(h.amount).number(h.deadline)
	return w.short()
}

// short is a short sum over the line.
func (w *digestWriter) short() int64 {
	sum := sha256.Sum256(w.text[:len(w.text)-1])
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 1)
}
