// Package id makes the identities of rows: 63-bit numbers, unique over all processes that share a database, growing
// with time so that new rows lie together on disk. They are never secrets and nothing is ordered by them. People see
// them with a prefix that says what they name: ord_2V5K.
package id

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"dangol/internal/ground/fault"
)

// blockBits is how many ids one block holds, as a power of two. A process that stops wastes what is left of its block:
// 43 bits of block numbers bear a restart every second for 270,000 years.
const blockBits = 20

const blockSize = int64(1) << blockBits

// Reserve draws the next block number. Each number may be given out once, over all processes.
type Reserve func(ctx context.Context) (int64, error)

// Source gives out ids.
type Source struct {
	reserve Reserve

	mutex    sync.Mutex
	next     int64
	end      int64
	spare    int64
	hasSpare bool
	fetching bool
	arrived  *sync.Cond
}

// NewSource makes a source whose first block is drawn at once, so that a database that can't give one is noticed at
// the start.
func NewSource(ctx context.Context, reserve Reserve) (*Source, error) {
	block, err := reserve(ctx)
	if err != nil {
		return nil, fmt.Errorf("reserve the first block of ids: %w", err)
	}
	source := &Source{reserve: reserve, next: block << blockBits, end: (block + 1) << blockBits}
	source.arrived = sync.NewCond(&source.mutex)
	return source, nil
}

// Next is a new id. The next block is fetched when half of this one is used; should that fail for so long that the
// block runs out, Next waits for it.
func (s *Source) Next() int64 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for s.next == s.end {
		if s.hasSpare {
			s.next, s.end, s.hasSpare = s.spare<<blockBits, (s.spare+1)<<blockBits, false
			break
		}
		s.fetch()
		s.arrived.Wait()
	}
	taken := s.next
	s.next++
	if s.end-s.next < blockSize/2 && !s.hasSpare {
		s.fetch()
	}
	return taken
}

// fetch draws the spare block in the background. The mutex is held.
func (s *Source) fetch() {
	if s.fetching {
		return
	}
	s.fetching = true
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		block, err := s.reserve(ctx)
		if err != nil {
			time.Sleep(100 * time.Millisecond)
		}
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.fetching = false
		if err == nil {
			s.spare, s.hasSpare = block, true
		} else if s.next == s.end {
			s.fetch()
		}
		s.arrived.Broadcast()
	}()
}

// Kind is what an id names: its prefix, such as "ord".
type Kind string

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Unknown is the error for text that is no id of the expected kind. It is the same as for an id that does not exist, so
// that nothing can be learned from it.
var Unknown = fault.Define(fault.NotFound, "id.unknown",
	"찾을 수 없어요. 번호를 다시 확인해 주세요.", "Not found. Check the number and try again.")

// Format writes an id for people and for JSON, where a 63-bit number would lose digits. Zero, which names nothing,
// gives "".
func (k Kind) Format(id int64) string {
	if id <= 0 {
		return ""
	}
	var digits [13]byte
	at := len(digits)
	for id > 0 {
		at--
		digits[at] = alphabet[id&31]
		id >>= 5
	}
	return string(k) + "_" + string(digits[at:])
}

// Parse reads what Format wrote. It returns Unknown for anything else.
func (k Kind) Parse(text string) (int64, error) {
	digits, found := strings.CutPrefix(text, string(k)+"_")
	if !found || digits == "" || len(digits) > 13 || digits[0] == '0' {
		return 0, Unknown.New()
	}
	var id uint64
	for i := range len(digits) {
		value := strings.IndexByte(alphabet, digits[i])
		if value < 0 || id > (1<<63-1)>>5 {
			return 0, Unknown.New()
		}
		id = id<<5 | uint64(value)
	}
	return int64(id), nil
}
