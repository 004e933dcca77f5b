"""Writes checkpoints byte by byte, by the specifications of their formats, without TensorFlow.

The table: https://github.com/google/leveldb, doc/table_format.md. The checksum: RFC 3720, B.4.
"""

from __future__ import annotations

import struct

from load.conftest import _varint as varint
from load.conftest import encode

MAGIC = 0xDB4775248B80FB57
FLOAT, INT64, STRING = 1, 9, 7
OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"


def divided(value):
    """Eight steps of the division of polynomials over bits, by which the checksum is defined."""
    for _ in range(8):
        value = value >> 1 ^ 0x82F63B78 if value & 1 else value >> 1
    return value


OF_BYTE = [divided(byte) for byte in range(256)]
"""So that a checksum of much is not computed bit by bit."""


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ OF_BYTE[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


def masked(data):
    value = crc32c(data)
    return ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF


def sealed(block, kind=0):
    """A block with its trailer."""
    return block + bytes([kind]) + struct.pack("<I", masked(block + bytes([kind])))


def block_of(pairs, every=16):
    """A block: of each key only what differs from the one before, whole ones every so many entries."""
    out, restarts, last = b"", [], b""
    for number, (key, value) in enumerate(pairs):
        shared = 0
        if number % every == 0:
            restarts.append(len(out))
        else:
            while shared < min(len(key), len(last)) and key[shared] == last[shared]:
                shared += 1
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    restarts = restarts or [0]
    return out + b"".join(struct.pack("<I", at) for at in restarts) + struct.pack("<I", len(restarts))


def table(pairs, size=40, blocks=None):
    """A table of these keys and values, so many to a block; or of these blocks as they are."""
    pairs = sorted(pairs)
    parts = [pairs[at : at + size] for at in range(0, len(pairs), size)]
    blocks = blocks or [sealed(block_of(part)) for part in parts]
    out, index = b"", []
    for number, block in enumerate(blocks):
        last = parts[number][-1][0] if number < len(parts) else b"\xff" * (number + 1)
        index.append((last, varint(len(out)) + varint(len(block) - 5)))
        out += block
    handles = []
    for block in (block_of([]), block_of(index)):
        handles.append(varint(len(out)) + varint(len(block)))
        out += sealed(block)
    return out + b"".join(handles).ljust(40, b"\0") + struct.pack("<Q", MAGIC)


def shape_bytes(shape):
    return encode((2, [encode((1, dim)) for dim in shape]))


def entry(shape, *, dtype=FLOAT, shard=0, offset=0, size=4, checksum=0):
    """A BundleEntryProto."""
    told = encode((1, dtype), (2, shape_bytes(shape)), (3, shard), (4, offset), (5, size))
    return told + b"\x35" + struct.pack("<I", checksum)


def header(shards=1):
    return (b"", encode((1, shards), (2, 0), (3, encode((1, 1)))))


def node(children=(), variables=(), slots=()):
    """A TrackableObject: (name, node) pairs, (full name, key) pairs, (variable, slot, node) triples."""
    return encode(
        (1, [encode((1, at), (2, name)) for name, at in children]),
        (2, [encode((1, "VARIABLE_VALUE"), (2, full), (3, key)) for full, key in variables]),
        (3, [encode((1, of), (2, name), (3, at)) for of, name, at in slots]),
    )


def object_tensor(nodes):
    """The object graph as it lies in the file with values, and the checksum in its entry."""
    text = encode((1, list(nodes)))
    lengths = masked(struct.pack("<I", len(text)))
    body = struct.pack("<I", lengths) + text
    return varint(len(text)) + body, masked(struct.pack("<I", len(text)) + body)


def write(folder, name, variables, nodes=None, *, shards=1, values=b"\0" * 64):
    """A checkpoint of {key: shape}, with an object graph of these nodes. Returns its index."""
    folder.mkdir(exist_ok=True, parents=True)
    pairs = [header(shards)]
    for key, shape in variables.items():
        size = 4
        for dim in shape:
            size *= dim
        pairs.append((key.encode(), entry(shape, size=size)))
    if nodes is not None:
        tensor, checksum = object_tensor(nodes)
        pairs.append(
            (OBJECT_GRAPH.encode(), entry((), dtype=STRING, offset=len(values), size=len(tensor), checksum=checksum))
        )
        values += tensor
    for shard in range(shards):
        (folder / f"{name}.data-{shard:05d}-of-{shards:05d}").write_bytes(values)
    index = folder / f"{name}.index"
    index.write_bytes(table(pairs))
    return index


def key(path):
    return f"{path}/.ATTRIBUTES/VARIABLE_VALUE"
