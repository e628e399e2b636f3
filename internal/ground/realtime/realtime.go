// Package realtime tells screens that something has changed while they are looking. It follows the journal of each
// organisation that somebody listens to and pushes hints over WebSocket: which kinds of thing happened, never what is in
// them. A hint may get lost or come twice; whoever hears one, or has just (re)connected, reads again. Every node follows
// the journal by itself and tells its own clients, so nodes need not know of each other. It refuses to know what a screen
// shows and what an event means.
package realtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/prometheus/client_golang/prometheus"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
)

// Topic is something in the journal that screens follow, by store or for the whole organisation.
type Topic struct {
	// Name is what its channels begin with: "menu" for menu:sto_2V5K and menu:org_1.
	Name string
	// Permission is what a listener needs in the store, or in the whole organisation.
	Permission auth.Permission
	// Nouns are what the kinds of its events have before their dot: "order" for order.paid.
	Nouns []string
}

// Watch is something that is not in the journal because it is worth nothing tomorrow: rows that count their changes.
type Watch struct {
	// Name is what its channels begin with, Subject the kind of id that follows: display:dev_2V5K.
	Name    string
	Subject id.Kind
	// May returns nil when the caller may listen, and a fault else.
	May func(ctx context.Context, tx *database.Tx, caller auth.Caller, subject int64) error
	// Marks reads how often each of the subjects has changed; one that is missing counts as 0.
	Marks func(ctx context.Context, tx *database.Tx, org int64, subjects []int64) (map[int64]int64, error)
}

// Options say what can be followed, and how.
type Options struct {
	// Identify finds out who sends a request, as the API does.
	Identify func(context.Context, *http.Request) (auth.Caller, error)
	// Organisations and Stores are the ids that channels are named with.
	Organisations, Stores id.Kind
	// HasStore returns nil when the store is the organisation's, and id.Unknown else.
	HasStore func(ctx context.Context, tx *database.Tx, org, store int64) error
	Topics   []Topic
	Watches  []Watch
	// Every is how often the journal is looked at while somebody listens: 200 ms when zero.
	Every time.Duration
	// Recheck is how often it is made sure that a listener may still listen: 25 s when zero.
	Recheck time.Duration
	Logger  *slog.Logger
}

// Hint is what a client hears.
type Hint struct {
	// Seq is how far the journal has been read, or how often the subject of a watch has changed.
	Seq int64 `json:"seq"`
	// Kinds are the kinds of events, each once. None says that anything may have happened.
	Kinds []string `json:"kinds,omitempty"`
}

// The limits of one client, and of one who is signed in or paired.
const (
	maxChannels     = 16
	maxChannelName  = 64
	maxMessageBytes = 4 << 10
	maxQueueBytes   = 64 << 10
	maxConnections  = 16
	askTimeout      = 5 * time.Second
)

// Hub keeps the connections of this node.
type Hub struct {
	db      *database.DB
	options Options
	topics  map[string]Topic
	watches map[string]Watch
	node    *centrifuge.Node
	socket  http.Handler
	running atomic.Bool
	started chan struct{}
	relay   *relay
}

// New makes a hub that takes connections while it runs.
func New(db *database.DB, options Options) (*Hub, error) {
	if options.Every == 0 {
		options.Every = 200 * time.Millisecond
	}
	if options.Recheck == 0 {
		options.Recheck = 25 * time.Second
	}
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	h := &Hub{db: db, options: options, topics: map[string]Topic{}, watches: map[string]Watch{}, started: make(chan struct{})}
	for _, topic := range options.Topics {
		h.topics[topic.Name] = topic
	}
	for _, watch := range options.Watches {
		h.watches[watch.Name] = watch
	}
	node, err := centrifuge.New(centrifuge.Config{
		LogLevel: centrifuge.LogLevelError, LogHandler: h.log,
		ClientPresenceUpdateInterval: options.Recheck, ClientQueueMaxSize: maxQueueBytes,
		ClientChannelLimit: maxChannels, ChannelMaxLength: maxChannelName, UserConnectionLimit: maxConnections,
		Metrics: centrifuge.MetricsConfig{RegistererGatherer: prometheus.NewRegistry()},
	})
	if err != nil {
		return nil, fmt.Errorf("make the realtime node: %w", err)
	}
	h.node = node
	h.relay = newRelay(h)
	node.OnConnecting(h.connecting)
	node.OnConnect(h.connected)
	h.socket = centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{MessageSizeLimit: maxMessageBytes})
	return h, nil
}

func (h *Hub) log(entry centrifuge.LogEntry) {
	h.options.Logger.Warn("realtime", "message", entry.Message, "fields", entry.Fields)
}

// Run follows what is listened to until the context ends, then ends all connections. A hub runs once.
func (h *Hub) Run(ctx context.Context) {
	if err := h.node.Run(); err != nil {
		h.options.Logger.ErrorContext(ctx, "start realtime", "error", err)
		return
	}
	h.running.Store(true)
	close(h.started)
	h.relay.run(ctx)
	h.running.Store(false)
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), askTimeout)
	defer cancel()
	if err := h.node.Shutdown(ending); err != nil {
		h.options.Logger.WarnContext(ctx, "end realtime", "error", err)
	}
}

// Started is closed when connections are taken.
func (h *Hub) Started() <-chan struct{} { return h.started }

type requestKey struct{}

// ServeHTTP takes a connection of a caller whom the request's context carries. The origin must be the program itself.
func (h *Hub) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	if !h.running.Load() {
		http.Error(writer, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	h.socket.ServeHTTP(writer, request.WithContext(context.WithValue(request.Context(), requestKey{}, request)))
}

// What ends a connection for good, and what ends one subscription.
var (
	endedForGood = centrifuge.Disconnect{Code: 4500, Reason: "signed out"}
	notAllowed   = centrifuge.Unsubscribe{Code: 2000, Reason: "not allowed any more"}
)

func (h *Hub) connecting(ctx context.Context, _ centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
	caller := auth.CallerFrom(ctx)
	if caller.Org == 0 {
		return centrifuge.ConnectReply{}, endedForGood
	}
	return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{UserID: proofOf(caller)}}, nil
}

// proofOf names what a connection rests on: when it ends, so does the connection.
func proofOf(caller auth.Caller) string {
	return fmt.Sprintf("%d/%d/%d/%d", caller.Org, caller.Staff, caller.Session, caller.Device)
}

func (h *Hub) connected(client *centrifuge.Client) {
	client.OnSubscribe(func(event centrifuge.SubscribeEvent, answer centrifuge.SubscribeCallback) {
		ctx, cancel := h.asking(client)
		defer cancel()
		err := h.join(ctx, auth.CallerFrom(client.Context()), event.Channel)
		switch {
		case err == nil:
			answer(centrifuge.SubscribeReply{}, nil)
		case fault.As(err) != nil:
			answer(centrifuge.SubscribeReply{}, centrifuge.ErrorPermissionDenied)
		default:
			h.options.Logger.WarnContext(ctx, "let a client listen", "channel", event.Channel, "error", err)
			answer(centrifuge.SubscribeReply{}, centrifuge.ErrorInternal)
		}
	})
	client.OnAlive(func() { h.recheck(client) })
}

// asking is a context in which to ask the database for a client, whose own may be over.
func (h *Hub) asking(client *centrifuge.Client) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(client.Context()), askTimeout)
}

// recheck ends what a client may no longer hear. When the database can't say, it is asked again later.
func (h *Hub) recheck(client *centrifuge.Client) {
	ctx, cancel := h.asking(client)
	defer cancel()
	request, _ := ctx.Value(requestKey{}).(*http.Request)
	caller, err := h.options.Identify(ctx, request)
	if err != nil && fault.KindOf(err) != fault.Unauthorized {
		return
	}
	if proofOf(caller) != client.UserID() {
		client.Disconnect(endedForGood)
		return
	}
	for _, name := range client.Channels() {
		err := h.join(ctx, caller, name)
		if fault.As(err) != nil {
			client.Unsubscribe(name, notAllowed)
		}
	}
}

// channel is one thing to listen to.
type channel struct {
	name  string
	topic string
	// subject is a store's id, 0 for a whole organisation, or what a watch is about.
	subject int64
	watched bool
}

var errChannel = errors.New("there is no such channel")

// parse reads a channel's name for a caller.
func (h *Hub) parse(caller auth.Caller, name string) (channel, error) {
	topic, subject, _ := strings.Cut(name, ":")
	c := channel{name: name, topic: topic}
	var err error
	if watch, is := h.watches[topic]; is {
		c.watched = true
		c.subject, err = watch.Subject.Parse(subject)
		return c, err
	}
	if _, is := h.topics[topic]; !is {
		return c, id.Unknown.New().Because(errChannel)
	}
	if subject == h.options.Organisations.Format(caller.Org) {
		return c, nil
	}
	c.subject, err = h.options.Stores.Parse(subject)
	return c, err
}

// join has the relay follow a channel, when the caller may listen to it; otherwise it returns a fault. What is committed
// after it returns is told.
func (h *Hub) join(ctx context.Context, caller auth.Caller, name string) error {
	c, err := h.parse(caller, name)
	if err != nil {
		return err
	}
	return h.db.Read(ctx, func(tx *database.Tx) error {
		if err := h.may(ctx, tx, caller, c); err != nil {
			return err
		}
		return h.relay.follow(ctx, tx, caller.Org, c)
	})
}

func (h *Hub) may(ctx context.Context, tx *database.Tx, caller auth.Caller, c channel) error {
	if c.watched {
		return h.watches[c.topic].May(ctx, tx, caller, c.subject)
	}
	permission := h.topics[c.topic].Permission
	if c.subject == 0 {
		return caller.RequireAll(permission)
	}
	if err := caller.Require(permission, c.subject); err != nil {
		return err
	}
	return h.options.HasStore(ctx, tx, caller.Org, c.subject)
}

// tell pushes a hint to those who listen here.
func (h *Hub) tell(name string, hint Hint) {
	data, err := json.Marshal(hint)
	if err == nil {
		_, err = h.node.Publish(name, data)
	}
	if err != nil {
		h.options.Logger.Warn("push a hint", "channel", name, "error", err)
	}
}
