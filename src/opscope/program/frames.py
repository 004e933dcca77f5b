"""Finds the loops of TensorFlow 1 graphs and makes groups of them.

There a loop is no function but a "frame" of the flat graph. Its ops are between an Enter, which lets a tensor into the
frame, and an Exit, which lets it out; Merge, Switch and NextIteration turn it round.

Each frame has one LoopCond. If most ops of the name scope that the LoopCond is in belong to the frame, that scope
becomes a group of kind ``while``; else the frame gets a new group.
"""

from __future__ import annotations

from array import array
from typing import Dict, List, Tuple

from .body import Body, LocalGroup
from .program import Program

_ENTERS = frozenset({"Enter", "RefEnter"})
_EXITS = frozenset({"Exit", "RefExit"})
_ROOT = 0
"""The number of the "frame" around all others: the ops that are in no loop."""


def mark_frames(program: Program) -> Program:
    """The program with a loop group for each frame of its main graph. In functions TensorFlow has While ops instead."""
    if not any(op in _ENTERS for op in program.main.ops):
        return program
    return Program(_marked(program.main), program.functions)


def loop_frames(body: Body) -> Tuple["array[int]", List[str]]:
    """For each op the number of the frame it is in (0: no loop), and the name of each frame.

    We start at the ops without inputs and follow the edges. TensorFlow demands that all inputs of an op come from one
    frame, so the first input that is reached decides. An Enter and an Exit count as inside their frame.
    """
    names, parents = [""], [_ROOT]
    known: Dict[Tuple[int, str], int] = {}
    frame = array("i", bytes(4 * len(body)))  # all in `_ROOT`, until they are reached
    reached = bytearray(len(body))
    consumers: List[List[int]] = [[] for _ in range(len(body))]
    waiting: List[Tuple[int, int]] = []
    for row in range(len(body)):
        inputs = body.inputs(row)
        for producer, _ in inputs:
            consumers[producer].append(row)
        if not inputs:
            waiting.append((row, _ROOT))
    while waiting:
        row, around = waiting.pop()
        if reached[row]:
            continue
        reached[row] = 1
        if body.ops[row] in _ENTERS:
            # One loop has an Enter for each tensor it takes in; they share the frame's name. An inner loop may have the
            # name of one elsewhere, so the frame around is part of the key.
            key = (around, _frame_name(body, row))
            if key not in known:
                known[key] = len(names)
                names.append(key[1])
                parents.append(around)
            around = known[key]
        frame[row] = around
        outside = parents[around] if body.ops[row] in _EXITS else around
        waiting.extend((consumer, outside) for consumer in consumers[row] if not reached[consumer])
    return frame, names


def _frame_name(body: Body, row: int) -> str:
    """An Enter's frame: ``rnn/while/while_context``."""
    attr = body.raw_attrs[row].attr
    return attr["frame_name"].s.decode("utf-8", "backslashreplace") if "frame_name" in attr else ""


def _marked(body: Body) -> Body:
    """The main graph with its frames as groups. The group of a frame's LoopCond is looked at first: see the module."""
    frame, names = loop_frames(body)
    groups, node_group = list(body.groups), array("i", body.node_group)
    claimed = set()
    for row, op in enumerate(body.ops):
        if op != "LoopCond" or frame[row] == _ROOT or frame[row] in claimed:
            continue
        claimed.add(frame[row])
        home = node_group[row]
        # `direct` leaves out the ops in deeper scopes, which have groups of their own.
        direct = [other for other, group in enumerate(node_group) if group == home]
        inside = [other for other in direct if frame[other] == frame[row]]
        if home >= 0 and groups[home].kind == "scope" and 2 * len(inside) > len(direct):
            groups[home] = groups[home]._replace(kind="while")
            continue
        # There is no such scope, or the loop is at most half of it: a new group takes the loop's ops out of it.
        scope = names[frame[row]].rpartition("/")[0] or names[frame[row]]
        groups.append(LocalGroup(scope.rpartition("/")[2] or "while", "while", home, layer_source="scope"))
        for other in inside:
            node_group[other] = len(groups) - 1
    return body.with_columns(groups=tuple(groups), node_group=node_group)
