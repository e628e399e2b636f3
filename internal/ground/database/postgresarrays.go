package database

import (
	"encoding/binary"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// Lists of numbers, texts and bytes are what a writer sends most. Here they are encoded without looking at each value's
// type anew; whatever else is sent goes the usual way.
// The form: https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES, array_send.

func encodeLists(conn *pgx.Conn) {
	types := conn.TypeMap()
	for _, kind := range []struct {
		name string
		list uint32
		plan func(value any) pgtype.EncodePlan
	}{
		{"_int8", pgtype.Int8ArrayOID, planOf[[]int64](encodeNumbers)},
		{"_text", pgtype.TextArrayOID, planOf[[]string](encodeTexts[string])},
		{"_bytea", pgtype.ByteaArrayOID, planOf[[][]byte](encodeTexts[[]byte])},
	} {
		known, is := types.TypeForOID(kind.list)
		if !is {
			continue
		}
		usual, is := known.Codec.(*pgtype.ArrayCodec)
		if !is {
			continue
		}
		types.RegisterType(&pgtype.Type{Name: kind.name, OID: kind.list, Codec: &listCodec{usual, kind.plan}})
	}
}

// listCodec encodes one type of list by itself.
type listCodec struct {
	*pgtype.ArrayCodec
	plan func(value any) pgtype.EncodePlan
}

// PlanEncode is called by pgx.
func (c *listCodec) PlanEncode(types *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	if format == pgtype.BinaryFormatCode {
		if plan := c.plan(value); plan != nil {
			return plan
		}
	}
	return c.ArrayCodec.PlanEncode(types, oid, format, value)
}

// listPlan encodes a list of one type.
type listPlan[T any] func(list T, buffer []byte) []byte

func planOf[T any](encode listPlan[T]) func(value any) pgtype.EncodePlan {
	return func(value any) pgtype.EncodePlan {
		if _, is := value.(T); is {
			return encode
		}
		return nil
	}
}

// Encode is called by pgx.
func (p listPlan[T]) Encode(value any, buffer []byte) ([]byte, error) {
	list, is := value.(T)
	if !is {
		return nil, fmt.Errorf("%T is encoded as %T", value, list)
	}
	return p(list, buffer), nil
}

func encodeHead(buffer []byte, length int, item uint32) []byte {
	dimensions := min(uint32(length), 1) //nolint:gosec // lengths are small
	buffer = binary.BigEndian.AppendUint32(buffer, dimensions)
	buffer = binary.BigEndian.AppendUint32(buffer, 0) // holds no NULL
	buffer = binary.BigEndian.AppendUint32(buffer, item)
	if length > 0 {
		buffer = binary.BigEndian.AppendUint32(buffer, uint32(length)) //nolint:gosec // lengths are small
		buffer = binary.BigEndian.AppendUint32(buffer, 1)
	}
	return buffer
}

func encodeNumbers(list []int64, buffer []byte) []byte {
	buffer = encodeHead(buffer, len(list), pgtype.Int8OID)
	for _, number := range list {
		buffer = binary.BigEndian.AppendUint32(buffer, 8)
		buffer = binary.BigEndian.AppendUint64(buffer, uint64(number)) //nolint:gosec // the same bits
	}
	return buffer
}

func encodeTexts[T string | []byte](list []T, buffer []byte) []byte {
	item := uint32(pgtype.ByteaOID)
	if _, is := any(list).([]string); is {
		item = pgtype.TextOID
	}
	buffer = encodeHead(buffer, len(list), item)
	for _, text := range list {
		buffer = binary.BigEndian.AppendUint32(buffer, uint32(len(text))) //nolint:gosec // bodies are bounded
		buffer = append(buffer, text...)
	}
	return buffer
}
