"""Which code a page embeds, file by file."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path

import pytest

from opscope.graph.code_lines import LARGEST
from opscope.graph.traced import TracedFiles
from opscope.graph.types import Source
from opscope.render.page import user_code as page_source

NET = "class Net:\n    def call(self, x):\n        return x * 2\n"


def code(sources, *names, traced=None, line=3, function="call"):
    return page_source.code(sources, [Source(str(name), line, function) for name in names], traced)


def ran(*files):
    return TracedFiles({str(file): str(file) for file in files})


def test_source_is_embedded_around_the_lines_and_only_from_the_users_files(tmp_path):
    file = tmp_path / "model.py"
    file.write_text("".join(f"line {number}\n" for number in range(1, 101)), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("secret\n" * 50, encoding="utf-8")
    names = [file, tmp_path / "notes.txt", tmp_path / "gone.py", Path(json.__file__)]
    found = code(True, *names, traced=ran(*names), line=50)
    assert list(found.files) == [str(file)]
    assert set(found.absent) == {str(name) for name in names[1:]}
    lines = found.files[str(file)]
    assert (50, "line 50") in lines
    assert 30 < lines[0][0] < lines[-1][0] < 70


def test_a_name_that_no_trace_knows_is_not_read(tmp_path):
    (tmp_path / "net.py").write_text(NET)
    assert code(True, tmp_path / "net.py").files == {}
    assert code(True, tmp_path / "net.py", traced=ran(tmp_path / "other.py")).files == {}
    assert code(False, tmp_path / "net.py", traced=ran(tmp_path / "net.py")).files == {}


def test_a_traced_file_is_read_from_where_it_ran(tmp_path, monkeypatch):
    (tmp_path / "net.py").write_text(NET)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "net.py").write_text(NET.replace("2", "3"))
    monkeypatch.chdir(tmp_path / "elsewhere")  # after tracing
    traced = TracedFiles({"net.py": str(tmp_path / "net.py")})
    for sources in (True, tmp_path):
        assert code(sources, "net.py", traced=traced).files["net.py"][2] == (3, "        return x * 2")
    assert code(tmp_path / "elsewhere", "net.py", traced=traced).files == {}


def test_a_path_of_the_machine_that_saved_it_means_its_longest_end_below_the_folder(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "net.py").write_text(NET)
    (tmp_path / "net.py").write_text(NET.replace("2", "3"))
    for name in ("/home/alice/proj/models/net.py", "C:\\Users\\alice\\models\\net.py", "../models/net.py"):
        assert (3, "        return x * 2") in code(tmp_path, name).files[name]
    other = "/home/alice/other/net.py"
    assert (3, "        return x * 3") in code(tmp_path, other).files[other]


@pytest.mark.parametrize(("line", "function"), [(3, "predict"), (9, "call"), (3, "<module>"), (3, "")])
def test_a_file_that_only_has_the_name_is_not_taken_for_the_one_meant(tmp_path, line, function):
    (tmp_path / "net.py").write_text(NET)
    assert code(tmp_path, "/home/alice/net.py", line=line, function=function).files == {}


def test_the_files_of_installed_packages_stay_out_of_a_folder_too(tmp_path):
    for folder in ("site-packages", "src"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "net.py").write_text(NET)
    assert list(code(tmp_path, "site-packages/net.py", "src/net.py").files) == ["src/net.py"]


def test_a_file_beyond_the_limit_or_not_in_utf_8_is_left_out(tmp_path):
    (tmp_path / "large.py").write_text(NET + "#" * LARGEST)
    (tmp_path / "latin.py").write_bytes(b"# \xe9\n" + NET.encode())
    assert code(tmp_path, "large.py", "latin.py").files == {}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for_even_where_a_trace_named_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    assert code(True, tmp_path / "pipe.py", traced=ran(tmp_path / "pipe.py")).files == {}


def test_lines_are_counted_as_python_counts_them(tmp_path):
    text = '"""One.\x0cTwo\u2028."""\r\nx = 1\rdef call(x):\n    return x  # here\n'
    (tmp_path / "net.py").write_bytes(text.encode())
    line = ast.parse(text.encode()).body[2].body[0].lineno
    assert (line, "    return x  # here") in code(tmp_path, "net.py", line=line).files["net.py"]


def test_one_file_named_a_thousand_ways_does_not_fill_the_page(tmp_path):
    (tmp_path / "net.py").write_text(NET)
    found = code(tmp_path, *(f"{index}/net.py" for index in range(page_source.MOST_FILES + 5)))
    assert len(found.files) == page_source.MOST_FILES
    assert len(found.absent) == 5


def test_the_page_says_why_code_is_absent():
    assert code(True, "net.py").absent == {"net.py": page_source.LOADED}
    assert code(True, "net.py", traced=ran()).absent == {"net.py": page_source.NOT_RUN}
    assert code(False, "net.py").absent == {"net.py": page_source.LEFT_OUT}
    assert code(".", "no_such_net.py").absent == {"no_such_net.py": page_source.NOT_FOUND}
