"""Says which terms make which loss of a training step with several, and of which loss each gradient is."""

from __future__ import annotations

from typing import Dict, FrozenSet, Mapping, Set, Tuple

from ...graph.content import Content, content_of
from ...graph.graph import Graph
from ...graph.vocabulary import CONSTANTS, PHASES, chain, outer_phases
from ...passes.rewire import origin, passing
from ..scene.labels import cut, plural
from ..scene.setting_values import is_number, number_words
from .loss_targets import even_value

_LOSS, _BACKWARD = PHASES[1], PHASES[2]
LEAST_LOSSES = 2
"""Of a single loss nobody asks which terms make it."""
_Terms = Dict[str, FrozenSet[int]]


def loss_terms(graph: Graph) -> Mapping[str, Tuple[str, ...]]:
    """Path of a group of losses or of gradients -> what is said of the losses: ``generator_loss: 1 term``, ``gradient of generator_loss``.

    A term is a scope in the losses, of which there is one for each call of a loss. An output is made of the terms that are summed up or scaled to it; a gradient is of the loss whose terms its scopes go back through. Nothing is said where there are not as many
    scopes as calls, or where two losses have the same terms.
    """
    content = content_of(graph)
    losses = [index for index, group in enumerate(content.groups) if group.kind == _LOSS]
    if len(losses) != 1:
        return {}
    made = _made_of(graph, content, losses[0])
    terms = set().union(*made.values())
    if len(set(made.values())) < max(LEAST_LOSSES, len(made)) or len(terms) != _calls(content, losses[0]):
        return {}
    takers = _Takers(graph, content)
    found = {content.groups[losses[0]].path: tuple(f"{name}: {takers.told(own)}" for name, own in made.items())}
    for path, through in _gone_back(content, terms).items():
        found[path] = tuple(f"gradient of {name}" for name, own in made.items() if own == through)
    return found


class _Takers:
    """Says of which networks' results terms of a loss are made."""

    def __init__(self, graph: Graph, content: Content) -> None:
        self._content, self._passed = content, passing(graph)
        self._inputs = {port.node: port.name for port in content.inputs}
        self._takes: Dict[int, Set[int]] = {}
        """Group -> the ops outside of it that ops in it take tensors of."""
        for node, home in enumerate(content.node_group):
            around = [*chain(content.groups, home)]
            for edge in content.table.data_inputs(node):
                source = origin(content.table, *edge, self._passed)[0]
                outside = {*around}.difference(chain(content.groups, content.node_group[source]))
                for group in outside:
                    self._takes.setdefault(group, set()).add(source)

    def told(self, terms: FrozenSet[int]) -> str:
        """The terms by what they are of: ``discriminator(real) vs 0.9 + discriminator(generator) vs 0``; how many there are if that is not known of each."""
        said = [self._of(term) for term in sorted(terms)]
        return " + ".join(said) if all(said) else plural(len(terms), "term")

    def _of(self, term: int) -> str:
        """The only network whose result a term takes, what that was called on, and with which number it is compared; empty if it is not one."""
        taken = sorted(self._takes.get(term, ()))
        calls = {self._call(source) for source in taken} - {-1}
        if len(calls) != 1:
            return ""
        call = calls.pop()
        given = {self._given(source) for source in self._takes.get(call, ())} - {""}
        name = self._content.groups[call].name.partition("#")[0]
        labels = [self._label(source) for source in taken if self._call(source) < 0]
        against = f" vs {labels[0]}" if len(labels) == 1 and labels[0] else ""
        return f"{cut(name)}({cut(given.pop())}){against}" if len(given) == 1 else ""

    def _label(self, node: int) -> str:
        """The number that all labels are, which an op gives; empty if they are not known."""
        value = even_value(self._content, self._passed, node)
        return "" if value is None else number_words(value)

    def _call(self, node: int) -> int:
        """The outermost layer or model that made an op; -1 for none."""
        around = [*chain(self._content.groups, self._content.node_group[node])]
        return next((group for group in reversed(around) if self._content.groups[group].is_call), -1)

    def _given(self, node: int) -> str:
        """What a network takes from an op: the name of an input, or of the network that made it; empty for constants and weights."""
        call = self._call(node)
        return self._content.groups[call].name if call >= 0 else self._inputs.get(node, "")


def _made_of(graph: Graph, content: Content, losses: int) -> _Terms:
    """Name of an output that is a number made in the losses -> the scopes in them of which it is made."""
    passed = passing(graph)
    found: _Terms = {}
    for port in content.outputs:
        node, output = origin(content.table, port.node, port.output, passed)
        around = [*chain(content.groups, content.node_group[node])]
        types = content.table.outputs[node]
        if losses in around and output < len(types) and types[output].shape == ():
            found[port.name] = _reached(content, node, losses)
    return {name: terms for name, terms in found.items() if terms}


def _reached(content: Content, node: int, losses: int) -> FrozenSet[int]:
    """The outermost scopes in the losses of which an op makes something, alone; none if it also takes what is no such term, as a penalty."""
    seen, waiting, found = {node}, [node], set()
    while waiting:
        here = waiting.pop()
        around = [*chain(content.groups, content.node_group[here])]
        if losses in around[1:]:
            found.add(around[around.index(losses) - 1])
            continue
        if losses not in around and content.table.ops[here] not in CONSTANTS:
            return frozenset()
        fresh = {edge.node for edge in content.table.data_inputs(here)} - seen
        seen |= fresh
        waiting.extend(fresh)
    return frozenset(found)


def _calls(content: Content, losses: int) -> int:
    """How often a loss was called."""
    told = content.groups[losses].settings.get("losses")
    calls = [
        each.get("calls", 1) for each in (told if isinstance(told, (list, tuple)) else ()) if isinstance(each, Mapping)
    ]
    return int(sum(each for each in calls if is_number(each)))


def _gone_back(content: Content, terms: Set[int]) -> _Terms:
    """Path of a group of gradients -> the terms that its scopes are the gradients of."""
    named = {content.groups[term].path: term for term in terms}
    outer = outer_phases(content.groups)
    found: Dict[str, Set[int]] = {}
    for index, group in enumerate(content.groups):
        phase = outer[index]
        if group.of in named and phase >= 0 and content.groups[phase].kind == _BACKWARD:
            found.setdefault(content.groups[phase].path, set()).add(named[group.of])
    return {path: frozenset(through) for path, through in found.items()}
