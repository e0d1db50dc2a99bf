package main

import (
	"fmt"
	"math"
	"os"
	"time"
)

// The same phases as in bench/ours/cluster_run.cc, with the same names of figures.
type clusterRun struct {
	options     options
	nodes       int
	cluster     cluster
	figures     figures
	idlePackets float64 // per node and second, nothing happening
	idleBytes   float64
	beforeKiB   float64
}

func runCluster(o options) {
	run := &clusterRun{options: o, nodes: o.count("nodes", 50), figures: figures{},
		cluster: cluster{options: o, killed: map[int]bool{}}, beforeKiB: residentKiB()}
	run.start()
	run.idle()
	run.changes()
	run.broadcasts()
	run.joins()
	run.kill()
	run.figures.print()
}

func (r *clusterRun) start() {
	atOnce := r.options.count("at-once", 1)
	apart := r.options.seconds("apart", 0)
	begin := time.Now()
	var all joins
	for i := 0; i < r.nodes; i++ {
		r.cluster.startNode()
		if atOnce > 1 || i == 0 {
			continue
		}
		one := r.cluster.join(i, i+1, 1)
		all.seconds = append(all.seconds, one.seconds...)
		all.failed += one.failed
		if one.failed > 0 {
			all.why = one.why
		}
		time.Sleep(apart)
	}
	joining := begin
	if atOnce > 1 {
		joining = time.Now()
		r.figures["start_s"] = time.Since(begin).Seconds()
		all = r.cluster.join(1, r.nodes, atOnce)
	}
	r.figures["nodes"] = r.nodes
	r.figures["join_s"] = time.Since(joining).Seconds()
	r.figures["joins_failed"] = all.failed
	if all.failed > 0 {
		r.figures["join_failure"] = all.why
	}
	r.figures.spread("join_ms", times(1000, all.seconds))
	if !r.cluster.waitForAllToSeeAll() {
		r.figures.giveUp("not all see all, %d joins failed", all.failed)
	}
	r.figures["all_s"] = time.Since(joining).Seconds()
	r.figures["total_s"] = time.Since(begin).Seconds()
}

func times(factor float64, values []float64) []float64 {
	scaled := []float64{}
	for _, value := range values {
		scaled = append(scaled, factor*value)
	}
	return scaled
}

func (r *clusterRun) settle() {
	if !r.cluster.waitUntilAllIsTold() {
		r.figures.giveUp("some queue is never empty")
	}
}

// Nothing queued, and no stream opened for a second.
func (r *clusterRun) rest() {
	r.settle()
	if _, comparing := r.options["push-pull"]; comparing {
		return
	}
	for streams := -1.0; streams != trafficNow().streams; time.Sleep(time.Second) {
		streams = trafficNow().streams
	}
}

func (r *clusterRun) idle() {
	window := r.options.number("idle", 0)
	if window <= 0 {
		return
	}
	r.rest()
	if r.options.count("hold", 0) > 0 { // somebody looks at this process from outside
		fmt.Println(`{"ready": 1}`)
		os.Stdin.Read(make([]byte, 1))
	}
	cpu, before, objects, begin := processorSeconds(), trafficNow(), heapObjects(), time.Now()
	time.Sleep(time.Duration(window * float64(time.Second)))
	seconds := time.Since(begin).Seconds()
	allocated := heapObjects() - objects
	spent := trafficNow().minus(before)
	used := processorSeconds() - cpu
	nodeSeconds := seconds * float64(r.nodes)
	r.idlePackets = spent.packets / nodeSeconds
	r.idleBytes = (spent.packetBytes + spent.streamBytes) / nodeSeconds
	// A ping and an ack per node and interval, of which a window may see one more than it is long.
	// Beyond that somebody was suspected, as happens where the machine has other work: such figures
	// are not of idle nodes, and costs above such idling would be nonsense.
	if r.idlePackets > 2*(window+1)/window+1 {
		r.figures.giveUp("never idle")
	}
	r.figures["idle_cpu_ms"] = 1000 * used / nodeSeconds
	if spent.packets > 0 {
		r.figures["idle_packet_us"] = 1e6 * used / spent.packets
	}
	r.figures["idle_cores"] = used / seconds
	r.figures["idle_packets"] = r.idlePackets
	r.figures["idle_bytes"] = r.idleBytes
	r.figures["idle_heap_calls"] = allocated / seconds
	r.figures["resident_kib"] = (residentKiB() - r.beforeKiB) / float64(r.nodes)
	r.figures["resident_gib"] = residentKiB() / (1 << 20)
	if !r.cluster.waitForAllToSeeAll() {
		r.figures.giveUp("somebody was lost while idle")
	}
}

// A stretch of time in which something happens; what it cost above idling.
type cost struct {
	run         *clusterRun
	before      traffic
	start       time.Time
	nodeSeconds float64
}

func (r *clusterRun) cost() *cost { return &cost{run: r, before: trafficNow(), start: time.Now()} }

func (c *cost) report(name string, events float64, nodes int) {
	spent := trafficNow().minus(c.before)
	c.nodeSeconds += time.Since(c.start).Seconds() * float64(nodes)
	f := c.run.figures
	f[name+"_packets"] = (spent.packets - c.run.idlePackets*c.nodeSeconds) / events
	f[name+"_bytes"] = (spent.packetBytes + spent.streamBytes - c.run.idleBytes*c.nodeSeconds) / events
	f[name+"_streams"] = spent.streams / events
}

// Something happens so often, at one node after another, and all the others hear of it.
func (r *clusterRun) spreading(name string, kind kind, text string, do func(node int, text string)) {
	events := r.options.count(name+"s", 0)
	if events == 0 {
		return
	}
	r.settle()
	cost := r.cost()
	delays := []float64{}
	for i := 0; i < events; i++ {
		what := fmt.Sprintf(text, i)
		author := i % r.nodes
		r.cluster.watch.expect(kind, what, author, r.nodes-1)
		do(author, what)
		heard := r.cluster.watch.wait(r.options.patience())
		if len(heard) < r.nodes-1 {
			r.figures.giveUp("a %s did not reach all", name)
		}
		delays = append(delays, times(1000, heard)...)
		r.settle()
	}
	cost.report(name, float64(events), r.nodes)
	r.figures.spread(name+"_ms", delays)
}

func (r *clusterRun) changes() {
	r.spreading("change", update, "metadata, version %d", func(node int, text string) {
		e := r.cluster.ears[node]
		e.mutex.Lock()
		e.metadata = []byte(text)
		e.mutex.Unlock()
		if err := e.list.UpdateNode(r.options.patience()); err != nil {
			r.figures.giveUp("%v", err)
		}
	})
}

func (r *clusterRun) broadcasts() {
	r.spreading("broadcast", message, "a broadcast, number %d", func(node int, text string) {
		r.cluster.ears[node].broadcast([]byte(text))
	})
}

func (r *clusterRun) joins() {
	events := r.options.count("joins", 0)
	if events == 0 {
		return
	}
	r.settle()
	cost := r.cost()
	joined, seen := []float64{}, []float64{}
	starts := []time.Time{}
	for i := 0; i < events; i++ {
		starts = append(starts, time.Now())
		r.cluster.startNode()
		begin := time.Now()
		size := len(r.cluster.nodes)
		one := r.cluster.join(size-1, size, 1)
		if one.failed > 0 {
			r.figures.giveUp("%s", one.why)
		}
		joined = append(joined, 1000*one.seconds[0])
		if !r.cluster.waitForAllToSeeAll() {
			r.figures.giveUp("a join was not seen by all")
		}
		seen = append(seen, 1000*time.Since(begin).Seconds())
		r.settle()
	}
	for _, start := range starts {
		cost.nodeSeconds += time.Since(start).Seconds()
	}
	cost.report("one_join", float64(events), r.nodes)
	r.figures.spread("one_join_ms", joined)
	r.figures.spread("one_join_all_ms", seen)
}

// The shortest time to suspect somebody, as in memberlist's suspicionTimeout, after two intervals.
func (r *clusterRun) bound() float64 {
	config := r.options.config("any")
	scale := math.Max(1, math.Log10(math.Max(1, float64(len(r.cluster.nodes)))))
	return (2 + float64(config.SuspicionMult)*scale) * config.ProbeInterval.Seconds()
}

// One after another, all forgotten by gossip before the next.
func (r *clusterRun) kill() {
	victims := r.options.count("kill", 0)
	if victims == 0 {
		return
	}
	r.settle()
	cost := r.cost()
	first, all := 0.0, 0.0
	for victim := 1; victim <= victims; victim++ {
		begin := time.Now()
		others := len(r.cluster.nodes) - victim
		r.cluster.watch.expect(dead, nameOf(victim), victim, others)
		r.cluster.kill(victim)
		delays := r.cluster.watch.wait(r.options.patience())
		if len(delays) < others {
			r.figures.giveUp("only %d noticed a death", len(delays))
		}
		first += delays[0]
		all += delays[len(delays)-1]
		r.settle()
		cost.nodeSeconds += time.Since(begin).Seconds() * float64(others)
	}
	events := float64(victims)
	cost.report("kill", events, 0)
	r.figures["kill_first_s"], r.figures["kill_all_s"] = first/events, all/events
	r.figures["kill_over_s"] = all/events - r.bound()
}
