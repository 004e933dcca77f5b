import pytest

from opscope.errors import InputError


def test_suffix_decides_what_is_written(small_graph, tmp_path):
    assert small_graph.save(tmp_path / "net.JSON").read_text().startswith('{"format": "opscope"')
    assert small_graph.save(str(tmp_path / "net.txt")).read_text() == small_graph.summary()


@pytest.mark.parametrize("name", ["net.gif", "net", "net.htm"])
def test_an_unknown_suffix_lists_those_that_work(small_graph, tmp_path, name):
    with pytest.raises(InputError, match=r"\.dot \.svg \.png \.pdf \.html \.json \.txt"):
        small_graph.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("depth", [-1, "deep", 1.5, True])
def test_a_wrong_depth_is_refused_with_those_there_are(small_graph, tmp_path, depth):
    with pytest.raises(InputError, match="'layers', 'all'"):
        small_graph.save(tmp_path / "net.txt", depth=depth)


def test_an_unknown_option_is_named(small_graph, tmp_path):
    with pytest.raises(InputError, match="colour"):
        small_graph.save(tmp_path / "net.txt", colour="red")
