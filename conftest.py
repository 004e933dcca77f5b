"""What holds before any test is imported: a quick run has no TensorFlow and no browser (`make quick`, tests/conftest.py).

Doctests are looked for in every module; the demo's models are TensorFlow's and the magics are IPython's, so without these there is nothing to look in.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Any, Dict

import pytest

if os.environ.get("OPSCOPE_QUICK"):
    # Python then raises ModuleNotFoundError, as where they are not installed, so that each test says what it misses.
    sys.modules.update(dict.fromkeys(("tensorflow", "playwright", "playwright.sync_api")))

_MADE_OF = {"tensorflow": "src/opscope/demo/*.py", "IPython": "src/opscope/notebook/magic.py"}
collect_ignore_glob = [modules for package, modules in _MADE_OF.items() if not find_spec(package)]


@pytest.fixture(scope="session", autouse=True)
def _graph_of_the_examples(doctest_namespace: Dict[str, Any]) -> None:
    """The `graph` of the docstrings' examples: two dense layers, as tracing gives them."""
    from graphs import dense_model  # noqa: PLC0415  (tests/ is on the path once pytest has read its configuration)

    doctest_namespace["graph"] = dense_model()
