"""`PageShelf`: has pages made in the background, one at a time, and keeps the last ones."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Callable, Dict, Optional

from .page_making import Say, said

MOST_KEPT_TEXT = 128 << 20
"""So many characters of pages are kept: some eighty of small graphs, and at least the newest."""
_FORGOTTEN = 10.0
"""A page that nobody has asked for in so many seconds is not begun: the reader has chosen another one meanwhile."""


@dataclass
class PageState:
    """How far a page is."""

    doing: str = "waiting for another page to be made"
    why: Optional[str] = None
    """Why there is no page, if there is none."""
    text: Optional[str] = None
    began: float = field(default_factory=time.monotonic)
    asked: float = field(default_factory=time.monotonic)
    awaited: bool = False
    """Whether a request waits for it, until it is over."""
    over: threading.Event = field(default_factory=threading.Event)

    def told(self) -> Dict[str, object]:
        """What the tab shows of it."""
        if not self.over.is_set():
            return {"state": "working", "doing": self.doing, "seconds": round(time.monotonic() - self.began)}
        return {"state": "ready"} if self.why is None else {"state": "failed", "why": self.why}


class PageShelf:
    """Pages by key."""

    def __init__(self) -> None:
        self._states: "OrderedDict[str, PageState]" = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def state(self, key: str, make: Callable[[Say], str], *, again: bool = False, awaited: bool = False) -> PageState:
        """How far the page is. If nobody asked for it before, it is begun; with `again` also if it could not be made then.

        One that is `awaited` is made in any case.
        """
        with self._lock:
            state = self._states.get(key)
            if state is None or (again and state.why is not None):
                state = self._states[key] = PageState(awaited=awaited)
                threading.Thread(
                    target=self._make, args=(state, make), name="opscope makes a page", daemon=True
                ).start()
            self._states.move_to_end(key)
            state.asked = time.monotonic()
            state.awaited = state.awaited or awaited
            return state

    def _make(self, state: PageState, make: Callable[[Say], str]) -> None:
        def say(doing: str) -> None:
            state.doing = doing

        with self._turn:
            if not state.awaited and time.monotonic() - state.asked > _FORGOTTEN:
                state.why = "not made, as nobody waited for it any more; choose it again"
            else:
                try:
                    state.text = make(say)
                except Exception as error:  # noqa: BLE001  (whatever is wrong with a graph of a stranger is one line in the tab)
                    state.why = said(error)
            state.over.set()
        self._drop()

    def _drop(self) -> None:
        """Drop the pages that were not looked at for longest, until the others take no more than `MOST_KEPT_TEXT`."""
        with self._lock:
            over = [(key, len(state.text or "")) for key, state in self._states.items() if state.over.is_set()]
            kept = sum(size for _, size in over)
            for key, size in over[:-1]:
                if kept <= MOST_KEPT_TEXT:
                    break
                del self._states[key]
                kept -= size
