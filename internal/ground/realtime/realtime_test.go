package realtime_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/websocket"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/realtime"
)

const (
	organisations id.Kind = "org"
	stores        id.Kind = "sto"
	devices       id.Kind = "dev"
)

const (
	ours, theirs  int64 = 1, 2
	here, there   int64 = 11, 12 // stores of ours
	abroad        int64 = 21     // of theirs
	screen, other int64 = 31, 32
)

// node is one node of the program over a database.
type node struct {
	db      *database.DB
	address string
	ended   atomic.Bool  // whether the session has ended
	marks   atomic.Int64 // how often the screen has changed
}

// serve runs a node until the test ends. Whoever says so in the header X-Org is of that organisation and may read the
// menu of one store, or of all.
func serve(t *testing.T, db *database.DB) *node {
	t.Helper()
	n := &node{db: db}
	identify := func(_ context.Context, request *http.Request) (auth.Caller, error) {
		if n.ended.Load() {
			return auth.Caller{}, auth.ErrSessionEnded.New()
		}
		scope := auth.Scope{Stores: []int64{here, abroad}}
		if request.Header.Get("X-All") != "" {
			scope = auth.Scope{All: true}
		}
		return auth.Caller{Org: ours, Staff: 5, Session: 6, Grants: auth.Grants{"catalog.read": scope}}, nil
	}
	hub, err := realtime.New(db, realtime.Options{
		Identify: identify, Organisations: organisations, Stores: stores, Logger: databasetest.Quiet(),
		Every: 5 * time.Millisecond, Recheck: time.Second,
		HasStore: func(_ context.Context, _ *database.Tx, org, store int64) error {
			if store == abroad != (org == theirs) {
				return id.Unknown.New()
			}
			return nil
		},
		Topics: []realtime.Topic{
			{Name: "menu", Permission: "catalog.read", Nouns: []string{"product", "stock"}},
			{Name: "books", Permission: "books.read", Nouns: []string{"order"}},
		},
		Watches: []realtime.Watch{{
			Name: "display", Subject: devices,
			May: func(_ context.Context, _ *database.Tx, _ auth.Caller, subject int64) error {
				if subject != screen {
					return id.Unknown.New()
				}
				return nil
			},
			Marks: func(context.Context, *database.Tx, int64, []int64) (map[int64]int64, error) {
				return map[int64]int64{screen: n.marks.Load()}, nil
			},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		caller, _ := identify(request.Context(), request)
		hub.ServeHTTP(writer, request.WithContext(auth.WithCaller(request.Context(), caller)))
	}))
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { hub.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		server.Close()
	})
	n.address = server.URL
	<-hub.Started()
	return n
}

// client is a screen that listens.
type client struct {
	t      *testing.T
	socket *websocket.Conn
	said   *json.Decoder
	id     int
}

// reply is what of the protocol the tests look at.
type reply struct {
	ID    int `json:"id"`
	Error *struct {
		Code int `json:"code"`
	} `json:"error"`
	Push *struct {
		Channel string `json:"channel"`
		Pub     *struct {
			Data realtime.Hint `json:"data"`
		} `json:"pub"`
		Unsubscribe *struct {
			Code int `json:"code"`
		} `json:"unsubscribe"`
	} `json:"push"`
}

func (n *node) connect(t *testing.T, all bool) *client {
	t.Helper()
	config, err := websocket.NewConfig("ws"+strings.TrimPrefix(n.address, "http"), n.address)
	if err != nil {
		t.Fatal(err)
	}
	if all {
		config.Header.Set("X-All", "1")
	}
	socket, err := websocket.DialConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	c := &client{t: t, socket: socket, said: json.NewDecoder(socket)}
	if answer := c.ask(`"connect":{}`); answer.Error != nil {
		t.Fatalf("not connected: %+v", answer.Error)
	}
	return c
}

func (c *client) read() (reply, bool) {
	c.t.Helper()
	for {
		var answer reply
		if err := c.said.Decode(&answer); err != nil {
			return reply{}, false
		}
		if answer.ID == 0 && answer.Push == nil { // a ping
			_, _ = c.socket.Write([]byte("{}"))
			continue
		}
		return answer, true
	}
}

func (c *client) ask(command string) reply {
	c.t.Helper()
	c.id++
	if _, err := fmt.Fprintf(c.socket, `{"id":%d,%s}`, c.id, command); err != nil {
		c.t.Fatal(err)
	}
	for {
		answer, more := c.read()
		if !more {
			c.t.Fatalf("no answer to %s", command)
		}
		if answer.ID == c.id {
			return answer
		}
	}
}

func (c *client) subscribe(channel string) int {
	c.t.Helper()
	answer := c.ask(fmt.Sprintf(`"subscribe":{"channel":%q}`, channel))
	if answer.Error == nil {
		return 0
	}
	return answer.Error.Code
}

// hears reads hints until one of the wanted kinds has come, which must be about the channel, and gives all kinds.
func (c *client) hears(channel, kind string) []string {
	c.t.Helper()
	var kinds []string
	for !slices.Contains(kinds, kind) {
		answer, more := c.read()
		if !more {
			c.t.Fatalf("the connection ended before %s was heard", kind)
		}
		if answer.Push == nil || answer.Push.Pub == nil || answer.Push.Channel != channel {
			c.t.Fatalf("heard %+v on another channel than %s", answer, channel)
		}
		kinds = append(kinds, answer.Push.Pub.Data.Kinds...)
	}
	return kinds
}

func (n *node) happens(t *testing.T, org, store int64, kinds ...string) {
	t.Helper()
	err := n.db.Write(t.Context(), func(tx *database.Tx) error {
		var events []journal.Event
		for _, kind := range kinds {
			events = append(events, journal.Event{Kind: kind, Store: store, Subject: 7})
		}
		return journal.Append(t.Context(), tx, org, events...)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func channelOf(topic string, store int64) string { return topic + ":" + stores.Format(store) }

func TestAScreenHearsWhatHappensInItsStoreOnEveryNode(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		first, second := serve(t, db), serve(t, db)
		first.happens(t, ours, here, "product.before")
		near, far := first.connect(t, false), second.connect(t, false)
		for _, c := range []*client{near, far} {
			if code := c.subscribe(channelOf("menu", here)); code != 0 {
				t.Fatalf("not subscribed: %d", code)
			}
		}
		first.happens(t, ours, there, "product.elsewhere")
		first.happens(t, theirs, abroad, "product.foreign")
		first.happens(t, ours, here, "order.paid", "stock.moved", "stock.moved")
		first.happens(t, ours, 0, "product.changed")
		for _, c := range []*client{near, far} {
			kinds := c.hears(channelOf("menu", here), "product.changed")
			if !slices.Equal(kinds, []string{"stock.moved", "product.changed"}) {
				t.Errorf("heard %v", kinds)
			}
		}
	})
}

func TestOneWhoSeesAllStoresHearsOfAllOfThem(t *testing.T) {
	t.Parallel()
	n := serve(t, databasetest.Open(t, database.SQLite, clock.System{}))
	c := n.connect(t, true)
	if code := c.subscribe("menu:" + organisations.Format(ours)); code != 0 {
		t.Fatalf("not subscribed: %d", code)
	}
	n.happens(t, ours, there, "product.elsewhere")
	c.hears("menu:"+organisations.Format(ours), "product.elsewhere")
}

func TestWhoMayListenToWhat(t *testing.T) {
	t.Parallel()
	n := serve(t, databasetest.Open(t, database.SQLite, clock.System{}))
	for _, row := range []struct {
		name, channel string
		all           bool
		refused       bool
	}{
		{name: "the menu of the own store", channel: channelOf("menu", here)},
		{name: "the menu of a store without a role there", channel: channelOf("menu", there), refused: true},
		{name: "the menu of another organisation's store", channel: channelOf("menu", abroad), refused: true},
		{name: "the same for one who may everywhere", channel: channelOf("menu", abroad), all: true, refused: true},
		{name: "the whole organisation without a role in all of it", channel: "menu:" + organisations.Format(ours), refused: true},
		{name: "another organisation", channel: "menu:" + organisations.Format(theirs), all: true, refused: true},
		{name: "a topic without its permission", channel: channelOf("books", here), all: true, refused: true},
		{name: "a topic that there is not", channel: channelOf("weather", here), all: true, refused: true},
		{name: "no store", channel: "menu", all: true, refused: true},
		{name: "a watch", channel: "display:" + devices.Format(screen)},
		{name: "the watch of another", channel: "display:" + devices.Format(other), all: true, refused: true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			const permissionDenied = 103
			if code := n.connect(t, row.all).subscribe(row.channel); code != 0 != row.refused || row.refused && code != permissionDenied {
				t.Errorf("answered %d", code)
			}
		})
	}
}

func TestAWatchTellsThatItsRowsHaveChanged(t *testing.T) {
	t.Parallel()
	n := serve(t, databasetest.Open(t, database.SQLite, clock.System{}))
	n.marks.Store(3)
	c := n.connect(t, false)
	channel := "display:" + devices.Format(screen)
	if code := c.subscribe(channel); code != 0 {
		t.Fatalf("not subscribed: %d", code)
	}
	n.marks.Store(4)
	answer, more := c.read()
	if !more || answer.Push == nil || answer.Push.Pub == nil || answer.Push.Pub.Data.Seq != 4 {
		t.Errorf("heard %+v", answer)
	}
}

func TestWhoFellFarBehindIsToldToReadAgain(t *testing.T) {
	t.Parallel()
	n := serve(t, databasetest.Open(t, database.SQLite, clock.System{}))
	c := n.connect(t, false)
	if code := c.subscribe(channelOf("menu", here)); code != 0 {
		t.Fatalf("not subscribed: %d", code)
	}
	n.happens(t, ours, there, slices.Repeat([]string{"order.paid"}, 6_000)...)
	answer, more := c.read()
	if !more || answer.Push == nil || answer.Push.Pub == nil || answer.Push.Pub.Data.Seq != 6_000 ||
		len(answer.Push.Pub.Data.Kinds) != 0 {
		t.Errorf("heard %+v", answer)
	}
}

func TestAConnectionEndsWithItsSession(t *testing.T) {
	t.Parallel()
	n := serve(t, databasetest.Open(t, database.SQLite, clock.System{}))
	c := n.connect(t, false)
	if code := c.subscribe(channelOf("menu", here)); code != 0 {
		t.Fatalf("not subscribed: %d", code)
	}
	n.ended.Store(true)
	if answer, more := c.read(); more {
		t.Errorf("heard %+v", answer)
	}
}
