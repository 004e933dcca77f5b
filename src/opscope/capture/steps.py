"""Makes a function of one batch that runs a Keras model's own train, test or predict step."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Callable, NamedTuple

from ..errors import InputError, option
from . import keras
from .seams import tensorflow

_STEPS = ("train", "test", "predict")


class Step(NamedTuple):
    """A step of a model."""

    name: str
    """``train``, ``test`` or ``predict``."""
    function: Any
    """The `tf.function` that runs it."""
    is_users: bool
    """Whether the user's own class defines it (``def train_step``), so that the batch may be anything."""


def step_of(model: Any, name: str) -> Step:
    """The step of that name; `InputError` if the model has no such step or is not compiled."""
    if name not in _STEPS:
        raise InputError(f"{option('step', name)} is not one of {', '.join(_STEPS)}")
    if not keras.is_model(model):
        raise InputError(f"{option('step', name)} needs a Keras model, not a {type(model).__name__}")
    is_users = _is_users(model, f"{name}_step")
    # A train step of the user's own may do without an optimizer.
    if name == "train" and getattr(model, "optimizer", None) is None and not is_users:
        raise InputError(f"model {model.name!r} is not compiled; call model.compile(optimizer, loss) first")
    options = {"jit_compile": True} if _is_compiled_by_xla(model) else {}
    return Step(name, tensorflow().function(_running(model, getattr(model, f"{name}_step")), **options), is_users)


def _is_compiled_by_xla(model: Any) -> bool:
    """Whether ``fit`` has XLA compile the step: ``model.compile(jit_compile=True)``, or what Keras 3 makes of its default ``"auto"``.

    Under a strategy Keras 2 compiles what each replica does; such a step is run without XLA here.
    """
    asked = getattr(model, "jit_compile", None) or getattr(model, "_jit_compile", None)
    return asked is True and not getattr(model, "run_eagerly", False) and _strategy_of(model) is None


def _is_users(model: Any, method: str) -> bool:
    """Whether the class that defines the method is the user's, not Keras's."""
    return not keras.is_keras(next(base for base in type(model).__mro__ if method in base.__dict__))


def _running(model: Any, method: Callable[..., Any]) -> Callable[..., Any]:
    """A function that runs the step, on every replica if the model was made under a `tf.distribute` strategy."""
    strategy = _strategy_of(model)

    def step(data):  # type: ignore[no-untyped-def]
        if strategy is None:
            return method(data)
        return strategy.run(method, args=(data,))

    return step


def build(model: Any, batch: Any) -> None:
    """Build what a model of Keras 3 under a `tf.distribute` strategy has not built yet, as ``fit`` does before its first step.

    Inside the step it would be too late: a replica cannot make the optimizer's variables. `batch` may consist of specs. What
    cannot be built in this way is left as it is, and the step says what is missing.
    """
    strategy, building = _strategy_of(model), getattr(model, "_symbolic_build", None)
    if strategy is None or building is None:
        return
    with strategy.scope(), suppress(Exception):  # it runs the user's code, which may raise whatever it likes
        building(data_batch=batch)


def _strategy_of(model: Any) -> Any:
    """The `tf.distribute` strategy that a model was made under; ``None`` for the default one."""
    strategy = getattr(model, "distribute_strategy", None)
    return None if strategy is None or "Default" in type(strategy).__name__ else strategy
