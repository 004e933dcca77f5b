"""`opscope.testing`: a test of a model fails with what is not the same."""

import pytest

from graphs import Builder
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
