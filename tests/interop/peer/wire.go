package main

import (
	"log"
	"net"
	"os"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

// What the peer's datagrams say, by the first byte of a message.
var messageNames = map[byte]string{0: "ping", 1: "ping-req", 2: "ack", 3: "suspect", 4: "alive",
	5: "dead", 8: "user", 9: "compressed", 11: "nack"}

// memberlist's own transport, behind an eye that counts the messages of each peer, and a barrier
// that may be let down between this node and others.
//
// Of a stream that comes in nobody knows who opened it: while the barrier is down for anybody, all
// of them are closed.
type wire struct {
	*memberlist.NetTransport
	sealed  bool // what is inside cannot be seen
	packets chan *memberlist.Packet
	streams chan net.Conn

	mutex   sync.Mutex
	blocked map[string]bool
	seen    map[string]map[string]int // address -> "in ping" or "out ping" -> count
}

type blockedError struct{}

func (blockedError) Error() string { return "blocked by the test" }

// Binds; a port of 0 takes one that is free for datagrams and streams, and tells the config.
func newWire(config *memberlist.Config, sealed bool) (*wire, error) {
	attempts := 1
	if config.BindPort == 0 {
		attempts = 20
	}
	var under *memberlist.NetTransport
	var err error
	for ; attempts > 0; attempts-- {
		under, err = memberlist.NewNetTransport(&memberlist.NetTransportConfig{
			BindAddrs: []string{config.BindAddr}, BindPort: config.BindPort,
			Logger: log.New(os.Stderr, "", log.LstdFlags)})
		if err == nil {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	if config.BindPort == 0 {
		config.BindPort = under.GetAutoBindPort()
		config.AdvertisePort = config.BindPort
	}
	w := &wire{NetTransport: under, sealed: sealed, packets: make(chan *memberlist.Packet),
		streams: make(chan net.Conn), blocked: map[string]bool{}, seen: map[string]map[string]int{}}
	go w.pumpPackets()
	go w.pumpStreams()
	return w, nil
}

func (w *wire) pumpPackets() {
	for packet := range w.NetTransport.PacketCh() {
		if w.pass("in ", packet.From.String(), packet.Buf) {
			w.packets <- packet
		}
	}
}

func (w *wire) pumpStreams() {
	for stream := range w.NetTransport.StreamCh() {
		w.mutex.Lock()
		open := len(w.blocked) == 0
		w.mutex.Unlock()
		if open {
			w.streams <- stream
		} else {
			stream.Close()
		}
	}
}

func (w *wire) PacketCh() <-chan *memberlist.Packet { return w.packets }
func (w *wire) StreamCh() <-chan net.Conn           { return w.streams }

func (w *wire) WriteTo(data []byte, addr string) (time.Time, error) {
	return w.WriteToAddress(data, memberlist.Address{Addr: addr})
}

// What is blocked is lost without a word, as in a network.
func (w *wire) WriteToAddress(data []byte, to memberlist.Address) (time.Time, error) {
	if !w.pass("out ", to.Addr, data) {
		return time.Now(), nil
	}
	return w.NetTransport.WriteToAddress(data, to)
}

func (w *wire) DialTimeout(addr string, timeout time.Duration) (net.Conn, error) {
	return w.DialAddressTimeout(memberlist.Address{Addr: addr}, timeout)
}

func (w *wire) DialAddressTimeout(to memberlist.Address, timeout time.Duration) (net.Conn, error) {
	w.mutex.Lock()
	blocked := w.blocked[to.Addr]
	w.mutex.Unlock()
	if blocked {
		return nil, blockedError{}
	}
	return w.NetTransport.DialAddressTimeout(to, timeout)
}

// Counts what a datagram says, unless it is held up.
func (w *wire) pass(direction, addr string, data []byte) bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.blocked[addr] {
		return false
	}
	counts := w.seen[addr]
	if counts == nil {
		counts = map[string]int{}
		w.seen[addr] = counts
	}
	if w.sealed {
		counts[direction+"sealed"]++
	} else {
		count(counts, direction, data)
	}
	return true
}

func count(counts map[string]int, direction string, data []byte) {
	if len(data) > 5 && data[0] == 12 { // a checksum in front
		data = data[5:]
	}
	if len(data) > 1 && data[0] == 7 { // a compound: how many, their lengths, they themselves
		parts := int(data[1])
		lengths, rest := data[2:], []byte{}
		if len(lengths) >= 2*parts {
			rest = lengths[2*parts:]
		}
		for i := 0; i < parts; i++ {
			if len(rest) == 0 {
				break
			}
			length := int(lengths[2*i])<<8 | int(lengths[2*i+1])
			if length > len(rest) {
				break
			}
			count(counts, direction, rest[:length])
			rest = rest[length:]
		}
		return
	}
	name := "other"
	if len(data) > 0 && messageNames[data[0]] != "" {
		name = messageNames[data[0]]
	}
	counts[direction+name]++
}

// Exactly these are cut off from now on.
func (w *wire) block(addresses string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.blocked = map[string]bool{}
	for _, addr := range strings.Fields(addresses) {
		w.blocked[addr] = true
	}
}

func (w *wire) print(to *lines) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	rows := []fields{}
	for addr, counts := range w.seen {
		row := fields{"addr": addr}
		for what, number := range counts {
			row[what] = number
		}
		rows = append(rows, row)
	}
	sort.Slice(rows, func(a, b int) bool { return rows[a]["addr"].(string) < rows[b]["addr"].(string) })
	to.print("traffic", fields{"list": rows})
}
