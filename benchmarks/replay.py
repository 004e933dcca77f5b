"""An independent way to time ops: the traced GraphDef replayed in a v1 Session with FULL_TRACE.

Another program runs here (no functions, its own Grappler pass, v1 variables), so it is no reference for wall time, but
its time per op must agree with what the profiler says.
"""

from __future__ import annotations

from typing import Any, Dict, List

import tensorflow as tf

from opscope.profile.raw import OpEvent, Recording, Span, Trace

v1 = tf.compat.v1
_PICOSECONDS = 1000


def replay(concrete: Any, tensors: List[Any], steps: int) -> Recording:
    """A recording like the profiler's, made by a Session on the untouched graph."""
    values = {inside.op.name: _value(outside) for outside, inside in concrete.graph.captures}
    variables = {inside.op.name for outside, inside in concrete.graph.captures if outside.dtype == tf.resource}
    with tf.Graph().as_default() as graph:
        feeds, captured = {}, {}
        for name, value in values.items():
            captured[name] = v1.Variable(value, use_resource=True).handle if name in variables else tf.constant(value)
        names = [tensor.name for tensor in concrete.inputs if tensor.op.name not in captured]
        tf.import_graph_def(concrete.graph.as_graph_def(), captured, name="")
        for name, value in zip(names, tensors):
            feeds[name] = value.numpy()
        fetches = [graph.get_operation_by_name(tensor.op.name) for tensor in concrete.outputs]
        with v1.Session(graph=graph) as session:
            session.run(v1.global_variables_initializer())
            for _ in range(2):
                session.run(fetches, feeds)
            return _recording([_traced(session, fetches, feeds) for _ in range(steps)])


def _value(outside: Any) -> Any:
    """The value of a captured tensor, or of the variable that it is the handle of."""
    if outside.dtype != tf.resource:
        return outside.numpy()
    kind = outside._handle_data.shape_and_type[0].dtype  # noqa: SLF001
    return tf.raw_ops.ReadVariableOp(resource=outside, dtype=tf.as_dtype(kind)).numpy()


def _traced(session: Any, fetches: Any, feeds: Dict[str, Any]) -> Any:
    metadata = v1.RunMetadata()
    session.run(fetches, feeds, options=v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE), run_metadata=metadata)
    return metadata.step_stats


def _recording(runs: List[Any]) -> Recording:
    events, steps = [], []
    for run in runs:
        found = []
        for device in run.dev_stats:
            for node in device.node_stats:
                start = node.all_start_micros * 1000 + node.op_start_rel_nanos
                end = node.all_start_micros * 1000 + node.op_end_rel_nanos
                op = node.timeline_label.partition(" = ")[2].partition("(")[0] or "NoOp"
                event = OpEvent(node.node_name, op, start * _PICOSECONDS, end * _PICOSECONDS, node.thread_id, 1)
                found.append(event)
        steps.append(Span(min(event.start for event in found), max(event.end for event in found) + 1))
        events += found
    return Recording(
        Trace(tuple(steps), tuple(sorted(events, key=lambda event: event.start))), None, (), 3, tf.__version__
    )
