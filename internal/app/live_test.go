package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/websocket"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi/httpapitest"
)

// listener is a screen that is connected to the whole program.
type listener struct {
	t      *testing.T
	socket *websocket.Conn
	said   *json.Decoder
}

// listen serves the program's handler and connects as a client does.
func listen(t *testing.T, b brand, address string) *listener {
	t.Helper()
	config, err := websocket.NewConfig("ws"+strings.TrimPrefix(address, "http")+"/v1/live", address)
	if err != nil {
		t.Fatal(err)
	}
	config.Header.Set("Cookie", fmt.Sprintf("%s=%s; %s=%s", auth.SessionCookieName, b.owner.Cookie(auth.SessionCookieName),
		auth.DeviceCookieName, b.till.Cookie(auth.DeviceCookieName)))
	socket, err := websocket.DialConfig(config)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	l := &listener{t: t, socket: socket, said: json.NewDecoder(socket)}
	l.ask(`{"id":1,"connect":{}}`)
	return l
}

func (l *listener) ask(command string) {
	l.t.Helper()
	if _, err := l.socket.Write([]byte(command)); err != nil {
		l.t.Fatal(err)
	}
	if answer := l.next(); answer["error"] != nil {
		l.t.Fatalf("%s is answered with %v", command, answer)
	}
}

func (l *listener) next() object {
	l.t.Helper()
	for {
		var said object
		if err := l.said.Decode(&said); err != nil {
			l.t.Fatalf("the connection ended: %v", err)
		}
		if len(said) > 0 {
			return said
		}
		_, _ = l.socket.Write([]byte("{}")) // it was a ping
	}
}

func TestATillHearsOfASaleAndOfWhatIsSoldOut(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			opened := open(t, databasetest.Target(t, dialect))
			b := found(t, opened, "owner")
			server := httptest.NewServer(opened.Handler())
			t.Cleanup(server.Close)
			ctx, stop := context.WithCancel(t.Context())
			var work sync.WaitGroup
			work.Go(func() { opened.Work(ctx) })
			t.Cleanup(func() { stop(); work.Wait() })
			<-opened.Listening()

			l := listen(t, b, server.URL)
			l.ask(fmt.Sprintf(`{"id":2,"subscribe":{"channel":"menu:%s"}}`, b.store))
			b.till.Do("POST", "/v1/checkouts", checkoutBody(b.variant), "Idempotency-Key", "sale-2").Want(t, 200)
			if heard := fmt.Sprint(l.next()); !strings.Contains(heard, "order.paid") {
				t.Errorf("heard %s", heard)
			}
			b.till.Do("PUT", "/v1/stores/"+b.store+"/sold-out", object{"sold_out": true, "variant_ids": []any{b.variant}}).Want(t, 200)
			if heard := fmt.Sprint(l.next()); !strings.Contains(heard, "sold_out.set") {
				t.Errorf("heard %s", heard)
			}
			b.till.Do("POST", "/v1/checkouts", checkoutBody(b.variant), "Idempotency-Key", "sale-3").
				WantCode(t, 422, "catalog.sold_out")
		})
	}
}

func TestNobodyListensWithoutSigningIn(t *testing.T) {
	t.Parallel()
	opened := open(t, databasetest.Target(t, database.SQLite))
	httpapitest.New(opened.Handler()).Do("GET", "/v1/live", nil).WantCode(t, 401, "auth.sign_in")
}
