"""Tells when an error in one of the callbacks of ``fit`` ends it: Keras calls no callback then, and the profiler would stay on."""

from __future__ import annotations

from types import FrameType
from typing import Any, Callable, Dict, Optional

_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_epoch_end", "on_test_begin")
"""What Keras calls while the profiler may be on, or before it calls our callback, which switches it off."""


class GuardedHooks:
    """Stand-ins for the hooks of Keras's list of callbacks, on that object alone. They see an error that passes, and let it pass."""

    def __init__(self, hooks: Any, ended: Callable[[], None]) -> None:
        self._attributes: Dict[str, Any] = vars(hooks)
        self._ended = ended
        self._own = {name: self._attributes[name] for name in _HOOKS if name in self._attributes}
        self._put = {name: self._guarded(getattr(hooks, name)) for name in _HOOKS if hasattr(hooks, name)}
        self._attributes.update(self._put)

    def leave(self) -> None:
        """Leave the list as it was."""
        for name, put in self._put.items():
            if self._attributes.get(name) is put:
                del self._attributes[name]
                if name in self._own:
                    self._attributes[name] = self._own[name]
        self._put = {}

    def _guarded(self, hook: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **options: Any) -> Any:
            try:
                return hook(*args, **options)
            except BaseException:
                self._ended()
                raise

        return called


def guarded_hooks(caller: Optional[FrameType], callback: Any, ended: Callable[[], None]) -> Optional[GuardedHooks]:
    """Guard the list of callbacks whose method called `callback`; ``None`` if it is called by something else.

    A callback is not told which list it is in, so its caller is looked at.
    """
    while caller is not None and type(caller.f_locals.get("self")).__name__ != "CallbackList":
        caller = caller.f_back
    hooks = caller.f_locals["self"] if caller is not None else None
    listed = getattr(hooks, "callbacks", None)
    if not isinstance(listed, list) or not any(each is callback for each in listed):
        return None
    return GuardedHooks(hooks, ended)
