"""What became of each written op: told by the executed op of its name, by the fusion it is in, by equal ops, and by who used it.

Of an op that is gone, its users tell most: what they are now shows whether its work was done beforehand, is done in another op, or
is not needed. So users come before those they use. What none of the rules explains is unknown.
"""

from __future__ import annotations

from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ..graph.buffer_views import VIEWS
from ..graph.content import Content
from ..graph.types import Edge
from ..graph.vocabulary import CONSTANTS, ENDS, FUNCTION_CALLS, FUNCTION_RUNNERS, RESULT
from ..graph.what_ran import Outcome
from ..program.fused import BEFORE_PRODUCTS, FUSING_PRODUCTS, GRADIENT_PRODUCTS
from .equal_values import constant_rows, hands_on, values
from .op_origins import OpOrigins

_GONE = frozenset({Outcome.DELETED, Outcome.MERGED, Outcome.FOLDED})
"""What may have become of all users of an op that nothing needs."""

_LONGEST = 100
"""No more ops that hand a tensor on are followed in a row: in a damaged file they may go in a circle."""


class Became(NamedTuple):
    """What became of one written op."""

    kind: str
    rows: Tuple[int, ...] = ()
    """The executed ops that do its work now."""


class Fates:
    """Finds the fates of one graph's ops."""

    def __init__(self, written: Content, executed: Content, origins: OpOrigins, compiled: Mapping[int, Became]) -> None:
        """`compiled` has the fates that are known: of the ops in functions that XLA compiled."""
        self._written, self._executed, self._origins, self._compiled = written, executed, origins, compiled
        self._constant = constant_rows(written)
        self._values = values(written)
        rows = range(len(written.table))
        self._found: List[Optional[Became]] = [self._present(row) for row in rows]
        self._closed = self._closed_groups()
        self._results = self._inlined_results()
        self.reads: List[List[int]] = [self._read(row) for row in rows]
        """For each op the ops that it reads, past those that only handed a tensor on and are gone."""
        self._users: Dict[int, List[int]] = {}
        for row, sources in enumerate(self.reads):
            if self._hands_on(row):
                continue
            for source in dict.fromkeys(sources):
                self._users.setdefault(source, []).append(row)
        self._equal: Dict[int, int] = {}
        """Number of a value -> a written op that computes it and still runs."""
        elsewhere = self._without_result()
        for row, fate in enumerate(self._found):
            if row in elsewhere:
                continue
            if fate is not None and fate.rows and fate.kind not in (Outcome.FUSED, Outcome.LOWERED):
                self._equal.setdefault(self._values[row], row)
            elif row in origins.fused_in and row == origins.found[origins.fused_in[row]].named:
                self._equal.setdefault(self._values[row], row)  # the fused op gives this one's result
        self._outputs = {self._past(Edge(port.node, port.output), 0) for port in written.outputs}

    def all(self) -> List[Became]:
        """All fates. An op in a loop may be asked before its users are, so it is asked again until nothing changes."""
        changed = True
        while changed:
            changed = False
            for row in reversed(range(len(self._found))):
                if self._found[row] is None:
                    self._found[row] = self._gone(row)
                    changed = changed or self._found[row] is not None
        return [Became(Outcome.UNKNOWN) if fate is None else fate for fate in self._found]

    def _without_result(self) -> Set[int]:
        """The ops whose own result nothing that runs has, as a bias that came after them comes before them now: the reshaping, and the product."""
        origins = self._origins
        found: Set[int] = set()
        for bias, index in origins.handed_on.items():
            found.update(origins.found[index].rows)
            if bias in origins.fused_in:
                found.add(origins.found[origins.fused_in[bias]].named)
        return found

    def results(self, fates: Sequence[Became]) -> List[Became]:
        """The fates, each with the executed op that has the written one's result where that is not the one that computes it."""
        behind = self._origins.handed_on
        return [
            fate._replace(rows=(*fate.rows, behind[row])) if row in behind else fate for row, fate in enumerate(fates)
        ]

    def _present(self, row: int) -> Optional[Became]:
        """The fate of an op that runs by its own name, or as a part of a fused one; ``None`` if neither is so."""
        if row in self._compiled:
            return self._compiled[row]
        fused = self._origins.fused_in.get(row)
        if fused is not None:
            return Became(Outcome.FUSED, (fused,))
        found = self._origins.by_name.get(row)
        if found:
            return Became(self._origins.found[found[0]].kind, tuple(found))
        return None

    def _gone(self, row: int) -> Optional[Became]:
        """The fate of an op of which nothing that runs has the name, as far as it is known yet."""
        table = self._written.table
        derived = tuple(self._origins.derived.get(row, ()))
        op = table.ops[row]
        if self._written.node_group[row] in self._closed:
            return Became(Outcome.UNKNOWN)
        if self._written.dead and self._written.dead[row]:
            return Became(Outcome.DELETED)
        if op in FUNCTION_RUNNERS or (op in ENDS and self._written.node_group[row] >= 0):
            return Became(Outcome.LOWERED, derived)
        kinds = {self._origins.found[index].kind for index in derived}
        if Outcome.FOLDED in kinds:
            return Became(Outcome.FOLDED, derived)
        if Outcome.REWRITTEN in kinds:
            return Became(Outcome.REWRITTEN, derived)
        if self._hands_on(row):
            return Became(Outcome.DELETED)
        return self._unneeded(row) or self._merged(row) or self._with_users(row) or self._replaced(row)

    def _merged(self, row: int) -> Optional[Became]:
        """An op that computes the same and still runs."""
        other = self._equal.get(self._values[row])
        fate = self._found[other] if other is not None else None
        return Became(Outcome.MERGED, fate.rows) if fate is not None else None

    def _users_fates(self, row: int) -> Optional[List[Became]]:
        """What became of all users of an op; ``None`` if that is not known of each, or if the caller gets its result too."""
        fates = [self._found[user] for user in self._users.get(row, ())]
        known = [fate for fate in fates if fate is not None]
        return known if len(known) == len(fates) and row not in self._outputs else None

    def _unneeded(self, row: int) -> Optional[Became]:
        """Nothing that runs needs the op: all its users are gone, or it is a constant of an op that was rewritten."""
        fates = self._users_fates(row)
        if fates is None:
            return None
        kinds = {fate.kind for fate in fates}
        is_constant = self._written.table.ops[row] in CONSTANTS
        if kinds <= _GONE or (is_constant and kinds <= _GONE | {Outcome.REWRITTEN}):
            return Became(
                Outcome.FOLDED
                if self._constant[row] and not is_constant and Outcome.FOLDED in kinds
                else Outcome.DELETED
            )
        return None

    def _with_users(self, row: int) -> Optional[Became]:
        """The op was rewritten or fused together with its users, or folded into a constant of theirs."""
        fates = self._users_fates(row)
        kinds = {fate.kind for fate in fates or ()}
        if fates is None:
            return None
        if Outcome.REWRITTEN in kinds and kinds <= _GONE | {Outcome.REWRITTEN}:
            if self._constant[row]:
                made = [index for user in self._users[row] for index in self._origins.derived.get(user, ())]
                return Became(
                    Outcome.FOLDED,
                    tuple([index for index in made if self._origins.found[index].kind == Outcome.FOLDED]),
                )
            rows = [index for fate in fates if fate.kind == Outcome.REWRITTEN for index in fate.rows]
            return Became(Outcome.REWRITTEN, tuple(dict.fromkeys(rows)))
        kernels = {fate.rows for fate in fates if fate.kind == Outcome.FUSED}
        if kinds <= _GONE | {Outcome.FUSED} and len(kernels) == 1 and self._is_fusible(row):
            return Became(Outcome.FUSED, kernels.pop())
        return None

    def _is_fusible(self, row: int) -> bool:
        """Whether Grappler may fuse the op with its users: see `program.fused`."""
        ops = self._written.table.ops
        products = any(ops[user] in FUSING_PRODUCTS | GRADIENT_PRODUCTS for user in self._users[row])
        return ops[row] in BEFORE_PRODUCTS if products else ops[row] not in VIEWS

    def _replaced(self, row: int) -> Optional[Became]:
        """What a user reads instead, if that is beyond doubt: it lost one tensor, this op's, and got one that it had not."""
        read: Set[int] = set()
        for user in self._users.get(row, ()):
            instead = self._instead(row, user)
            if instead is not None:
                read.add(instead)
        if len(read) != 1:
            return None
        now = read.pop()
        origin = self._origins.found[now]
        if self._is_before(origin.rows, row) or (
            origin.kind == Outcome.FUSED and self._written.table.ops[row] in VIEWS
        ):
            self._pass_by(row)
            return Became(Outcome.DELETED)
        if origin.kind == Outcome.FUSED:
            return Became(Outcome.FUSED, (now,))
        return Became(Outcome.FOLDED if origin.kind == Outcome.FOLDED else Outcome.REWRITTEN, (now,))

    def _instead(self, row: int, user: int) -> Optional[int]:
        """What `user` reads in place of the op in `row`; ``None`` if that is not known."""
        fate = self._found[user]
        if fate is None or len(fate.rows) != 1:
            return None
        now = {edge.node for edge in self._executed.table.data_inputs(fate.rows[0])}
        before = set(self.reads[user])
        lost = {source for source in before if not self._stands(source, now)}
        stand = [found.rows for source in before for found in (self._found[source],) if found is not None]
        new = now.difference(*stand)
        return new.pop() if lost == {row} and len(new) == 1 else None

    def _stands(self, source: int, now: Set[int]) -> bool:
        """Whether an executed op among `now` is the written one, or one that computes the same."""
        fate = self._found[source]
        return fate is not None and (bool(now & set(fate.rows)) or self._origins.handed_on.get(source) in now)

    def _pass_by(self, row: int) -> None:
        """The users of the op read what it read itself."""
        for source in self.reads[row][:1]:
            for user in self._users.get(row, ()):
                self.reads[user] = [source if read == row else read for read in self.reads[user]]
            readers = [user for user in self._users[source] if user != row]
            self._users[source] = list(dict.fromkeys([*readers, *self._users.get(row, ())]))

    def _is_before(self, sources: Sequence[int], row: int) -> bool:
        """Whether one of the written ops is what `row` got its first input from, through ops that do not run either."""
        seen: Set[int] = set()
        while row not in seen and self.reads[row]:
            seen.add(row)
            row = self.reads[row][0]
            if row in sources:
                return True
            if self._origins.by_name.get(row):
                return False
        return False

    def _read(self, row: int) -> List[int]:
        """The ops that make what the op in `row` reads. What a function that was inlined is given, its arguments read."""
        if self._written.table.ops[row] in FUNCTION_CALLS and self._found[row] is None:
            return []
        return [self._past(edge, 0) for edge in self._written.table.data_inputs(row)]

    def _past(self, edge: Edge, depth: int) -> int:
        """What makes the tensor on an edge."""
        if depth > _LONGEST:
            return edge.node
        if edge in self._results:
            return self._past(Edge(self._results[edge], 0), depth + 1)
        edges = self._written.table.data_inputs(edge.node) if self._hands_on(edge.node) else ()
        return self._past(edges[edge.output], depth + 1) if edge.output < len(edges) else edge.node

    def _closed_groups(self) -> Set[int]:
        """The groups in functions that were called as such when it ran, and whose ops TensorFlow did not tell."""
        opened = {group.owner for group in self._executed.groups}
        groups = self._written.groups
        closed: Set[int] = set()
        for index, group in enumerate(groups):  # a group comes after those around it
            ran = self._origins.by_name.get(group.owner, ())
            is_call = any(self._executed.table.ops[row] in FUNCTION_RUNNERS and row not in opened for row in ran)
            if is_call or group.parent in closed:
                closed.add(index)
        return closed

    def _inlined_results(self) -> Dict[Edge, int]:
        """Each result of a function that was inlined -> the `_Retval` that gives it."""
        found: Dict[Edge, int] = {}
        count: Dict[int, int] = {}
        for row, op in enumerate(self._written.table.ops):
            if op == RESULT and self._is_inlined(row):
                call = self._written.groups[self._written.node_group[row]].owner
                found[Edge(call, count.get(call, 0))] = row
                count[call] = count.get(call, 0) + 1
        return found

    def _is_inlined(self, row: int) -> bool:
        """Whether an op is an argument or result of a function whose call is gone. Those of a loop or branch are of more than one run."""
        home = self._written.node_group[row]
        group = self._written.groups[home] if home >= 0 else None
        return group is not None and group.kind == "function" and group.owner >= 0 and self._found[group.owner] is None

    def _hands_on(self, row: int) -> bool:
        """Whether an op only handed tensors on, and does not run."""
        if self._found[row] is not None or self._origins.derived.get(row):
            return False
        if self._written.table.ops[row] in ENDS:
            return self._is_inlined(row)
        return hands_on(self._written, row)
