#!/usr/bin/env python3
"""fuzz_seeds.py <folder>: first inputs for the fuzz targets, from what real peers said.

The fuzzer finds most things by itself, but not a valid key, checksum or msgpack map within seconds.
Everything comes from tests/golden; the form each target wants its input in is in fuzz/*.cc.
"""

import hashlib
import json
import sys
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"
LONGEST = 4096


def load(name):
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def octets(case, prefix=""):
    """The bytes of a case, if they are written out."""
    text = case.get(prefix + "hex")
    return bytes.fromhex(text) if text is not None else None


def two(number):
    return number.to_bytes(2, "big")


def collect():
    packets, streams, reject = load("packets.json"), load("streams.json"), load("reject.json")
    lzw = load("lzw.json")
    everything = [octets(case) for name in ("stacks", "compounds", "encryption", "compression")
                  for case in packets[name]]
    everything += [octets(packet) for case in packets["scenarios"] for packet in case["packets"]]
    everything += [octets(case) for case in reject["packets"] + reject["packet_cuts"]]
    everything = [each for each in everything if each and len(each) <= LONGEST]

    talks = [octets(case, side) for name in ("cases", "old_cases") for case in streams[name]
             for side in ("dialer_", "acceptor_")]
    talks += [octets(case) for case in reject["streams"]]
    talks = [each for each in talks if each and len(each) <= LONGEST]

    node = [bytes([9, 0]) + two(len(each)) + each for each in everything]
    node += [bytes([9, 3, 4]) + two(len(each)) + each + bytes([5, 6, 7]) for each in talks]
    packed = [octets(case, "packed_") for name in ("encode", "decode") for case in lzw[name]]
    return {
        "fuzz_packet": everything,
        "fuzz_stream": talks,
        "fuzz_envelope": [bytes([flags, 0, 77]) + each for each in everything
                          for flags in (0, 0x15)],
        "fuzz_lzw": [each for each in packed if each and len(each) <= LONGEST],
        "fuzz_node": node,
    }


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.split("\n")[0])
    for target, inputs in collect().items():
        folder = Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        for each in inputs:
            (folder / hashlib.sha1(each).hexdigest()).write_bytes(each)


if __name__ == "__main__":
    main()
