"""An independent way to time ops: the traced GraphDef replayed in a v1 Session with FULL_TRACE, and how the two agree.

Another program runs here (no functions, its own Grappler pass, v1 variables), so it is no reference for wall time, but
its time per op must agree with what the profiler says. What else would tell the two apart is kept equal:

- Steps of the two alternate, so that both see the same machine; of each layer the least of all steps counts, which other
  programs disturb least.
- The session's variables share the memory of the model's own. Copies lie elsewhere, and where nine megabytes of weights
  lie decided whether a convolution of ResNet50 took 3.6 or 7.5 ms.
- Threads are the caller's business: `one_thread` before TensorFlow starts keeps ops from slowing each other by chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, List, Tuple

import numpy as np
import tensorflow as tf

from opscope.capture.tracing import trace_function
from opscope.graph import Graph
from opscope.graph.content import content_of
from opscope.profile.attribution.attribute import attribute
from opscope.profile.recordings.raw import OpEvent, Recording, Span, Trace
from opscope.profile.running import feed, runner

v1 = tf.compat.v1
_PICOSECONDS = 1000


def one_thread() -> None:
    """From now on ops run one after another, each on one thread; only before TensorFlow's first op."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


class Replay:
    """The untouched graph of a traced function in a Session. Only for functions that write no variable: they are shared."""

    def __init__(self, concrete: Any, tensors: List[Any]) -> None:
        variables = {inside.op.name for outside, inside in concrete.graph.captures if outside.dtype == tf.resource}
        values = {inside.op.name: _value(outside) for outside, inside in concrete.graph.captures}
        with tf.Graph().as_default() as graph:
            captured, initials = {}, {}
            for name, value in values.items():
                if name in variables:
                    initial = v1.placeholder(value.dtype, value.shape)
                    initials[initial] = value
                    captured[name] = v1.Variable(initial, use_resource=True).handle
                else:
                    captured[name] = tf.constant(value)
            names = [tensor.name for tensor in concrete.inputs if tensor.op.name not in captured]
            tf.import_graph_def(concrete.graph.as_graph_def(), captured, name="")
            self._feeds = {name: value.numpy() for name, value in zip(names, tensors)}
            self._fetches = [graph.get_operation_by_name(tensor.op.name) for tensor in concrete.outputs]
            self._session = v1.Session(graph=graph, config=_same_threads())
            self._session.run(v1.global_variables_initializer(), initials)

    def step(self) -> Recording:
        """One traced step, after one that is not."""
        self._session.run(self._fetches, self._feeds)
        options, metadata = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE), v1.RunMetadata()
        self._session.run(self._fetches, self._feeds, options=options, run_metadata=metadata)
        return _recording(metadata.step_stats)


def _value(outside: Any) -> Any:
    """The value of a captured tensor, or of the variable that it is the handle of, without copying it."""
    if outside.dtype != tf.resource:
        return outside.numpy()
    kind = outside._handle_data.shape_and_type[0].dtype  # noqa: SLF001
    return tf.raw_ops.ReadVariableOp(resource=outside, dtype=tf.as_dtype(kind)).numpy()


def _same_threads() -> Any:
    threads = tf.config.threading
    return v1.ConfigProto(
        intra_op_parallelism_threads=threads.get_intra_op_parallelism_threads(),
        inter_op_parallelism_threads=threads.get_inter_op_parallelism_threads(),
    )


def _recording(stats: Any) -> Recording:
    """As the profiler's recording; each kernel from its start to its end, without the executor's work around it."""
    events = []
    for device in stats.dev_stats:
        for node in device.node_stats:
            start = node.all_start_micros * 1000 + node.op_start_rel_nanos
            end = node.all_start_micros * 1000 + node.op_end_rel_nanos
            op = node.timeline_label.partition(" = ")[2].partition("(")[0] or "NoOp"
            events.append(OpEvent(node.node_name, op, start * _PICOSECONDS, end * _PICOSECONDS, node.thread_id, 1))
    events.sort(key=lambda event: event.start)
    step = Span(events[0].start, max(event.end for event in events) + 1)
    return Recording(Trace((step,), tuple(events)), None, (), 3, tf.__version__)


@dataclass(frozen=True)
class Agreement:
    """What two ways of timing say of the same layers, in microseconds a step."""

    layers: List[str]
    profiler: List[float]
    replay: List[float]

    @property
    def correlation(self) -> float:
        """Of the times by layer."""
        return float(np.corrcoef(self.profiler, self.replay)[0, 1])

    @property
    def difference(self) -> float:
        """How much longer all layers together took in the replay, as a share."""
        return sum(self.replay) / sum(self.profiler) - 1


class Comparison:
    """Profiled and replayed steps of one model, in turn; `agreement` gets better with every round."""

    def __init__(self, model: Any, value: Any) -> None:
        self._graph, self._concrete, call = trace_function(model, value, source_lines=False)
        self._tensors = feed.feed_of(self._concrete, call, 1).tensors
        self._replay = Replay(self._concrete, self._tensors)
        self._optimised = runner.record(self._concrete, self._tensors, steps=1, warmup=2, seconds=0).optimised
        self._replay.step()
        self._ours: List[Dict[str, float]] = []
        self._theirs: List[Dict[str, float]] = []

    def round(self) -> Tuple[Dict[str, float], Dict[str, float]]:
        """One step of each: its times by layer, profiled and replayed."""
        raw = runner.record(self._concrete, self._tensors, steps=1, warmup=1, seconds=0)
        self._ours.append(self._layers(raw.recording()))
        self._theirs.append(self._layers(self._replay.step()))
        return self._ours[-1], self._theirs[-1]

    def _layers(self, recording: Recording) -> Dict[str, float]:
        return layers(attribute(self._graph, replace(recording, optimised=self._optimised)))

    def agreement(self) -> Agreement:
        """Of all rounds until now."""
        names = sorted({name for step in self._ours + self._theirs for name in step})
        return Agreement(names, _least(self._ours, names), _least(self._theirs, names))


def _least(steps: List[Dict[str, float]], names: List[str]) -> List[float]:
    return [min(step.get(name, 0.0) for step in steps) for name in names]


def layers(graph: Graph) -> Dict[str, float]:
    """Busy time of each innermost layer, in microseconds a step."""
    around: List[str] = []
    for group in content_of(graph).groups:
        around.append(group.path if group.is_call else around[group.parent] if group.parent >= 0 else "")
    times: Dict[str, float] = {}
    for row, measured in content_of(graph).measured.items():
        place = content_of(graph).node_group[row]
        name = around[place] if place >= 0 else ""
        times[name] = times.get(name, 0.0) + (measured.busy_us or 0.0)
    return times
