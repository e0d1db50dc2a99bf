package main

import (
	"fmt"
	"time"
)

// As bench/ours/view_run.cc, against the same crowd.
func runView(o options) {
	f := figures{}
	members := o.count("members", 10000)
	node, err := start(o.config("alone"), newEar(&watch{}, 0))
	if err != nil {
		f.giveUp("%v", err)
	}
	aloneKiB := residentKiB()
	control := newControl(o, f)
	ask := func(what string) { control.ask(what, node.LocalNode().Address()) }
	seed := []string{fmt.Sprintf("127.1.0.1:%d", o.count("port", 0))}
	compare := func() {
		if _, err := node.Join(seed); err != nil {
			f.giveUp("%v", err)
		}
	}
	compare()
	for until := time.Now().Add(o.patience()); node.NumMembers() != members+1; {
		if time.Now().After(until) {
			f.giveUp("it does not know all of the crowd")
		}
		time.Sleep(10 * time.Millisecond)
	}
	ask("drain")
	ask("ping")
	time.Sleep(2 * time.Second)

	window := o.number("idle", 10)
	cpu := processorSeconds()
	time.Sleep(time.Duration(window * float64(time.Second)))
	idle := 1000 * (processorSeconds() - cpu) / window

	exchanges := o.count("exchanges", 10)
	perExchange := func() float64 { return 1000 * (processorSeconds() - cpu) / float64(exchanges) }
	forgetPeak()
	cpu = processorSeconds()
	for i := 0; i < exchanges; i++ {
		compare()
	}
	asking := perExchange()
	cpu = processorSeconds()
	for i := 0; i < exchanges; i++ {
		ask("exchange")
	}
	answering := perExchange()
	f["view_idle_ms"], f["view_asking_ms"], f["view_answering_ms"] = idle, asking, answering
	f["view_with_ms"] = idle + (asking+answering)/o.number("every", 300)
	peak := peakKiB()
	time.Sleep(time.Second)
	after := residentKiB()
	f["view_mib"], f["view_peak_mib"] = (after-aloneKiB)/1024, (max(peak, after)-aloneKiB)/1024
	f["members"] = node.NumMembers()
	f.print()
}
