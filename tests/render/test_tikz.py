"""The document for papers compiles with plain pdflatex, without a shell, and says what the drawing says, whatever names hold."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

import drawn
from opscope.render.exchange.tikz import escaped_tex

HOSTILE = [
    r"\input{/etc/passwd}", r"\write18{ls}", r"\end{tikzpicture}", r"\def\x{\x}\x", "a_b^c", "50 %", "$x$", "#1 & 2", "{", "}", "a~b", "^^41", 'say "hi"',
    "it's `so`", "<b>|c|</b>", "a--b---c", "?`!`", "[a]=b,c;", "(0,0)", "ÄÖß é", "snow☃ 雪 🙂", "two\nlines", "tab\there", "null\x00bell", "rtl \u202eabc",
    "\ud800 lone", "µ ± × · → ≥ ² …", "fi ff", "'", "",
]  # fmt: skip


def compiled(path):
    """The text of the PDF that pdflatex makes of a document, without white space; it may run no program."""
    if (
        shutil.which("pdflatex") is None
        or subprocess.run(["kpsewhich", "tikz.sty"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no pdflatex with TikZ")
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on the path")
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", path.name]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, check=False, timeout=300)
    log = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, log[-3000:]
    assert "Missing character" not in log
    text = subprocess.run(
        ["pdftotext", "-layout", path.with_suffix(".pdf"), "-"], capture_output=True, check=True, timeout=60
    ).stdout.decode()
    assert text.count("\f") == 1  # one page
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("graph", [drawn.dense, drawn.loop, drawn.branch])
def test_pdflatex_makes_a_page_with_all_words(graph, tmp_path):
    text = compiled(graph().save(tmp_path / "net.tex"))
    words = {
        drawn.dense: ["hiddenDense", "MatMul", "BiasAdd", "kernel(4,4)", "float32(8,4)"], drawn.loop: ["while", "body", "cond", "nextiteration", "AddV2"],
        drawn.branch: ["Mul", "then", "else"],
    }  # fmt: skip
    assert [word for word in words[graph] if word not in text] == []


def test_names_are_texts_for_latex(tmp_path):
    text = compiled(drawn.named(HOSTILE, r"\evil % } title").save(tmp_path / "net.tex", depth="all"))
    for name in (
        r"\write18{ls}",
        r"\input{/etc/passwd}",
        "a_b^c",
        "50%",
        "$x$",
        "#1&2",
        "a~b",
        "^^41",
        "<b>|c|</b>",
        "snowU+2603U+96EAU+1F642",
    ):
        assert name in text, name


@pytest.mark.parametrize("name", HOSTILE)
def test_an_escaped_text_has_no_sign_of_latex(name):
    """Besides what is known to be written for one sign, only letters, digits and signs without meaning are left."""
    left = re.sub(
        r"\{\\ttfamily\\char\d+\}|\\[$&#%_]|[-?!,]\{\}|\$\\?[\^\w\\{}-]+\$|\\P\{\}|\\dots\{\}", "", escaped_tex(name)
    )
    assert not set(left) & set("\\{}$&#^_~%"), left
    assert left.isprintable()


def test_boxes_are_named_nodes(tmp_path):
    text = drawn.dense().save(tmp_path / "net.tex").read_text(encoding="utf-8")
    assert re.search(r"^\\node\[op, .*\] \(n2-0\) at \(.*\) \{MatMul\};$", text, re.MULTILINE)
    assert len(re.findall(r"^\\path\[wire\]", text, re.MULTILINE)) == 4
    assert len(re.findall(r"^\\node\[card, .*\] \(c\d\) at", text, re.MULTILINE)) == 2
