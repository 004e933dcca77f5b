"""What is known of a graph as a whole: of its file, and what a recording left open. Plain values, named by type.

`Graph.facts` is a dict to users (``graph.facts["functions"]``) and not part of the JSON; these types give its keys to the type checker, so that
a key that nobody writes is an error where it is read. What a graph costs is not here: see `Graph.cost`.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict, Union


class ProfileFacts(TypedDict):
    """What a recording holds that no op has: executed names that nothing explains, and ops that were not reported."""

    unattributed_us: Dict[str, float]
    not_reported: List[str]


class TensorFacts(TypedDict):
    """One end of a signature; `tensor` is its name in the graph, or those of its parts."""

    dtype: str
    shape: Optional[List[Optional[int]]]
    tensor: Union[str, List[str]]


class SignatureFacts(TypedDict):
    """One signature of a file."""

    method: str
    inputs: Dict[str, TensorFacts]
    outputs: Dict[str, TensorFacts]


class ConstantFacts(TypedDict):
    """The constants that the shown part holds, and their bytes in the file."""

    count: int
    bytes: int


class Facts(TypedDict, total=False):
    """All that `Graph.facts` may hold; a loaded graph has what is said of its file."""

    format: str
    """SavedModel, MetaGraphDef or GraphDef."""
    version: int
    """The number of the version that is shown, of a model that has several in numbered folders (TensorFlow Serving's layout)."""
    versions: int
    """How many there are."""
    tag_sets: List[List[str]]
    """The tags of each graph in a SavedModel."""
    graph_bytes: int
    """Bytes of the graph's file."""
    variables_bytes: int
    """Bytes of the variables in a SavedModel's folder."""
    tags: List[str]
    """The tags of the graph that is shown."""
    tensorflow: Optional[str]
    """The TensorFlow that wrote the file."""
    producer: int
    """The version of the GraphDef."""
    signatures: Dict[str, SignatureFacts]
    """Every signature of the file, by its name."""
    assets: List[str]
    """The names of the asset files that the model uses."""
    custom_ops: List[str]
    """Op types that are not TensorFlow's own."""
    signature: Optional[str]
    """The signature that is shown; ``None`` where none was chosen."""
    function: Optional[str]
    """The function that is shown; ``None`` where none was chosen."""
    functions: Dict[str, int]
    """The functions that the shown part reaches -> how many ops each has."""
    library_functions: int
    """How many functions the file has."""
    constants: ConstantFacts
    inferred_shapes: int
    """How many ops had no shapes in the file and got them from opscope's rules; each function counted once."""
    profile: ProfileFacts
    timeline: Any
    """A `profile.timeline.Timeline`; not in JSON."""
