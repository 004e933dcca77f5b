import pytest

from opscope.errors import LoadError
from opscope.graph.content import content_of
from opscope.load import load
from opscope.program.packed import MOST_PACKED, unpacked
from opscope.program.proto import message_class


@pytest.fixture
def written(tmp_path):
    """A file with nodes of one type; each is given the bytes of its attribute ``value``, a string."""

    def write(*values):
        graph = message_class("GraphDef")()
        for index, value in enumerate(values):
            graph.node.add(name=f"n{index}", op="Mystery").attr["value"].s = value
        file = tmp_path / "graph.pb"
        file.write_bytes(graph.SerializeToString())
        return file

    return write


def test_ops_with_equal_attributes_share_them(written):
    table = content_of(load(written(b"one", b"one", b"two"))).table
    assert table.attrs_key(0) == table.attrs_key(1) != table.attrs_key(2)
    assert [table.attrs(row)["value"] for row in range(3)] == ["one", "one", "two"]


def test_large_attributes_are_read_and_not_kept_twice(written):
    table = content_of(load(written(b"x" * MOST_PACKED, b"x" * MOST_PACKED))).table
    assert table.attrs_key(0) != table.attrs_key(1)
    assert table.attrs(0) == table.attrs(1)


def test_a_damaged_attribute_names_its_node(written):
    file = written(b"fine", b"damaged")
    file.write_bytes(file.read_bytes().replace(b"\x09\x12\x07damaged", b"\x09\x12\x77damaged"))
    with pytest.raises(LoadError, match=r"node 'n1' has an attribute that cannot be read .*; the file is damaged"):
        load(file)


@pytest.mark.parametrize(("length", "shown"), [(120, "n" * 120), (121, "n" * 119 + "…")])
def test_a_long_name_is_cut_where_it_is_told(length, shown):
    with pytest.raises(LoadError, match=f"node '{shown}' has an attribute that cannot be read"):
        unpacked("n" * length, [b"\xff"])


@pytest.mark.parametrize("size", [0, 1, 127, 128, 300, 16_383, 16_384])
def test_entries_of_every_length_are_put_together_again(size):
    entry = message_class("NodeDef")()
    entry.attr["value"].s = b"x" * size
    data = entry.SerializeToString()
    start = 1 + (1 if len(data) < 130 else 2 if len(data) < 16_387 else 3)  # behind the tag and the length
    assert unpacked("a", [data[start:]]).attr["value"].s == b"x" * size
