"""The small edits of a module that `mutants.py` tries: cosmic-ray's, and a statement dropped."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

import parso
from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider


class DropStatement(Operator):
    """Drops a call or an assignment that changes what is there already: without it the code still runs."""

    def mutation_positions(self, node):
        if node.type == "simple_stmt" and self._changes(node.children[0]):
            yield node.children[0].start_pos, node.children[0].end_pos

    def _changes(self, statement):
        function = parso.tree.search_ancestor(statement, "funcdef")
        if function is None:
            return False
        if statement.type != "expr_stmt":
            return statement.type in {"atom_expr", "power"}  # a call
        target = statement.children[0]
        if target.type != "name" or statement.children[1].type != "operator":
            return target.type in {"atom_expr", "power"} or statement.children[1].type == "operator"
        names = function.iter_used_names() if hasattr(function, "iter_used_names") else _names(function)
        return any(n.value == target.value and n.is_definition() and n.start_pos < target.start_pos for n in names)

    def mutate(self, node, index):  # noqa: ARG002 - there is one way
        old = node.children[0]
        node.children[0] = parso.parse("pass").children[0]
        node.children[0].prefix = old.get_first_leaf().prefix
        node.children[0].parent = node
        return node

    @classmethod
    def examples(cls):
        return ()


def _names(node):
    if node.type == "name":
        yield node
    for child in getattr(node, "children", ()):
        yield from _names(child)


_LIKE = re.compile(r"(?<!_Is)(?<!_IsNot)_(Is|IsNot)$")
"""`is` for `==`: the same for the small integers and short names of most comparisons, and no slip that anybody makes."""
OPERATORS = {
    name: OperatorProvider()[name]
    for name in OperatorProvider()
    if not name.startswith("Variable") and not ("Comparison" in name and _LIKE.search(name))
}
OPERATORS["DropStatement"] = DropStatement


@dataclass(frozen=True)
class Mutant:
    """One edit: `before` and `after` are the line's text."""

    module: str
    line: int
    operator: str
    occurrence: int
    before: str
    after: str

    def source(self, sources: Path) -> str:
        """The module's text with the edit in it."""
        code = MutationVisitor.mutate_code(
            (sources / self.module).read_text(), OPERATORS[self.operator](), self.occurrence
        )
        assert code is not None
        return code


def places(sources: Path, module: str) -> Dict[Tuple[int, int], List[Tuple[str, int]]]:
    """Where the module can be edited -> the operators and their occurrences there."""
    found: Dict[Tuple[int, int], List[Tuple[str, int]]] = defaultdict(list)
    nodes = list(_nodes(get_ast((sources / module).read_text())))
    for name, make in OPERATORS.items():
        occurrence = 0
        for node in nodes:
            for start, _ in make().mutation_positions(node):
                found[start].append((name, occurrence))
                occurrence += 1
    return found


def _nodes(node) -> Iterator[object]:
    """In the order of cosmic-ray's own walk, which counts occurrences."""
    yield node
    for child in getattr(node, "children", ()):
        yield from _nodes(child)


def sample(sources: Path, modules: Sequence[str], count: int, seed: int) -> List[Mutant]:
    """One edit each of `count` places."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    candidates = []
    for module in modules:
        for start, options in sorted(places(sources, module).items()):
            candidates.append((module, start, chance.choice(options)))
    chosen = chance.sample(candidates, min(count, len(candidates)))
    return sorted(
        (made for made in (_mutant(sources, *one) for one in chosen) if made),
        key=lambda one: (one.module, one.line, one.operator),
    )


def _mutant(sources: Path, module: str, start: Tuple[int, int], option: Tuple[str, int]) -> Optional[Mutant]:
    operator, occurrence = option
    before = (sources / module).read_text()
    after = MutationVisitor.mutate_code(before, OPERATORS[operator](), occurrence)
    if after is None or after == before:
        return None
    old, new = before.splitlines(), after.splitlines()
    line = next((k for k, pair in enumerate(zip(old, new)) if pair[0] != pair[1]), start[0] - 1)
    return Mutant(module, line + 1, operator, occurrence, old[line].strip(), new[line].strip())
