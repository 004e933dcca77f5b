"""How the command ends when the model's own code, or the machine, ends it."""

from __future__ import annotations

import pytest

import opscope
from opscope.cli import main

MODEL = """
def model(x):
    raise {}
"""


@pytest.fixture
def source(tmp_path):
    """A function that raises this when it is called; unloaded modules have names of their own."""

    def make(error, body=MODEL):
        path = tmp_path / f"stopping_net_{abs(hash(error))}.py"
        path.write_text(body.format(error))
        return f"{path}:model"

    return make


@pytest.mark.parametrize("verb", ["summary", "profile"])
@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        ("KeyboardInterrupt", 130, ""),
        (
            "SystemExit(3)",
            3,
            "the model's code ended the command with sys.exit(3) or the like; remove that from the code",
        ),
        ("SystemExit", 1, "the model's code ended the command with sys.exit() or the like; remove that from the code"),
        ("SystemExit('no\\nweights')", 1, r"with sys.exit('no\nweights') or the like; remove that from the code"),
        ("MemoryError", 1, "MemoryError: no message; there is not enough memory; give smaller inputs"),
        ("RecursionError('too deep')", 1, "RecursionError: too deep; "),
        ("GeneratorExit", 1, "unexpected GeneratorExit; --traceback shows where"),
    ],
)
def test_an_exception_of_the_models_code(capsys, source, verb, error, code, said):
    pytest.importorskip("tensorflow")
    assert main([verb, source(error), "--input", "2,3"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == (1 if said else 0)


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_in_python_the_exception_itself_comes_out_and_nothing_stays_changed(raised):
    tf = pytest.importorskip("tensorflow")

    class Stopping(tf.keras.layers.Layer):
        def call(self, x):
            if stop:
                raise raised
            return x + 1.0

    inside = tf.keras.Sequential([Stopping()])
    for run in (opscope.trace, opscope.profile):
        for target in (inside, tf.function(inside)):
            stop = True
            with pytest.raises(type(raised)) as caught:
                run(target, (2, 3))
            assert caught.value is raised
            stop = False
            assert "AddV2" in opscope.trace(target, (2, 3)).to_json()


@pytest.mark.parametrize(("error", "code"), [("KeyboardInterrupt", 130), ("SystemExit(3)", 1)])
def test_an_exception_while_the_module_is_imported(capsys, source, error, code):
    assert main(["summary", source(error, "raise {}")]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert ("failed with SystemExit: 3" in err) == (code == 1)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError, "there is not enough memory; draw less (--depth 1"),
        (RecursionError, "unexpected RecursionError; --traceback"),
    ],
)
def test_what_the_machine_cannot_do_is_one_line(capsys, small_graph, tmp_path, monkeypatch, error, said):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("opscope.cli.summary.text", fail)
    assert main(["summary", str(small_graph.save(tmp_path / "net.json"))]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1
