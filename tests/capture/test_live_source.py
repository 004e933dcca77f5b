"""What is said of a live source that is not there, or does more than define something."""

from __future__ import annotations

import threading
import warnings
from pathlib import Path

import pytest

from opscope.capture import slow_import
from opscope.capture.live_source import live_object
from opscope.errors import LoadError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{name}.py:modle", "{name} has no modle; did you mean model?"),
        ("{name}.py:net.encodr", "{name} has no net.encodr; did you mean encoder?"),
        ("{name}.py:pathlb", "{name} has no pathlb; give the name of a model, layer or function in it"),
        ("{name}s.py:model", "{name}s.py: there is no such file; did you mean {name}.py?"),
        ("model/tagger.keras", "model/tagger.keras: there is no such file or folder; did you mean models?"),
        (
            "models/taggr.keras",
            "models/taggr.keras: there is no such file or folder; did you mean models/tagger.keras?",
        ),
        ("models/other", "models/other: there is no such file or folder; give a model file, module:attribute or"),
    ],
)
def test_what_was_meant_is_asked(folder, request, source, said):
    name = f"meant_{abs(hash(request.node.name))}"
    Path(f"{name}.py").write_text(
        "import pathlib\nmodel = 1\ndef net(): pass\nnet.encoder = 2\n_modle = 3\n", encoding="utf-8"
    )
    Path("models").mkdir()
    Path("models/tagger.keras").touch()
    with pytest.raises(LoadError) as caught:
        live_object(source.format(name=name))
    assert said.format(name=name) in str(caught.value)


def test_a_module_that_works_long_when_it_is_imported_is_told_of(folder, monkeypatch):
    """It waits in a function for the warning itself; without one it would stop after a minute."""
    Path("trains_at_once.py").write_text(
        "import os, time\n\ndef fit():\n    end = time.monotonic() + 60\n"
        "    while not os.path.exists('told') and time.monotonic() < end:\n        time.sleep(0.01)\n\n"
        "fit()  # here\nmodel = os.path.exists('told')\n"
    )
    said = []

    def note(message, **_):
        said.append(message)
        Path("told").touch()

    monkeypatch.setattr(slow_import, "LONG_IMPORT", 0.05)
    monkeypatch.setattr(slow_import.warnings, "warn", note)
    assert live_object("trains_at_once.py:model") is True
    assert len(said) == 1
    assert said[0].startswith("trains_at_once.py is still being imported after 0.05 s")
    assert 'put that under if __name__ == "__main__":' in said[0]


@pytest.mark.parametrize(("place", "told"), [("site-packages/slow_package", False), ("mine/slow_helper", True)])
def test_the_time_that_an_installed_package_takes_to_be_imported_does_not_count(folder, monkeypatch, place, told):
    """TensorFlow may take long. A module of the user's own, which may train, counts."""
    module = Path(place)
    module.mkdir(parents=True)
    (module / "__init__.py").write_text("import time\ntime.sleep(1)\n")
    Path(f"imports_{module.name}.py").write_text(f"import {module.name}\nmodel = 1\n")
    said = []
    monkeypatch.setattr(slow_import, "LONG_IMPORT", 0.2)
    monkeypatch.setattr(slow_import.warnings, "warn", lambda message, **_: said.append(message))
    monkeypatch.syspath_prepend(str(module.parent.resolve()))
    assert live_object(f"imports_{module.name}.py:model") == 1
    assert bool(said) is told


def test_the_line_is_that_of_the_users_module(folder):
    """Whatever its code calls, and whatever that imports."""
    Path("inner_module.py").write_text("import seen_frames\nseen_frames.look()\n")
    Path("outer_module.py").write_text("import inner_module  # here\n")
    lines = []

    class Seen:
        @staticmethod
        def look():
            import sys

            from opscope.capture import live_source

            lines.append(slow_import._line(sys._getframe(), live_source.__file__))

    with pytest.MonkeyPatch.context() as patch:
        import sys

        patch.setitem(sys.modules, "seen_frames", Seen)
        patch.syspath_prepend(str(folder))
        with pytest.raises(LoadError):
            live_object("outer_module.py:model")
        sys.modules.pop("inner_module", None)
    assert lines == [", at line 1: import inner_module  # here"]


def test_a_quick_import_leaves_no_thread_and_says_nothing(folder):
    Path("quick_module.py").write_text("model = 1\n")
    before = threading.active_count()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert live_object("quick_module.py:model") == 1
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()  # it was cancelled, and ends at once
    assert threading.active_count() <= before
