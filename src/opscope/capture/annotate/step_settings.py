"""Finds what the phases of a training step are made with: which losses, which optimizers, whose variables.

It becomes the settings of the phases' groups. What was not recorded, or is the user's own arithmetic, has no name.
"""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, NamedTuple, Sequence, Set

from ...graph.settings import CLASS, Settings, package_of, plain_scalar, settings_of
from ..found_objects import name_of
from ..kinds import is_variable
from ..notes import APPLY, CALL, GRADIENT, LOSS_CALL, Notes, Record, replica_of
from ..seams import tensorflow
from . import phases as of_step
from .call_groups import Calls, Describer
from .grouping import Grouping
from .phases import BACKWARD, Phases
from .site import Site

LOSSES, OPTIMIZERS, WHOSE, THROUGH, AND_MORE = "losses", "optimizers", "of", "through", "and_more"
"""Keys of the settings of phases (docs/json.md)."""
_CONTAINERS = frozenset({"CompileLoss", "LossesContainer"})
"""The classes in which Keras keeps the losses that a model is compiled with."""
_WRAPPERS = frozenset({"LossFunctionWrapper"})
"""The classes that Keras puts around a function that is a loss."""
_MIXING = frozenset(
    {"Const", "Identity", "Add", "AddV2", "AddN", "Sub", "Neg", "Mul", "RealDiv", "DivNoNan", "Cast", "Mean", "Sum", "ReadVariableOp", "NoOp"}
)  # fmt: skip
"""Ops by which losses are weighted and added up."""
_TOLD = (
    *("learning_rate", "weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum"),
    *("gradient_accumulation_steps", "loss_scale_factor"),
)
"""What is kept of an optimizer's configuration."""
_DIGITS = 6
"""Of a learning rate so many digits are kept: Keras has it as a float32, in which 0.001 is 0.0010000000474974513."""


class _Network(NamedTuple):
    """A model, layer or module that was called."""

    name: str
    variables: FrozenSet[int]
    is_outermost: bool
    """Whether it is called by no other one, but for one that the training step is a part of."""


@dataclass(frozen=True)
class StepSettings:
    """Tells the settings of phases, from the notes of one trace."""

    sites: Sequence[Site]
    phases: Sequence[Phases]
    notes: Notes
    describe: Describer

    def of(self, site: Site, phases: Phases) -> Dict[int, Settings]:
        """Phase -> what is known of it, for the phases of one body of which something is known."""
        found: Dict[int, Settings] = {}
        there = phases.all()
        if of_step.LOSS in there:
            found[of_step.LOSS] = self._losses(site, phases)
        if of_step.OPTIMIZER in there:
            found[of_step.OPTIMIZER] = self._optimizers(site)
        for record, phase in zip(site.gradients.records, phases.of_gradient):
            if phase >= BACKWARD:
                found[phase] = self._whose(_leaves(record.sources))
        return {phase: settings for phase, settings in found.items() if settings}

    def _losses(self, site: Site, phases: Phases) -> Settings:
        """The loss objects that were called in the loss, each name once, with the number of calls."""
        mine = [at for at in self._in_phase(site, LOSS_CALL, of_step.LOSS) if self._is_named_loss(at)]
        records = [self.notes.records[at] for at in mine]
        made = {row for record in records if record.graph is site.graph for row in site.rows_made(record)}
        inside = {row for row in made if phases.of[row] == of_step.LOSS}
        if not inside:
            return {}
        calls: Dict[str, "Counter[int]"] = {}
        packages: Dict[str, Any] = {}
        for record in records:
            name = _loss_name(record.subject)
            calls.setdefault(name, Counter())[replica_of(record.strand)] += 1
            packages.setdefault(name, _loss_package(record.subject))
        losses = [
            {CLASS: name, "defined_in": packages[name], "calls": max(each.values())} for name, each in calls.items()
        ]
        found: Dict[str, Any] = {LOSSES: losses}
        before = site.flow.before(inside)
        rest = [row for row in phases.rows(of_step.LOSS) if row not in made and not before[row]]
        if any(site.body.ops[row] not in _MIXING for row in rest):
            found[AND_MORE] = True
        return found

    def _is_named_loss(self, at: int) -> bool:
        """Whether a call of a loss is the outermost one, but for those that Keras keeps a model's losses in."""
        around = [self.notes.records[outer] for outer in self.notes.around(at)]
        return type(self.notes.records[at].subject).__name__ not in _CONTAINERS and all(
            type(outer.subject).__name__ in _CONTAINERS for outer in around if outer.kind == LOSS_CALL
        )

    def _optimizers(self, site: Site) -> Settings:
        """The optimizers that were applied, in the order of their first calls."""
        updated: Dict[int, Set[int]] = {}
        subjects: Dict[int, Any] = {}
        for at in self._in_phase(site, APPLY, of_step.OPTIMIZER):
            if self.notes.is_inside(at, APPLY):
                continue
            record = self.notes.records[at]
            subjects[id(record.subject)] = record.subject
            updated.setdefault(id(record.subject), set()).update(self._numbers(record.sources or ()))
        found = [{**_optimizer(subject), **self._updated(updated[key])} for key, subject in subjects.items()]
        return {OPTIMIZERS: found} if found else {}

    def _updated(self, numbers: Set[int]) -> Settings:
        return {"variables": len(numbers), **self._covering(numbers)} if numbers else {}

    def _in_phase(self, site: Site, kind: str, phase: int) -> Iterator[int]:
        """The positions of the records of a kind that were made in a body which has the phase, or in what it calls."""
        with_phase = {id(other.graph) for other, phases in zip(self.sites, self.phases) if phase in phases.all()}
        for at, record in enumerate(self.notes.records):
            if record.kind != kind or record.end < 0 or self.notes.is_inside(at, GRADIENT):
                continue
            graph = record.graph
            while graph is not None and id(graph) not in with_phase:  # out of branches and loops
                graph = getattr(graph, "outer_graph", None)
            if graph is site.graph:
                yield at

    def _whose(self, sources: Sequence[Any]) -> Settings:
        """Whose variables these all are; nothing where a tensor is among them."""
        if not sources or not all(map(is_variable, sources)):
            return {}
        return self._covering(self._numbers(sources))

    def _numbers(self, variables: Sequence[Any]) -> Set[int]:
        return {self.describe.variables.number(variable) for variable in variables if is_variable(variable)}

    def _covering(self, numbers: Set[int]) -> Settings:
        """The smallest layer that has all of these variables, else the outermost ones that have them together."""
        fitting = [network for network in self._networks if numbers <= network.variables]
        if fitting:
            return {WHOSE: [min(fitting, key=lambda network: len(network.variables)).name]}
        parts = [network for network in self._networks if network.is_outermost and network.variables & numbers]
        covered: Set[int] = set().union(*(network.variables for network in parts))
        return {WHOSE: [network.name for network in parts]} if parts and numbers <= covered else {}

    @cached_property
    def _networks(self) -> List[_Network]:
        """All that was called and has variables, each object once, the outer ones first."""
        around = {
            outer
            for at, record in enumerate(self.notes.records)
            if record.kind == GRADIENT
            for outer in self.notes.around(at)
        }
        found: Dict[int, _Network] = {}
        for at, record in enumerate(self.notes.records):
            if record.kind != CALL or record.end < 0 or at in around or id(record.subject) in found:
                continue
            inside = any(
                self.notes.records[outer].kind == CALL and outer not in around for outer in self.notes.around(at)
            )
            numbers = self.describe.weights_of(record.subject)
            if numbers:
                found[id(record.subject)] = _Network(name_of(record.subject), frozenset(numbers), not inside)
        return list(found.values())


def with_passes(site: Site, grouping: Grouping, calls: Calls) -> Grouping:
    """The grouping, in which a backward phase also tells through which models or layers it goes, with the number of their calls.

    These are the ones whose gradient is asked for, and what takes their results: a GAN's generator is trained through its discriminator.
    What comes before has gradient ops too, since a tape does not stop at what it is asked for, but nobody uses these.
    """
    calls_of = {grouping.groups[index].key: record for index, record in calls.record_of.items()}
    through: Dict[int, List[Record]] = {}
    for group in grouping.groups:
        if group.parent >= 0 and grouping.groups[group.parent].settings.get(WHOSE) and group.of_key in calls_of:
            through.setdefault(group.parent, []).append(calls_of[group.of_key])
    groups = list(grouping.groups)
    for index, records in through.items():
        settings = groups[index].settings
        asked = [record for record in records if name_of(record.subject) in settings[WHOSE]]
        own = {row for record in asked for row in site.rows_made(record)}
        behind = site.flow.after(own, bytearray(len(site.body)))  # with what is their own
        passed = [record for record in records if any(behind[row] for row in site.rows_made(record))]
        names = Counter(name_of(record.subject) for record in passed)
        if set(settings[WHOSE]) <= set(names):
            groups[index] = groups[index]._replace(settings={**settings, THROUGH: dict(names)})
    return grouping._replace(groups=tuple(groups))


def _leaves(value: Any) -> List[Any]:
    """The tensors and variables that a gradient was asked for."""
    if value is None:
        return []
    if is_variable(value):
        return [value]
    try:
        return list(tensorflow().nest.flatten(value))
    except (TypeError, ValueError):
        return []


def _loss_name(subject: Any) -> str:
    """The class of a loss, or the function that it wraps."""
    if type(subject).__name__ not in _WRAPPERS:
        return type(subject).__name__
    function = getattr(subject, "fn", None)
    name = getattr(function, "__name__", None) or type(function).__name__
    return str(name).strip("<>")


def _loss_package(subject: Any) -> Any:
    """The package of that class or function; ``None`` if it is not known."""
    if type(subject).__name__ not in _WRAPPERS:
        return package_of(type(subject).__module__)
    return package_of(getattr(getattr(subject, "fn", None), "__module__", None))


def _optimizer(subject: Any) -> Settings:
    """The class of an optimizer and what it is set to. One around another one, which scales the loss, is told as that one."""
    inner = getattr(subject, "inner_optimizer", None)
    if inner is not None and type(subject).__name__.startswith("LossScaleOptimizer"):
        return {**_optimizer(inner), "loss_scaling": True}
    config = _configuration(subject)
    told = {name: config[name] for name in _TOLD if _says(config.get(name))}
    if "use_ema" not in told:
        told.pop("ema_momentum", None)
    return {CLASS: type(subject).__name__, **told}


def _says(value: Any) -> bool:
    """Whether a setting is on."""
    return value is not None and value is not False


def _configuration(subject: Any) -> Mapping[str, Any]:
    """An optimizer's configuration, with rates as they were written; what is not plainly known is left out."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            config = dict(settings_of(subject.get_config()))
    except Exception:  # TensorFlow 1's have none, and a user's method may raise whatever it likes
        config = {}
    if "learning_rate" not in config:
        rate = plain_scalar(
            next((vars(subject)[name] for name in ("_lr", "_learning_rate") if name in vars(subject)), None)
        )
        config.update({} if rate is None else {"learning_rate": rate})
    return {
        name: float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value for name, value in config.items()
    }
