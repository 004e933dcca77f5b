"""Reads the text of an XLA program (HLO): computations of instructions, as XLA prints them.

TensorFlow 2.4 has no other form. An instruction is a line, ``%name = type opcode(operands), attribute=value, metadata={...}``; a
computation is the lines between ``%name (...) -> type {`` and ``}``. Older versions write each operand's type before its name, newer
ones leave the ``%`` away in places. Literals may go over several lines.

Format: xla/service/hlo_parser.cc, which reads what `HloModule::ToString` writes.
"""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, NamedTuple, Tuple

from ..errors import LoadError

LONGEST_PROGRAM = 256 << 20
"""A longer program is not read: its literals alone would fill the memory."""
_HEADER = re.compile(r"HloModule\s+([^\s,]+)")
_COMPUTATION = re.compile(r"(ENTRY\s+)?%?([\w.\-<>:~$]+)\s*(?:\(.*\)\s*->.*)?\{\s*\Z")
_INSTRUCTION = re.compile(r"\s+(ROOT\s+)?%?([\w.\-<>:~$]+)\s=\s")
_TYPE = re.compile(r"[\w\-]+\[[^\]]*\](?:\{[^}]*\})?|token\[\]")
_OPCODE = re.compile(r"\s*([a-z][\w\-]*)\(")
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[()\[\]{},]')
_PARENTHESIS = re.compile(r'"(?:[^"\\]|\\.)*"|[()]')
_NOTE = re.compile(r'(op_type|op_name)="((?:[^"\\]|\\.)*)"')
_NAME = re.compile(r"%?([\w.\-<>:~$]+)\s*\Z")
_CALLED = re.compile(r"[\w.\-<>:~$]+")


class HloInstruction(NamedTuple):
    """One instruction."""

    name: str
    opcode: str
    type: str
    """Its type as it is written: ``f32[4,8]{1,0}``, or types in parentheses for a tuple."""
    operands: Tuple[str, ...]
    """The names of the instructions that it reads."""
    literal: str
    """What stands in the parentheses of a constant or a parameter."""
    attributes: Dict[str, str]
    """All else, but for what XLA notes of where it comes from."""
    op_type: str
    op_name: str
    """The op of TensorFlow that it notes; empty if it notes none."""

    def called(self, *keys: str) -> Tuple[str, ...]:
        """The computations that these attributes name."""
        return tuple(name for key in keys for name in _CALLED.findall(self.attributes.get(key, "")))


class HloComputation(NamedTuple):
    """The instructions of one computation, each behind those that it reads."""

    name: str
    instructions: List[HloInstruction]
    root: str
    """The name of the one whose value the computation gives."""


class HloModule(NamedTuple):
    """One program."""

    name: str
    entry: str
    """The name of the computation that runs."""
    computations: Dict[str, HloComputation]


def read_hlo(text: str) -> HloModule:
    """The program in a text.

    Raises:
        LoadError: it is none, or it is damaged.
    """
    if len(text) > LONGEST_PROGRAM:
        raise LoadError(
            f"XLA's program has {len(text) >> 20:,} MB of text, and more than {LONGEST_PROGRAM >> 20} are not read"
        )
    header = _HEADER.search(text)
    computations: Dict[str, HloComputation] = {}
    entry = ""
    for is_entry, name, lines in _computations(text):
        if name in computations:
            raise _damaged(f"two computations are called {name[:80]!r}")
        computations[name] = _computation(name, lines)
        entry = name if is_entry else entry
    if header is None or not entry:
        raise _damaged("it has no entry")
    return HloModule(header.group(1), entry, computations)


def _damaged(why: str) -> LoadError:
    return LoadError(f"XLA's program cannot be read: {why}")


def _computations(text: str) -> Iterator[Tuple[bool, str, List[str]]]:
    """Each computation: whether it is the entry, its name, and its instructions, each with all its lines."""
    name, is_entry, lines = "", False, []  # type: str, bool, List[List[str]]
    for line in text.split("\n"):
        if not name:
            found = None if line[:1] in ("", " ", "}") else _COMPUTATION.match(line)
            if found:
                is_entry, name, lines = bool(found.group(1)), found.group(2), []
        elif line.startswith("}"):
            yield is_entry, name, ["\n".join(parts) for parts in lines]
            name = ""
        elif _INSTRUCTION.match(line):
            lines.append([line])
        elif lines:  # a literal goes on
            lines[-1].append(line)
    if name:
        raise _damaged(f"computation {name[:80]!r} has no end")


def _computation(name: str, lines: List[str]) -> HloComputation:
    instructions: List[HloInstruction] = []
    seen: Dict[str, None] = {}
    root = ""
    for line in lines:
        is_root, instruction = _instruction(line)
        lacking = next((each for each in instruction.operands if each not in seen), None)
        if lacking is not None:
            raise _damaged(f"{instruction.name[:80]!r} reads {lacking[:80]!r}, which is not before it")
        if instruction.name in seen:
            raise _damaged(f"two instructions are called {instruction.name[:80]!r}")
        seen[instruction.name] = None
        instructions.append(instruction)
        root = instruction.name if is_root else root
    if not instructions:
        raise _damaged(f"computation {name[:80]!r} is empty")
    return HloComputation(name, instructions, root or instructions[-1].name)


def _instruction(line: str) -> Tuple[bool, HloInstruction]:
    """One instruction, and whether it is the root."""
    start = _INSTRUCTION.match(line)
    assert start is not None  # so it was found
    name = start.group(2)
    end = _type_end(line, start.end())
    opcode = _OPCODE.match(line, end) if end >= 0 else None
    close = _closing(line, opcode.end()) if opcode else -1
    if opcode is None or close < 0:
        raise _damaged(f"instruction {name[:80]!r} is not written as XLA writes one")
    inside, rest = line[opcode.end() : close], line[close + 1 :]
    holds = opcode.group(1) in ("constant", "parameter")
    attributes = dict(part.partition("=")[::2] for part in _split(rest) if "=" in part)
    note = {key: value.replace('\\"', '"') for key, value in _NOTE.findall(attributes.pop("metadata", ""))}
    operands = () if holds else tuple(_operand(part, name) for part in _split(inside))
    made = HloInstruction(
        name, opcode.group(1), line[start.end() : end], operands, inside if holds else "", attributes,
        note.get("op_type", ""), note.get("op_name", ""),
    )  # fmt: skip
    return bool(start.group(1)), made


def _type_end(line: str, start: int) -> int:
    """Where the type that begins at `start` ends; -1 if none begins there."""
    if line[start : start + 1] == "(":
        close = _closing(line, start + 1)
        return close + 1 if close >= 0 else -1
    found = _TYPE.match(line, start)
    return found.end() if found else -1


def _closing(line: str, start: int) -> int:
    """Where the parenthesis is closed that was opened just before `start`; -1 if it is not."""
    depth = 1
    for found in _PARENTHESIS.finditer(line, start):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        if depth == 0:
            return found.start()
    return -1


def _split(text: str) -> List[str]:
    """The parts between commas that lie in no bracket and in no quotes."""
    parts: List[str] = []
    depth = begin = 0
    for found in _BRACKET.finditer(text):
        mark = found.group()
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        elif mark == "," and depth == 0:
            parts.append(text[begin : found.start()].strip())
            begin = found.end()
    parts.append(text[begin:].strip())
    return [part for part in parts if part]


def _operand(text: str, reader: str) -> str:
    """The name of an operand, before which its type may stand."""
    found = _NAME.search(text)
    if not found:
        raise _damaged(f"{reader[:80]!r} reads {text[:80]!r}")
    return found.group(1)
