"""Tells an optimizer by its arithmetic, where that proves it: what is assigned to a variable, of which moments it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, AbstractSet, Dict, List, Mapping, Optional, Sequence

from ..graph.vocabulary import READ

if TYPE_CHECKING:
    from ..graph.content import Content

_BY_OP: Dict[str, str] = {
    "GradientDescent": "SGD", "ProximalGradientDescent": "proximal SGD", "Momentum": "SGD with momentum", "KerasMomentum": "SGD with momentum",
    "Adam": "Adam", "AdamWithAmsgrad": "Adam with AMSGrad", "AdaMax": "Adamax", "RMSProp": "RMSprop", "CenteredRMSProp": "RMSprop, centered",
    "Adagrad": "Adagrad", "AdagradV2": "Adagrad", "Adadelta": "Adadelta", "Ftrl": "Ftrl", "FtrlV2": "Ftrl",
}  # fmt: skip
"""Kernel that applies a gradient, without ``ResourceApply`` and the like -> the optimizer."""
_HANDING = frozenset({"Identity", "IdentityN", "Cast", "Snapshot"})
_MOST_FACTORS = 8
_STEPS = frozenset({"AssignSubVariableOp", "AssignAddVariableOp"})
"""Assignments that add to or take from a variable: a step, where what they add is not made of the variable itself."""
_SUM, _PRODUCT, _QUOTIENT = frozenset({"Add", "AddV2"}), frozenset({"Mul"}), frozenset({"RealDiv", "Div"})


class UpdateRules:
    """Tells the optimizers of one graph."""

    def __init__(self, content: Content, assigned: Mapping[int, int], gradients: AbstractSet[int]) -> None:
        """Get ready.

        Args:
            content: the graph.
            assigned: op that changes a variable -> the variable.
            gradients: the ops of the backward pass.
        """
        self._content, self._table = content, content.table
        self._assigned, self._gradients = assigned, gradients
        self._changes: Dict[int, List[int]] = {}
        for node, variable in assigned.items():
            self._changes.setdefault(variable, []).append(node)

    def of(self, assigns: Sequence[int]) -> Optional[str]:
        """The optimizer that changes a variable by these ops; ``None`` where its arithmetic does not prove it."""
        kernels = [self._table.ops[node].partition("Apply")[2] for node in assigns]
        if len(assigns) == 1 and kernels[0]:
            return _BY_OP.get(kernels[0])
        decays = [node for node in assigns if self._is_decay(node)]
        steps = [node for node in assigns if node not in decays and self._table.ops[node] in _STEPS]
        if len(steps) != 1 or len(steps) + len(decays) != len(assigns):
            return None
        found = self._by_arithmetic(steps[0])
        return {"Adam": "AdamW", "SGD": "SGD with weight decay"}.get(found or "") if decays else found

    def _is_decay(self, node: int) -> bool:
        """Whether an assignment takes from a variable a part of itself."""
        taken = self._operands(node, 2) if self._table.ops[node] == "AssignSubVariableOp" else []
        parts = self._factors(taken[1]) if taken else []
        return any(self._reads(part) == self._assigned[node] for part in parts)

    def _by_arithmetic(self, step: int) -> Optional[str]:
        """The optimizer by what an assignment takes from the variable."""
        given = self._operands(step, 2)
        if not given or self._table.ops[step] == "AssignAddVariableOp":
            return None
        taken = given[1]
        factors = self._factors(taken)
        if (
            len(factors) > 1
            and sum(self._is_gradient(each) for each in factors) == 1
            and self._table.ops[taken] in _PRODUCT
        ):
            others = [each for each in factors if not self._is_gradient(each)]
            return "SGD" if all(self._is_number(each) for each in others) else None
        quotient = self._operands(taken, 2) if self._table.ops[taken] in _QUOTIENT else []
        return self._adaptive(*quotient) if quotient else None

    def _adaptive(self, above: int, below: int) -> Optional[str]:
        """Adam divides a moving mean of gradients by the root of one of their squares, with a small number added."""
        summands = self._operands(below, 2) if self._table.ops[below] in _SUM else []
        roots = [each for each in summands if self._table.ops[each] == "Sqrt"]
        small = [each for each in summands if self._table.ops[each] == "Const"]
        squares = self._operands(roots[0], 1) if len(roots) == 1 and len(small) == 1 else []
        if not squares:
            return None
        second = self._reads(squares[0])
        first = [self._reads(each) for each in self._factors(above)]
        means = [each for each in first if each is not None and self._is_moving(each, squared=False)]
        if len(means) == 1 and second is not None and self._is_moving(second, squared=True):
            return "Adam"
        return None

    def _is_moving(self, variable: int, *, squared: bool) -> bool:
        """Whether the update adds to a variable a constant part of what gradients, or their squares, have more: a moving mean."""
        changes = self._changes.get(variable, [])
        if len(changes) != 1 or self._table.ops[changes[0]] != "AssignAddVariableOp":
            return False
        factors = [each for added in self._operands(changes[0], 2)[1:] for each in self._factors(added)]
        more = [each for each in factors if self._table.ops[each] == "Sub"]
        operands = self._operands(more[0], 2) if len(more) == 1 and len(factors) == 2 else []
        if not operands:
            return False
        new, old = operands
        if squared:
            new = next(iter(self._operands(new, 1) if self._table.ops[new] == "Square" else []), -1)
        return self._is_gradient(new) and self._reads(old) == variable

    def _operands(self, node: int, number: int) -> List[int]:
        """What an op takes, behind identities; nothing where it does not take so many, as in a damaged file."""
        found = [self._behind(*edge) for edge in self._table.data_inputs(node)]
        return found if len(found) == number else []

    def _behind(self, node: int, output: int) -> int:
        """The op whose tensor identities and casts hand on."""
        table, passed = self._table, {node}
        while table.ops[node] in _HANDING and node not in self._gradients:
            edge = table.edge_start[node] + (output if table.ops[node] == "IdentityN" else 0)
            if not table.edge_start[node] <= edge < table.edge_start[node + 1] or table.edge_output[edge] < 0:
                break
            node, output = table.edge_node[edge], table.edge_output[edge]
            if node in passed:  # identities in a circle
                break
            passed.add(node)
        return node

    def _factors(self, node: int) -> List[int]:
        """The factors of a product, those of products in it included, a gradient whole; nothing where they are more than any rule has."""
        found: List[int] = []
        waiting = [node]
        while waiting:
            part = waiting.pop()
            if self._table.ops[part] in _PRODUCT and not self._is_gradient(part):
                waiting.extend(reversed(self._operands(part, 2)))
            else:
                found.append(part)
            if len(found) + len(waiting) > _MOST_FACTORS:
                return []
        return found

    def _reads(self, node: int) -> Optional[int]:
        """The variable that an op reads."""
        inputs = self._table.data_inputs(node) if self._table.ops[node] == READ else []
        return self._content.handles.get(inputs[0].node) if inputs else None

    def _is_gradient(self, node: int) -> bool:
        return node in self._gradients

    def _is_number(self, node: int) -> bool:
        types = self._table.outputs[node]
        return bool(types) and types[0].shape == ()
