"""Decides which chips stand beside which item, what they say, and which of them is the place of each op.

Side matter (constants, variables, and the ops that read or convert them, see `passes.dock`) is shown by chips.
"""

from __future__ import annotations

from typing import Dict, List, Optional, Set, Tuple

from ...graph.content import content_of
from ...graph.types import TensorType
from ...graph.view import ASIDE, CHIP
from ...graph.vocabulary import CONSTANTS, MISSING
from ...passes.flow import TensorRef
from .families import family_of
from .items import Chip, Named
from .labels import MOST_NAME, NOT_IN_FILE, constant_text, cut, last_part, listed, op_tip, side_text, variable_text
from .stage import Stage

MOST_CHIPS = 5
"""At most so many chips stand beside a box. If there are more, the last says how many."""

MOST_NAMES = 1
"""If a folded card uses more tensors from elsewhere than this, it has one chip that says how many."""


class Docks:
    """Collects what each item wants beside it, then makes the chips.

    An op may have chips beside many boxes; the first one is its place. An op that only folded cards use has its place
    in the first of these, where it is counted.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        # Item -> (tensor of side matter, argument name) -> None. A dict, as a set that keeps the order.
        self._wanted: Dict[int, Dict[Tuple[TensorRef, str], None]] = {}
        # Item -> tensor that is drawn elsewhere -> what it is called.
        self._mentions: Dict[int, Dict[TensorRef, str]] = {}
        self._placed: Set[int] = set()  # the ops that have their place
        self.in_cards: Dict[int, int] = {}
        """Op that only folded cards use -> the first of these, which is its place. Before: `chips` has run."""
        self._constants: Dict[Tuple[int, Optional[TensorType]], str] = {}

    def dock(self, tensor: TensorRef, item: int, name: str = "") -> None:
        """Show the side matter that makes `tensor` beside an item, which uses it as its argument `name`."""
        self._wanted.setdefault(item, {})[(tensor, name)] = None

    def mention(self, tensor: TensorRef, item: int, text: str) -> None:
        """Name `tensor`, which is drawn elsewhere, beside an item that uses it."""
        self._mentions.setdefault(item, {})[tensor] = text

    def chips(self) -> Tuple[Dict[int, Tuple[Chip, ...]], Dict[int, int]]:
        """The chips of each item; and, for each folded card, how many ops from outside of it have their place in it.

        Boxes come first, because an op has its place beside a box if there is one.
        """
        found = {
            item: self._on_box(item) for item in sorted({*self._wanted, *self._mentions}) if self._stage.is_box(item)
        }
        taken: Dict[int, int] = {}
        for item in sorted(self._wanted):
            if self._stage.is_box(item):
                continue
            fresh = [op for tensor, _ in self._wanted[item] for op in self._place(self._chain(tensor[0]))]
            taken[item] = len(fresh)
            self.in_cards.update(dict.fromkeys(fresh, item))
        for item, named in self._mentions.items():
            if not self._stage.is_box(item):
                found[item] = _counted([self._mention(tensor, text, item) for tensor, text in named.items()])
        return {item: chips for item, chips in found.items() if chips}, taken

    def chips_folded(self) -> Dict[int, Tuple[Chip, ...]]:
        """For each open card, by group, its chips if it were folded: what the items in it name that is not in it."""
        stage = self._stage
        found: Dict[int, Dict[TensorRef, Tuple[str, int]]] = {}
        for item, named_here in self._mentions.items():
            for tensor, text in named_here.items():
                origin = tensor[0] if stage.roles[tensor[0]] == ASIDE else stage.origin(tensor[0])
                # All cards around the op that makes the tensor.
                outside = set(stage.around(stage.home(origin))) if origin >= 0 else set()
                for group in stage.around(stage.home(item)):
                    if group in outside:  # here the tensor is drawn inside, as it is further out
                        break
                    found.setdefault(group, {})[tensor] = (text, item)
        return {
            group: _counted([self._mention(tensor, *said) for tensor, said in texts.items()])
            for group, texts in found.items()
        }

    def placed(self, node: int) -> bool:
        """Whether an op of side matter has its place beside some item. Before: `chips` has run."""
        return node in self._placed

    def _on_box(self, item: int) -> Tuple[Chip, ...]:
        chips = [self._chip(Named(tensor, item, name)) for tensor, name in self._wanted.get(item, ())]
        chips.extend(self._mention(tensor, text, item) for tensor, text in self._mentions.get(item, {}).items())
        return _shortened(chips)

    def _place(self, chain: List[int]) -> Tuple[int, ...]:
        """Give a place to those ops of a chain that have none yet, and return them.

        Ops inside a folded card are counted there, and ops that a selection left out are no chips.
        """
        stage = self._stage
        fresh = tuple(
            op for op in chain if op not in self._placed and stage.roles[op] == CHIP and stage.fold_of(op) < 0
        )
        self._placed.update(fresh)
        return fresh

    def _chain(self, node: int) -> List[int]:
        """An op of side matter and all that it is made from: its inputs, their inputs, and so on."""
        chain, waiting = [node], [node]
        seen = {node}
        while waiting:
            for source, _ in self._stage.taken(waiting.pop()):
                if source not in seen:
                    seen.add(source)
                    chain.append(source)
                    waiting.append(source)
        return chain

    def _root(self, node: int) -> int:
        """The constant or variable that an op of side matter is made from, found by going back along first inputs."""
        seen = {node}
        while True:
            taken = self._stage.taken(node)
            if not taken or taken[0][0] in seen:  # a damaged file may go round in circles
                return node
            node = taken[0][0]
            seen.add(node)

    def _chip(self, named: Named) -> Chip:
        chain = self._chain(named.tensor[0])
        tip = "\n".join(op_tip(self._stage.graph, op) for op in reversed(chain))
        return Chip(self.words(named.tensor, named.argument), "variable", tip, self._place(chain), named)

    def words(self, tensor: TensorRef, name: str) -> str:
        """What a chip says of the side matter that makes `tensor`, on an op that calls it `name`."""
        table = content_of(self._stage.graph).table
        if table.ops[tensor[0]] in CONSTANTS:  # most chips: nothing lies before a constant
            types = table.outputs[tensor[0]]
            text = self._constant_text(tensor[0], types[0] if types else None)
            return f"{name} {text}" if name else text
        root = self._root(tensor[0])
        converted = next((op for op in self._chain(tensor[0]) if table.ops[op] == "Cast"), -1)
        suffix = f" as {table.outputs[converted][0].dtype}" if converted >= 0 and table.outputs[converted] else ""
        constant = name and table.ops[root] in CONSTANTS
        return f"{name} {self._root_text(root)}{suffix}" if constant else self._root_text(root) + suffix

    def _root_text(self, root: int) -> str:
        content = content_of(self._stage.graph)
        table = content.table
        if table.ops[root] in CONSTANTS:
            return self._constant_text(root, table.outputs[root][0] if table.outputs[root] else None)
        variable = content.handles.get(root)
        if variable is not None and 0 <= variable < len(content.variables):
            return variable_text(content.variables[variable])
        name = cut(last_part(table.names[root]), 24)
        return f"{name}, {NOT_IN_FILE}" if table.ops[root] == MISSING else name

    def _constant_text(self, root: int, kind: Optional[TensorType]) -> str:
        """Constants of equal attributes say the same: in the copies of a block there are thousands of them."""
        table = content_of(self._stage.graph).table
        key = (table.attrs_key(root), kind)
        known = self._constants.get(key)
        if known is None:
            known = self._constants[key] = constant_text(table.attrs(root), kind)
        return known

    def _mention(self, tensor: TensorRef, text: str, item: int) -> Chip:
        graph = self._stage.graph
        where = "of a copy that is not drawn" if self._stage.roles[tensor[0]] == ASIDE else "drawn elsewhere"
        tip = f"{where}: {op_tip(graph, tensor[0])}"
        return Chip(text, family_of(content_of(graph).table.ops[tensor[0]]), tip, named=Named(tensor, item))


def _counted(chips: List[Chip]) -> Tuple[Chip, ...]:
    """The chips of a folded card: one for each tensor from elsewhere, or, beyond `MOST_NAMES` of them, one for all."""
    if len(chips) <= MOST_NAMES:
        return tuple(chips)
    tip = listed(chip.tip for chip in chips)
    return (Chip(f"{len(chips)} drawn elsewhere", chips[0].family, tip),)


def _shortened(chips: List[Chip]) -> Tuple[Chip, ...]:
    """At most `MOST_CHIPS` chips. If there are more, the last stands for the rest, and is the place of their ops."""
    if len(chips) <= MOST_CHIPS:
        return tuple(chips)
    kept, rest = chips[: MOST_CHIPS - 1], chips[MOST_CHIPS - 1 :]
    tip = listed(f"{chip.text}: {chip.tip}" for chip in rest)
    more = Chip(f"+ {len(rest)} more", "variable", tip, tuple(op for chip in rest for op in chip.nodes))
    return (*kept, more)


def named(stage: Stage, tensor: TensorRef) -> str:
    """What a tensor that is drawn elsewhere is called: its op's innermost group and type, or the name of an input."""
    graph = stage.graph
    if tensor[0] in stage.inputs:
        return cut(stage.input_name(tensor[0]))
    if stage.roles[tensor[0]] == ASIDE:  # its innermost groups are gone
        return cut("/".join(content_of(graph).table.names[tensor[0]].split("/")[-2:]), MOST_NAME)
    group = content_of(graph).node_group[tensor[0]]
    around = f"{last_part(content_of(graph).groups[group].path)}/" if group >= 0 else ""
    side = side_text(content_of(graph).table.ops[tensor[0]], tensor[1])
    output = f" ({side})" if side else f":{tensor[1]}" if tensor[1] > 0 else ""
    return cut(f"{around}{content_of(graph).table.ops[tensor[0]]}{output}", MOST_NAME)
