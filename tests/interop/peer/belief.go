package main

import (
	"reflect"
	"sync"
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

// A copy of all that memberlist remembers: Members() hides the dead, and so when they are
// forgotten.
func table(list *memberlist.Memberlist) []belief {
	inside := reflect.ValueOf(list).Elem()
	lock := (*sync.RWMutex)(unsafe.Pointer(inside.FieldByName("nodeLock").UnsafeAddr()))
	lock.RLock()
	defer lock.RUnlock()
	rows := []belief{}
	for _, row := range *(*[]*belief)(unsafe.Pointer(inside.FieldByName("nodes").UnsafeAddr())) {
		rows = append(rows, *row)
	}
	return rows
}
