"""Makes the `Scene` of a graph: cards, boxes, pills and the wires between them, as the passes decided.

`stage` knows which items there are, `links` which wires and `wire_words` what these say; this module makes the objects and
their texts.
"""

from __future__ import annotations

from typing import Dict, List, Optional, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.types import Measured
from ...graph.view import ALONE, ASIDE, BOX, CHIP, HIDDEN, OMITTED, PILL, TOLD_IN_WORDS, WIRE, Stack
from ...graph.vocabulary import FLOW_PARTS
from ...graph.with_fields import with_fields
from ..flat import BORDER
from . import captions, labels
from .compared import SIGNS, Comparisons
from .end_names import with_given_names
from .families import FAMILIES, family_of
from .found_marks import FoundMarks
from .heat import Measure
from .items import Box, Card, CardPort, CardWire, Chip, End, Heat, Item, Pill, Scene
from .lift import Lead, Load, WireKey
from .links import Linker
from .op_words import operator_text
from .settled import Settled
from .wire_words import WireWords


def compose(graph: Graph, *, gradients_told: bool = False, settled: Optional[Settled] = None) -> Scene:
    """The drawing of a graph.

    With `gradients_told`, what closed gradients of a file use of layers is counted on their card (`Card.uses`) instead of wired. Who
    draws one graph with several choices of open groups passes one `settled` for all.

    Before: the drawing passes have run. After: every op has exactly one place. It is a box (or a pill, or the card of
    its body), a chip, or it is counted in a folded card or as hidden; `items.places` adds up to the ops of the graph.
    Every data edge between two boxes is a chain of wires from one to the other, or a chip that names its source.
    """
    linker = Linker(graph, gradients_told=gradients_told, settled=settled)
    linker.run()
    return with_given_names(_Builder(linker).scene(), kinds=("input",))


class _Builder:
    """Makes the cards, the innermost first, since a card holds its children and is frozen."""

    def __init__(self, linker: Linker) -> None:
        self._linker, self._graph, self._stage = linker, linker.graph, linker.stage
        self._compared = Comparisons(self._graph)
        self._chips, taken = linker.docks.chips()
        if content_of(self._graph).marks:
            self._chips = {
                item: tuple([with_fields(chip, compared=self._compared.of_ops(chip.nodes)) for chip in chips])
                for item, chips in self._chips.items()
            }
        docked = {node: item for item, chips in self._chips.items() for chip in chips for node in chip.nodes}
        docked.update(linker.docks.in_cards)
        self._found = FoundMarks(linker.stage, docked)
        self._chips_folded = linker.docks.chips_folded()
        self._ops = {linker.stage.group_of(item): count for item, count in taken.items()}
        """Folded group -> the ops it stands for."""
        self._hidden: Dict[int, int] = {}  # open group (-1: the drawing) -> ops in it without a mark
        self._contents: Dict[int, List[Tuple[int, int]]] = {}
        """Open group (-1: the drawing) -> for each child a number to sort it by and the item. See `_sort_cards`."""
        self._families: Set[str] = {"variable"} if self._chips else set()
        self._measure = Measure(self._graph, *self._shown_measures())
        settled = linker.stage.settled
        self._trips, self._sizes, self._fused = settled.trips, settled.sizes, settled.fused
        self._marked = [0, 0]  # how many items have a figure, of how many that could
        self._words = WireWords(linker)
        self._outputs = self._used_outputs()
        self._gathered: Dict[int, List[int]] = {}
        """Input -> the inputs for which its oval stands, itself the first."""
        for node, first in content_of(self._graph).view.gathered_inputs.items():
            self._gathered.setdefault(first, []).append(node)
        self._sort_ops()
        self._sort_cards()

    def scene(self) -> Scene:
        """The scene, with the card of the whole drawing as its root."""
        graph = self._graph
        built: Dict[int, Card] = {}
        for index in range(
            len(content_of(graph).groups) - 1, -1, -1
        ):  # groups come after their parents, so inner cards are first
            if self._stage.is_open(index) or self._stage.is_folded(index):
                built[index] = self._card(index, built)
        children, wires = self._inside(-1, built)
        hidden = self._hidden.get(-1, 0)
        root = Card(-1, "graph", graph.name, graph.name, True, children=children, wires=wires, hidden=hidden)
        subtitle, facts = self._stage.settled.facts
        families = tuple(name for name in FAMILIES if name in self._families)
        scale = self._measure.scale((self._marked[0], self._marked[1]))
        return Scene(
            root,
            graph.name,
            subtitle,
            facts,
            families,
            scale,
            captions.notes(graph),
            dict(self._linker.dropped),
            self._measure.shares_of,
        )

    # where ops are

    def _shown_measures(self) -> Tuple[List[Optional[Measured]], List[Optional[Measured]]]:
        """The figures of boxes and folded cards, and those of open cards; ``None`` where there is none."""
        stage, groups = self._stage, content_of(self._graph).groups
        leaves: List[Optional[Measured]] = [
            measured for node, measured in content_of(self._graph).measured.items() if stage.target(node) == node
        ]
        leaves += [group.measured for index, group in enumerate(groups) if stage.is_folded(index)]
        return leaves, [group.measured for index, group in enumerate(groups) if stage.is_open(index)]

    def _sort_ops(self) -> None:
        """Put each op that is a box or a pill into its card; count those in folded cards, and those without a mark."""
        stage, node_group = self._stage, content_of(self._graph).node_group
        for node, role in enumerate(stage.roles):
            fold = stage.fold_of(node)
            # Exactly one of these holds, or the op's place is a chip or an open card, which count it themselves.
            if fold >= 0:
                self._ops[fold] = self._ops.get(fold, 0) + 1
            elif role in (BOX, PILL) and stage.target(node) == node:
                self._contents.setdefault(stage.home(node), []).append((node, node))
            elif (
                role in (WIRE, HIDDEN, OMITTED, *TOLD_IN_WORDS, ASIDE)
                or (role == CHIP and not self._linker.docks.placed(node))
                or self._is_gone(node)
            ):
                group = node_group[node]
                around = stage.stands_in[group] if group >= 0 else -1
                self._hidden[around] = self._hidden.get(around, 0) + 1

    def _is_gone(self, node: int) -> bool:
        """Whether an op is a call whose body draws nothing."""
        return self._stage.roles[node] == BOX and self._stage.target(node) < 0

    def _sort_cards(self) -> None:
        """Put each card among its siblings, where its first op would stand.

        So the children of a card are in the order of the graph's ops, which layouts start from.
        """
        stage, first = self._stage, self._stage.settled.first_rows
        for index in range(len(first)):
            if stage.is_open(index) or stage.is_folded(index):
                self._contents.setdefault(stage.parents[index], []).append((first[index], stage.card(index)))
        for item in self._linker.extras:  # numbered after all ops, so they come last
            self._contents.setdefault(stage.home(item), []).append((item, item))

    # cards

    def _inside(self, group: int, built: Dict[int, Card]) -> Tuple[Tuple[Item, ...], Tuple[CardWire, ...]]:
        """The children of an open card and the wires between them."""
        order = sorted(self._contents.get(group, ()))
        places = {item: place for place, (_, item) in enumerate(order)}
        places[BORDER] = BORDER  # -1 is no item, so a wire's end at the border stays as it is
        wires = self._linker.lift.wires.get(group, {})
        return (
            tuple(self._item(item, built) for _, item in order),
            tuple(self._wire(key, lead, places, group) for key, lead in wires.items()),
        )

    def _card(self, index: int, built: Dict[int, Card]) -> Card:
        """The card of a group; `built` has the cards inside it."""
        graph, group = self._graph, content_of(self._graph).groups[index]
        opened = self._stage.is_open(index)
        children, wires = self._inside(index, built) if opened else ((), ())
        # With what is docked in it: each op of the graph is counted once in a drawing. On an open card that is what only copies use that are not drawn.
        ops = self._ops.get(index, 0)
        title, subtitle = labels.card_title(graph, index)
        stack = content_of(graph).view.stacks.get(index, ALONE)
        detail = labels.group_detail(
            group,
            ops=None if opened else self._sizes[index],
            differences=stack.differences,
            succession=stack.succession,
            trips=labels.loop_trips(graph, self._trips, index),
            nested=labels.nested_copies(graph, index),
        )
        # `node`: a branch op is a box inside its card, so the card is not its place. Nor are the bodies of a loop or
        # branch, which the same op owns as the card around them.
        return Card(
            index, group.kind, title, labels.group_tip(group, stack.differences), opened,
            node=group.owner if opened and group.kind != "if" and group.kind not in FLOW_PARTS else -1,
            subtitle=subtitle, detail=detail, source=group.source,
            ops=0 if opened else ops, hidden=self._hidden.get(index, 0) + ops if opened else 0,
            repeat=len(stack.names),
            chips=self._chips.get(self._stage.card(index), ()), uses=self._linker.told_uses(self._stage.card(index)),
            chips_folded=self._chips_folded.get(index, ()) if opened else (), children=children, wires=wires,
            inputs=self._ports(self._linker.lift.inputs, index, group.parent),
            outputs=self._ports(self._linker.lift.outputs, index, group.parent), heat=self._card_heat(group.measured, stack),
            compared=None if opened and self._compared.mixed(index) else self._compared.of_group(index),
            found=self._found.of_card(index),
        )  # fmt: skip

    def _ports(self, ports: Dict[int, Dict[Load, int]], index: int, outside: int) -> Tuple[CardPort, ...]:
        """The ports of a card, each with the type of its tensor.

        `outside` is the group around the card. A port of a stack has the type that is right there.
        """
        kinds = [self._words.type_at(load.tensor, outside) for load in ports.get(index, ())]
        return tuple(CardPort(labels.type_text(kind) if kind else "", kind) for kind in kinds)

    def _item(self, item: int, built: Dict[int, Card]) -> Item:
        """The object for the number of an item."""
        stage, group = self._stage, self._stage.group_of(item)
        if group >= 0:
            return built[group]
        chips = self._chips.get(item, ())
        pill = self._linker.extras.get(item)
        if pill is not None:
            return with_fields(pill, chips=chips, compared=self._compared.of_ops((pill.op,) if pill.op >= 0 else ()))
        if item in self._gathered:
            return self._inputs(self._gathered[item], chips)
        if item in stage.inputs:
            return self._input(item, chips)
        if stage.roles[item] == PILL:
            return self._state(item, chips)
        return self._box(item, chips)

    def _inputs(self, nodes: List[int], chips: Tuple[Chip, ...]) -> Pill:
        """The oval of many inputs of one type."""
        types = content_of(self._graph).table.outputs[nodes[0]]
        each = tuple([self._input(node, ()) for node in nodes])
        tip = labels.listed(f"input {one.title}" for one in each)
        detail = labels.type_text(types[0]) if types else ""
        return Pill(
            "input",
            f"{len(nodes)} inputs",
            tip,
            detail,
            chips,
            tuple(nodes),
            each=each,
            found=self._found.of_op(nodes[0]),
        )

    def _input(self, node: int, chips: Tuple[Chip, ...]) -> Pill:
        """The oval of one input."""
        name = labels.cut(self._stage.input_name(node))
        return Pill(
            "input", name, labels.op_tip(self._graph, node), "", chips, (node,),
            compared=self._compared.of_op(node), found=self._found.of_op(node),
        )  # fmt: skip

    def _state(self, node: int, chips: Tuple[Chip, ...]) -> Pill:
        """The pill of a loop's variable; a scalar's shape tells nothing."""
        types = content_of(self._graph).table.outputs[node]
        detail = labels.type_text(types[0], dtype=False) if types and types[0].shape != () else ""
        name = labels.variable_name(self._graph, node)
        tip = labels.op_tip(self._graph, node)
        return Pill("state", name, tip, detail, chips, (node,), found=self._found.of_op(node))

    def _box(self, node: int, chips: Tuple[Chip, ...]) -> Box:
        """The box of an op. That of a branch op has one output, its choice: the results leave the card around it."""
        graph = self._graph
        family = family_of(content_of(graph).table.ops[node])
        self._families.add(family)
        measured = content_of(graph).measured.get(node)
        return Box(
            node, labels.box_title(graph, node), family, labels.op_tip(graph, node), chips,
            len(self._linker.uses.get(node, ())), 1 if node in self._stage.owned else self._outputs.get(node, 0) + 1, self._heat(measured),
            self._fused.get(content_of(graph).table.names[node]) or labels.absent_text(graph, node) or operator_text(graph, node),
            self._compared.of_op(node), self._found.of_op(node),
        )  # fmt: skip

    def _card_heat(self, measured: Optional[Measured], stack: Stack) -> Optional[Heat]:
        """The figure of a card; a stack's colour is the drawn copy's, and its text also has what all copies took."""
        heat = self._heat(measured)
        together = self._measure.heat(stack.measured)
        if heat is not None and together is not None:
            heat = with_fields(
                heat, text=f"{heat.text} · all {len(stack.names)}: {together.text}", share=together.share
            )
        dispatch = self._measure.dispatch(measured if together is None else stack.measured)
        return with_fields(heat, dispatch=dispatch) if heat is not None else None

    def _heat(self, measured: Optional[Measured]) -> Optional[Heat]:
        """The figure of an item."""
        heat = self._measure.heat(measured)
        self._marked[0] += heat is not None
        self._marked[1] += 1
        return heat

    def _used_outputs(self) -> Dict[int, int]:
        """Op -> the highest of its outputs that some wire begins at."""
        found: Dict[int, int] = {}
        for wires in self._linker.lift.wires.values():
            for lead in wires.values():
                node, output = lead.tensor
                found[node] = max(found.get(node, 0), output)
        return found

    def _wire(self, key: WireKey, lead: Lead, places: Dict[int, int], group: int) -> CardWire:
        """The wire inside the card of `group`; `places` has the position of each item among the card's children."""
        label, told = self._words.label(key, lead, group)
        return CardWire(
            End(places[key.source], key.source_port), End(places[key.target], key.target_port), lead.kind,
            label, self._words.tip(lead.tensor, group), told=told, times=self._linker.lift.times(group, key), taken=lead.taken,
            role=SIGNS["removed"] if lead.kind == "gone" and key.target != BORDER else "",
        )  # fmt: skip
