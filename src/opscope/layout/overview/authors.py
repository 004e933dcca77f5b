"""Tells the layers that the author of a model wrote from those of libraries."""

from __future__ import annotations

from itertools import islice
from typing import Iterable, NamedTuple, Sequence, Tuple

from ...errors import InputError, option
from ...graph.groups import Group
from ...graph.vocabulary import chain
from ...suggestions import meant_or_known
from ..scene.layer_table import LIBRARIES, entry_of
from ..scene.layer_words import settings_text

OTHER_LIBRARIES = frozenset(
    """
    transformers tensorflow_probability tensorflow_hub tensorflow_text tensorflow_recommenders tensorflow_ranking tensorflow_gnn
    tensorflow_model_optimization tensorflow_decision_forests tensorflow_lattice tensorflow_privacy tensorflow_quantum keras_tuner
    keras_rs keras_recommenders keras_contrib segmentation_models efficientnet classification_models vit_keras spektral t5 tf_slim
    object_detection kgcnn deepctr autokeras larq tensorlayer dm_sonnet
    """.split()
)
"""Further packages whose layers are no part of the model that somebody writes with them."""
_UNSAID = frozenset({"keras", "tf_keras", "tensorflow"})
"""Packages whose layers everybody knows without their names."""


class OwnClass(NamedTuple):
    """A class that the author of a model wrote."""

    name: str
    is_model: bool


class Authors:
    """Tells whose the class of a layer is: the author's, or a library's. `libraries` are further packages that are libraries."""

    def __init__(self, libraries: Sequence[str] = ()) -> None:
        self._libraries = frozenset(libraries)

    def is_own(self, group: Group) -> bool:
        """Whether the class of a layer is the author's: none of a library, and none that is known from one where the file does not tell."""
        package = group.defined_in
        if not group.cls or package in LIBRARIES or package in OTHER_LIBRARIES or package in self._libraries:
            return False
        return package is not None or entry_of(group.cls, None) is None

    def is_told(self, group: Group) -> bool:
        """Whether a group is a library's layer of a known class whose settings say what it does, as those of an LSTM."""
        return (
            not self.is_own(group) and entry_of(group.cls, group.defined_in) is not None and bool(settings_text(group))
        )

    def classes(self, groups: Sequence[Group]) -> Tuple[OwnClass, ...]:
        """The classes that the author wrote, those around others first."""
        own = {str(group.cls): group.kind == "model" for group in groups if group.is_call and self.is_own(group)}
        return tuple([OwnClass(name, is_model) for name, is_model in own.items()])

    def are_all_own(self, groups: Sequence[Group]) -> bool:
        """Whether there are layers, and the author wrote the classes of all."""
        called = [group for group in groups if group.is_call and group.cls]
        return bool(called) and all(map(self.is_own, called))

    def are_all_of_libraries(self, groups: Sequence[Group]) -> bool:
        """Whether there are layers, and it is known of all that their classes are a library's: a file need not tell the class of each."""
        called = [group for group in groups if group.is_call]
        return bool(called) and all(group.cls and group.defined_in and not self.is_own(group) for group in called)

    def library(self, groups: Sequence[Group], index: int) -> str:
        """The package of a library's layer; empty for Keras and TensorFlow, which need no name, and inside another layer of that package."""
        package = groups[index].defined_in
        if not package or package in _UNSAID or not groups[index].cls or self.is_own(groups[index]):
            return ""
        inside = any(groups[around].defined_in == package for around in islice(chain(groups, index), 1, None))
        return "" if inside else package

    def check(self, groups: Iterable[Group]) -> None:
        """`InputError` for a library from which no class of the graph comes."""
        there = {group.defined_in for group in groups if group.cls and group.defined_in is not None}
        for name in sorted(self._libraries - there):
            use = meant_or_known(name, sorted(there)) if there else "the graph does not say where its classes come from"
            raise InputError(f"no layer's class comes from {option('libraries', name)}; {use}")
