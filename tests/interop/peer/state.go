package main

// What rides on a push-pull: bytes that follow from the node's name, so that whoever gets them can
// tell whether they arrived as they were. They do not compress.
func stateOf(name string, size int) []byte {
	value := uint64(0xcbf29ce484222325)
	for _, octet := range []byte(name) {
		value = (value ^ uint64(octet)) * 0x100000001b3
	}
	state := make([]byte, size)
	for i := range state {
		value = value*6364136223846793005 + 1442695040888963407
		state[i] = byte(value >> 56)
	}
	return state
}

func (p *peer) LocalState(join bool) []byte { return p.state }

func (p *peer) MergeRemoteState(state []byte, join bool) {
	p.lines.print("state", fields{"size": len(state), "fnv1a": digest(state), "join": join})
}
