"""A live TensorFlow object -> `Graph`. With the runner of `profile`, the only room that imports TensorFlow.

The walk of one trace, as `tracing.trace_function` takes it:

1. `target.identify` finds out what was given: a Keras layer or model, one of its `steps`, a function -> `Target`.
2. `target_call.call_of` makes its arguments of the given `inputs`, or of what the layer has `expected` -> `TargetCall`.
3. `patches` hangs `hooks` into TensorFlow and Keras; while the call is traced, a `recorder` counts ops -> `Traced`: the
   ConcreteFunction and the `notes` of which layer, gradient and optimizer made which of its ops.
4. `found_objects` walks the user's objects from their `roots`, for the places of the layers and the `captured_variables`.
5. `annotate` reads the notes beside the ops -> the program with groups, the user's lines (`user_frames`) and variables.
6. `graph_ports` names what goes in and out; `program.expand` puts each function in place where it is called -> `Graph`.

`seams` (places in TensorFlow that moved), `keras` and `kinds` (what kind of object something is) serve all of them.
"""

from __future__ import annotations

from .tracing import trace

__all__ = ["trace"]
