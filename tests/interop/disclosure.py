"""What a stranger learns from a node that does not take it in: nothing.

The stranger speaks for itself, with bytes written here, because no well-behaved node says to
another what it would refuse itself.
"""

import select
import socket

from harness import PATIENCE, until
from story import KEY, Story

PING, PUSH_PULL = 0, 6
SECRET_NAME = "the-name-of-the-seed"
SECRET_META = "what only members may know"


def packed(value):
    """msgpack as memberlist reads it: short texts, small numbers, maps of them."""
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return bytes([value]) if value < 128 else b"\xcd" + value.to_bytes(2, "big")
    if isinstance(value, (str, bytes)):
        data = value.encode() if isinstance(value, str) else value
        assert len(data) < 32
        return bytes([0xA0 | len(data)]) + data
    return bytes([0x80 | len(value)]) + b"".join(
        packed(name) + packed(item) for name, item in value.items())


def push_pull(name):
    """A joiner's: itself alive, and nobody else."""
    return (bytes([PUSH_PULL]) + packed({"Nodes": 1, "UserStateLen": 0, "Join": True})
            + packed({"Name": name, "Addr": bytes([127, 0, 0, 1]), "Port": 7946, "Meta": b"",
                      "Incarnation": 1, "State": 0, "Vsn": bytes([1, 5, 2, 0, 0, 0])}))


def ping(name):
    return bytes([PING]) + packed({"SeqNo": 7, "Node": name})


def endpoint(node):
    host, port = node.addr.rsplit(":", 1)
    return host, int(port)


def say_by_stream(node, data):
    """All that is answered until the node is done with us."""
    answer = b""
    with socket.create_connection(endpoint(node), PATIENCE) as stream:
        stream.sendall(data)
        stream.shutdown(socket.SHUT_WR)
        try:
            while more := stream.recv(65536):
                answer += more
        except ConnectionResetError:
            pass
    return answer


def door_to(address):
    """A datagram socket that hears this address only: its port may have been that of a member of
    another test's cluster, which still gossips to it."""
    door = socket.socket(type=socket.SOCK_DGRAM)
    door.connect(address)
    return door


def heard_by(door, seconds):
    readable, _, _ = select.select([door], [], [], seconds)
    return door.recv(65536) if readable else None


def answered_by_datagram(node, data, seconds):
    with door_to(endpoint(node)) as door:
        door.send(data)
        return heard_by(door, seconds)


class Disclosure(Story):
    label = ("blue", b"\xf4\x04blue")  # as an option, and in front of what is sent

    def node(self, **more):
        return self.start(self.seed_kind, SECRET_NAME, meta=SECRET_META, no_compress=True, **more)

    def test_the_stranger_speaks_the_language(self):
        """Else the other tests would prove nothing."""
        open_ones = [(self.node(), b"")]
        if self.seed_kind.labels:
            open_ones.append((self.node(label=self.label[0]), self.label[1]))
        for node, front in open_ones:
            answer = say_by_stream(node, front + push_pull("stranger"))
            self.assertIn(SECRET_NAME.encode(), answer)
            self.assertIn(SECRET_META.encode(), answer)
            node.wait_kind("join", node="stranger")
            until(lambda n=node, f=front: answered_by_datagram(n, f + ping(SECRET_NAME), 1),
                  "an ack", node)

    def test_words_of_others_are_no_answer(self):
        """Else a stray datagram would be taken for a disclosure."""
        with socket.socket(type=socket.SOCK_DGRAM) as other, \
                socket.socket(type=socket.SOCK_DGRAM) as node:
            node.bind(("127.0.0.1", 0))
            with door_to(node.getsockname()) as door:
                other.sendto(b"a stray", door.getsockname())
                node.sendto(b"an answer", door.getsockname())
                self.assertEqual(heard_by(door, PATIENCE), b"an answer")

    def check_nothing_told(self, node, *counters, front=b""):
        answer = say_by_stream(node, front + push_pull("stranger"))
        self.assertNotIn(SECRET_NAME.encode(), answer)
        self.assertNotIn(SECRET_META.encode(), answer)
        self.assertLess(len(answer), 200)
        self.assertIsNone(answered_by_datagram(node, front + ping(SECRET_NAME), 1))
        self.assertTrue(self.sees_only_itself(node), node.story())
        if node.ours:
            stats = node.ask("stats", "stats")
            for counter in counters:
                self.assertGreater(stats[counter], 0, stats)

    def test_plain_words_to_one_with_a_key(self):
        self.check_nothing_told(self.node(key=KEY), "stream_drop_unauthentic", "drop_unauthentic")

    def test_noise_to_one_with_a_key(self):
        node = self.node(key=KEY)
        for noise in (b"\x0a" + (100).to_bytes(4, "big") + bytes(range(100)), b"\x01" * 60):
            self.assertNotIn(SECRET_NAME.encode(), say_by_stream(node, noise))
            self.assertIsNone(answered_by_datagram(node, noise, 0.5))
        self.assertTrue(self.sees_only_itself(node), node.story())
        if node.ours:
            self.check_counted(node, "stream_drop_unauthentic")
            self.check_counted(node, "drop_unauthentic")


class LabelDisclosure(Disclosure):
    def test_no_label(self):
        self.check_nothing_told(self.node(label="blue"), "stream_drop_label", "drop_label")

    def test_another_label(self):
        self.check_nothing_told(self.node(label="green"), "stream_drop_label", "drop_label",
                                front=self.label[1])

    def test_a_label_where_none_is(self):
        self.check_nothing_told(self.node(), "stream_drop_label", "drop_label",
                                front=self.label[1])
