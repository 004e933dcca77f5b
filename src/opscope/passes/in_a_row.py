"""Finds equal blocks of siblings that follow each other, and makes each block one part; then stages of such blocks."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Set, Tuple

from ..graph.content import content_of
from .boundaries import boundaries
from .found import LEAST_BLOCKS, LEAST_COPIES, LEAST_SAVED, Found, as_one_part, core, edges, is_end, with_parts
from .lacking import copy_before
from .naming import BETWEEN, are_a_series, part_name
from .series import Run, Siblings, best_runs
from .structure import Child, Part, StructureKey, Structures
from .variant import Series, Variant, reach, series_of


def in_a_row(structures: Structures, found: Found, children: List[Child], feeds: List[Set[int]]) -> List[Child]:
    """Find runs of equal blocks among the siblings; make each block one part.

    Runs of what was found make stages: blocks of blocks.
    """
    # What must not be part of a block gets a number of its own, below 0, so that it equals no other sibling.
    tokens = [
        -1 - index if child_is_taken(structures, found, child) else structures.token(child)
        for index, child in enumerate(children)
    ]
    if len(set(tokens)) == len(tokens):  # no two siblings are equal
        return children
    sizes = [structures.boxes(child) for child in children]
    exact = [structures.exact(child) for child in children]
    names = [structures.name(child) for child in children]
    gives = [structures.gives(child) for child in children]
    siblings = Siblings(tokens, sizes, exact, names, gives, boundaries(structures, children, feeds))
    known: Dict[StructureKey, Series] = {}
    stacks = len(found.stacks)
    taken: Set[int] = set()  # serial numbers of children that are in a stack by now
    parts: List[Part] = []
    for run in _in_turn(siblings, best_runs(siblings, least=LEAST_SAVED)):
        blocks = [children[start : start + run.period] for start in range(run.start, run.end, run.period)]
        before = children[max(run.start - reach(run.period), 0) : run.start]
        held = {structures.serial(child) for block in blocks for child in block}
        if taken.isdisjoint(held) and not all(_is_stage(structures, block, known) for block in blocks):
            free = [child for child in before if structures.serial(child) not in taken]
            for part in _stacked(structures, found, blocks, free, known):
                parts.append(part)
                taken.update({structures.serial(child) for child in part.children} if part.group < 0 else {part.serial})
    result = with_parts(structures, children, parts)
    if known:
        result = _single(structures, found, result, known)
    while len(found.stacks) > stacks + 1:
        stages, stacks = _stages(structures, found, result, found.stacks[stacks:]), len(found.stacks)
        result = stages
    return result


def _in_turn(siblings: Siblings, runs: Sequence[Run]) -> List[Run]:
    """The runs in the order in which they are put together.

    The one that saves most comes first: what stands before it may be a copy with more, rather than in a run of its own. But blocks
    that end as those of another run come behind that one: they may be stages of two such blocks.
    """
    kinds = {tuple(siblings.tokens[run.start : run.start + run.period]) for run in runs}
    lengths = sorted({len(kind) for kind in kinds})

    def turn(run: Run) -> Tuple[bool, int]:
        block = tuple(siblings.tokens[run.start : run.start + run.period])
        longer = any(block[-length:] in kinds for length in lengths if length < len(block))
        return (longer, -sum(siblings.sizes[run.start + run.period : run.end]))

    return sorted(runs, key=turn)


def child_is_taken(structures: Structures, found: Found, child: Child) -> bool:
    """Whether a child may be part of no block: it is in a stack, or an input or output of the model."""
    return structures.serial(child) in found.stacked or is_end(structures, child)


def _stacked(
    structures: Structures,
    found: Found,
    blocks: List[List[Child]],
    before: List[Child],
    known: Dict[StructureKey, Series],
) -> List[Part]:
    """The parts that are made of a run of blocks, and of children `before` it, one for each block that is in a stack.

    Equal tokens only say that the children of the blocks are equal, one by one. Blocks that are also wired alike, and
    follow each other, become a stack, with a block before them that is equal but has more. The others stay as they are.
    How the blocks of stacks follow each other is added to `known`.
    """
    made: List[Part] = []
    free = list(before)
    signatures = [structures.signature(block) for block in blocks]
    start = 0
    for index in range(1, len(blocks) + 1):
        if index < len(blocks) and signatures[index][0] == signatures[start][0]:
            continue
        alike = blocks[start:index]
        cores = [core(structures, block) for block in alike]
        series = series_of(structures, cores[0], cores[1]) if len(cores) > 1 else None
        first = _variant(structures, found, cores[0], series, free) if series else None
        copies = len(alike) + (first is not None)
        saved = sum(structures.boxes(child) for child in blocks[start]) * (copies - 1)
        if series and copies >= _blocks_needed(structures, cores) and saved >= LEAST_SAVED:
            known[signatures[start][0]] = series
            stack = [
                as_one_part(structures, inner, own if inner is block else None)
                for inner, block, own in zip(cores, alike, signatures[start:index])
            ]
            made += _put(structures, found, stack, first)
            free = []
        else:
            free.extend(child for block in alike for child in block)
        start = index
    return made


def _put(structures: Structures, found: Found, stack: List[Part], first: Optional[Variant]) -> List[Part]:
    """Note a stack, with the copy before it that has more; gives all its parts."""
    if first is not None:
        stack.insert(0, _as_copy(structures, first, stack[0]))
    found.add(stack)
    return stack


def _variant(
    structures: Structures, found: Found, model: List[Child], series: Series, before: List[Child]
) -> Optional[Variant]:
    """The copy before a block that has more than it, or lacks something, made of children that are in no stack."""
    free = [child for child in before if not child_is_taken(structures, found, child)]
    return copy_before(structures, model, series, free)


def _single(
    structures: Structures, found: Found, children: List[Child], known: Dict[StructureKey, Series]
) -> List[Child]:
    """Find stages of two blocks, the first of which has more than the other, where the other equals the blocks of a stack."""
    result = children
    for signature, series in known.items():
        period, place = len(signature[0]), 0
        while period > 1 and place + period <= len(result):
            block = result[place : place + period]
            place += 1
            if structures.token(block[0]) != signature[0][0]:  # quickly told, of most
                continue
            if tuple(map(structures.token, block)) != signature[0]:
                continue
            if any(child_is_taken(structures, found, child) for child in block):
                continue
            if structures.signature(block)[0] != signature or sum(map(structures.boxes, block)) < LEAST_SAVED:
                continue
            near = max(place - 1 - reach(period), 0)
            first = _variant(structures, found, block, series, result[near : place - 1])
            if first is not None:
                stack = _put(structures, found, [as_one_part(structures, block)], first)
                result = with_parts(structures, result, stack)
    return result


def _is_stage(structures: Structures, block: List[Child], known: Dict[StructureKey, Series]) -> bool:
    """Whether a block is a stage of two: a block of a stack that was found elsewhere, behind a copy with more or less (`_single`)."""
    for signature, series in known.items():
        size = len(signature[0])
        if not 1 < size < len(block) or tuple(map(structures.token, block[-size:])) != signature[0]:
            continue
        last, before = block[-size:], block[:-size]
        if structures.signature(last)[0] != signature or sum(map(structures.boxes, last)) < LEAST_SAVED:
            continue
        if copy_before(structures, last, series, before):
            return True
    return False


def _stages(structures: Structures, found: Found, children: List[Child], stacks: List[List[Part]]) -> List[Child]:
    """Find runs of equal blocks with stacks in them, such as stages of as many equal blocks each; a stack counts as one sibling."""
    kinds = {tuple([part.token for part in stack]) for stack in stacks}
    if len(kinds) == len(stacks):  # no two stacks are equal
        return children
    units = _units(structures, children, stacks)
    siblings = _as_siblings(structures, found, children, units, stacks)
    result: List[Child] = []
    done = 0
    for run in best_runs(siblings, least=LEAST_SAVED):
        blocks = [units[start : start + run.period] for start in range(run.start, run.end, run.period)]
        alike = [are_a_series([_unit_name(structures, unit) for unit in same]) for same in zip(*blocks)]
        single = (
            run.period == 1
        )  # two stacks are drawn one after the other, as two groups are: the second says how it differs
        if not any(len(unit) > 1 for unit in blocks[0]) or (run.blocks < LEAST_COPIES and (single or not all(alike))):
            continue
        flat = [[child for unit in block for child in unit] for block in blocks]
        result.extend(child for unit in units[done : run.start] for child in unit)
        made = _stacked(structures, found, flat, [], {})
        result.extend(with_parts(structures, [child for block in flat for child in block], made))
        done = run.end
    result.extend(child for unit in units[done:] for child in unit)
    return result


def _units(structures: Structures, children: List[Child], stacks: List[List[Part]]) -> List[List[Child]]:
    """The siblings, each by itself, but the parts of a stack together where they follow each other."""
    of = {part.serial: stack for stack in stacks for part in stack}
    units: List[List[Child]] = []
    for child in children:
        stack = of.get(structures.serial(child))
        if stack is None or child is stack[0] or not units or units[-1][-1] not in stack:
            units.append([child])
        else:
            units[-1].append(child)
    return units


def _as_siblings(
    structures: Structures, found: Found, children: List[Child], units: List[List[Child]], stacks: List[List[Part]]
) -> Siblings:
    """What is known of units. Stacks of as many equal parts are equal; a stack of which something lies elsewhere equals none."""
    sizes_of = {part.serial: len(stack) for stack in stacks for part in stack}
    numbers: Dict[Tuple[int, ...], int] = {}
    tokens, exact, starts = [], [], [0]
    for index, unit in enumerate(units):
        size = sizes_of.get(structures.serial(unit[0]), 0)
        taken = len(unit) != size if size else child_is_taken(structures, found, unit[0])
        key = (min(size, 1), *map(structures.token, unit))
        tokens.append(-1 - index if taken else numbers.setdefault(key, len(numbers)))
        exact.append(numbers.setdefault((2, *map(structures.exact, unit)), len(numbers)))
        starts.append(starts[-1] + len(unit))
    known = boundaries(structures, children, edges(structures, children))
    unit_of = [index for index, unit in enumerate(units) for _ in unit]
    bounds = []
    for start, end in zip(starts, starts[1:]):
        users = {unit_of[user] for user in known[end - 1].users}  # what a stack gives, its last copy does
        bounds.append(known[start]._replace(users=sorted(users)))
    return Siblings(
        tokens, [min(map(structures.boxes, unit)) for unit in units], exact,
        [_stage_name(structures, unit) for unit in units], [structures.gives(unit[-1]) for unit in units], bounds,
    )  # fmt: skip


def _unit_name(structures: Structures, unit: Sequence[Child]) -> str:
    """What a sibling or the first copy of a stack is called; empty for a loose op."""
    return part_name(structures.graph, unit[0]) if isinstance(unit[0], Part) else ""


def _stage_name(structures: Structures, unit: Sequence[Child]) -> str:
    """As `_unit_name`, of what an author named: ``conv2d_6 … re_lu_6`` has two layers' counts in it, which tell nothing."""
    name = _unit_name(structures, unit)
    return "" if BETWEEN in name else name


def _as_copy(structures: Structures, variant: Variant, drawn: Part) -> Part:
    """A copy that has more, or less, as one part, whose ops and parts are told in the order of the drawn copy's."""
    part = as_one_part(structures, variant.children)
    inside = [variant.parts.get(inner.serial) for inner in drawn.within()]
    parts = [inside[0] or part, *inside[1:]]
    same = {inner.serial for inner in parts if inner is not None}
    part.instead = variant.instead
    part.correspond(variant.ops, [*parts, *(inner for inner in part.within() if inner.serial not in same)])
    return part


def _blocks_needed(structures: Structures, cores: List[List[Child]]) -> int:
    """How many blocks it takes to make a stack.

    Two blocks are enough if corresponding groups have names that are a series (``conv_1``, ``conv_2``): one name can
    then stand for both. Blocks with different names, such as a generator and a critic, are worth showing one by one.
    """
    if len(cores[0]) == 1:
        return LEAST_COPIES
    members = zip(*(core for core in cores))
    groups = [[child.group for child in same if isinstance(child, Part) and child.group >= 0] for same in members]
    names = [[content_of(structures.graph).groups[group].name for group in same] for same in groups]
    return LEAST_BLOCKS if all(are_a_series(same) for same in names) else LEAST_COPIES
