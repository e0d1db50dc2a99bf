package main

import (
	"io"
	"log"
	"net"
	"sync/atomic"
	"time"

	"github.com/hashicorp/memberlist"
)

// What all nodes of this process have sent: datagrams, their bytes as handed to the operating
// system, the streams they opened, and bytes written to streams, those they answered on included.
var sent struct {
	packets, packetBytes, streams, streamBytes atomic.Int64
}

type traffic struct{ packets, packetBytes, streams, streamBytes float64 }

func trafficNow() traffic {
	return traffic{float64(sent.packets.Load()), float64(sent.packetBytes.Load()),
		float64(sent.streams.Load()), float64(sent.streamBytes.Load())}
}

func (a traffic) minus(b traffic) traffic {
	return traffic{a.packets - b.packets, a.packetBytes - b.packetBytes, a.streams - b.streams,
		a.streamBytes - b.streamBytes}
}

// memberlist's own transport, counting what goes through it.
type wire struct {
	*memberlist.NetTransport
	streams chan net.Conn
}

func newWire(config *memberlist.Config) (*wire, error) {
	quiet := log.New(io.Discard, "", 0)
	var under *memberlist.NetTransport
	var err error
	for attempt := 0; attempt < 20; attempt++ { // the port must be free for both kinds
		under, err = memberlist.NewNetTransport(&memberlist.NetTransportConfig{
			BindAddrs: []string{config.BindAddr}, BindPort: 0, Logger: quiet})
		if err == nil {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	config.BindPort = under.GetAutoBindPort()
	config.AdvertisePort = config.BindPort
	w := &wire{NetTransport: under, streams: make(chan net.Conn)}
	go func() {
		for stream := range under.StreamCh() {
			w.streams <- countedStream{stream}
		}
	}()
	return w, nil
}

func (w *wire) StreamCh() <-chan net.Conn { return w.streams }

func (w *wire) WriteTo(data []byte, addr string) (time.Time, error) {
	return w.WriteToAddress(data, memberlist.Address{Addr: addr})
}

func (w *wire) WriteToAddress(data []byte, to memberlist.Address) (time.Time, error) {
	at, err := w.NetTransport.WriteToAddress(data, to)
	if err == nil {
		sent.packets.Add(1)
		sent.packetBytes.Add(int64(len(data)))
	}
	return at, err
}

func (w *wire) DialTimeout(addr string, timeout time.Duration) (net.Conn, error) {
	return w.DialAddressTimeout(memberlist.Address{Addr: addr}, timeout)
}

func (w *wire) DialAddressTimeout(to memberlist.Address, timeout time.Duration) (net.Conn, error) {
	stream, err := w.NetTransport.DialAddressTimeout(to, timeout)
	if err != nil {
		return nil, err
	}
	sent.streams.Add(1)
	return countedStream{stream}, nil
}

type countedStream struct{ net.Conn }

func (s countedStream) Write(data []byte) (int, error) {
	written, err := s.Conn.Write(data)
	sent.streamBytes.Add(int64(written))
	return written, err
}
