"""What an attacker says: the bytes of packets and streams, made by hand.

Nothing here is shared with what is attacked: who forges what our own encoder cannot write finds
what our own decoder does not expect.
"""

import os
import random
import struct
import zlib

PING, INDIRECT_PING, ACK, SUSPECT, ALIVE, DEAD, PUSH_PULL, COMPOUND, USER, COMPRESSED = range(10)
ENCRYPTED, NACK, CRC, ERROR = range(10, 14)
LABEL = 0xf4
VERSIONS = bytes([1, 5, 2, 0, 0, 0])


def packed(value):
    """One value in msgpack, in the old form: text and bytes are the same."""
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        if 0 <= value < 128:
            return bytes([value])
        return struct.pack(">Bq", 0xd3, value) if value < 0 else struct.pack(">BQ", 0xcf, value)
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        if len(value) < 32:
            return bytes([0xa0 | len(value)]) + value
        if len(value) < 1 << 16:
            return struct.pack(">BH", 0xda, len(value)) + value
        return struct.pack(">BI", 0xdb, len(value)) + value
    return bytes([0x80 | len(value)]) + b"".join(
        packed(key) + packed(item) for key, item in value.items())


def message(kind, **fields):
    return bytes([kind]) + packed(fields)


def address(text):
    return bytes(int(part) for part in text.split("."))


def member(name, host, port, incarnation=1, meta=b""):
    """The fields of an alive claim."""
    return {"Addr": address(host), "Incarnation": incarnation, "Meta": meta, "Node": name,
            "Port": port, "Vsn": VERSIONS}


def record(name, host, port, state=0, incarnation=1, versions=VERSIONS, meta=b""):
    """One member in a push-pull."""
    return packed({"Addr": address(host), "Incarnation": incarnation, "Meta": meta, "Name": name,
                   "Port": port, "State": state, "Vsn": versions})


def push_pull(announced, records=b"", join=True, state=0):
    return message(PUSH_PULL, Join=join, Nodes=announced, UserStateLen=state) + records


def compound(parts):
    return bytes([COMPOUND, len(parts)]) + b"".join(
        struct.pack(">H", len(part)) for part in parts) + b"".join(parts)


def with_crc(packet):
    return struct.pack(">BI", CRC, zlib.crc32(packet)) + packet


def without_crc(packet):
    return packet[5:] if packet[:1] == bytes([CRC]) else packet


def labelled(label, packet):
    return bytes([LABEL, len(label)]) + label + packet


def sealed_somehow(size, version=1):
    """As from somebody with another key: no more can be told of a seal without the key."""
    return bytes([version]) + os.urandom(12 + size + 16)


def frame_head(size):
    return struct.pack(">BI", ENCRYPTED, size)


def frame(sealed):
    return frame_head(len(sealed)) + sealed


class Packer:
    """LZW, by hand, for what packs well: the codes of a stretch, and how wide each is."""

    CLEAR, END = 256, 257
    FULL = 3800  # codes; the table is cleared before it is quite full

    def __init__(self):
        self.out = bytearray()
        self.codes = 0  # since the table was last empty
        self._bits, self._count = 0, 0

    def put(self, code):
        self._append(code, min(12, max(9, (257 + self.codes).bit_length())))
        self.codes += 1

    def clear(self):
        self.put(self.CLEAR)
        self.codes = 0

    def put_all(self, data):
        """Any bytes, and an empty table at the end, at the end of a byte."""
        table, known = {bytes([i]): i for i in range(256)}, b""
        for byte in data:
            longer = known + bytes([byte])
            if longer in table:
                known = longer
                continue
            self.put(table[known])
            table[longer] = 257 + self.codes
            known = bytes([byte])
            if self.codes == self.FULL:
                self.put(table[known])
                self.clear()
                table, known = {bytes([i]): i for i in range(256)}, b""
        if known:
            self.put(table[known])
        self.clear()
        while self._count:  # nine bits each: after eight at most
            self.clear()

    def end(self):
        self.put(self.END)
        self._append(0, 8)
        return bytes(self.out)

    def _append(self, code, width):
        self._bits |= code << self._count
        self._count += width
        while self._count >= 8:
            self.out.append(self._bits & 0xff)
            self._bits >>= 8
            self._count -= 8


def lzw_zeros(size):
    """At least so many zeros, packed: a run, the same and one more, and so on; then anew."""
    packer = Packer()
    done = 0
    while done < size:
        if packer.codes == packer.FULL:
            packer.clear()
        packer.put(0 if packer.codes == 0 else 257 + packer.codes)
        done += packer.codes
    return packer.end()


def lzw_again(head, block, times):
    """The head, and the block so many times, packed."""
    packer, blocks = Packer(), Packer()
    packer.put_all(head)
    blocks.put_all(block)
    packer.out += blocks.out * times
    return packer.end()


def compressed(lzw):
    return message(COMPRESSED, Algo=0, Buf=lzw)


def mutated(packet):
    """Some bytes changed, and now and then cut, doubled or filled up."""
    out = bytearray(packet)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        if out:
            out[random.randrange(len(out))] = random.randrange(256)
    turn = random.randrange(8)
    if turn == 0:
        out = out[:random.randrange(len(out) + 1)]
    elif turn == 1:
        out = out + out
    elif turn == 2:
        out += os.urandom(random.randrange(64))
    return bytes(out[:65000])


def nested_compounds(depth):
    """One within another, as deep as a datagram allows."""
    inner = message(PING, SeqNo=1, Node="")
    return b"".join(struct.pack(">BBH", COMPOUND, 1, len(inner) + 4 * below)
                    for below in reversed(range(depth))) + inner


def nested_checksums(depth):
    inner = message(PING, SeqNo=1, Node="")
    for _ in range(depth):
        inner = with_crc(inner)
    return inner
