"""Stories of our node and real peers when something fails between them.

The peer keeps a barrier for its datagrams and streams (`block`), counts what each of its peers says
(`traffic`), and shows whom it remembers (`table`). A path is blocked where a peer ends it.
"""

from harness import PAUSE, RESUME, steady_port, until
from story import Story


class Faults(Story):
    ours_kind = None
    peer_kind = None

    def ours(self, name="ours", **more):
        return self.start(self.ours_kind, name, **more)

    def peer(self, name="peer", **more):
        return self.start(self.peer_kind, name, **more)

    def met(self, *nodes):
        for node in nodes[1:]:
            self.assertEqual(node.join(nodes[0])["contacted"], 1, node.story())
        self.both_see_each_other(*nodes)
        return nodes

    def block(self, peer, *others):
        """Nothing passes between them from now on; with no others, all passes again."""
        peer.ask("block " + " ".join(other.addr for other in others), "blocked")

    def heard(self, peer, other, what):
        """How many messages of that kind: "in ping", "out nack"."""
        rows = peer.ask("traffic", "traffic")["list"]
        return sum(row.get(what, 0) for row in rows if row["addr"] == other.addr)

    def stat(self, node, name):
        return node.ask("stats", "stats")[name]

    def check_nobody_died(self, *nodes):
        for node in nodes:
            self.assertEqual(node.seen("dead") + node.seen("leave"), [], node.story())


class Indirect(Faults):
    # Nothing is compressed, so that the peers can count what is said.
    options = {"no_compress": True, "profile": "lan"}
    probes = 3
    patience = 90  # until dead, with nobody to confirm it

    def test_they_probe_each_other_through_us(self):
        first, ours, second = nodes = self.met(self.peer("first"), self.ours(), self.peer("second"))
        self.block(first, second)
        self.block(second, first)
        for peer in (first, second):
            until(lambda p=peer: self.heard(p, ours, "out ping-req") >= self.probes
                  and self.heard(p, ours, "in ack") >= self.probes,
                  f"{peer.name} asks us", *nodes)
        until(lambda: self.stat(ours, "pings_relayed") >= 2 * self.probes, "we relay", *nodes)
        self.check_nobody_died(*nodes)
        for witness, other in ((first, second), (second, first)):
            until(lambda w=witness, o=other: self.state(w, o) == "alive", "alive", *nodes)
        # The proof that nothing else kept them alive for each other:
        ours.kill()
        first.wait_kind("dead", node="second", patience=self.patience)
        second.wait_kind("dead", node="first", patience=self.patience)

    def test_we_probe_one_of_them_through_another(self):
        ours, helper, far = nodes = self.met(self.ours(), self.peer("helper"), self.peer("far"))
        self.block(far, ours)
        until(lambda: self.heard(helper, ours, "in ping-req") >= self.probes
              and self.heard(helper, far, "out ping") >= self.probes, "we ask the helper", *nodes)
        until(lambda: self.heard(far, helper, "out ping-req") >= self.probes,
              "they ask it for us", *nodes)
        self.check_nobody_died(*nodes)
        until(lambda: self.state(ours, far) == "alive", "alive", *nodes)
        self.assertEqual(self.stat(ours, "probe_fallbacks"), 0)
        helper.kill()
        ours.wait_kind("dead", node="far", patience=self.patience)
        far.wait_kind("dead", node="ours", patience=self.patience)

    def test_our_nack_tells_them_that_they_are_well(self):
        peer, ours, silent = nodes = self.met(self.peer(), self.ours(), self.peer("silent"))
        silent.signal(PAUSE)
        until(lambda: self.heard(peer, ours, "in nack") >= 1, "our nack", *nodes)
        self.assertGreaterEqual(self.heard(peer, ours, "out ping-req"), 1)
        peer.wait_kind("dead", node="silent", patience=self.patience)
        until(lambda: self.stat(peer, "health_score") == 0, "it is well", *nodes)

    def test_their_nack_tells_us_that_we_are_well(self):
        ours, peer, silent = nodes = self.met(self.ours(), self.peer(), self.peer("silent"))
        silent.signal(PAUSE)
        until(lambda: self.heard(peer, ours, "out nack") >= 1, "their nack", *nodes)
        until(lambda: self.stat(ours, "nacks_received") >= 1, "their nack arrives", *nodes)
        ours.wait_kind("dead", node="silent", patience=self.patience)
        until(lambda: self.stat(ours, "health_score") == 0, "we are well", *nodes)


class Suspicion(Faults):
    options = {"suspicious_timeout": "20s"}  # longer than any machine needs to end the trouble

    def test_a_cut_that_ends_at_the_first_suspicions(self):
        ours, peer = nodes = self.met(self.ours(), self.peer())
        before = [self.incarnation(ours, peer), self.incarnation(peer, ours)]
        self.block(peer, ours)
        for witness, other in ((ours, peer), (peer, ours)):
            until(lambda w=witness, o=other: self.state(w, o) == "suspect", "suspected", *nodes)
        self.block(peer)
        for witness, other in ((ours, peer), (peer, ours)):
            self.check_refuted(other, witness)
            until(lambda w=witness, o=other: self.state(w, o) == "alive", "believed", *nodes)
        after = [self.incarnation(ours, peer), self.incarnation(peer, ours)]
        self.assertTrue(all(b > a for a, b in zip(before, after)), (before, after))
        self.check_nobody_died(*nodes)

    def test_a_third_one_hears_of_suspicion_and_refutation(self):
        ours, peer, paused = nodes = self.met(self.ours(), self.peer(), self.peer("paused"))
        paused.signal(PAUSE)
        for witness in (ours, peer):
            until(lambda w=witness: self.state(w, paused) == "suspect", "suspected", *nodes)
        paused.signal(RESUME)
        for witness in (ours, peer):
            until(lambda w=witness: self.state(w, paused) == "alive", "believed", *nodes)
        until(lambda: "Refuting a suspect message" in paused.stderr(), "its log", *nodes)
        self.check_nobody_died(*nodes)

    def test_we_are_paused_among_two_of_them(self):
        first, second, ours = nodes = self.met(self.peer("first"), self.peer("second"), self.ours())
        ours.signal(PAUSE)
        for witness in (first, second):
            until(lambda w=witness: self.state(w, ours) == "suspect", "suspected", *nodes)
        ours.signal(RESUME)
        ours.wait_kind("refuted")
        for witness in (first, second):
            until(lambda w=witness: self.state(w, ours) == "alive", "believed", *nodes)
        self.check_nobody_died(*nodes)


class Restart(Faults):
    """A name comes back: `back` is who, `stays` is who sees it. Either may be ours."""

    back_kind = None
    stays_kind = None

    def pair(self, **more):
        stays = self.start(self.stays_kind, "stays", **more)
        back = self.start(self.back_kind, "back", bind=f"127.0.0.1:{steady_port()}",
                          meta="before", **more)
        self.met(stays, back)
        return stays, back

    def again(self, stays, bind, **more):
        since = stays.mark()
        again = self.start(self.back_kind, "back", bind=bind, meta="after", **more)
        self.assertEqual(again.join(stays)["contacted"], 1)
        return again, since

    def believed(self, stays, again):
        def new():
            row = stays.members().get("back", {})
            return (row.get("state"), row.get("addr"), row.get("meta")) == (
                "alive", again.addr, "after")
        until(new, "it is believed to be the new one", stays, again)
        until(lambda: self.state(again, stays) == "alive", "and sees the other", stays, again)

    def test_at_once_on_the_same_port(self):
        # Nobody has noticed yet: it must contradict what is told of its own past.
        stays, back = self.pair(suspicious_timeout="20s")
        before = self.incarnation(stays, back)
        back.kill()
        again, since = self.again(stays, back.addr, suspicious_timeout="20s")
        stays.wait_kind("update", since=since, node="back", meta="after")
        self.believed(stays, again)
        self.assertGreater(self.incarnation(stays, again), before)
        self.check_nobody_died(stays)

    def test_after_its_death_on_the_same_port(self):
        stays, back = self.pair()
        back.kill()
        stays.wait_kind("dead", node="back")
        again, since = self.again(stays, back.addr)
        stays.wait_kind("join", since=since, node="back", addr=again.addr)
        self.believed(stays, again)

    def test_after_its_farewell_on_another_port(self):
        stays, back = self.pair()
        back.write("quit")
        self.assertEqual(back.exit_code(), 0)
        stays.wait_kind("leave", node="back")
        again, since = self.again(stays, "127.0.0.1:0")
        stays.wait_kind("join", since=since, node="back", addr=again.addr)
        self.believed(stays, again)

    def test_after_its_death_on_another_port_where_names_may_move(self):
        stays, back = self.pair(dead_reclaim_time="1ms")
        back.kill()
        stays.wait_kind("dead", node="back")
        again, since = self.again(stays, "127.0.0.1:0", dead_reclaim_time="1ms")
        stays.wait_kind("join", since=since, node="back", addr=again.addr)
        self.believed(stays, again)

    def test_after_its_death_on_another_port_where_they_may_not(self):
        # Refused as a conflict until the dead one is forgotten; then the newcomer may try again.
        stays, back = self.pair(gossip_to_the_dead="4s")
        back.kill()
        stays.wait_kind("dead", node="back")
        again, since = self.again(stays, "127.0.0.1:0", gossip_to_the_dead="4s")
        stays.wait_kind("conflict", since=since, node="back", other=again.addr)
        def let_in():
            again.join(stays)
            return self.state(stays, again) == "alive"
        until(let_in, "it is let in once the dead one is forgotten", stays, again, patience=60,
              pause=1)
        self.believed(stays, again)
