"""What was recorded -> the bodies' groups, sources and variables: layers, phases, scopes, body by body."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..graph.types import Source
from ..graph.vocabulary import FIRST_PHASES
from ..program.body import Body, LocalGroup
from ..program.program import Program
from ..program.scopes import Scope, add_scopes, below_caller, callers, ordered, scopes_only, side_matter, split_scope
from . import optimizer, phases
from .call_groups import Describer, call_groups, scope_below
from .captured_variables import captured, watched
from .gradients import (
    Mirror,
    forward_function,
    forward_groups,
    forward_scopes,
    gradient_body,
    is_gradient,
    longest_scope,
    made_for_gradient,
)
from .recorder import Recorder
from .site import Site, site

_FROZEN = re.compile(r"(.+)_frozen_\d+$")


@dataclass(frozen=True)
class Annotator:
    """Everything that is known about one trace beyond the ops themselves. `graphs` has each function's graph by name."""

    describe: Describer
    recorder: Optional[Recorder]
    graphs: Mapping[str, Any]

    def program(self, program: Program, root: Any) -> Program:
        """The program with groups, sources and handles in every body whose graph is known."""
        around = callers(program)
        main = self._body(program.main, root, (), self._handles(program.main, root))
        functions = {name: self._function(body, around.get(name, ())) for name, body in program.functions.items()}
        done = Program(main, functions)
        return Program(main, {name: self._gradient(body, done) for name, body in functions.items()})

    @property
    def _scope_source(self) -> Optional[str]:
        """What `layer_source` says of a name scope: where calls were recorded, a scope is no layer at all."""
        return None if self.recorder is not None else "scope"

    def _function(self, body: Body, around: Scope) -> Body:
        graph = self.graphs.get(body.name) or self._unfrozen(body)
        if graph is None:
            return scopes_only(body, around)
        return self._body(body, graph, around, {})

    def _unfrozen(self, body: Body) -> Any:
        """The graph of the function that freezing made this one from: ``body_frozen_9`` of ``body_4``."""
        frozen = _FROZEN.match(body.name)
        if frozen is None:
            return None
        alike = re.compile(re.escape(frozen.group(1)) + r"(_\d+)*(_rewritten)?$")
        names = body.rows()
        fitting = [graph for name, graph in self.graphs.items() if alike.match(name)]
        shared = [sum(op.name in names for op in graph.get_operations()) for graph in fitting]
        return fitting[shared.index(max(shared))] if fitting else None

    def _gradient(self, body: Body, program: Program) -> Body:
        """A gradient's function mirrors the layers of the function it differentiates."""
        forward = forward_function(body.name, program.functions)
        if forward is None or not program.functions[forward].groups:
            return body
        return gradient_body(body, program.functions[forward])

    def _handles(self, body: Body, graph: Any) -> Dict[int, int]:
        """The rows of the main graph that stand for a captured variable."""
        rows = body.rows()
        variables = self.describe.variables
        variables.know(watched(graph))
        found: Dict[int, int] = {}
        for outside, inside in captured(graph):
            number = variables.of_handle(outside)
            if number is not None and inside.op.name in rows:
                found[rows[inside.op.name]] = number
        return found

    def _body(self, body: Body, graph: Any, around: Scope, handles: Dict[int, int]) -> Body:
        here = site(body, graph, self.recorder)
        groups, node_group = _groups(here, self.describe, around, handles, self._scope_source)
        return body.with_columns(groups=groups, node_group=node_group, sources=self._sources(here), handles=handles)

    def _sources(self, here: Site) -> Dict[int, Source]:
        """Each row's place in the user's code, with as few look-ups as will do."""
        sources = self.describe.sources
        found: Dict[int, Source] = {}
        if sources is None:
            return found
        for alone, members in self._one_place(here):
            ops = [here.ops[at] for at in members]
            first = sources.of_op(ops[0])
            same = alone or (len(ops) > 1 and sources.of_op(ops[-1]) == first)
            for at, op in zip(members, ops):
                source = first if same or op is ops[0] else sources.of_op(op)
                if source is not None:
                    found[here.rows[at]] = source
        return found

    def _one_place(self, here: Site) -> Iterator[Tuple[bool, List[int]]]:
        """The ops of a site by what made them: a gradient call, an optimizer step, a layer of a library, the user.

        All that a gradient call or an optimizer step makes comes from the user's one line that asked for it, hence
        ``True``. A library's layer comes from one line too unless it runs a function of the user's: its first and its
        last op tell. What the user's own code makes is looked up op by op.
        """
        parts: Dict[Tuple[int, int, int], List[int]] = {}
        for at, row in enumerate(here.rows):
            if row < 0 or row in here.arguments:
                continue
            call = here.call_of[row]
            if here.gradient_of[row] < 0 and here.apply_of[row] < 0 and not self._is_library(here, call):
                yield False, [at]
            else:
                parts.setdefault((here.gradient_of[row], here.apply_of[row], call), []).append(at)
        for (gradient, apply, _), members in parts.items():
            yield gradient >= 0 or apply >= 0, members

    def _is_library(self, here: Site, call: int) -> bool:
        """Whether a recorded call is of a library's layer, one that exists to run the user's function aside."""
        cls = type(here.calls[call].subject) if call >= 0 else None
        return cls is not None and cls.__name__ != "Lambda" and self.describe.class_source(cls) is None


def _groups(
    here: Site, describe: Describer, around: Scope, handles: Dict[int, int], source: Optional[str]
) -> Tuple[Tuple[LocalGroup, ...], "array[int]"]:
    """All groups of one body: phases, in them the recorded calls, in them the name scopes that no call opened."""
    side = side_matter(here.body)
    step = phases.find_phases(here)
    groups, group_of = call_groups(here, describe)
    node_group = array("i", [group_of[call] if call >= 0 else -1 for call in here.call_of] or [-1] * len(here.body))
    _adopt(here, node_group)
    if step.exist:
        _unphase(step, node_group)
    tops = _phase_groups(groups, step)
    _add_scopes(here, groups, group_of, node_group, step, tops, around, side, source)
    _keyed(groups, here.body.name)
    if not step.exist:
        made_for_gradient(here.body, node_group)
    if step.exist:
        _add_backward(here, groups, node_group, step, tops)
        _add_optimizer(here, groups, node_group, step, tops, handles, describe)
    return ordered(groups, node_group)


def _adopt(here: Site, node_group: "array[int]") -> None:
    """Ops that freezing added, where it inlined a call, belong to the layer whose scope they are in."""
    inside = range(here.body.args, len(here.body) - here.body.rets)
    added = set(inside).difference(here.rows)
    if added:
        scopes = forward_scopes(here.body, node_group, added)
        for row in added:
            name = here.body.names[row]
            node_group[row] = max(longest_scope(name[5:] if name.startswith("Func/") else name, scopes), -1)


def _unphase(step: phases.Phases, node_group: "array[int]") -> None:
    """Only the forward phase has layers: take the other phases' rows out of them."""
    for row, phase in enumerate(step.of):
        if phase != phases.FORWARD:
            node_group[row] = -1


def _phase_groups(groups: List[LocalGroup], step: phases.Phases) -> Dict[int, int]:
    """A group for each phase that has ops."""
    tops: Dict[int, int] = {}
    for phase in sorted(set(step.of)):
        name = phases.name(phase)
        tops[phase] = len(groups)
        groups.append(LocalGroup(name, name))
    return tops


def _add_scopes(
    here: Site,
    groups: List[LocalGroup],
    group_of: Sequence[int],
    node_group: "array[int]",
    step: phases.Phases,
    tops: Dict[int, int],
    around: Scope,
    side: Sequence[int],
    source: Optional[str],
) -> None:
    """Name scopes inside each call, and inside the forward and loss phases (or the body) outside any call."""
    record_of = {group: place for place, group in enumerate(group_of) if group >= 0}
    rows: Dict[Tuple[int, int], List[Tuple[int, Scope]]] = {}
    for row in range(here.body.args, len(here.body) - here.body.rets):
        phase = step.of[row] if step.exist else phases.NONE
        if phase in (phases.NONE, phases.FORWARD, phases.LOSS) and row not in here.arguments:
            group = node_group[row]
            path = split_scope(here.body.names[row])
            record = here.calls[record_of[group]] if group >= 0 else None
            if record is None and not step.exist and is_gradient(here.body.names[row]):
                continue
            rest = scope_below(record, path) if record is not None else below_caller(path, around)
            rows.setdefault((group, phase if group < 0 else 0), []).append((row, rest))
        elif row in here.arguments and step.exist:
            node_group[row] = tops[phase]
    inner: Dict[int, List[Tuple[int, Scope]]] = {}
    for group, place in record_of.items():
        parent = groups[group].parent
        path = (*split_scope(here.calls[place].scope), "")
        rest = scope_below(here.calls[record_of[parent]], path) if parent >= 0 else below_caller(path, around)
        inner.setdefault(parent, []).append((group, rest[:-1]))
    outer = phases.FORWARD if step.exist else phases.NONE
    for key in {*rows, *((parent, outer if parent < 0 else 0) for parent in inner)}:
        group, phase = key
        top = tops.get(phase, -1) if group < 0 else group
        within = inner.get(group, ()) if group >= 0 or phase == outer else ()
        add_scopes(groups, node_group, top, rows.get(key, ()), within, side, source)


def _keyed(groups: List[LocalGroup], body: str) -> None:
    """Give the scopes a key as well, so that a gradient's groups can name them."""
    for index, group in enumerate(groups):
        if group.key is None:
            groups[index] = group._replace(key=(body, "scope", index))


def _add_backward(
    here: Site, groups: List[LocalGroup], node_group: "array[int]", step: phases.Phases, tops: Dict[int, int]
) -> None:
    """Gradient ops in groups that mirror the layers of their forward ops."""
    forward = list(groups)
    for phase, top in tops.items():
        if phase < phases.BACKWARD:
            continue
        rows = [row for row, kind in enumerate(step.of) if kind == phase]
        found = forward_groups(here, rows, node_group)
        mirror = Mirror(groups, forward, top)
        for row in rows:
            group = found.get(row, -1)
            node_group[row] = mirror.of(group if group >= 0 and forward[group].kind not in FIRST_PHASES else -1)


def _add_optimizer(
    here: Site,
    groups: List[LocalGroup],
    node_group: "array[int]",
    step: phases.Phases,
    tops: Dict[int, int],
    handles: Dict[int, int],
    describe: Describer,
) -> None:
    """Optimizer ops in one group a variable."""
    if phases.OPTIMIZER not in tops:
        return
    owner = optimizer.owners(here, step.of, handles)
    group_of = optimizer.add_variable_groups(groups, tops[phases.OPTIMIZER], owner, describe.variables)
    for row, phase in enumerate(step.of):
        if phase == phases.OPTIMIZER:
            node_group[row] = group_of[owner[row]] if row in owner else tops[phases.OPTIMIZER]
