"""What TensorFlow logs while it is imported does not stand in the command's output; what matters does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from opscope.cli import main
from opscope.cli.quiet_import import LOG_LEVEL, users_environment
from opscope.profile.running.log_hints import LOG_HINT

HINTS = (
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
    "I0000 00:00:1795873736.920973   15811 port.cc:153] oneDNN custom operations are on.\n"
    "W0000 00:00:1795873736.920973   15811 computation_placer.cc:177] already registered\n"
    "2026-11-28 12:00:00.123456: I tensorflow/core/util/port.cc:113] oneDNN custom operations are on.\n"
)
SAID = "E0000 00:00:1795873736.920973   15811 cuda.cc:1] failed to initialize\nwords of a library\n"


@pytest.fixture
def noisy(tmp_path):
    """Run the command on a module that imports a TensorFlow that logs so much; ends with what `last` does."""

    def run(level=None, last="", *more):
        (tmp_path / "tensorflow.py").write_text(
            f"import os\nlevel = os.environ['{LOG_LEVEL}']\nfor line in {(HINTS + SAID).splitlines(True)!r}:\n    os.write(2, line.encode())\n{last}\n"
        )
        for name in ("noisy_net.py", "noisy_too.py"):
            (tmp_path / name).write_text(
                "import tensorflow, sys\nprint('level', tensorflow.level, file=sys.stderr)\nraise OSError('over')\n"
            )
        environment = {name: value for name, value in os.environ.items() if name != LOG_LEVEL}
        if level is not None:
            environment[LOG_LEVEL] = level
        path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
        done = subprocess.run(
            [sys.executable, "-m", "opscope", "summary", "noisy_net.py:model", *more], cwd=tmp_path, text=True, check=False,
            env={**environment, "PYTHONPATH": path}, capture_output=True,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return run


def test_hints_are_left_out_and_errors_are_not(noisy):
    code, out, err = noisy()
    assert (code, out) == (1, "")
    assert err == f"{SAID}level 2\nerror: importing noisy_net.py failed with OSError: over; --traceback shows where\n"


def test_whoever_sets_the_level_gets_what_it_asks_for(noisy):
    assert noisy("0")[2].startswith(f"{HINTS}{SAID}level 0\n")
    assert noisy("1")[2].startswith(f"{HINTS}{SAID}level 1\n")
    assert noisy("3")[2].startswith(f"{SAID}level 3\n")


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_the_last_words_of_a_tensorflow_that_ends_the_process_are_shown(noisy):
    code, _, err = noisy(None, "os.write(2, b'F0000 no AVX\\n'); os.abort()")
    assert code < 0
    assert err.startswith(f"{SAID}F0000 no AVX\n")


def test_processes_of_several_sources_are_as_quiet(noisy):
    code, _, err = noisy(None, "", "noisy_too.py:model")
    assert code == 1
    assert err.count(SAID) == 2
    assert err.count("level 2\n") == 2
    assert not any(re.match(LOG_HINT, line) for line in err.splitlines())


def test_afterwards_all_is_as_it_was(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv(LOG_LEVEL, raising=False)
    (tmp_path / "level_net.py").write_text("import os\nfrom opscope.cli.quiet_import import users_environment\n"
                                           f"raise OSError(os.environ['{LOG_LEVEL}'], '{LOG_LEVEL}' in users_environment())")  # fmt: skip
    before = list(sys.meta_path)
    assert main(["summary", f"{tmp_path / 'level_net.py'}:model"]) == 1
    assert "OSError: [Errno 2] False" in capsys.readouterr().err
    assert LOG_LEVEL not in os.environ
    assert sys.meta_path == before
    monkeypatch.setenv(LOG_LEVEL, "1")
    assert users_environment()[LOG_LEVEL] == "1"


def test_the_tensorflow_that_is_here_is_quiet(tmp_path):
    pytest.importorskip("tensorflow")
    Path(tmp_path / "quiet_net.py").write_text("import tensorflow as tf\ndef model(x):\n    return tf.nn.relu(x)\n")
    environment = {name: value for name, value in os.environ.items() if name != LOG_LEVEL}
    done = subprocess.run(
        [sys.executable, "-m", "opscope", "summary", "quiet_net.py:model", "--input", "2,3"], cwd=tmp_path, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if re.match(LOG_HINT, line)] == []
