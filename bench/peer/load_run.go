package main

import "time"

// As bench/ours/load_run.cc, against the same flood.
func runLoad(o options) {
	f := figures{}
	nodes := o.count("nodes", 50)
	c := cluster{options: o, killed: map[int]bool{}}
	for i := 0; i < nodes; i++ {
		c.startNode()
	}
	if joined := c.join(1, nodes, 1); joined.failed > 0 {
		f.giveUp("%s", joined.why)
	}
	if !c.waitForAllToSeeAll() || !c.waitUntilAllIsTold() {
		f.giveUp("not all see all")
	}
	control := newControl(o, f)
	for _, node := range c.nodes[1:] {
		control.ask("aim", node.LocalNode().Address())
	}
	before, cpu, begin := trafficNow(), processorSeconds(), time.Now()
	control.ask("flood", c.nodes[0].LocalNode().Address())
	seconds := time.Since(begin).Seconds()
	used := processorSeconds() - cpu
	packets := trafficNow().minus(before).packets
	f["load_packet_us"] = 1e6 * used / packets
	f["load_packets_s"] = packets / seconds
	f["load_cores"] = used / seconds
	f.print()
}
