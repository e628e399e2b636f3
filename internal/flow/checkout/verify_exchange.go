package checkout

import (
	"context"
	"slices"

	"dangol/internal/capability/order"
	"dangol/internal/ground/database"
)

// exchanges reads the other halves of the exchanges that orders are part of, by id: what was sold for what came back, and
// what came back for what was sold.
func exchanges(ctx context.Context, tx *database.Tx, org int64, orders []order.Order) (map[int64]order.Order, error) {
	var ids []int64
	for _, o := range orders {
		if o.ExchangeOf != 0 {
			ids = append(ids, o.ExchangeOf)
		}
		for _, r := range o.Refunds {
			if r.Exchange != 0 {
				ids = append(ids, r.Exchange)
			}
		}
	}
	others := map[int64]order.Order{}
	for page := range slices.Chunk(ids, checkPage) {
		found, err := order.Some(ctx, tx, org, page)
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			others[o.ID] = o
		}
	}
	return others, nil
}

// checkExchange compares an order with what came back for it, from the side of the order: the refund is one of the
// original's, posted and numbered with the order, and what it carried over is what the order took over. It returns nil
// when the order was sold in exchange for nothing, or for nothing that is there.
func checkExchange(f finding, o order.Order, others map[int64]order.Order) *returned {
	carried := o.Tenders[:len(o.Tenders)-len(o.Handed())]
	if o.ExchangeOf == 0 {
		for _, one := range carried {
			f.say("tender %d was taken over, though nothing was exchanged", one.Position)
		}
		return nil
	}
	original := others[o.ExchangeOf]
	r := original.RefundFor(o.ID)
	if r.ID == 0 {
		f.say("no refund of order %s was exchanged for it", order.IDs.Format(o.ExchangeOf))
		return nil
	}
	if r.Posting != o.Posting || r.Number != o.Number || r.Device != o.Device || r.Staff != o.Staff {
		f.say("what came back for it, %s, was posted, numbered or made elsewhere", order.RefundIDs.Format(r.ID))
	}
	back := map[int64]order.RefundTender{}
	for _, one := range r.Tenders {
		back[one.Position] = one
	}
	for _, one := range carried {
		from := back[one.CarriedFrom]
		delete(back, one.CarriedFrom)
		f.same("what a tender took over from "+order.RefundIDs.Format(r.ID), one.Applied, from.Carried)
		if one.Means != from.Means {
			f.say("tender %d is %s %d, it took over %s %d", one.Position, one.Kind, one.Definition, from.Kind, from.Definition)
		}
	}
	for _, left := range back {
		if left.Carried != 0 {
			f.say("what came back carried over %d by tender %d, which the order did not take", left.Carried, left.Position)
		}
	}
	return &returned{order: original, refund: r}
}

// checkExchanged compares a refund with the order that was sold in exchange, from the side of the refund.
func checkExchanged(f finding, r order.Refund, others map[int64]order.Order) {
	sold, known := others[r.Exchange]
	switch {
	case !known:
		f.say("the order that was sold in exchange, %s, does not exist", order.IDs.Format(r.Exchange))
	case sold.ExchangeOf != r.Order:
		f.say("order %s was sold in exchange, and says it was for order %s", order.IDs.Format(sold.ID),
			order.IDs.Format(sold.ExchangeOf))
	}
}
