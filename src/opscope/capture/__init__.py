"""Makes a `Graph` of a live TensorFlow object. Only this room and the runner of `profile` import TensorFlow.

What happens in one trace, in the order of `tracing.trace_function` (words in backquotes are modules and their functions):

1. `target.identify` finds out what the user gave: a Keras layer or model, one of its `steps`, a function. It makes a `Target`.
2. `target_call.call_of` makes the arguments, from the user's `inputs` or from what the layer itself has `expected`. It
   makes a `TargetCall`.
3. `patches` puts `hooks` into TensorFlow and Keras. While TensorFlow traces the call, the hooks tell a `recorder`, which
   takes `notes`: which ops each layer, gradient and optimizer made. The result is a `Traced`, with the ConcreteFunction.
4. `found_objects` walks through the user's objects, starting at their `roots`, to find the paths of layers and of
   `captured_variables`.
5. `annotate` adds groups, the user's source lines (`user_frames`) and variables to the program that was read from the trace.
6. `graph_ports` names the inputs and outputs. The `Graph` is made; `program.expand` puts functions in place when it is first
   looked at.

All of them use `seams` (private places of TensorFlow that moved between versions), `keras` and `kinds` (what kind of object
something is).
"""

from __future__ import annotations

from .tracing import trace

__all__ = ["trace"]
