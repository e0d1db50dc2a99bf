package main

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/memberlist"
)

type kind int32

const (
	nothing kind = iota
	update
	dead
	message
)

// When did each node hear of the one thing we wait for?
type watch struct {
	kind   atomic.Int32
	mutex  sync.Mutex
	wanted string
	author int
	since  time.Time
	heard  map[int]bool
	delays []float64
	enough int
	done   chan struct{}
}

// From now on: the first event of that kind whose member is called, whose metadata is or whose
// message is `wanted`, at each node but the author, who knows it already; complete when `nodes`
// have heard.
func (w *watch) expect(kind kind, wanted string, author, nodes int) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.wanted, w.author, w.heard, w.delays, w.enough = wanted, author, map[int]bool{}, nil, nodes
	w.done = make(chan struct{})
	w.since = time.Now()
	w.kind.Store(int32(kind))
}

func (w *watch) saw(node int, kind kind, what string) {
	if w.kind.Load() != int32(kind) {
		return
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if what != w.wanted || node == w.author || w.heard[node] {
		return
	}
	w.heard[node] = true
	w.delays = append(w.delays, time.Since(w.since).Seconds())
	if len(w.delays) == w.enough {
		close(w.done)
	}
}

func (w *watch) wait(patience time.Duration) []float64 {
	select {
	case <-w.done:
	case <-time.After(patience):
	}
	w.kind.Store(int32(nothing))
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.delays
}

// One node's delegate for everything. A broadcast is passed on by whoever hears it first, as Serf
// does; memberlist itself leaves that to its users.
type ear struct {
	watch *watch
	node  int
	list  *memberlist.Memberlist
	queue memberlist.TransmitLimitedQueue

	mutex    sync.Mutex
	metadata []byte
	had      map[string]bool
}

func newEar(w *watch, node int) *ear {
	e := &ear{watch: w, node: node, had: map[string]bool{}}
	e.queue = memberlist.TransmitLimitedQueue{
		RetransmitMult: 4, NumNodes: func() int { return e.list.NumMembers() }}
	return e
}

type userBroadcast []byte

func (b userBroadcast) Invalidates(memberlist.Broadcast) bool { return false }
func (b userBroadcast) Message() []byte                       { return b }
func (b userBroadcast) Finished()                             {}

func (e *ear) broadcast(data []byte) {
	e.mutex.Lock()
	known := e.had[string(data)]
	e.had[string(data)] = true
	e.mutex.Unlock()
	if !known {
		e.queue.QueueBroadcast(userBroadcast(data))
	}
}

func (e *ear) NodeMeta(int) []byte {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return e.metadata
}

func (e *ear) NotifyMsg(data []byte) {
	e.watch.saw(e.node, message, string(data))
	e.broadcast(append([]byte(nil), data...))
}

func (e *ear) GetBroadcasts(overhead, limit int) [][]byte {
	return e.queue.GetBroadcasts(overhead, limit)
}

func (e *ear) LocalState(bool) []byte            { return nil }
func (e *ear) MergeRemoteState([]byte, bool)     {}
func (e *ear) NotifyJoin(*memberlist.Node)       {}
func (e *ear) NotifyLeave(node *memberlist.Node) { e.watch.saw(e.node, dead, node.Name) }
func (e *ear) NotifyUpdate(node *memberlist.Node) {
	e.watch.saw(e.node, update, string(node.Meta))
}
