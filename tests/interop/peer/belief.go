package main

import (
	"unsafe"

	"github.com/hashicorp/memberlist"
)

// What memberlist keeps behind each *Node it hands out. Its users never see the state: Node.State
// is hidden by this struct's own and stays zero, so that a node that left and one that died look
// alike. The tests must tell them apart, so the peer looks behind the pointer; the layout is the
// same in all versions it is built with.
type belief struct {
	memberlist.Node
	Incarnation uint32
	State       memberlist.NodeStateType
}

// Only for pointers out of memberlist's table: not for the second one of a conflict.
func believed(node *memberlist.Node) *belief {
	return (*belief)(unsafe.Pointer(node))
}

func (b *belief) stateName() string {
	switch b.State {
	case memberlist.StateAlive:
		return "alive"
	case memberlist.StateSuspect:
		return "suspect"
	case memberlist.StateDead:
		return "dead"
	}
	return "left"
}
