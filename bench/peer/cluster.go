package main

import (
	"fmt"
	"reflect"
	"sync"
	"time"
	"unsafe"

	"github.com/hashicorp/memberlist"
)

// Many nodes in this process, with real sockets on loopback.
type cluster struct {
	options options
	watch   watch
	nodes   []*memberlist.Memberlist
	ears    []*ear
	killed  map[int]bool
}

func nameOf(node int) string { return fmt.Sprintf("node-%d", node) }

func start(config *memberlist.Config, e *ear) (*memberlist.Memberlist, error) {
	transport, err := newWire(config)
	if err != nil {
		return nil, err
	}
	config.Transport, config.Delegate, config.Events = transport, e, e
	list, err := memberlist.Create(config)
	e.list = list
	return list, err
}

func (c *cluster) startNode() {
	e := newEar(&c.watch, len(c.nodes))
	e.queue.RetransmitMult = c.options.count("retransmit", e.queue.RetransmitMult)
	list, err := start(c.options.config(nameOf(len(c.nodes))), e)
	if err != nil {
		figures{}.giveUp("%v", err)
	}
	c.nodes = append(c.nodes, list)
	c.ears = append(c.ears, e)
}

type joins struct {
	seconds []float64
	failed  int
	why     string
}

// Nodes first..end join the first node, so many at once.
func (c *cluster) join(first, end, atOnce int) joins {
	seed := []string{c.nodes[0].LocalNode().Address()}
	var mutex sync.Mutex
	var all joins
	var group sync.WaitGroup
	free := make(chan struct{}, atOnce)
	for i := first; i < end; i++ {
		free <- struct{}{}
		group.Add(1)
		begin := time.Now()
		go func() {
			defer group.Done()
			_, err := c.nodes[i].Join(seed)
			mutex.Lock()
			defer mutex.Unlock()
			if err == nil {
				all.seconds = append(all.seconds, time.Since(begin).Seconds())
			} else {
				all.failed++
				all.why = err.Error()
			}
			<-free
		}()
	}
	group.Wait()
	return all
}

func (c *cluster) kill(node int) {
	c.killed[node] = true
	c.nodes[node].Shutdown()
}

// False when patience is over. Looks at one that is not so far yet until it is.
func (c *cluster) waitFor(holds func(node int) bool) bool {
	until := time.Now().Add(c.options.patience())
	for at := 0; at < len(c.nodes); {
		if c.killed[at] || holds(at) {
			at++
			continue
		}
		if time.Now().After(until) {
			return false
		}
		time.Sleep(2 * time.Millisecond)
	}
	return true
}

func (c *cluster) waitForAllToSeeAll() bool {
	alive := len(c.nodes) - len(c.killed)
	return c.waitFor(func(node int) bool { return c.nodes[node].NumMembers() == alive })
}

// The broadcasts of users have a queue of their own.
func (c *cluster) waitUntilAllIsTold() bool {
	return c.waitFor(func(node int) bool {
		return queueOf(c.nodes[node]).NumQueued()+c.ears[node].queue.NumQueued() == 0
	})
}

// memberlist's own queue of claims, which it does not show to its users.
func queueOf(list *memberlist.Memberlist) *memberlist.TransmitLimitedQueue {
	field := reflect.ValueOf(list).Elem().FieldByName("broadcasts")
	return *(**memberlist.TransmitLimitedQueue)(unsafe.Pointer(field.UnsafeAddr()))
}
