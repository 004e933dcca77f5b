"""What a card says of a single copy of a stack."""

from opscope.graph.groups import Group
from opscope.layout.overview.odd_copy import odd_copy_words


def conv(name, kernel, filters, stride):
    settings = {
        "filters": filters,
        "kernel_size": [kernel] * 2,
        "strides": [stride] * 2,
        "padding": "same",
        "activation": "linear",
    }
    return Group(f"net/{name}", 0, "layer", name, "Conv2D", settings=settings, defined_in="keras")


NORM = Group("net/norm", 0, "layer", "norm", "BatchNormalization", defined_in="keras")
SAID = "copy 1: projection shortcut, stride 2"


def test_the_layer_with_the_stride_is_named_and_so_is_that_of_the_shortcut():
    own, strided = {0: (conv("down", 1, 512, 2), NORM)}, {0: (conv("one", 1, 128, 2),)}
    assert odd_copy_words(SAID, own, strided) == "copy 1: 1×1 conv, 128, /2; shortcut 1×1 conv, 512, /2, BN"


def test_of_many_layers_with_a_stride_only_the_stride_is_told():
    strided = {0: tuple(conv(f"c{number}", 3, 8, 2) for number in range(3))}
    assert odd_copy_words("copy 1: stride 2", {}, strided) == "copy 1: /2"


def test_a_layer_whose_settings_say_no_stride_is_not_named():
    assert odd_copy_words("copy 2: stride 2", {}, {1: (NORM,)}) == "copy 2: /2"
