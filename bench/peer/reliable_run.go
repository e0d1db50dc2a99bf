package main

import (
	"sync/atomic"
	"time"

	"github.com/hashicorp/memberlist"
)

const aheadMost = 8

// Counts messages, and gives the sender leave for as many more.
type receiver struct {
	ear
	messages, bytes atomic.Int64
	enough          int64
	leave           chan struct{}
	done            chan struct{}
}

func (r *receiver) NotifyMsg(data []byte) {
	r.bytes.Add(int64(len(data)))
	<-r.leave
	if r.messages.Add(1) == r.enough {
		close(r.done)
	}
}

// As bench/ours/reliable_run.cc.
func runReliable(o options) {
	f := figures{}
	messages, size := o.count("messages", 100), o.count("bytes", 1<<20)
	data := make([]byte, size)
	state := uint64(88172645463325252) // xorshift
	for i := range data {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		data[i] = byte(state >> 32)
	}
	var w watch
	to := &receiver{ear: ear{watch: &w, had: map[string]bool{}}, enough: int64(messages),
		leave: make(chan struct{}, aheadMost), done: make(chan struct{})}
	config := o.config("to")
	transport, err := newWire(config)
	if err != nil {
		f.giveUp("%v", err)
	}
	config.Transport, config.Delegate = transport, to
	receiving, err := memberlist.Create(config)
	if err != nil {
		f.giveUp("%v", err)
	}
	to.list = receiving
	sending, err := start(o.config("from"), newEar(&w, 1))
	if err != nil {
		f.giveUp("%v", err)
	}
	if _, err := sending.Join([]string{receiving.LocalNode().Address()}); err != nil {
		f.giveUp("%v", err)
	}
	cpu, begin := processorSeconds(), time.Now()
	for i := 0; i < messages; i++ {
		to.leave <- struct{}{}
		if err := sending.SendReliable(receiving.LocalNode(), data); err != nil {
			f.giveUp("%v", err)
		}
	}
	select {
	case <-to.done:
	case <-time.After(o.patience()):
		f.giveUp("not all messages arrived")
	}
	seconds := time.Since(begin).Seconds()
	f["received_bytes"] = to.bytes.Load()
	f["reliable_mb_s"] = float64(messages) * float64(size) / seconds / 1e6
	f["reliable_cpu_ms"] = 1000 * (processorSeconds() - cpu) / float64(messages)
	f.print()
}
