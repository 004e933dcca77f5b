"""The words on the cards of a training step: which loss, which optimizer, whose gradient; what updates are made of.

What a trace noted stands in the settings of the phases' groups (docs/json.md). The rest is told by the ops themselves.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.groups import KERAS_PACKAGES
from ...graph.vocabulary import PHASES
from ...visible import one_line
from ..scene.labels import cut, plural
from ..scene.setting_values import is_number, number, number_words
from .loss_terms import loss_terms
from .metric_names import metric_names
from .update_words import AVERAGE, CLIP, update_words

_LOSS, _BACKWARD, _OPTIMIZER = PHASES[1:4]
_MOST_NAMES = 2
"""So many networks are named."""
_TIMES = {2: "twice"}
OF_LOSS = "gradient of the loss"
FOR_WEIGHTS = "for the weights of "
"""Before the networks for whose weights a gradient is, where its card is not called after them."""
OF_WHOM = ": "
"""Between the name of a phase and that of whose it is: ``backward: generator``."""
_CLIPS = {"clipnorm": "clipped to norm", "clipvalue": "clipped to ±", "global_clipnorm": "clipped to global norm"}


def phase_words(graph: Graph, whole: Optional[Graph] = None) -> Dict[int, List[str]]:
    """Group of a phase -> what its card says beside its name, for the phases of which something is known.

    `whole` is the graph with all copies, without which it is not said which terms make which loss.
    """
    content = content_of(graph)
    found: Dict[int, List[str]] = {}
    losses = [group for group in content.groups if group.kind == _LOSS]
    backward = [group for group in content.groups if group.kind == _BACKWARD]
    for index, group in enumerate(content.groups):
        if group.kind == _LOSS:
            found[index] = _losses(group.settings)
        elif group.kind == _BACKWARD:
            found[index] = _backward(group.settings, of_loss=len(losses) == 1 == len(backward))
        elif group.kind == _OPTIMIZER:
            found[index] = _optimizers(group.settings)
    terms = loss_terms(whole) if whole is not None else {}
    for index, words in found.items():
        words[1:1] = terms.get(content.groups[index].path, ()) if words else ()
    for index, names in metric_names(graph).items():
        found[index] = [_some(names)]
    optimizers = [index for index in found if content.groups[index].kind == _OPTIMIZER]
    for index, words in (update_words(content, optimizers) if optimizers else {}).items():
        known = " ".join(found[index])
        found[index] += [each for each in words if each not in known and not (each.startswith(CLIP) and CLIP in known)]
    return {index: words for index, words in found.items() if words}


def _losses(settings: Mapping[str, Any]) -> List[str]:
    """The losses: ``binary crossentropy ×3``.

    >>> _losses({"losses": [{"class": "BinaryCrossentropy", "defined_in": "keras", "calls": 3}, {"class": "mine", "calls": 1}]})
    ['binary crossentropy ×3 + mine']
    """
    found = []
    for loss in _mappings(settings.get("losses")):
        name = str(loss.get("class", ""))
        name = _spaced(name) if loss.get("defined_in") in KERAS_PACKAGES else name
        calls = loss.get("calls", 1)
        if name:
            found.append(f"{name} ×{calls}" if is_number(calls) and calls > 1 else name)
    if not found:
        return []
    return [one_line(" + ".join(found)) + (" and more" if settings.get("and_more") else "")]


def _spaced(name: str) -> str:
    """The name of a loss of Keras in words.

    >>> _spaced("SparseCategoricalCrossentropy"), _spaced("mean_squared_error"), _spaced("KLDivergence"), _spaced("CTC")
    ('sparse categorical crossentropy', 'mean squared error', 'KL divergence', 'CTC')
    """
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", name)
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


def _backward(settings: Mapping[str, Any], *, of_loss: bool = False) -> List[str]:
    """Whose gradient it is, and through what it goes. `of_loss`: the only gradient, of the only loss.

    >>> _backward({"of": ["generator"], "through": {"discriminator": 1, "generator": 1}})
    ['for the weights of generator', 'through discriminator']
    >>> _backward({"of": ["discriminator"], "through": {"discriminator": 2}})
    ['for the weights of discriminator', 'through discriminator twice']
    >>> _backward({"of": ["classifier"]}, of_loss=True), _backward({}, of_loss=True)
    (['gradient of the loss, for the weights of classifier'], ['gradient of the loss'])
    """
    names = _names(settings.get("of"))
    loss = [OF_LOSS] if of_loss else []
    if not names:
        return loss
    through = settings.get("through")
    calls = dict(through) if isinstance(through, dict) else {}
    times = calls.get(names[0], 1) if len(names) == 1 else 1
    often = [f"{cut(names[0])} {_TIMES.get(times, f'{times} times')}"] if is_number(times) and times > 1 else []
    others = [name for name in calls if name not in names]
    through = [*often, *([_some(others)] if others else [])]
    whose = ", ".join([*loss, f"{FOR_WEIGHTS}{_some(names)}"])
    return [whose, *([f"through {', '.join(through)}"] if through else [])]


def networks_of(settings: Mapping[str, Any]) -> str:
    """The networks for whose weights a backward pass makes gradients; empty if that is not known."""
    return _some(_names(settings.get("of")))


def optimizers_of(settings: Mapping[str, Any]) -> List[Mapping[str, Any]]:
    """What the settings of a phase say of its optimizers."""
    return _mappings(settings.get("optimizers"))


def _optimizers(settings: Mapping[str, Any]) -> List[str]:
    """The optimizers, with their learning rates and what they update."""
    found = optimizers_of(settings)
    return [words for words in (_optimizer(each, alone=len(found) == 1) for each in found) if words]


def _optimizer(settings: Mapping[str, Any], *, alone: bool = True) -> str:
    """One optimizer. Of several a reader wants to know whose weights each updates, not how many.

    >>> _optimizer({"class": "Adam", "learning_rate": 0.0001, "variables": 8, "of": ["generator"]})
    'Adam, lr 0.0001, updates 8 variables of generator'
    """
    known = isinstance(settings.get("class"), str)
    parts = [one_line(settings["class"]) if known else "", _rate(settings.get("learning_rate"))]
    clips = [(words, number(settings, name)) for name, words in _CLIPS.items()]
    parts += [f"{words} {number_words(bound)}" for words, bound in clips if bound is not None]
    if is_number(settings.get("gradient_accumulation_steps")):
        parts.append(f"gradients of {number_words(settings['gradient_accumulation_steps'])} steps added up")
    if settings.get("loss_scaling") or is_number(settings.get("loss_scale_factor")):
        parts.append("loss scaling")
    if settings.get("use_ema"):
        parts.append(AVERAGE)
    count, names = settings.get("variables"), _names(settings.get("of"))
    if not alone and names:
        parts.append(f"updates {_some(names)}")
    elif isinstance(count, int) and count:
        of = f" of {_some(names)}" if names else ""
        parts.append(f"updates {plural(count, 'variable')}{of}")
    return ", ".join(part for part in parts if part)


def _rate(rate: Any) -> str:
    """A learning rate or the schedule that gives it.

    >>> _rate(0.001), _rate({"class": "CosineDecay", "initial_learning_rate": 0.1}), _rate(None)
    ('lr 0.001', 'lr CosineDecay from 0.1', '')
    """
    if is_number(rate):
        return f"lr {number_words(rate)}"
    if isinstance(rate, dict) and isinstance(rate.get("class"), str):
        first = number(rate, "initial_learning_rate")
        return f"lr {one_line(rate['class'])}" + (f" from {number_words(first)}" if first is not None else "")
    return ""


def _mappings(value: Any) -> List[Mapping[str, Any]]:
    """The mappings in a list of a file, which may be anything."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, (list, tuple)) else []


def _names(value: Any) -> List[str]:
    return [one_line(each) for each in value if isinstance(each, str)] if isinstance(value, (list, tuple)) else []


def _some(names: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(cut(name) for name in names[:_MOST_NAMES]) + more
