"""A format whose extra is not installed is one line that names the extra."""

from __future__ import annotations

import sys

import pytest

import opscope
from opscope.cli import main


def test_pdf_without_its_extra(small_graph, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "fpdf", None)
    with pytest.raises(opscope.MissingDependencyError, match=r"pip install 'opscope\[pdf\]', or save as \.svg$"):
        small_graph.save(tmp_path / "net.pdf")
    source = str(small_graph.save(tmp_path / "net.json"))
    assert main(["render", source, "-o", str(tmp_path / "net.pdf")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "net.pdf").exists()
