import pytest

import drawn
from opscope.errors import InputError


def test_suffix_decides_what_is_written(small_graph, tmp_path):
    assert small_graph.save(tmp_path / "net.JSON").read_text().startswith('{"format": "opscope"')
    assert small_graph.save(str(tmp_path / "net.txt")).read_text() == small_graph.summary()


@pytest.mark.parametrize("name", ["net.gif", "net"])
def test_an_unknown_suffix_lists_those_that_work(small_graph, tmp_path, name):
    with pytest.raises(InputError, match=r"\.dot \.svg \.png \.pdf \.html \.json \.txt"):
        small_graph.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_misspelled_suffix_is_asked_about(small_graph, tmp_path):
    with pytest.raises(InputError, match=r"cannot write '\.htm'; did you mean \.html\?"):
        small_graph.save(tmp_path / "net.htm")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("depth", [-1, "deep", 1.5, True])
def test_a_wrong_depth_is_refused_with_those_there_are(small_graph, tmp_path, depth):
    with pytest.raises(InputError, match="'layers', 'all'"):
        small_graph.save(tmp_path / "net.txt", depth=depth)


def test_an_unknown_option_is_named(small_graph, tmp_path):
    with pytest.raises(InputError, match="colour"):
        small_graph.save(tmp_path / "net.txt", colour="red")


@pytest.mark.parametrize("between", ["xy", ("x",), (None, None), ("x", "y", "z")])
def test_what_is_no_pair_of_ops_is_refused(small_graph, tmp_path, between):
    with pytest.raises(InputError, match="use a pair of op names"):
        small_graph.save(tmp_path / "net.svg", between=between)


@pytest.mark.parametrize("suffix", ["dot", "svg"])
def test_one_pattern_is_as_good_as_several(tmp_path, suffix):
    one, several = (
        drawn.dense().save(tmp_path / f"net.{suffix}", hide=hide).read_text() for hide in ("Bias*", ["Bias*"])
    )
    assert one == several
    assert "BiasAdd" not in one
    assert "MatMul" in one
