// A member of a cluster that runs HashiCorp's memberlist, for the interop tests.
//
// It takes the same options and the same commands on stdin as `gossipod node`, and prints the same
// JSON lines, so that a test can put either one in either place. What memberlist does not tell its
// users (that a member is suspected, where a message came from) is absent from the lines.
//
// One source, two memberlists: version 0.2.2 as Debian packages it (GOPATH mode, -tags no_labels)
// and the one named in go.mod.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/memberlist"
)

const (
	longestWait  = 10 * time.Second
	longestShown = 4096 // bytes of a message's text; of longer ones only the size and a digest
)

type fields map[string]interface{}

// One JSON object a line; events come on memberlist's goroutines, answers on the main one.
type lines struct {
	mutex sync.Mutex
	out   io.Writer
}

func (l *lines) print(kind string, more fields) {
	object := fields{"kind": kind, "t": float64(time.Now().UnixNano()) / 1e9}
	for name, value := range more {
		object[name] = value
	}
	text, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.out.Write(append(text, '\n'))
}

// null on success.
func problem(err error) interface{} {
	if err == nil {
		return nil
	}
	return err.Error()
}

// Bytes go out as text where they are text, else in hex under another name.
func setBytes(into fields, name string, data []byte) {
	if utf8.Valid(data) {
		into[name] = string(data)
	} else {
		into[name+"_hex"] = hex.EncodeToString(data)
	}
}

func digest(data []byte) string {
	hash := uint64(0xcbf29ce484222325)
	for _, octet := range data {
		hash = (hash ^ uint64(octet)) * 0x100000001b3
	}
	return fmt.Sprintf("%016x", hash)
}

func nodeFields(node *memberlist.Node) fields {
	object := fields{
		"node": node.Name, "addr": node.Address(), "incarnation": believed(node).Incarnation}
	setBytes(object, "meta", node.Meta)
	return object
}

// The peer is memberlist's delegate for everything.
type peer struct {
	lines      *lines
	list       *memberlist.Memberlist
	keyring    *memberlist.Keyring
	broadcasts *memberlist.TransmitLimitedQueue
	wire       *wire
	state      []byte

	mutex sync.Mutex
	meta  []byte
}

func (p *peer) NodeMeta(limit int) []byte {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.meta
}

func (p *peer) NotifyMsg(data []byte) {
	object := fields{"size": len(data)}
	if len(data) > longestShown {
		object["fnv1a"] = digest(data)
	} else {
		setBytes(object, "data", data)
	}
	p.lines.print("message", object)
}

func (p *peer) GetBroadcasts(overhead, limit int) [][]byte {
	return p.broadcasts.GetBroadcasts(overhead, limit)
}

func (p *peer) NotifyJoin(node *memberlist.Node)   { p.lines.print("join", nodeFields(node)) }
func (p *peer) NotifyUpdate(node *memberlist.Node) { p.lines.print("update", nodeFields(node)) }

func (p *peer) NotifyLeave(node *memberlist.Node) {
	kind := "leave"
	if believed(node).State == memberlist.StateDead {
		kind = "dead"
	}
	p.lines.print(kind, nodeFields(node))
}

func (p *peer) NotifyConflict(existing, other *memberlist.Node) {
	object := nodeFields(existing)
	object["other"] = other.Address()
	p.lines.print("conflict", object)
}

// A user's broadcast; none replaces another.
type broadcast []byte

func (b broadcast) Invalidates(memberlist.Broadcast) bool { return false }
func (b broadcast) Message() []byte                       { return b }
func (b broadcast) Finished()                             {}

func (p *peer) find(name string) (*memberlist.Node, error) {
	for _, node := range p.list.Members() {
		if node.Name == name {
			return node, nil
		}
	}
	return nil, fmt.Errorf("no live member is called %q", name)
}

func (p *peer) join(seeds string) {
	contacted, err := p.list.Join(strings.Split(seeds, ","))
	if contacted > 0 {
		err = nil
	}
	p.lines.print("joined", fields{"contacted": contacted, "error": problem(err)})
}

func (p *peer) send(name string, data []byte, reliable bool) {
	node, err := p.find(name)
	if err == nil && reliable {
		err = p.list.SendReliable(node, data)
	} else if err == nil {
		err = p.list.SendBestEffort(node, data)
	}
	p.lines.print("sent", fields{"error": problem(err)})
}

func (p *peer) ping(name string) {
	node, err := p.find(name)
	var roundTrip time.Duration
	if err == nil {
		roundTrip, err = p.list.Ping(name, &net.UDPAddr{IP: node.Addr, Port: int(node.Port)})
	}
	p.lines.print("pinged", fields{
		"node": name, "us": roundTrip.Microseconds(), "error": problem(err)})
}

func (p *peer) printMembers() {
	rows := []fields{}
	for _, node := range p.list.Members() {
		row := nodeFields(node)
		row["name"] = row["node"]
		delete(row, "node")
		row["state"] = believed(node).stateName()
		rows = append(rows, row)
	}
	sortByName(rows)
	p.lines.print("members", fields{"list": rows})
}

// Everybody it remembers, those that are gone too.
func (p *peer) printTable() {
	rows := []fields{}
	for _, row := range table(p.list) {
		rows = append(rows, fields{
			"name": row.Name, "state": row.stateName(), "incarnation": row.Incarnation})
	}
	sortByName(rows)
	p.lines.print("table", fields{"list": rows})
}

func sortByName(rows []fields) {
	sort.Slice(rows, func(a, b int) bool { return rows[a]["name"].(string) < rows[b]["name"].(string) })
}

func (p *peer) changeKey(command, text string) {
	key, err := parseKey(text)
	if err == nil && p.keyring == nil {
		err = errors.New("this node was started without a key")
	}
	if err == nil {
		change := map[string]func([]byte) error{"key-add": p.keyring.AddKey,
			"key-use": p.keyring.UseKey, "key-remove": p.keyring.RemoveKey}[command]
		err = change(key)
	}
	if err != nil {
		p.lines.print("error", fields{"command": command, "error": err.Error()})
		return
	}
	p.printKeys()
}

func (p *peer) printKeys() {
	texts := []string{}
	if p.keyring != nil {
		for _, key := range p.keyring.GetKeys() {
			texts = append(texts, base64.StdEncoding.EncodeToString(key))
		}
	}
	p.lines.print("keys", fields{"list": texts})
}

func (p *peer) leave() {
	p.lines.print("left", fields{"error": problem(p.list.Leave(longestWait))})
}

// The first word, and what follows it.
func split(text string) (string, string) {
	parts := append(strings.SplitN(strings.TrimSpace(text), " ", 2), "")
	return parts[0], strings.TrimSpace(parts[1])
}

// One line of stdin. False ends the process.
func (p *peer) obey(line string) bool {
	command, rest := split(line)
	first, second := split(rest)
	switch command {
	case "":
	case "members":
		p.printMembers()
	case "join":
		p.join(rest)
	case "send":
		p.send(first, []byte(second), false)
	case "send-reliable":
		p.send(first, []byte(second), true)
	case "send-size":
		size, _ := strconv.Atoi(second)
		p.send(first, make([]byte, size), true)
	case "broadcast":
		p.broadcasts.QueueBroadcast(broadcast(rest))
		p.lines.print("sent", fields{"error": nil})
	case "meta":
		p.mutex.Lock()
		p.meta = []byte(rest)
		p.mutex.Unlock()
		if err := p.list.UpdateNode(longestWait); err != nil {
			p.lines.print("error", fields{"command": "meta", "error": err.Error()})
		}
	case "ping":
		p.ping(rest)
	case "key-add", "key-use", "key-remove":
		p.changeKey(command, rest)
	case "keys":
		p.printKeys()
	case "stats":
		p.lines.print("stats", fields{"health_score": p.list.GetHealthScore()})
	case "table":
		p.printTable()
	case "traffic":
		p.wire.print(p.lines)
	case "block":
		p.wire.block(rest)
		p.lines.print("blocked", fields{"list": strings.Fields(rest)})
	case "leave":
		p.leave()
	case "quit":
		p.leave()
		return false
	default:
		p.lines.print("error", fields{"command": command, "error": "no such command"})
	}
	return true
}

func main() {
	o := parseOptions()
	p := &peer{lines: &lines{out: os.Stdout}, meta: []byte(o.meta)}
	p.broadcasts = &memberlist.TransmitLimitedQueue{
		RetransmitMult: 4, NumNodes: func() int { return p.list.NumMembers() }}
	p.state = stateOf(o.name, o.stateBytes)
	config := buildConfig(o, p)
	var err error
	if p.wire, err = newWire(config, len(o.keys) > 0); err != nil {
		fmt.Fprintf(os.Stderr, "peer: %v\n", err)
		os.Exit(1)
	}
	config.Transport = p.wire
	list, err := memberlist.Create(config)
	if err != nil {
		fmt.Fprintf(os.Stderr, "peer: %v\n", err)
		os.Exit(1)
	}
	p.list = list
	p.lines.print("ready", fields{"name": o.name, "addr": list.LocalNode().Address()})
	if o.join != "" {
		p.join(o.join)
	}

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	commands := make(chan string)
	go func() {
		input := bufio.NewScanner(os.Stdin)
		input.Buffer(nil, 1<<20)
		for input.Scan() {
			commands <- input.Text()
		}
	}()
	for {
		select {
		case <-signals:
			p.leave()
			return
		case line := <-commands:
			if !p.obey(line) {
				return
			}
		}
	}
}
