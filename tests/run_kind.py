"""What kind of run of the tests this is, as the environment says: quick, a row of tools/matrix.py, or the whole suite, in CI or not."""

from __future__ import annotations

import os

QUICK = bool(os.environ.get("OPSCOPE_QUICK"))
"""Without TensorFlow and a browser (../conftest.py hides them), with few random examples: `make quick`."""
ROW = os.environ.get("OPSCOPE_MATRIX_ROW", "")
"""A row of tools/matrix.py, which asks what a version changes: the packages that it asks about, or "everything"."""
ASKED = () if ROW == "everything" else tuple(ROW.split())
"""The packages one of which a test file is to use, or it is left out; empty: every file runs."""
FEW = QUICK or bool(ROW)
"""Few random examples; `make test` tries them all."""
TIMES = 1 if FEW else int(os.environ.get("OPSCOPE_TIMES_EXAMPLES", "1"))
"""So many times as many random examples as usual."""
CI = bool(os.environ.get("CI"))
"""The same random examples each time, so that a check of a commit does not depend on luck. Elsewhere each run has its own."""
