"""The loops of v1 graphs, which are no functions but frames: Enter, Merge, Switch, NextIteration and Exit in one flat graph.

An op lies in a frame when an Enter feeds it, directly or through others, and no Exit lies between. The scope that holds
a frame's LoopCond becomes a group of kind ``while``; where names tell nothing, the frame gets a group of its own.
"""

from __future__ import annotations

from array import array
from typing import Dict, List, Tuple

from .body import Body, LocalGroup
from .program import Program

_ENTERS = frozenset({"Enter", "RefEnter"})
_EXITS = frozenset({"Exit", "RefExit"})
_ROOT = 0


def mark_frames(program: Program) -> Program:
    """The program with its main graph's frames as loop groups. Functions have none: their loops are While ops."""
    if not any(op in _ENTERS for op in program.main.ops):
        return program
    return Program(_marked(program.main), program.functions)


def loop_frames(body: Body) -> Tuple["array[int]", List[str]]:
    """For each op the frame it lies in (0: none), and the frames' names.

    All inputs of an op come from its own frame (TensorFlow demands it), so the first that is reached tells.
    """
    names, parents = [""], [_ROOT]
    known: Dict[Tuple[int, str], int] = {}
    frame = array("i", bytes(4 * len(body)))
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
    attr = body.raw_attrs[row].attr
    return attr["frame_name"].s.decode("utf-8", "backslashreplace") if "frame_name" in attr else ""


def _marked(body: Body) -> Body:
    frame, names = loop_frames(body)
    groups, node_group = list(body.groups), array("i", body.node_group)
    claimed = set()
    for row, op in enumerate(body.ops):
        if op != "LoopCond" or frame[row] == _ROOT or frame[row] in claimed:
            continue
        claimed.add(frame[row])
        home = node_group[row]
        direct = [other for other, group in enumerate(node_group) if group == home]
        inside = [other for other in direct if frame[other] == frame[row]]
        if home >= 0 and groups[home].kind == "scope" and 2 * len(inside) > len(direct):
            groups[home] = groups[home]._replace(kind="while")
            continue
        scope = names[frame[row]].rpartition("/")[0] or names[frame[row]]
        groups.append(LocalGroup(scope.rpartition("/")[2] or "while", "while", home, layer_source="scope"))
        for other in inside:
            node_group[other] = len(groups) - 1
    return body.with_columns(groups=tuple(groups), node_group=node_group)
