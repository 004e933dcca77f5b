"""The table in the tutorial is what its example prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorials" / "model.md"


def test_the_table_of_the_tutorial_is_what_its_code_prints(capsys):
    pytest.importorskip("tensorflow")
    code, table = re.search(
        r"## The table by layer.*?```python\n(.*?)```.*?```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    ).groups()
    exec("import opscope\nimport tensorflow as tf\n" + code, {})
    said = capsys.readouterr().out
    assert "\n\n" + table + "\n" in said
