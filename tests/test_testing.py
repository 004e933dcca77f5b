"""`opscope.testing`: a test of a model fails with what is not the same, or with what is wrong."""

import pytest

from graphs import Builder
from opscope import InputError, testing
from opscope.testing import assert_same_graph


def chain(last):
    made = Builder()
    made.op("y", last, made.op("x", "Placeholder"))
    return made.graph("chain")


def test_the_same_passes():
    assert_same_graph(chain("Relu"), chain("Relu"))


def test_what_differs_is_named():
    with pytest.raises(AssertionError, match="Relu y replaced by Tanh y"):
        assert_same_graph(chain("Relu"), chain("Tanh"))


def test_what_is_ignored_does_not_differ(tmp_path):
    saved = chain("Relu").save(tmp_path / "chain.json")
    assert_same_graph(chain("Tanh"), saved, only="variables")


def test_a_model_with_nothing_wrong_passes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert not testing.check(chain("Relu"))


def test_what_is_wrong_is_named_and_milder_findings_are_returned(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError, match=r"found 1 error\nerror too-many-flops: the model has 32 FLOP"):
        testing.check(chain("Relu"), max_flops=1)
    with pytest.raises(InputError, match="names no rule"):
        testing.check(chain("Relu"), select="nothing")


def test_a_test_takes_the_settings_of_the_project(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("[tool.opscope.check]\nmax-flops = 1\n", encoding="utf-8")
    (tmp_path / "tests").mkdir()
    monkeypatch.chdir(tmp_path / "tests")
    with pytest.raises(AssertionError, match="too-many-flops"):
        testing.check(chain("Relu"))
    testing.check(chain("Relu"), max_flops=32)
    testing.check(chain("Relu"), ignore="budgets")
