import os
import re
import shutil
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from graphs import Builder
from opscope.errors import MissingDependencyError, RenderError
from opscope.graph.content import with_measurement
from opscope.graph.types import Measured
from opscope.layout.sizes.text_width import Font, width
from opscope.render.dot import graphviz
from opscope.render.dot.drawing import dot
from opscope.render.font import FOLDER

DOT = 'digraph { graph [fontname="Inter"]; a [label="MatMul ü <b> & \\"q\\""]; a -> b }'


@pytest.fixture
def needs_graphviz():
    if not graphviz._commands():
        pytest.skip("no graphviz: neither pygraphviz nor dot is installed")


def blocked(folder):
    """A folder that, first on the path, makes `import pygraphviz` fail as a broken install does."""
    (folder / "pygraphviz.py").write_text("raise ImportError('libgvc.so.6: cannot open shared object file')")
    return str(folder)


def test_dot_text_becomes_svg(needs_graphviz):
    svg = graphviz.svg_from_dot(DOT)
    assert "<svg" in svg
    assert "MatMul ü &lt;b&gt; &amp;" in svg


def measured():
    """A card with a time, its share and the estimate of dispatch; a box in it with a time, its share and a note."""
    build = Builder()
    layer = build.group("hidden", "layer", measured=Measured(500_000.0, calls=100.0, error_us=11_000.0))
    fused = ("hidden/MatMul", "hidden/BiasAdd", "hidden/Relu")
    times = (Measured(500_000.0, calls=100.0, error_us=11_000.0, fused=fused), None, None)
    last = build.op("x", "Placeholder")
    for name, time in zip(fused, times):
        last = build.op(name, name.rpartition("/")[2], last, group=layer, measured=time)
    run = {"profiled_step_time_us": 1e6, "coverage": {"ops": 0.5, "dispatch": 0.4}, "trace_level": 3}
    return with_measurement(build.graph("net", ["x"], [last]), run)


def span(text):
    """Where a line of text begins and ends, by the widths that its font has, whatever room Graphviz gave it."""
    size, weight = float(text.get("font-size")), "bold" if text.get("font-weight") else "regular"
    words = "".join(text.itertext())
    wide = width(words, Font("mono" if "Mono" in text.get("font-family") else weight, size))
    left = float(text.get("x")) - {"start": 0.0, "middle": wide / 2, "end": wide}[text.get("text-anchor")]
    return left, left + wide


def test_what_was_measured_stays_inside_its_card_and_apart_from_other_words(needs_graphviz):
    """Graphviz makes room for less than a small text in the monospaced font takes."""
    drawing = ET.fromstring(graphviz.svg_from_dot(dot(measured(), depth="all")))
    [card] = [
        each for each in drawing.iter() if each.get("class") == "cluster" and "hidden" in "".join(each.itertext())
    ]
    texts = [each for each in card.iter() if each.tag.endswith("text")]
    assert {"50 % of profiled", "about 400 ms more in op dispatch (estimate)"} <= {text.text.strip() for text in texts}
    [border] = [each for each in card.iter() if each.tag.endswith("path") and each.get("fill") != "none"][:1]
    edges = [float(x) for x in re.findall(r"(-?[\d.]+),", border.get("d"))]
    assert all(min(edges) < span(text)[0] and span(text)[1] < max(edges) - 3 for text in texts)
    texts = [each for each in drawing.iter() if each.tag.endswith("text")]
    for one, other in combinations(texts, 2):
        if one.get("y") == other.get("y"):
            (left, right), (other_left, other_right) = span(one), span(other)
            assert right <= other_left or other_right <= left


def test_text_that_is_no_dot_says_what_graphviz_said(needs_graphviz):
    with pytest.raises(RenderError, match=r"Graphviz failed: .*(syntax error|Invalid Input)"):
        graphviz.svg_from_dot("digraph { a -> ")


def test_an_endless_layout_is_ended_with_the_remedy(needs_graphviz):
    nodes = " ".join(f"{left}->{right};" for left in range(400) for right in range(left + 1, left + 40))
    with pytest.raises(RenderError, match=r"within 0\.5 s; open fewer groups \(depth=1"):
        graphviz.svg_from_dot(f"digraph {{ {nodes} }}", timeout=0.5)


def test_without_graphviz_the_error_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(blocked(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        MissingDependencyError, match=r"pip install 'opscope\[graphviz\]'.*apt-get install graphviz.*engine='opscope'"
    ):
        graphviz.svg_from_dot(DOT)


def test_a_broken_pygraphviz_gives_way_to_the_program(monkeypatch, tmp_path):
    if shutil.which("dot") is None:
        pytest.skip("no graphviz program (dot)")
    monkeypatch.syspath_prepend(blocked(tmp_path))
    assert "<svg" in graphviz.svg_from_dot(DOT)


def test_without_graphviz_every_other_output_still_works(tmp_path):
    source = tmp_path / "net.json"
    code = (
        "import sys, opscope; graph = opscope.load(sys.argv[1])\n"
        "for suffix in ('dot', 'svg', 'png', 'pdf', 'html', 'json', 'txt'): print(graph.save(f'{sys.argv[2]}/out.{suffix}').stat().st_size > 0)\n"
    )
    source.write_text(
        '{"format": "opscope", "version": 1, "name": "n", "producer": {}, "nodes": [{"name": "x", "op": "NoOp", '
        '"group": null, "inputs": [], "outputs": [], "attrs": {}, "device": "", "source": null, "dead": false, '
        '"cost": null, "measured": null}], "groups": [], "variables": [], "measurement": null}'
    )
    (tmp_path / "block").mkdir()
    path = os.pathsep.join([blocked(tmp_path / "block"), *filter(None, sys.path)])
    environment = {**os.environ, "PATH": "", "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-c", code, source, tmp_path], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["True"] * 7, done.stderr


def test_the_child_sees_our_fonts_and_an_own_setting_wins(tmp_path, monkeypatch):
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    (tmp_path / "ours").mkdir()
    (tmp_path / "mine").mkdir()
    environment = graphviz._environment(tmp_path / "ours")
    assert str(tmp_path / "ours" / "fonts") in Path(environment["FONTCONFIG_FILE"]).read_text()
    assert (tmp_path / "ours" / "fonts" / "Inter-Regular.ttf").is_file()
    monkeypatch.setenv("FONTCONFIG_FILE", "/mine")
    assert graphviz._environment(tmp_path / "mine")["FONTCONFIG_FILE"] == "/mine"


def test_drawing_leaves_the_packages_fonts_as_they_are(needs_graphviz):
    before = sorted(path.name for path in FOLDER.iterdir())
    graphviz.svg_from_dot(DOT)
    assert sorted(path.name for path in FOLDER.iterdir() if path.name != "__pycache__") == [
        name for name in before if name != "__pycache__"
    ]
