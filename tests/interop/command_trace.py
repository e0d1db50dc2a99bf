"""What --trace shows: each message of each packet, in the papers' words, and both ends agree."""

from command_story import CommandStory
from harness import PAUSE, RESUME

FAST = ("--probing-interval", "300ms", "--ack-timeout", "100ms", "--trace")
PLAIN = {"PING", "PING-REQ", "ACK", "NACK", "USER"}
CLAIMS = {"BROADCAST " + word for word in ("JOIN", "ALIVE", "SUSPECT", "CONFIRM", "LEAVE")}


class Trace(CommandStory):
    def crowd(self):
        first, second, third = (self.node(name, *FAST) for name in ("first", "second", "third"))
        for node in (second, third):
            self.assertEqual(node.join(first)["contacted"], 1, node.story())
        for node in (first, second, third):
            for other in ("first", "second", "third"):
                node.wait_kind("join", node=other)
        return first, second, third

    def told(self, teller, direction, message, since=0, **fields):
        return teller.wait_kind("trace", since, direction=direction, message=message, **fields)

    def test_a_probe_and_the_news_of_a_member(self):
        first, second, third = self.crowd()
        for a, b in ((first, second), (second, first)):
            self.told(a, "sent", "PING", peer=b.addr, node=b.name)
            self.told(b, "received", "PING", peer=a.addr, node=b.name)
            self.told(b, "sent", "ACK", peer=a.addr)
            self.told(a, "received", "ACK", peer=b.addr)
        self.told(third, "sent", "BROADCAST JOIN", node="third", incarnation=1)
        marks = [node.mark() for node in (first, second, third)]
        third.write("meta changed")
        self.told(third, "sent", "BROADCAST ALIVE", marks[2], node="third", incarnation=2)
        self.told(second, "received", "BROADCAST ALIVE", marks[1], node="third", incarnation=2)
        third.write("quit")
        self.told(third, "sent", "BROADCAST LEAVE", marks[2], node="third")
        self.told(first, "received", "BROADCAST LEAVE", marks[0], node="third")
        for node in (first, second, third):
            for line in node.seen("trace"):
                self.assertIn(line["message"], PLAIN | CLAIMS)
                self.assertIn(line["direction"], ("sent", "received"))
                self.assertIsInstance(line["piggyback"], bool)
                if line["message"] in CLAIMS:
                    self.assertGreater(line["incarnation"], 0)
                    self.assertTrue(line["node"])
                else:
                    self.assertIsNone(line["incarnation"])
        self.assertTrue(first.seen("trace", direction="sent", piggyback=True) or
                        second.seen("trace", direction="sent", piggyback=True))

    def test_a_failure_and_its_refutation(self):
        first, second, third = self.crowd()
        marks = {node: node.mark() for node in (first, second, third)}
        third.signal(PAUSE)
        try:
            # Whoever finds out asks the other to ping, who gets no answer either.
            finder = first
            first.wait_kind("suspect", marks[first], node="third")
            if not first.seen("trace", marks[first], message="PING-REQ", direction="sent"):
                finder = second
            helper = second if finder is first else first
            self.told(finder, "sent", "PING-REQ", marks[finder], peer=helper.addr, node="third")
            self.told(helper, "received", "PING-REQ", marks[helper], peer=finder.addr)
            self.told(helper, "sent", "NACK", marks[helper], peer=finder.addr)
            self.told(finder, "received", "NACK", marks[finder], peer=helper.addr)
            self.told(finder, "sent", "BROADCAST SUSPECT", marks[finder], node="third")
        finally:
            third.signal(RESUME)
        refuted = third.wait_kind("refuted", marks[third])
        self.told(third, "sent", "BROADCAST ALIVE", marks[third], node="third",
                  incarnation=refuted["incarnation"])
        first.wait_kind("alive", marks[first], node="third")

    def test_a_death_is_a_confirm(self):
        first, second, third = self.crowd()
        third.kill()
        for node in (first, second):
            node.wait_kind("dead", node="third")
        self.told(first, "sent", "BROADCAST CONFIRM", node="third")

    def test_without_gossip_each_change_is_traced_too(self):
        first = self.node("first", *FAST, "--level", "basic")
        second = self.node("second", *FAST, "--level", "basic")
        self.assertEqual(second.join(first)["contacted"], 1)
        first.wait_kind("join", node="second")
        second.write("quit")
        self.told(first, "received", "BROADCAST LEAVE", node="second", piggyback=False)
        self.told(second, "sent", "BROADCAST LEAVE", node="second", peer=first.addr)

    def test_for_people(self):
        first = self.process("node", "--name", "first", "--bind", "127.0.0.1:0", "--profile",
                             "local", *FAST)
        ready = first.wait(lambda line: "ready" in line, "ready")
        second = self.node("second", "--join", ready.split()[-1])
        first.wait(lambda line: "got from" in line and " ACK " in line and second.addr in line,
                   "an ack")
        first.wait(lambda line: "sent to" in line and " PING  " in line and "second" in line,
                   "a ping")

    def test_nobody_is_bothered_who_did_not_ask(self):
        first, second = self.pair()
        self.assertIsNone(first.ask("ping second", "pinged")["error"])
        self.assertEqual(first.seen("trace"), [])
