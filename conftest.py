"""What holds before any test is imported: a quick run has no TensorFlow and no browser (`make quick`, tests/conftest.py).

Doctests are looked for in every module; the demo's models are TensorFlow's, so without it there is nothing to look in.
"""

import os
import sys
from importlib.util import find_spec

if os.environ.get("OPSCOPE_QUICK"):
    # Python then raises ModuleNotFoundError, as where they are not installed, so that each test says what it misses.
    sys.modules.update(dict.fromkeys(("tensorflow", "playwright", "playwright.sync_api")))

collect_ignore_glob = [] if find_spec("tensorflow") else ["src/opscope/demo/*.py"]
