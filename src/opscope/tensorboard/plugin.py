"""`OpscopePlugin`: what TensorBoard asks of a plugin, and the answers to the tab's requests.

Interface: tensorboard/plugins/base_plugin.py. The tab is an ES module in a frame of its own: tensorboard/docs/ADDING_A_PLUGIN.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, Optional

try:
    from tensorboard.plugins.base_plugin import TBPlugin
except ImportError:  # without TensorBoard nobody asks for its plugin, and the module can still be imported
    TBPlugin = object

from ..render.page.html import script_digest
from ..version import __version__
from . import page_making
from .background_look import BackgroundLook
from .log_entries import LogEntry
from .log_roots import log_roots
from .page_shelf import PageShelf, PageState

_TAB = Path(__file__).with_name("tab.js")
_GONE = "it is not in the log directory any more; choose another one"


class OpscopePlugin(TBPlugin):  # type: ignore[misc, unused-ignore]  # TensorBoard has no annotations
    """The tab that lists the graphs and profiles of the runs, and shows the page of the one that is chosen."""

    plugin_name = "opscope"

    def __init__(self, context: Any) -> None:
        """Begin to look what there is: the tab is active once something was found."""
        self._look = BackgroundLook(*log_roots(context))
        self._shelf = PageShelf()
        self._look.seen()

    def is_active(self) -> bool:
        """Whether there is something to show, as far as the last look tells."""
        return bool(self._look.seen().listing.entries)

    def frontend_metadata(self) -> Any:
        """How the tab is called, and where its script is."""
        from tensorboard.plugins import base_plugin

        return base_plugin.FrontendMetadata(es_module_path="/tab.js", tab_name="opscope")

    def get_plugin_apps(self) -> Dict[str, Callable[..., Any]]:
        """The answers, by what is asked for: below ``/data/plugin/opscope``."""
        from werkzeug.wrappers import Request

        answers = {"/tab.js": self._tab, "/runs": self._runs, "/state": self._state, "/page": self._page}
        return {path: Request.application(answer) for path, answer in answers.items()}

    def _tab(self, request: Any) -> Any:
        return _answer(request, _TAB.read_text(encoding="utf-8"), "text/javascript")

    def _runs(self, request: Any) -> Any:
        listing, looking = self._look.seen()
        return _answer(request, {"version": __version__, "looking": looking, **listing.told()}, "application/json")

    def _state(self, request: Any) -> Any:
        """How far a page is; it is begun by that. Asked ``again``, also if it could not be made before."""
        state = self._asked(request, again="again" in request.args)
        told = {"state": "failed", "why": _GONE} if state is None else state.told()
        return _answer(request, told, "application/json")

    def _page(self, request: Any) -> Any:
        """The page, once it is made."""
        state = self._asked(request, awaited=True)
        if state is None:
            return _answer(request, _GONE, "text/plain", code=404)
        state.over.wait()
        if state.text is None:
            return _answer(request, state.why or "", "text/plain", code=422)
        return _answer(request, state.text, "text/html", csp_scripts_sha256s=[script_digest()])

    def _asked(self, request: Any, *, again: bool = False, awaited: bool = False) -> Optional[PageState]:
        """The page of what a request names by its key; ``None`` if nothing in the list has it."""
        key = request.args.get("key", "")
        entry: Optional[LogEntry] = self._look.seen().listing.entries.get(key)
        if entry is None:
            # A tab that was open before TensorBoard was started again asks before the first look has ended.
            entry = self._look.wait().entries.get(key)
        if entry is None:
            return None
        return self._shelf.state(key, lambda say: page_making.page(entry, say), again=again, awaited=awaited)


def _answer(request: Any, content: Any, kind: str, **more: Any) -> Any:
    from tensorboard.backend import http_util

    return http_util.Respond(request, content, kind, **more)
