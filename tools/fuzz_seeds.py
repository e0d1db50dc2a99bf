#!/usr/bin/env python3
"""fuzz_seeds.py [--out DIR] [--programs DIR] [--grown DIR]: makes fuzz/corpus/<target>/ anew from
the golden vectors and what `make fuzz` found beside them.

Of all these, each target picks the few that together reach as much of its code as all do: the
repository need not carry more, and the fuzzer grows its own. Each is a small file, named after its
content. Long ones are left out.
"""

import argparse
import hashlib
import json
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
LONGEST = 600  # bytes of one input
MOST = 80  # inputs of one target, if it can be: each takes a block of the disk, however small
OURS = re.compile(r"^[0-9a-f]{12}$")  # what is called otherwise somebody put there, and stays

# The order of the checks in fuzz_msgpack.cc.
KINDS = ["ping", "indirectPing", "ackResp", "nackResp", "suspect", "alive", "dead", "err",
         "pushPullHeader", "pushNodeState", "userMsgHeader", "compress"]
STREAM_TYPES = {0, 2, 6, 8, 13}
SEALED, COMPRESSED, LABEL, CRC = 10, 9, 0xf4, 12


def load(name):
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def each_hex(cases, key="hex"):
    for case in cases:
        if key in case:
            yield case, bytes.fromhex(case[key])


def bodies():
    """Kind, and a body without type byte."""
    for case, data in each_hex(load("messages.json")["cases"]):
        if case["kind"] in KINDS:
            yield case["kind"], data[1 if "type" in case else 0:]
    for case, data in each_hex(load("decode.json")["cases"]):
        yield case["kind"], data


def plain(config):
    return not config["keys"] and not config["label"]


def packets():
    """Plain packets, good and bad."""
    for case, data in each_hex(load("messages.json")["cases"]):
        if "type" in case and case["kind"] not in ("pushPullHeader", "userMsgHeader"):
            yield data
    file = load("packets.json")
    for name in ("compounds", "compression"):
        for _, data in each_hex(file[name]):
            yield data
    file = load("reject.json")
    for case, data in each_hex(file["packets"]):
        if plain(case["config"]):
            yield data[5:] if data[:1] == bytes([CRC]) else data
    for _, data in each_hex(file["packet_cuts"]):
        yield data


def wrapped_packets():
    """Packets with label, seal or checksum; and what members really sent."""
    file = load("packets.json")
    for name in ("stacks", "encryption"):
        for _, data in each_hex(file[name]):
            yield data
    for scenario in file["scenarios"]:
        for _, data in each_hex(scenario["packets"]):
            yield data
    for case, data in each_hex(load("reject.json")["packets"]):
        if not plain(case["config"]):
            yield data


def streams():
    """Streams without label and seal, good and bad."""
    file = load("streams.json")
    for cases in (file["cases"], file["old_cases"]):
        for key in ("dialer_hex", "acceptor_hex"):
            for _, data in each_hex(cases, key):
                if data[:1] not in (b"", bytes([SEALED]), bytes([LABEL])):
                    yield data
    file = load("reject.json")
    for case, data in each_hex(file["streams"]):
        if plain(case["config"]):
            yield data
    for _, data in each_hex(file["stream_cuts"]):
        yield data
    for case, data in each_hex(load("messages.json")["cases"]):
        if case.get("type") in STREAM_TYPES and case["kind"] != "userPacket":
            yield data


def lzw():
    file = load("lzw.json")
    for _, data in each_hex(file["decode"], "packed_hex"):
        yield data
    for _, data in each_hex(file["encode"], "packed_hex"):
        yield data


def run(data):
    """As fuzz/input.h reads it: two bytes of length, and the bytes."""
    return len(data).to_bytes(2, "big") + data


def node_steps():
    """What fuzz_node.cc takes: flags, then steps; 0 is a packet, 3 to 7 are a stream."""
    for data in (*packets(), *wrapped_packets()):
        yield b"\x09" + b"\0" + run(data)
    for data in streams():
        yield b"\x09" + b"\x03\x04" + run(data) + b"\x05\x06\x07"


def envelopes():
    """What fuzz_envelope.cc takes: flags, which bit to flip, a packet."""
    for data in (*packets(), *wrapped_packets()):
        yield b"\0\0\x4d" + data
        yield b"\x15\0\x4d" + data


def session_packets():
    """What fuzz_session_packet.cc takes: flags, and what the machine says: a plain packet."""
    for flags, data in enumerate(packets()):
        yield bytes([flags % 32]) + data


def session_streams():
    """What fuzz_stream_session.cc takes: flags, how many lengths of pieces there are, those, and a
    stream. 64: accepted; 128: wrapped by the target; what members wrapped has keys of its own, and
    shows how it fails."""
    cuts = [b"\x01\x06", b"\x00", b"\x03\x00\x10\x02", b"\x02\x80\x01"]
    for number, data in enumerate(streams()):
        cut = cuts[number % len(cuts)]
        yield bytes([number % 64 | 64]) + cut + data
        yield bytes([128 | (64 if number % 2 else 0) | number // 2 % 64]) + cut + data
    for case, data in each_hex(load("reject.json")["streams"]):
        if not plain(case["config"]):
            yield b"\x43\x01\x7f" + data
    for case, data in each_hex(load("streams.json")["cases"], "dialer_hex"):
        if data[:1] in (bytes([SEALED]), bytes([LABEL])):
            yield b"\x43\x01\x7f" + data


def machine_steps():
    """What fuzz_machine.cc takes: flags, then steps: kind and source, name, detail, incarnation."""
    table = b"\x1a\x00\x0b" + b"".join(bytes([name, name, 3]) for name in (0, 1, 2))
    answer = b"\x1a\x03" + b"\x1a\x04\x0a" + b"\x01\x02\x05\x02\x23\x04"  # opened, and told
    yield b"\x82" + table + b"\x0c\x10\x01" + answer + b"\x0b" * 4
    yield b"\x82" + b"\x0c\x14\x01" + b"\x1a\x03" + b"\x1a\x15" + b"\x0b" * 4
    yield b"\x82" + b"\x0a\x47" + table + table + b"\x0a\x07" + b"\x0b" * 8
    yield b"\x82" + b"\x0c\x11\x01" * 2 + b"\x1a\x03" + b"\x1a\x16" + b"\x1a\x22" + b"\x1a\x32"
    # Not answered by datagram, but by stream.
    yield b"\x80\x25\x01\x01\x01" + b"\x0b\x0a\x03\x0a\x25" * 40
    for flags in (0, 2, 6, 66, 130):
        for name in range(3):
            told = b"\x25" + bytes([name, name + 2, 1])  # alive
            accused = b"\x34" + bytes([name, 0x20, 1])  # suspect
            buried = b"\x37" + bytes([name, 0x30, 0xf0])  # dead, at the end of the numbers
            later = b"\x09\x0f" + b"\x0b" * 8  # time passes, deadline by deadline
            for steps in (told, told + accused + later, told + later + accused, told + buried,
                          told + accused + told + later + b"\x02\0\xff" + b"\x03\0\xff",
                          b"\x01" + bytes([name, 3, 0]) + b"\x02\0\xff\0" + later,
                          told * 3 + b"\x0d\x01" + b"\x0f" + bytes([name]) + later):
                yield bytes([flags]) + steps


def configurations():
    """What fuzz_config.cc takes: knob, shift, number, length, text; over and over."""
    texts = {1: [b"127.0.0.1:7946", b"[::1]:0", b"10.0.0.1"], 2: [b"192.168.1.1:1", b"x"],
             5: [b"10.0.0.0/8", b"fd00::/8", b"10.0.0.1/8"],
             6: [b"10.0.0.53,[::1]:5353", b","], 7: [b"00" * 16, b"AAECAwQFBgcICQoLDA0ODw=="],
             0: [b"a" * 255, b"web/1"], 3: [b"m" * 200], 4: [b"blue"]}
    for knob in range(32):
        for shift, number in ((0, 0), (0, 1), (8, 4), (24, 255)):
            for text in texts.get(knob, [b""]):
                yield bytes([knob, shift, number, len(text)]) + text
    yield b"".join(bytes([knob, 8, 2, 0]) for knob in range(10, 32))


def commands():
    """What fuzz_command.cc takes: the size of pieces, options or not, lines."""
    options = [b"--name=x", b"--bind=127.0.0.1:0", b"--join=a,b:1", b"--key=" + b"00" * 16,
               b"--cidr=10.0.0.0/8", b"--probing-interval=1.5s", b"--delegate-protocol=2:5:4",
               b"--lha-probe=off", b"--members-max=7", b"--label=blue", b"--dns-servers=1.1.1.1"]
    for option in options:
        yield b"\x03\x01--name=x\n--bind=127.0.0.1:0\n" + option + b"\n"
    lines = [b"members", b"join 10.0.0.2:1", b"join nobody.example", b"send a hello", b"stats",
             b"send-reliable a hello", b"send-size a 100", b"broadcast hello", b"meta news",
             b"ping a", b"remove a", b"keys", b"key-add " + b"00" * 16, b"leave", b"quit", b"?"]
    for line in lines:
        yield b"\x05\0" + line + b"\n" + line + b"\r\nmembers\n"


def seeds():
    return {
        "fuzz_msgpack": [bytes([KINDS.index(kind)]) + body for kind, body in bodies()],
        "fuzz_packet": list(packets()),
        "fuzz_stream": list(streams()),
        "fuzz_lzw": list(lzw()),
        "fuzz_envelope": list(envelopes()),
        "fuzz_node": list(node_steps()),
        "fuzz_session_packet": list(session_packets()),
        "fuzz_stream_session": list(session_streams()),
        "fuzz_machine": list(machine_steps()),
        "fuzz_config": list(configurations()),
        "fuzz_command": list(commands()),
    }


def written(folder, inputs):
    folder.mkdir(parents=True, exist_ok=True)
    for data in inputs:
        (folder / hashlib.sha256(data).hexdigest()[:12]).write_bytes(data)


def picked(program, *folders):
    """The few that reach as much as all in these folders: every edge, as often as any of them
    passes it; or, where those were too many, every edge."""
    for counted in (1, 0):
        with tempfile.TemporaryDirectory() as few:
            merge = subprocess.run(
                [program, "-set_cover_merge=1", f"-use_counters={counted}", f"-max_len={LONGEST}",
                 few, *(folder for folder in folders if folder.is_dir())],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            if merge.returncode != 0:
                raise SystemExit(merge.stdout.decode(errors="replace"))
            kept = [file.read_bytes() for file in Path(few).iterdir()]
        if len(kept) <= MOST:
            break
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "fuzz" / "corpus")
    parser.add_argument("--programs", type=Path, default=ROOT / "build" / "asan" / "fuzz" / "bin")
    parser.add_argument("--grown", type=Path, default=ROOT / "build" / "fuzz" / "corpus")
    args = parser.parse_args()
    for target, inputs in seeds().items():
        folder = args.out / target
        with tempfile.TemporaryDirectory() as first:
            written(Path(first), (data for data in inputs if len(data) <= LONGEST))
            kept = picked(args.programs / target, Path(first), folder, args.grown / target)
        for old in folder.glob("*"):
            if OURS.match(old.name):
                old.unlink()
        written(folder, kept)
        print(f"{target}: {len(kept)} inputs, {sum(map(len, kept))} bytes")


if __name__ == "__main__":
    main()
