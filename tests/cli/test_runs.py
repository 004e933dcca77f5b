"""``opscope profile --runs``: several fresh processes, what comes of them, and how they end."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import opscope
from opscope.cli import main
from opscope.errors import InputError, TraceError, for_command, option
from opscope.graph.content import traced_files
from opscope.profile.running.placement import scattered_memory
from opscope.profile.runs.fresh_runs import RunError, _error, _graph, _last_line, profile_runs
from opscope.profile.runs.one_run import RunResult
from opscope.profile.runs.samples import layer_samples

MODEL = """
import tensorflow as tf
print("a model that talks")
model = tf.keras.Sequential([tf.keras.layers.Dense(4, name="first"), tf.keras.layers.Dense(2, name="second")], name="net")
model.build((None, 3))
"""
SIGNALS = pytest.mark.skipif(os.name == "nt", reason="Windows has neither these signals nor named pipes")


@pytest.fixture
def source(tmp_path):
    """Writes code that processes run. Each imports TensorFlow before it looks at the code."""
    pytest.importorskip("tensorflow")

    def write(code, name="code_for_runs"):
        path = tmp_path / f"{name}.py"
        path.write_text(code)
        return f"{path}:model"

    return write


def test_every_run_is_in_the_files(source, tmp_path, capfd):
    paths = [str(tmp_path / name) for name in ("a.json", "a.html", "a.trace")]
    outputs = [word for path in paths for word in ("-o", path)]
    assert main(["profile", source(MODEL), "--input", "8,3", "--steps", "3", "--runs", "2", *outputs]) == 0
    assert capfd.readouterr().out.split() == paths  # and nothing of what the model prints
    graph = opscope.load(paths[0])
    told = graph.measurement["runs"]
    assert (told["count"], told["steps"], graph.measurement["steps"]) == (2, [3, 3], 6)
    assert sum(graph.measurement["coverage"].values()) == pytest.approx(1)
    samples = layer_samples(graph)
    assert {"net/first", "net/second"} <= set(samples)
    assert all(len(times) == 2 and min(times) > 0 for times in samples.values())
    assert graph.layer("net/first").measured.time_us > 0
    assert "in 2 runs, each in a fresh process" in graph.summary()
    assert json.loads((tmp_path / "a.trace").read_text(encoding="utf-8"))["traceEvents"]


def test_every_process_keeps_its_memory_unless_the_user_has_it_otherwise(source, tmp_path, monkeypatch):
    told = "import os\nfile = open({!r}, 'a')\nfile.write(os.environ['MALLOC_ARENA_MAX'] + os.environ['MALLOC_TRIM_THRESHOLD_'] + ' ')\nfile.close()"
    place = source(told.format(str(tmp_path / "told")) + MODEL, "code_that_tells")
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "7")
    opscope.profile(place, (8, 3), steps=6, runs=2)
    assert (tmp_path / "told").read_text() == "17 17 "


def test_a_saved_model_gets_its_inputs_in_every_process(tmp_path):
    tf = pytest.importorskip("tensorflow")
    np = pytest.importorskip("numpy")

    class Doubled(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None,), tf.int64)])
        def __call__(self, x):
            tf.debugging.assert_equal(x[0], tf.constant(7, tf.int64))
            return {"y": x * 2}

    module = Doubled()
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures=module.__call__)
    graph = opscope.profile(str(tmp_path / "saved"), np.array([7, 8]), runs=2, steps=1)
    assert graph.measurement["runs"]["count"] == 2


def test_a_place_in_code_can_be_profiled_in_this_process_as_well(source, capfd):
    graph = opscope.profile(source(MODEL, "code_for_one_run"), (8, 3), steps=1)
    assert graph.name == "net"
    assert "runs" not in graph.measurement


def test_an_object_of_this_process_is_refused_with_what_to_give_instead():
    with pytest.raises(
        InputError, match=r"runs=2 profiles in fresh processes.*\"train.py:model\", or the path of a SavedModel"
    ):
        opscope.profile(lambda x: x, (3,), runs=2)
    with pytest.raises(InputError, match="runs=0 is too small"):
        opscope.profile(lambda x: x, (3,), runs=0)


def test_what_cannot_be_passed_on_is_refused():
    with pytest.raises(InputError, match=r"an input cannot be passed on to another process \(TypeError.*give arrays"):
        profile_runs("code.py:model", (value for value in ()), {}, 2)
    with pytest.raises(InputError, match="an input cannot be passed on"):
        profile_runs("code.py:model", ((value for value in ()),), {}, 2)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("class OddError(Exception): pass\nraise OddError('no weights')", "failed with OddError: no weights; --traceback shows where"),
        ("import missing_package_of_a_test", "imports missing_package_of_a_test, which is not installed here"),
        ("import os\nos._exit(3)", "run 1 of 2 ended with exit code 3 before it was done"),
        ("import os, sys\nprint('I0000 00:00:1.2 1 a.cc:1] hint\\nno room\\nI0000 00:00:1.2 1 a.cc:1] hint', file=sys.stderr, flush=True)\nos._exit(3)",
         "before it was done (no room)"),
        ("x = 1", "has no model; give the name of a model"),
    ],
)  # fmt: skip
def test_what_goes_wrong_in_a_run_is_one_line(source, capfd, code, words):
    assert main(["profile", source(code), "--runs", "2"]) == 1
    out, err = capfd.readouterr()
    assert words in err
    assert (out, err.count("\n")) == ("", 1)


@SIGNALS
def test_a_run_that_is_killed_says_so(source, capfd):
    assert main(["profile", source("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"), "--runs", "2"]) == 1
    assert "run 1 of 2 was killed, perhaps for lack of memory, before it was done" in capfd.readouterr().err


def test_ctrl_c_of_the_models_code_ends_the_command_as_ctrl_c(source, capfd):
    assert main(["profile", source("raise KeyboardInterrupt"), "--runs", "2"]) == 130
    assert capfd.readouterr().out == ""


WAITING = """
import os, signal
pipe = open({pipe!r}, "w")  # open as long as this process lives
pipe.write(f"{{os.getpid()}}\\n")
pipe.flush()
{ignoring}
while True:
    signal.pause()
"""


@pytest.fixture
def waiting(source, tmp_path):
    """The command, and the pipe by which its run, which waits without end, tells its number; the pipe ends when the run does."""
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)
    started = []
    # What is started with & inherits that Ctrl+C is ignored: these tests too, and what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def start(ignoring=""):
        place = source(WAITING.format(pipe=pipe, ignoring=ignoring))
        command = subprocess.Popen(
            [sys.executable, "-m", "opscope", "profile", place, "--runs", "2"], stderr=subprocess.PIPE, text=True,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )  # fmt: skip
        started.append(command)
        file = Path(pipe).open()  # noqa: SIM115, waits until the run opens it, and is read by the test
        return command, file, int(file.readline())

    yield start
    signal.signal(signal.SIGINT, before)
    for command in started:
        command.kill()
        command.communicate()


@SIGNALS
@pytest.mark.parametrize("ignoring", ["", "signal.signal(signal.SIGINT, signal.SIG_IGN)"])
def test_ctrl_c_ends_the_run_and_leaves_nothing_behind(waiting, tmp_path, ignoring):
    command, file, number = waiting(ignoring)
    assert list(tmp_path.glob("opscope*"))
    command.send_signal(signal.SIGINT)
    _, said = command.communicate(timeout=60)
    assert command.returncode == 130
    assert said == ""
    assert file.read() == ""  # the run has ended
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    assert not list(tmp_path.glob("opscope*"))


@SIGNALS
def test_a_run_ends_when_the_command_is_killed(waiting):
    command, file, _ = waiting()
    command.kill()
    assert file.read() == ""  # would wait without end for a run that goes on


def test_an_error_of_a_later_run_says_of_which():
    marked = InputError(f"the loss is no number; give {option('batch')}")
    found = _error(RunResult(error=pickle.dumps(marked)), 3, 5)
    assert type(found) is InputError
    assert str(found) == "run 3 of 5: the loss is no number; give batch="
    assert for_command(found) == "run 3 of 5: the loss is no number; give --batch"
    first = _error(RunResult(error=pickle.dumps(TraceError("no"))), 1, 5)
    assert (type(first), str(first)) == (TraceError, "no")
    assert str(_error(RunResult(error=pickle.dumps(ValueError("odd"))), 3, 5)) == "odd"


def test_an_error_of_a_class_that_only_the_model_knows_is_told_by_its_words():
    found = _error(RunResult(error=b"", said="OddError: no weights"), 1, 5)
    assert (type(found), str(found)) == (RuntimeError, "OddError: no weights")


def test_the_traceback_of_the_other_process_is_the_cause(source):
    with pytest.raises(opscope.LoadError) as caught:
        profile_runs(source("def load():\n    raise ValueError('in here')\nload()", "deep_code"), (), {}, 2)
    said = "".join(traceback.format_exception(type(caught.value), caught.value, caught.value.__traceback__))
    assert isinstance(caught.value.__cause__, RunError)
    assert "in run 1 of 2:" in said
    assert 'deep_code.py", line 2, in load' in said


def test_what_is_not_in_the_json_comes_from_the_first_run(small_graph):
    files = {"net.py": "/home/user/net.py"}
    run = RunResult(small_graph.to_json(), facts={"processors": "all"}, files=files, warnings=("odd sizes",))
    with pytest.warns(UserWarning, match="odd sizes"):
        first = _graph(run, first=True)
    assert first.facts == {"profile": {"processors": "all"}, "step_times": None}
    assert traced_files(first).path("net.py") == "/home/user/net.py"  # so that a page may have the code in it
    later = _graph(run, first=False)  # a second warning would be an error here
    assert (later.facts, traced_files(later)) == ({"step_times": None}, None)


def test_memory_is_scattered_in_another_way_each_time():
    sizes = [[len(block) for block in scattered_memory()] for _ in range(2)]
    assert sizes[0] != sizes[1]
    for each in sizes:
        assert 100 < len(each) < 300  # about half of 400 are kept, and the rest are gaps
        assert 512 <= min(each) < 2048
        assert 2**18 < max(each) <= 2**20


def test_the_last_line_is_cut(tmp_path):
    with (tmp_path / "said").open("w+b") as file:
        file.write(b"x" * 1000 + b"\nWARNING: hint\n\n")
        assert _last_line(file) == f" ({'x' * 299}…)"
