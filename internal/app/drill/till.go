package drill

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"time"
)

// sale is one attempt to sell, as a till keeps it until its answer is known.
type sale struct {
	key   string
	body  []byte
	total int64
	// order is the acknowledged order's id, "" while the answer is not known.
	order string
}

// till is one paired till with someone signed in.
type till struct {
	client  *http.Client
	random  *rand.Rand
	number  int
	count   int
	goods   []ware
	pending *sale
	sold    []*sale
}

// ware is one variant that can be sold.
type ware struct {
	variant string
	price   int64
}

// errRefused is an answer that says no.
type errRefused struct {
	status int
	body   string
}

func (e *errRefused) Error() string { return fmt.Sprintf("refused with %d: %s", e.status, e.body) }

// openTill pairs a till, signs someone in and reads what there is to sell.
func openTill(ctx context.Context, base string, s shop, number int, seed uint64) (*till, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	t := &till{
		client: &http.Client{Jar: jar, Timeout: 20 * time.Second}, number: number,
		random: rand.New(rand.NewPCG(seed, uint64(number))),
	}
	var paired struct {
		Store struct {
			ID string `json:"id"`
		} `json:"store"`
	}
	if err := t.call(ctx, http.MethodPost, base+"/v1/pairings", "", map[string]any{"code": s.codes[number]}, &paired); err != nil {
		return nil, fmt.Errorf("pair: %w", err)
	}
	account := map[string]any{"login": s.login, "password": s.password}
	if err := t.call(ctx, http.MethodPost, base+"/v1/sessions", "", account, nil); err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	var menu struct {
		Products []struct {
			Variants []struct {
				ID    string `json:"id"`
				Price int64  `json:"price"`
			} `json:"variants"`
		} `json:"products"`
	}
	if err := t.call(ctx, http.MethodGet, base+"/v1/stores/"+paired.Store.ID+"/menu", "", nil, &menu); err != nil {
		return nil, fmt.Errorf("read the menu: %w", err)
	}
	for _, product := range menu.Products {
		for _, variant := range product.Variants {
			t.goods = append(t.goods, ware{variant.ID, variant.Price})
		}
	}
	if len(t.goods) == 0 {
		return nil, errors.New("there is nothing to sell")
	}
	return t, nil
}

// draw makes the next sale: one to four lines of one to three units, paid in cash.
func (t *till) draw() (*sale, error) {
	t.count++
	made := &sale{key: fmt.Sprintf("drill-%d-%d", t.number, t.count)}
	var lines []map[string]any
	for range 1 + t.random.IntN(4) {
		chosen, quantity := t.goods[t.random.IntN(len(t.goods))], int64(1+t.random.IntN(3))
		lines = append(lines, map[string]any{"variant_id": chosen.variant, "quantity": quantity})
		made.total += chosen.price * quantity
	}
	var err error
	made.body, err = json.Marshal(map[string]any{
		"lines": lines, "tenders": []map[string]any{{"kind": "cash", "amount": made.total}}, "expected_total": made.total,
	})
	return made, err
}

// sell sends what is pending, or a new sale. When the program does not answer, the sale stays pending: it may have
// happened.
func (t *till) sell(ctx context.Context, base string) error {
	if t.pending == nil {
		drawn, err := t.draw()
		if err != nil {
			return err
		}
		t.pending = drawn
	}
	var answer struct {
		Order struct {
			ID string `json:"id"`
		} `json:"order"`
	}
	err := t.call(ctx, http.MethodPost, base+"/v1/checkouts", t.pending.key, json.RawMessage(t.pending.body), &answer)
	if err != nil {
		return err
	}
	t.pending.order = answer.Order.ID
	t.sold = append(t.sold, t.pending)
	t.pending = nil
	return nil
}

// call sends one request and reads the answer. An answer that says no is an errRefused, no answer any other error.
func (t *till) call(ctx context.Context, method, url, key string, body, answer any) error {
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, url, content)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	response, err := t.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	const most = 8 << 20
	text, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return &errRefused{response.StatusCode, string(text)}
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}
