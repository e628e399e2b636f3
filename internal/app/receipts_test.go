package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/httpapi/httpapitest"
)

// tab is one browser tab of the counter's till: what it sends proves the same device and the same person.
func (c *counter) tab() *httpapitest.Client {
	tab := httpapitest.New(c.opened.Handler())
	tab.Headers.Set("Authorization", c.till.Headers.Get("Authorization"))
	tab.SetCookie(http.Cookie{Name: auth.DeviceCookieName, Value: c.till.Cookie(auth.DeviceCookieName)})
	return tab
}

// buy sells one coffee under a key of the till's, and gives the receipt's number.
func (c *counter) buy(tab *httpapitest.Client, key string) string {
	var made sold
	answer := tab.Do("POST", "/v1/checkouts", object{
		"lines":   []any{object{"variant_id": c.variant, "quantity": 1}},
		"tenders": []any{object{"kind": "cash", "amount": 4000}}, "expected_total": 4000,
	}, "Idempotency-Key", key)
	if answer.Status != 200 {
		return fmt.Sprintf("%d %s", answer.Status, answer.Body)
	}
	answer.Into(c.t, &made)
	return made.Receipt.Number
}

// again signs the till's person in again, as who stands there does when the session has ended.
func (c *counter) again() {
	c.owner = signIn(c.t, c.opened, "owner")
	c.till.Headers.Set("Authorization", "Bearer "+c.owner.Cookie(auth.SessionCookieName))
}

// pairAgain pairs the counter's device with a browser that knows nothing any more.
func (c *counter) pairAgain() {
	c.t.Helper()
	var made struct {
		Code string `json:"pairing_code"`
	}
	c.owner.Do("POST", "/v1/devices/"+c.device+"/pairing-code", nil).Want(c.t, 201).Into(c.t, &made)
	signed := c.till.Headers.Get("Authorization")
	c.till = httpapitest.New(c.opened.Handler())
	c.till.Headers.Set("Authorization", signed)
	c.till.Do("POST", "/v1/pairings", object{"code": made.Code}).Want(c.t, 201)
}

// atOnce does something several times at the same moment, and gives what each gave.
func atOnce(times int, do func(turn int) string) []string {
	given := make([]string, times)
	var all sync.WaitGroup
	for turn := range times {
		all.Go(func() { given[turn] = do(turn) })
	}
	all.Wait()
	return given
}

func TestNoReceiptNumberIsGivenTwice(t *testing.T) {
	t.Parallel()
	const sales = 6
	for _, row := range []struct {
		name string
		sell func(c *counter) []string
	}{
		{"when the till's storage is wiped and it is paired again", func(c *counter) []string {
			numbers := []string{c.buy(c.till, "a-1"), c.buy(c.till, "a-2")}
			wiped := c.tab()
			c.pairAgain()
			if answer := c.buy(wiped, "a-3"); !strings.HasPrefix(answer, "401 ") {
				c.t.Errorf("the browser of the pairing before still sells: %s", answer)
			}
			if second := c.buy(c.till, "a-2"); second != numbers[1] {
				c.t.Errorf("a sale of the pairing before is sold again as %s, not %s", second, numbers[1])
			}
			numbers = append(numbers, c.buy(c.till, "b-1"), c.buy(c.till, "b-2"))
			c.pairAgain()
			return append(numbers, c.buy(c.till, "c-1"), c.buy(c.till, "c-2"))
		}},
		{"when the machine's clock goes wrong by days, ahead and back", func(c *counter) []string {
			var numbers []string
			for turn, jump := range []time.Duration{0, 5 * time.Hour, 72 * time.Hour, -96 * time.Hour, -24 * time.Hour, 43 * time.Hour} {
				c.clock.Set(c.clock.Now().Add(jump))
				c.again()
				numbers = append(numbers, c.buy(c.till, fmt.Sprintf("clock-%d", turn)))
			}
			return numbers
		}},
		{"when two tabs of one till sell at the same time", func(c *counter) []string {
			tabs := []*httpapitest.Client{c.tab(), c.tab()}
			return atOnce(sales, func(turn int) string { return c.buy(tabs[turn%2], fmt.Sprintf("tabs-%d", turn)) })
		}},
		{"when the answers of sales are lost and both tabs ask again at the same time", func(c *counter) []string {
			tabs := []*httpapitest.Client{c.tab(), c.tab()}
			var numbers []string
			for sale := range sales {
				first := c.buy(c.till, fmt.Sprintf("lost-%d", sale))
				for _, again := range atOnce(4, func(turn int) string { return c.buy(tabs[turn%2], fmt.Sprintf("lost-%d", sale)) }) {
					if again != first {
						c.t.Errorf("asked again, %s is %s", first, again)
					}
				}
				numbers = append(numbers, first)
			}
			return numbers
		}},
		{"when both tabs send the same sale for the first time at the same time", func(c *counter) []string {
			tabs := []*httpapitest.Client{c.tab(), c.tab()}
			var numbers []string
			for sale := range sales {
				both := atOnce(2, func(turn int) string { return c.buy(tabs[turn], fmt.Sprintf("twins-%d", sale)) })
				if both[0] != both[1] {
					c.t.Errorf("one sale has the numbers %s and %s", both[0], both[1])
				}
				numbers = append(numbers, both[0])
			}
			return numbers
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			eachCounter(t, func(t *testing.T, c *counter) {
				opened := c.open(0).Shift.ID
				numbers := row.sell(c)
				if len(numbers) != sales {
					t.Fatalf("%d sales were made", len(numbers))
				}
				slices.Sort(numbers)
				for _, number := range numbers {
					if strings.Count(number, "-") != 2 || strings.ContainsAny(number, " {") {
						t.Errorf("a sale was answered with %s", number)
					}
				}
				if distinct := slices.Compact(slices.Clone(numbers)); len(distinct) != sales {
					t.Errorf("%d sales have the numbers %v", sales, distinct)
				}
				c.again()
				report := c.close(opened, object{"counted": sales * 4000, "taken_out": 0}).Report
				if report.Sales != sales || report.Gross != sales*4000 || report.Difference != 0 {
					t.Errorf("Z counts %d sales of %d won, and is off by %d", report.Sales, report.Gross, report.Difference)
				}
				c.prove()
			})
		})
	}
}
