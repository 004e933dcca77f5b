"""The types of `Graph.facts`: what is known of a graph's file, and what a profiling run could not explain.

`Graph.facts` is a plain dict (``graph.facts["functions"]``) and, but for the timeline, is not written to JSON. These types tell the type
checker its keys, so that a misspelled key is an error. What a graph costs is not here: see `Graph.cost`.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple, TypedDict, Union

from .gradient_facts import GradientFacts
from .silent_layer import SilentLayer
from .step_timeline import Timeline
from .trace_facts import TraceFacts
from .types import Source


class ProfileFacts(TypedDict):
    """What a profiling run recorded but could not be put on an op, and which ops it did not record."""

    unattributed_us: Dict[str, float]
    """Executed name that belongs to no op of the graph -> its time in microseconds per step."""
    not_reported: List[str]
    """Names of ops that ran, but that TensorFlow's profiler did not record."""
    op_starts: float
    """How many executions of ops were recorded per step."""
    asked_steps: Optional[int]
    """How many profiled steps were asked for; ``None`` if there are as many, and not fewer because of their many events."""
    processors: Optional[str]
    """What used the processors while the steps ran, in words; ``None`` if it is not known."""


class HostFacts(TypedDict):
    """What one host recorded, of a profile in a log directory."""

    host: str
    steps: int
    """How many of its steps were read. What is said of them is over those that no disturbance made longer."""
    step_us: float
    """The median of their durations, in microseconds."""
    spread_us: Optional[float]
    """Half the interquartile range of them; ``None`` of a single step."""
    median_between: Optional[List[float]]
    """What the median lies between, with 95 % certainty; ``None`` of fewer than 6 steps."""
    devices: List[str]
    may_be_slowest: bool
    """Whether the steps leave open that it is the slowest of the hosts."""


class LayerApart(TypedDict):
    """A layer that takes longer on one host than on most."""

    layer: str
    host: str
    """Where it takes longest."""
    time_us: float
    """How long there, in microseconds per step."""
    median_us: float
    """On the host in the middle."""
    least_us: float


class HostWait(TypedDict):
    """How long a host is in ops in which hosts wait for each other (all-reduce and the like), in microseconds per step."""

    host: str
    collective_us: float
    waits_us: float
    """By how much more than the host that is in them least, for which the others wait."""


class LogProfileFacts(TypedDict):
    """Which profile of a log directory was put on the graph."""

    run: str
    """The name of its folder, which is the time at which it ended."""
    place: str
    """The path of that folder in the directory."""
    other_runs: List[str]
    """The paths of the folders of other profiles, the oldest first."""
    steps_in_profile: int
    """How many steps all hosts recorded. Fewer may have been read, if they have many events."""
    hosts: List[HostFacts]
    layers_apart: List[LayerApart]
    """Of many hosts: the layers whose time differs between them."""
    waits: List[HostWait]
    """Of many hosts: how long each waits for the others."""


class TensorFacts(TypedDict):
    """One input or output of a signature."""

    dtype: str
    """The dtype as TensorFlow spells it, such as ``float32``."""
    shape: Optional[List[Optional[int]]]
    """The dimensions; ``None`` if the rank is unknown, ``None`` in the list for an unknown dimension."""
    tensor: Union[str, List[str]]
    """The name of the tensor in the graph. A sparse or composite tensor has a list of names."""


class SignatureFacts(TypedDict):
    """One signature of a file."""

    method: str
    """The method name that the file gives, such as ``tensorflow/serving/predict``."""
    inputs: Dict[str, TensorFacts]
    """The inputs, by name."""
    outputs: Dict[str, TensorFacts]
    """The outputs, by name."""


class ConstantFacts(TypedDict):
    """The constants in the part of the file that is shown."""

    count: int
    """How many there are."""
    bytes: int
    """How many bytes they take in the file."""


class LogGraphFacts(TypedDict):
    """One graph of a log of TensorBoard."""

    run: str
    """The run, called by its path in the folder of the log; ``.`` is that folder itself."""
    tag: str
    """What it is chosen by, with ``load(tag=)``. Behind a tag stands which of its graphs it is (``/function_0``), and how many newer ones there are (``~1``)."""
    kind: str
    """What kind of graph it is, in words."""
    step: int
    """The step that it was written at."""
    written: str
    """When that was; empty if the file does not tell."""


class TensorSize(TypedDict):
    """A constant of a TensorFlow Lite file."""

    name: str
    """The name of the tensor."""
    dtype: str
    """The dtype as TensorFlow spells it, such as ``int8``."""
    shape: Optional[List[Optional[int]]]
    """The dimensions."""
    bytes: int
    """How many bytes of the file it takes."""
    quantization: str
    """How its numbers are kept as integers, in a few words; empty if they are not."""


class Facts(TypedDict, total=False):
    """The keys that `Graph.facts` may have. Those from ``format`` to ``inferred_shapes`` are about a loaded graph's file."""

    format: str
    """``SavedModel``, ``MetaGraphDef``, ``GraphDef``; ``Keras archive``, ``Keras HDF5`` or ``Keras configuration``; ``TensorFlow Lite``; ``checkpoint``; ``TensorBoard log``."""
    log_graph: LogGraphFacts
    """Which graph of a log is shown."""
    other_graphs: List[LogGraphFacts]
    """The graphs of the log that are not shown, at most 1,000."""
    graphs_in_log: int
    """How many graphs the log has."""
    damage: List[str]
    """For each file of the log that was not read to its end: why."""
    version: int
    """The number of the version that is shown, of a model that has several in numbered folders (TensorFlow Serving's layout)."""
    versions: int
    """How many there are."""
    tag_sets: List[List[str]]
    """The tags of each graph in a SavedModel."""
    graph_bytes: int
    """Size of the graph's file in bytes."""
    variables_bytes: int
    """Size of the variables in a SavedModel's folder in bytes."""
    tags: List[str]
    """The tags of the graph that is shown."""
    tensorflow: Optional[str]
    """The version of TensorFlow that wrote the file; ``None`` if the file does not say."""
    keras: Optional[str]
    """The version of Keras that wrote the file; ``None`` if the file does not say."""
    weights_unread: str
    """Why parameters are counted by what the layers are set to, and not by stored weights."""
    graphs_beside: List[str]
    """Of a checkpoint: files beside it that have the graph, as far as their names tell."""
    values_missing: int
    """Of a checkpoint: how many of the files with its values are not beside it."""
    objects_unread: bool
    """Of a checkpoint: True if what describes its objects cannot be read, so that names alone tell how variables belong together."""
    calls_unknown: str
    """The class of a model whose calls are Python code, not in the file: only its weights are shown."""
    producer: int
    """The GraphDef version of the program that wrote the file (``GraphDef.versions.producer``)."""
    signatures: Dict[str, SignatureFacts]
    """Every signature of the file, by its name."""
    assets: List[str]
    """The names of the asset files that the model uses."""
    custom_ops: List[str]
    """Op types that are not TensorFlow's own."""
    signature: Optional[str]
    """The signature that is shown; ``None`` if none was chosen."""
    function: Optional[str]
    """The function that is shown; ``None`` if none was chosen."""
    functions: Dict[str, int]
    """Name of each function that the part shown calls, directly or through others -> the number of its ops."""
    library_functions: int
    """How many functions the file has."""
    constants: ConstantFacts
    """The constants in the part that is shown."""
    tensors: List[TensorSize]
    """The constants of a TensorFlow Lite file, the largest first."""
    schema_version: int
    """The version of the schema that a TensorFlow Lite file says it has."""
    description: str
    """What a file says of itself."""
    uncalled: List[str]
    """The subgraphs of a TensorFlow Lite file that neither a signature begins nor an operator runs."""
    metadata: List[str]
    """The names of the metadata in a TensorFlow Lite file."""
    needs_runtime: Optional[str]
    """The oldest runtime that has all operators of a TensorFlow Lite file; ``None`` if the file does not say."""
    inferred_shapes: int
    """How many ops have no shapes in the file and got them from opscope's rules. Each function is counted once."""
    training: bool
    """Whether a model was traced with ``training=True``."""
    gradients: GradientFacts
    """Which gradients a traced function asks for and applies."""
    definition: Optional[Source]
    """Of a traced function or layer: the user's line that defines it; ``None`` if a library does."""
    made_lines: Dict[str, Source]
    """Of a traced model that opscope has imported: object path of a layer -> the user's line on which it was made."""
    silent_layers: Tuple[SilentLayer, ...]
    """Of a traced function: the calls of Keras layers that made no op."""
    earlier_traces: Optional[TraceFacts]
    """What a `tf.function` was traced for before; ``None`` if it was traced once at most."""
    profile: ProfileFacts
    """What a profiling run could not explain."""
    log_profile: LogProfileFacts
    """Which profile of a log directory the measurement is from, if somebody else recorded it."""
    own_run: str
    """Which steps of a run of the user's own were measured, in words."""
    timeline: Timeline
    """When each op ran in one measured step: for the page, and for .trace and .speedscope files. JSON has its longest executions."""
    step_times: Any
    """How long each op took in each measured step (a `profile.step_times.StepTimes`), for the errors of sums."""
