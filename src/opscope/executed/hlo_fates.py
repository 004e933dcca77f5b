"""What became of the written ops of a function that XLA compiled.

The instructions that note an op do its work. Of an op that none notes, it is told only what follows from how XLA compiles: a function
is inlined, a variable's value is a parameter and its new value a result, shapes are known, and what depends on constants alone is
computed beforehand. What is left may be a part of an instruction that notes another op: it is unknown.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterable, List, Optional, Sequence, Set, Tuple

from ..graph.buffer_views import VIEWS
from ..graph.content import Content
from ..graph.types import CONTROL, Edge
from ..graph.vocabulary import BRANCHES, CONSTANTS, ENDS, FUNCTION_CALLS, INPUTS, LOOPS, READ, RESULT, is_body
from ..graph.what_ran import Outcome
from ..passes.shape_arithmetic import ASKING_SIZES
from ..program.opdefs import OpSignatures
from .equal_values import hands_on, values
from .fates import Became
from .hlo_operands import Operands
from .hlo_origins import CompiledRegion, Instructions
from .op_origins import FoundOrigin

_HANDING = frozenset({"NoOp", READ, "EnsureShape", "CheckNumerics", "Assert"})
"""Ops that compute nothing once shapes are known: XLA drops them, or hands on what they read."""
_NOT_RUN = frozenset({Outcome.DELETED, Outcome.MERGED})


class CompiledFates:
    """Finds the fates of the ops of one region."""

    def __init__(
        self,
        written: Content,
        region: CompiledRegion,
        instructions: Instructions,
        origins: Dict[int, FoundOrigin],
        operands: Operands,
    ) -> None:
        """`origins` gets those, too, that are only found by what became of ops."""
        self._written, self._region = written, region
        self._signatures = OpSignatures()
        self._inside = set(region.inside)
        self._values = values(written)
        self._made: Dict[int, List[int]] = {}
        for row, origin in origins.items():
            for op in origin.rows:
                self._made.setdefault(op, []).append(row)
        self._instructions, self._origins, self._operands = instructions, origins, operands
        self._constant = self._constants()
        self._users: Dict[int, List[int]] = {}
        self._gone_calls = self._results()
        self._given = (
            self._behind(Edge(port.node, port.output) for port in written.outputs) if region.call < 0 else set()
        )
        """What the caller gets, past what only hands it on."""
        for row in region.inside:
            for source in self._sources(row):
                self._users.setdefault(source, []).append(row)
        self._found: Dict[int, Became] = {}

    def all(self) -> Dict[int, Became]:
        """All fates. An op in a loop may be asked before its users are, so it is asked again until nothing changes."""
        for row in self._region.inside:
            fate = self._certain(row)
            if fate is not None:
                self._found[row] = fate
        equal: Dict[int, int] = {}
        for row in self._region.inside:
            if row in self._made and self._found[row].kind in (Outcome.FUSED, Outcome.KERNEL):
                equal.setdefault(self._values[row], row)
        changed = True
        while changed:
            changed = False
            for row in reversed(self._region.inside):
                fate = None if row in self._found else self._gone(row, equal)
                if fate is not None:
                    self._found[row], changed = fate, True
            changed = changed or self._look_at_readers()
        return {row: self._found.get(row, Became(Outcome.UNKNOWN)) for row in self._region.inside}

    def _look_at_readers(self) -> bool:
        """Find ops by what those read now that were written to read them. Whether one was found."""
        found = False
        for user in self._region.inside:
            reads = (
                {read for read in self._sources(user) if not self._constant.get(read)} if user in self._made else set()
            )
            if all(read in self._found for read in reads):
                continue
            instead = self._operands.instead(user, reads, {read: self._same_tensor(read) for read in reads})
            if instead is None or instead.lost in self._found:
                continue
            noted = self._instructions.noted_or_given(instead.source)
            origin = self._origins[instead.source]
            if noted and self._only_views_between(instead.lost, noted):
                self._found[instead.lost], found = Became(Outcome.DELETED), True
            elif not noted and origin.kind == Outcome.UNKNOWN:
                self._origins[instead.source] = FoundOrigin(Outcome.REWRITTEN, (instead.lost,))
                self._found[instead.lost], found = Became(Outcome.REWRITTEN, (instead.source,)), True
        return found

    def _same_tensor(self, row: int) -> FrozenSet[int]:
        """The op, and those that give the same tensor: of a variable's value, what brings its handle."""
        found = {row}
        if self._written.table.ops[row] == READ:
            found |= self._sources(row)
        return frozenset(found)

    def _only_views_between(self, row: int, sources: Sequence[int]) -> bool:
        """Whether an op gives what one of `sources` gives in another shape, through ops that no instruction notes."""
        table = self._written.table
        seen: Set[int] = set()
        while table.ops[row] in VIEWS and row not in seen and row not in self._made:
            seen.add(row)
            before = [each for each in self._sources(row) if not self._constant.get(each)]
            if len(before) != 1:
                return False
            row = before[0]
            if self._same_tensor(row).intersection(sources):
                return True
        return False

    def _certain(self, row: int) -> Optional[Became]:
        """The fate of an op that an instruction notes, or that XLA always treats alike."""
        op, written = self._written.table.ops[row], self._written
        made = self._made.get(row)
        if made:
            return self._noted(made)
        if written.dead and written.dead[row]:
            return Became(Outcome.DELETED)
        if op in FUNCTION_CALLS or op in ENDS:
            return Became(Outcome.LOWERED)
        if op in INPUTS and self._region.call < 0:
            return Became(Outcome.FOLDED)  # its value became a part of the code
        if op in _HANDING or hands_on(written, row):
            return Became(Outcome.DELETED)
        if op in LOOPS | BRANCHES and self._has_work_inside(row):
            return Became(Outcome.LOWERED)  # unrolled, or computed without a choice
        if op.startswith("Assign") and op.endswith("VariableOp") and self._is_only_assignment(row):
            return Became(Outcome.LOWERED)  # the new value is a result of the program
        return None

    def _noted(self, made: Sequence[int]) -> Became:
        kinds = {self._origins[each].kind for each in made}
        kernels = dict.fromkeys(self._instructions.kernel[each] for each in made)
        rows = tuple(dict.fromkeys([*kernels, *made]))
        rows = tuple(row for row in rows if row in made)
        for kind in (Outcome.SAME, Outcome.LOWERED, Outcome.FUSED, Outcome.KERNEL, Outcome.REWRITTEN, Outcome.FOLDED):
            if kind in kinds:
                return Became(kind, rows)
        return Became(Outcome.UNKNOWN)

    def _gone(self, row: int, equal: Dict[int, int]) -> Optional[Became]:
        """The fate of an op that no instruction notes, as far as it is known yet."""
        other = equal.get(self._values[row])
        if other is not None and other != row:
            return Became(Outcome.MERGED, self._found[other].rows)
        users = self._users.get(row, ())
        kinds = {self._found[user].kind if user in self._found else "" for user in users}
        is_constant = self._written.table.ops[row] in CONSTANTS
        pure = self._is_pure(row) and row not in self._given
        if pure and kinds <= _NOT_RUN and (users or not is_constant):
            return Became(Outcome.DELETED)
        if is_constant or (self._constant[row] and kinds and "" not in kinds):
            return Became(Outcome.FOLDED)
        if pure and kinds and kinds <= _NOT_RUN | {Outcome.FOLDED}:
            return Became(Outcome.DELETED)
        return None

    def _is_pure(self, row: int) -> bool:
        signature = self._signatures.get(self._written.table.ops[row])
        return signature is not None and not signature.stateful

    def _constants(self) -> Dict[int, bool]:
        """Whether the value of each op is known when XLA compiles it: it has state nowhere, and is made of constants and shapes."""
        table = self._written.table
        found: Dict[int, bool] = {}
        for row in self._region.inside:
            op = table.ops[row]
            sources = [edge.node for edge in table.data_inputs(row)]
            found[row] = (
                op in CONSTANTS
                or (op in ASKING_SIZES and not op.startswith("Tensor"))
                or (
                    op not in ENDS
                    and self._is_pure(row)
                    and bool(sources)
                    and all(found.get(each, False) for each in sources)
                )
            )
        return found

    def _sources(self, row: int) -> Set[int]:
        """The ops whose results an op needs; past functions that were inlined, and not past those that read it only for its size."""
        table = self._written.table
        if table.ops[row] in FUNCTION_CALLS or table.ops[row] in ASKING_SIZES:
            return set()
        return self._behind(table.data_inputs(row))

    def _behind(self, tensors: Iterable[Edge]) -> Set[int]:
        """The ops that make these tensors, past what only hands them on."""
        table = self._written.table
        found: Set[int] = set()
        waiting = list(tensors)
        seen = set()
        while waiting:
            edge = waiting.pop()
            if edge in seen or edge.output == CONTROL:
                continue
            seen.add(edge)
            inner = self._gone_calls.get(edge.node)
            if inner is not None and edge.output < len(inner):
                waiting.extend(table.data_inputs(inner[edge.output]))
            elif edge.node in self._inside and (table.ops[edge.node] in ENDS or hands_on(self._written, edge.node)):
                waiting.extend(table.data_inputs(edge.node)[edge.output : edge.output + 1])
            else:
                found.add(edge.node)
        return found

    def _results(self) -> Dict[int, List[int]]:
        """A call of a function that was inlined -> the ops that give its results."""
        table, groups = self._written.table, self._written.groups
        found: Dict[int, List[int]] = {}
        for row in self._region.inside:
            home = self._written.node_group[row]
            if table.ops[row] == RESULT and home >= 0 and table.ops[groups[home].owner] in FUNCTION_CALLS:
                found.setdefault(groups[home].owner, []).append(row)
        return found

    def _has_work_inside(self, row: int) -> bool:
        """Whether instructions note ops of a loop or branch."""
        groups = self._written.groups
        bodies = {index for index, group in enumerate(groups) if group.owner == row and is_body(group)}
        return any(self._written.node_group[op] in bodies for op in self._made)

    def _is_only_assignment(self, row: int) -> bool:
        table = self._written.table
        edges = table.data_inputs(row)[:1]
        others: Tuple[int, ...] = tuple(
            each
            for each in self._region.inside
            if table.ops[each].startswith("Assign") and table.data_inputs(each)[:1] == edges
        )
        return others == (row,)
