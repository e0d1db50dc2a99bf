"""Stories of two members of which either may be ours or a Go peer on memberlist.

The stories know two kinds: the seed, and the one that joins it. Run with two peers they test the
harness, with one of ours they test interoperation.
"""

from disclosure import Disclosure, LabelDisclosure
from harness import PAUSE, RESUME, always, digest, until
from story import KEY, LOOPBACK6, OTHER_KEY, Story, variants


class Meeting(Story):
    def test_each_lists_the_other_alive_with_its_metadata(self):
        seed, joiner = self.joined_pair()
        for node in (seed, joiner):
            members = node.members()
            self.assertEqual(sorted(members), ["joiner", "seed"])
            for other, meta in ((seed, "first"), (joiner, "second")):
                row = members[other.name]
                self.assertEqual((row["state"], row["addr"], row["meta"]),
                                 ("alive", other.addr, meta))

    def test_a_join_on_the_command_line(self):
        seed = self.start(self.seed_kind, "seed")
        joiner = self.start(self.joiner_kind, "joiner", join=seed.addr)
        joiner.wait_kind("joined", contacted=1, error=None)
        self.both_see_each_other(seed, joiner)

    def test_nobody_is_suspected_while_all_is_well(self):
        seed, joiner = self.joined_pair()
        def calm():
            for node in (seed, joiner):
                for kind in ("suspect", "dead", "leave", "refuted", "conflict", "not JSON"):
                    if node.seen(kind):
                        return False
                if [row["state"] for row in node.members().values()] != ["alive", "alive"]:
                    return False
            return True
        always(calm, "both alive, nobody accused", seed, joiner, seconds=10)

    def test_pings(self):
        seed, joiner = self.joined_pair()
        for node, other in ((seed, joiner), (joiner, seed)):
            answer = node.ask(f"ping {other.name}", "pinged")
            self.assertIsNone(answer["error"], node.story())
            # memberlist starts its watch after sending: on loopback it may show less than nothing.
            self.assertLess(answer["us"], 1_000_000)

    def test_three_learn_of_each_other_by_gossip(self):
        seed, joiner = self.joined_pair()
        third = self.start(self.seed_kind, "third")
        self.assertEqual(third.join(joiner)["contacted"], 1)
        self.both_see_each_other(seed, joiner, third)


class Talking(Story):
    def test_best_effort_messages(self):
        seed, joiner = self.joined_pair()
        self.hears(seed, joiner, "send joiner schnell \u00e4\u20ac", "schnell \u00e4\u20ac")
        self.hears(joiner, seed, "send seed and back", "and back")

    def test_reliable_messages(self):
        seed, joiner = self.joined_pair()
        for speaker, listener in ((seed, joiner), (joiner, seed)):
            for text in ("short", "long " * 500):
                text = text.strip()
                answer = speaker.ask(f"send-reliable {listener.name} {text}", "sent")
                self.assertIsNone(answer["error"], speaker.story())
                listener.wait_kind("message", data=text)

    def test_a_megabyte_arrives_as_it_was(self):
        seed, joiner = self.joined_pair(profile="lan")  # `local` gives it a second
        size = 1_000_000
        wanted = digest(bytes(size))
        for speaker, listener in ((seed, joiner), (joiner, seed)):
            answer = speaker.ask(f"send-size {listener.name} {size}", "sent")
            self.assertIsNone(answer["error"], speaker.story())
            listener.wait_kind("message", size=size, fnv1a=wanted)

    def test_broadcasts(self):
        seed, joiner = self.joined_pair()
        for speaker, listener in ((seed, joiner), (joiner, seed)):
            text = f"hear ye, says {speaker.name}"
            self.hears(speaker, listener, f"broadcast {text}", text)

    def test_new_metadata_is_seen(self):
        seed, joiner = self.joined_pair()
        for speaker, listener in ((seed, joiner), (joiner, seed)):
            text = f"changed by {speaker.name} \u00e4"
            speaker.write(f"meta {text}")
            listener.wait_kind("update", node=speaker.name, meta=text)
            self.assertEqual(listener.members()[speaker.name]["meta"], text)

    def test_a_message_to_nobody_is_an_error(self):
        seed, joiner = self.joined_pair()
        for node in (seed, joiner):
            self.assertIsNotNone(node.ask("send stranger hello", "sent")["error"])


class Parting(Story):
    def check_death(self, killed, witness):
        since = witness.mark()
        killed.kill()
        witness.wait_kind("dead", since=since, node=killed.name)
        self.assertEqual(witness.seen("leave", node=killed.name), [])
        self.assertTrue(self.gone(witness, killed), witness.story())

    def test_the_seed_is_killed(self):
        seed, joiner = self.joined_pair()
        self.check_death(seed, joiner)

    def test_the_joiner_is_killed(self):
        seed, joiner = self.joined_pair()
        self.check_death(joiner, seed)

    def check_leaving(self, leaver, witness):
        self.assertIsNone(leaver.ask("leave", "left")["error"], leaver.story())
        witness.wait_kind("leave", node=leaver.name)
        self.assertTrue(self.gone(witness, leaver), witness.story())
        leaver.write("quit")
        self.assertEqual(leaver.exit_code(), 0)
        self.assertEqual(witness.seen("dead"), [], witness.story())

    def test_the_seed_leaves(self):
        seed, joiner = self.joined_pair()
        self.check_leaving(seed, joiner)

    def test_the_joiner_leaves(self):
        seed, joiner = self.joined_pair()
        self.check_leaving(joiner, seed)

    def check_return(self, kind, killed, witness):
        killed.kill()
        witness.wait_kind("dead", node=killed.name)
        since = witness.mark()
        again = self.start(kind, killed.name, bind=killed.addr)
        self.assertEqual(again.join(witness)["contacted"], 1)
        witness.wait_kind("join", since=since, node=killed.name, addr=killed.addr)
        again.wait_kind("join", node=witness.name)

    def test_the_seed_comes_back_under_its_name(self):
        seed, joiner = self.joined_pair(steady=True)
        self.check_return(self.seed_kind, seed, joiner)

    def test_the_joiner_comes_back_under_its_name(self):
        seed, joiner = self.joined_pair(steady=True)
        self.check_return(self.joiner_kind, joiner, seed)

    def check_pause(self, paused, witness):
        before = self.incarnation(witness, paused)
        paused.signal(PAUSE)
        until(lambda: self.state(witness, paused) == "suspect",
              f"{witness.name} suspects {paused.name}", paused, witness)
        paused.signal(RESUME)
        self.check_refuted(paused, witness)
        until(lambda: self.state(witness, paused) == "alive",
              f"{witness.name} believes {paused.name} again", paused, witness)
        self.assertGreater(self.incarnation(witness, paused), before)
        self.assertEqual(witness.seen("dead"), [], witness.story())

    def test_the_seed_is_paused_and_refutes(self):
        seed, joiner = self.joined_pair(suspicious_timeout="20s")  # so that nobody dies of a pause
        self.check_pause(seed, joiner)

    def test_the_joiner_is_paused_and_refutes(self):
        seed, joiner = self.joined_pair(suspicious_timeout="20s")  # so that nobody dies of a pause
        self.check_pause(joiner, seed)


class Crowd(Story):
    # `local` tells each change so few times that in a crowd somebody is often left out until all is
    # compared. `lan` does so rarely; the patience is for those rare times.
    options = {"profile": "lan"}
    patience = 90

    def test_six_members_of_both_kinds_agree(self):
        nodes = []
        for i in range(6):
            kind = self.joiner_kind if i % 2 else self.seed_kind
            nodes.append(self.start(kind, f"member-{i}", meta=f"number {i}"))
            if i > 0:  # each through the one before
                self.assertEqual(nodes[i].join(nodes[i - 1])["contacted"], 1, nodes[i].story())
        self.both_see_each_other(*nodes, patience=self.patience)
        killed, leaver = [nodes[2], nodes[3]], nodes[4]
        rest = [nodes[0], nodes[1], nodes[5]]
        for node in killed:
            node.kill()
        for witness in rest:
            for node in killed:
                witness.wait_kind("dead", node=node.name, patience=self.patience)
        leaver.write("quit")
        self.assertEqual(leaver.exit_code(), 0)
        for witness in rest:
            until(lambda w=witness: self.gone(w, leaver), "the leaver is gone", *rest,
                  patience=self.patience)
            alive = {name for name, row in witness.members().items() if row["state"] == "alive"}
            self.assertEqual(alive, {node.name for node in rest}, witness.story())


class Strangers(Story):
    """Who must not get in."""

    def refused(self, seed_options, joiner_options):
        seed = self.start(self.seed_kind, "seed", **seed_options)
        joiner = self.start(self.joiner_kind, "joiner", **joiner_options)
        for node, other in ((joiner, seed), (seed, joiner)):
            answer = node.join(other)
            self.assertEqual(answer["contacted"], 0, node.story())
            self.assertIsNotNone(answer["error"])
        always(lambda: self.sees_only_itself(seed) and self.sees_only_itself(joiner),
               "each is alone", seed, joiner, seconds=1.5)
        self.assertEqual(seed.seen("join", node="joiner") + joiner.seen("join", node="seed"), [])
        for node in (seed, joiner):
            if node.ours:
                self.check_counted(node, "stream_drop_unauthentic", "stream_drop_label",
                                   "stream_drop_type")

    def test_another_key(self):
        self.refused({"key": KEY}, {"key": OTHER_KEY})

    def test_a_key_only_the_seed_has(self):
        self.refused({"key": KEY}, {})

    def test_a_key_only_the_joiner_has(self):
        self.refused({}, {"key": KEY})

    def test_a_second_node_of_the_same_name(self):
        seed, joiner = self.joined_pair()
        third = self.start(self.joiner_kind, "joiner")
        third.join(seed)
        seed.wait_kind("conflict", node="joiner", addr=joiner.addr, other=third.addr)
        self.assertEqual(seed.members()["joiner"]["addr"], joiner.addr)


class Keys(Story):
    options = {"key": KEY}

    def test_keys_are_rotated_under_way(self):
        seed, joiner = self.joined_pair()
        for step in ("key-add " + OTHER_KEY, "key-use " + OTHER_KEY, "key-remove " + KEY):
            for node in (seed, joiner):
                node.ask(step, "keys")
        for speaker, listener in ((seed, joiner), (joiner, seed)):
            self.assertEqual(len(speaker.ask("keys", "keys")["list"]), 1)
            text = f"with the new key, {speaker.name}"
            self.assertIsNone(speaker.ask(f"send-reliable {listener.name} {text}", "sent")["error"])
            listener.wait_kind("message", data=text)
        always(lambda: not seed.seen("dead") and not joiner.seen("dead"), "nobody dies", seed,
               joiner, seconds=3)

    def test_all_three_lengths_of_keys(self):
        for octets in (16, 24, 32):
            seed, joiner = self.joined_pair(key="5a" * octets)
            seed.close()
            joiner.close()


class Labels(Story):
    def test_equal_labels_meet(self):
        for options in ({}, {"key": KEY}):
            seed, joiner = self.joined_pair(label="blue", **options)
            seed.close()
            joiner.close()

    def refused(self, seed_options, joiner_options):
        Strangers.refused(self, seed_options, joiner_options)

    def test_another_label(self):
        self.refused({"label": "blue"}, {"label": "green"})

    def test_a_label_only_the_seed_has(self):
        self.refused({"label": "blue"}, {})

    def test_a_label_only_the_joiner_has(self):
        self.refused({}, {"label": "blue"})

    def test_another_label_with_the_same_key(self):
        self.refused({"label": "blue", "key": KEY}, {"label": "green", "key": KEY})


def cases(seed_kind, joiner_kind):
    kinds = {"seed_kind": seed_kind, "joiner_kind": joiner_kind}
    plain = {**kinds, "options": {}}
    keyed = {**kinds, "options": {"key": KEY}}
    ipv6 = {"bind": LOOPBACK6}
    found = []
    for case in (Meeting, Talking, Parting, Crowd):
        found += variants(case, plain=plain, keyed=keyed)
    found += variants(Meeting, ipv6={**kinds, "options": ipv6})
    found += variants(Talking, ipv6={**kinds, "options": {**ipv6, "key": KEY}})
    found += variants(Strangers, plain=plain)
    found += variants(Keys, keyed=keyed)
    found += variants(LabelDisclosure if seed_kind.labels else Disclosure, plain=plain)
    if seed_kind.labels and joiner_kind.labels:
        found += variants(Labels, plain=plain)
    return found
