import pytest

from opscope.cli.shapes import Input, parse_input
from opscope.errors import InputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8,10", Input((8, 10))),
        ("None,10", Input((None, 10))),
        ("?,-1,3", Input((None, None, 3))),
        ("(8, 10)", Input((8, 10))),
        ("(8,)", Input((8,))),
        ("8,10:int32", Input((8, 10), "int32")),
        ("mask=8:bool", Input((8,), "bool", "mask")),
        ("()", Input(())),
        (":string", Input((), "string")),
    ],
)
def test_forms(text, expected):
    assert parse_input(text) == expected


@pytest.mark.parametrize("text", ["8,x", "8;10", "8,10:", "8,10:a:b", "1.5", "=8", "8,,10"])
def test_what_is_no_input_says_what_to_write(text):
    with pytest.raises(InputError, match="write a"):
        parse_input(text)


def test_a_shape_alone_needs_no_tensorflow():
    assert parse_input("8,10").spec() == (8, 10)


def test_a_dtype_becomes_a_spec():
    tf = pytest.importorskip("tensorflow")
    assert parse_input("None,10:int32").spec() == tf.TensorSpec((None, 10), tf.int32)
    with pytest.raises(InputError, match="no dtype 'floaty'"):
        parse_input("8:floaty").spec()


def test_none_may_be_written_in_any_case_and_an_x_gets_commas():
    assert parse_input("none,32").shape == parse_input("NONE,32").shape == (None, 32)
    with pytest.raises(InputError, match="'1x32x32x3' is not a dimension; write commas: 1,32,32,3"):
        parse_input("1x32x32x3")
