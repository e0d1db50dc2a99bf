package main

import (
	"bytes"
	"os"
	"time"
	_ "unsafe" // for go:linkname
)

// memberlist's own functions on the way of a packet, which it does not show to its users: named
// here, so that what is timed is its code and not a copy of it.

//go:linkname decodeCompoundMessage github.com/hashicorp/memberlist.decodeCompoundMessage
func decodeCompoundMessage(buf []byte) (trunc int, parts [][]byte, err error)

//go:linkname decode github.com/hashicorp/memberlist.decode
func decode(buf []byte, out any) error

//go:linkname encryptPayload github.com/hashicorp/memberlist.encryptPayload
func encryptPayload(version uint8, key, msg, data []byte, dst *bytes.Buffer) error

//go:linkname decryptPayload github.com/hashicorp/memberlist.decryptPayload
func decryptPayload(keys [][]byte, msg, data []byte) ([]byte, error)

// As memberlist's own, which is decoded by the names of its fields.
type alive struct {
	Incarnation uint32
	Node        string
	Addr        []byte
	Port        uint16
	Meta        []byte
	Vsn         []uint8
}

// Calls `once` again and again for so long; nanoseconds of processor time and objects per call.
func timeIt(f figures, name string, o options, once func()) {
	for i := 0; i < 1000; i++ {
		once()
	}
	objects, cpu, begin := heapObjects(), processorSeconds(), time.Now()
	count := 0.0
	for time.Since(begin) < o.seconds("seconds", 1) {
		for i := 0; i < 1000; i++ {
			once()
		}
		count += 1000
	}
	f[name+"_ns"] = 1e9 * (processorSeconds() - cpu) / count
	f[name+"_heap_calls"] = (heapObjects() - objects) / count
}

func runDecode(o options) {
	f := figures{}
	packet, err := os.ReadFile(o["packet"])
	if err != nil {
		f.giveUp("%v", err)
	}
	claims := 0
	timeIt(f, "decode", o, func() {
		_, parts, err := decodeCompoundMessage(packet[1:]) // behind the type
		if err != nil {
			f.giveUp("%v", err)
		}
		claims = 0
		for _, part := range parts {
			var claim alive
			if err := decode(part[1:], &claim); err != nil {
				f.giveUp("%v", err)
			}
			if claim.Port == 7946 {
				claims++
			}
		}
	})
	f["bytes"], f["claims"] = len(packet), claims
	f.print()
}

func runSeal(o options) {
	f := figures{}
	plain, key := bytes.Repeat([]byte{'p'}, 1400), bytes.Repeat([]byte{0x5a}, 32)
	var sealed bytes.Buffer
	timeIt(f, "seal", o, func() {
		sealed = bytes.Buffer{} // a new one for each packet, as memberlist does
		if err := encryptPayload(1, key, plain, nil, &sealed); err != nil {
			f.giveUp("%v", err)
		}
	})
	opened, data := 0, make([]byte, sealed.Len())
	timeIt(f, "open", o, func() {
		copy(data, sealed.Bytes()) // it may decrypt in place
		message, err := decryptPayload([][]byte{key}, data, nil)
		if err != nil {
			f.giveUp("%v", err)
		}
		opened = len(message)
	})
	f["sealed_bytes"], f["opened_bytes"] = sealed.Len(), opened
	f.print()
}
