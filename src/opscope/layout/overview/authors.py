"""Tells the layers that the author of a model wrote from those of libraries."""

from __future__ import annotations

from ...graph.groups import Group
from ..scene.layer_table import LIBRARIES, entry_of

OTHER_LIBRARIES = frozenset(
    """
    transformers tensorflow_probability tensorflow_hub tensorflow_text tensorflow_recommenders tensorflow_ranking tensorflow_gnn
    tensorflow_model_optimization tensorflow_decision_forests tensorflow_lattice tensorflow_privacy tensorflow_quantum keras_tuner
    keras_rs keras_recommenders keras_contrib segmentation_models efficientnet classification_models vit_keras spektral t5 tf_slim
    object_detection kgcnn deepctr autokeras larq tensorlayer dm_sonnet
    """.split()
)
"""Further packages whose layers are no part of the model that somebody writes with them."""


def is_own(group: Group) -> bool:
    """Whether the class of a layer is the author's: none of a library, and none that is known from one where the file does not tell."""
    if not group.cls or group.defined_in in LIBRARIES or group.defined_in in OTHER_LIBRARIES:
        return False
    return group.defined_in is not None or entry_of(group.cls, None) is None
