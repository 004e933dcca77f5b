"""`graph.vocabulary`: one place says what ops and groups are, and every room asks it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import FrozenSet, Iterator, List, NamedTuple, Tuple

import pytest

from opscope.graph import vocabulary
from opscope.graph.groups import Group

PACKAGE = Path(vocabulary.__file__).resolve().parents[1]
SETS = {
    name: frozenset(value)
    for name, value in vars(vocabulary).items()
    if name.isupper() and isinstance(value, (frozenset, tuple)) and name != "KINDS"
}
OWN_LISTS = {
    "layout/scene/families.py": "a catalogue of all op types by colour, which a reader compares as a whole",
    "load/tflite_files/operators.py": "the operators of TensorFlow Lite in the order of its schema, where each has its number",
}
"""Modules that may list what the vocabulary lists too, and why."""


class Listed(NamedTuple):
    """Names that one literal lists."""

    line: int
    names: FrozenSet[str]


def lists(path: Path) -> Iterator[Listed]:
    """Every literal set, list or tuple of texts, and every text that is split. (Keys of a dict say something of each name.)"""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        texts: List[str] = []
        if isinstance(node, (ast.Set, ast.List, ast.Tuple)):
            texts = [each.value for each in node.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value.split()) > 1:
            texts = node.value.split() if all(word.isidentifier() for word in node.value.split()) else []
        if len(set(texts)) > 1:
            yield Listed(getattr(node, "lineno", 0), frozenset(texts))


@pytest.mark.alike
def test_no_other_module_lists_what_the_vocabulary_lists() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        if place == "graph/vocabulary.py" or place in OWN_LISTS:
            continue
        for listed in lists(path):
            found += [
                f"{place}:{listed.line} {sorted(listed.names & names)}: vocabulary.{name}"
                for name, names in SETS.items()
                if len(listed.names & names) > 1
            ]
    assert not found, "\n".join(found)


def test_every_exception_is_needed() -> None:
    for place in OWN_LISTS:
        path = PACKAGE / place
        assert any(len(listed.names & names) > 1 for listed in lists(path) for names in SETS.values()), place


@pytest.mark.parametrize(
    ("source", "names"),
    [('X = {"While", "StatelessWhile"}', 2), ('X = "Const Placeholder".split()', 2), ('"""While this is prose."""', 0)],
)
def test_lists_are_found(tmp_path: Path, source: str, names: int) -> None:
    path = tmp_path / "module.py"
    path.write_text(source)
    assert sum(len(listed.names) for listed in lists(path)) == names


def groups(*kinds: Tuple[str, int, int]) -> Tuple[Group, ...]:
    return tuple(
        Group(f"g{index}", parent, kind, f"g{index}", owner=owner) for index, (kind, parent, owner) in enumerate(kinds)
    )


def test_a_chain_goes_from_a_group_to_the_outermost() -> None:
    made = groups(("model", -1, -1), ("scope", -1, -1), ("layer", 0, -1), ("scope", 2, -1))
    assert list(vocabulary.chain(made, 3)) == [3, 2, 0]
    assert list(vocabulary.chain(made, 1)) == [1]
    assert list(vocabulary.chain(made, -1)) == []


def test_a_layer_that_a_call_runs_is_a_body() -> None:
    made = groups(("while", -1, 3), ("body", 0, 3), ("function", -1, 4), ("layer", -1, 5), ("scope", -1, -1))
    assert [each.kind for each in made if vocabulary.is_body(each)] == ["body", "function", "layer"]
    assert [each.kind for each in made if vocabulary.is_called(each)] == ["function", "layer"]


def test_an_op_is_in_the_innermost_phase_around_it() -> None:
    made = groups(("function", -1, -1), ("forward", 0, -1), ("layer", 1, -1), ("backward", 0, -1))
    assert vocabulary.phases(made) == ["", "forward", "forward", "backward"]


def test_op_types_are_tensorflow_s() -> None:
    """Against the registry's signatures that the package carries, which TensorFlow itself wrote, and TensorFlow Lite's operators."""
    from opscope.load.tflite_files.operators import operator_names
    from opscope.program.opdefs import OpSignatures

    known = OpSignatures()
    kinds = frozenset(vocabulary.KINDS)
    for name, names in SETS.items():
        if not names <= kinds:
            assert [op for op in names - operator_names() if known.get(op) is None] == [], name
    assert set(vocabulary.KINDS) >= vocabulary.CALL_KINDS | vocabulary.BODY_KINDS | vocabulary.FLOW_KINDS
