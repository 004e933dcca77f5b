"""Forms: each writes the settings of one kind of layer as a practitioner would, or gives ``None`` if what it needs is not there.

What stands at a default that says nothing is left out, and so are biases, initializers, seeds and numerical guards
(`epsilon`, `momentum`). Nothing is said of a setting that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping, Optional

from . import setting_values as values
from .setting_values import (
    amount_words,
    number,
    number_words,
    numbers,
    size_words,
    stride_words,
    text_setting,
    tuple_words,
    with_commas,
)


@dataclass(frozen=True)
class Seen:
    """A layer as a form sees it."""

    settings: Mapping[str, Any]
    rank: Optional[int] = None
    """How many dimensions its output has; ``None`` if that is not known."""
    inner: Callable[[Any], str] = lambda _: ""
    """Writes a layer that stands among the settings."""


Form = Callable[[Seen], Optional[str]]


def always(word: str) -> Form:
    """A layer of which there is nothing to say but its kind."""
    return lambda _: word


def activation(seen: Seen, *names: str, silent: str = "linear") -> str:
    """The activation, by its name or as a layer; "" for none and for the one that is understood."""
    for name in names or ("activation",):
        value = seen.settings.get(name)
        if isinstance(value, str):
            return "" if value in {silent, "linear"} else values.activation_name(value)
        if values.class_of(value):
            return seen.inner(value)
    return ""


def convolution(word: str, dims: int, *, has_filters: bool = True, is_recurrent: bool = False) -> Form:
    """``3×3 conv, 64, /2, dilation 2, 4 groups, ReLU``. Padding that keeps the size is understood, any other said.

    A transposed one has ``stride 2``, as it makes its input larger and not smaller.
    """
    is_transposed = word.startswith("transposed")

    def form(seen: Seen) -> Optional[str]:
        settings = seen.settings
        kernel, filters = (
            numbers(settings, "kernel_size", "kernel_shape"),
            number(settings, "filters", "output_channels"),
        )
        if kernel is None or (has_filters and filters is None):
            return None
        strides = numbers(settings, "strides", "stride")
        if strides is not None and len(strides) == dims + 2:  # Sonnet's have the batch and the channels as well
            strides = strides[1:-1]
        groups, more = number(settings, "groups"), number(settings, "depth_multiplier", "channel_multiplier")
        return with_commas(
            f"{size_words(kernel, dims)} {word}",
            number_words(filters) if has_filters and filters is not None else "",
            amount_words("stride", strides) if is_transposed else stride_words(strides),
            amount_words("dilation", numbers(settings, "dilation_rate", "rate")),
            f"{number_words(groups)} groups" if groups is not None and groups > 1 else "",
            f"{number_words(more)} per channel" if more is not None and more != 1 else "",
            _padding(settings, kernel),
            activation(seen, silent="tanh" if is_recurrent else "linear"),
            recurrent_words(settings) if is_recurrent else "",
        )

    return form


def recurrent_words(settings: Mapping[str, Any]) -> str:
    """What a recurrent layer returns beyond its last output, and how it runs."""
    returned = [
        word
        for name, word in (("return_sequences", "sequences"), ("return_state", "state"))
        if settings.get(name) is True
    ]
    return with_commas(
        "returns " + " and ".join(returned) if returned else "",
        "backwards" if values.is_on(settings, "go_backwards") else "",
        "stateful" if values.is_on(settings, "stateful") else "",
    )


def _padding(settings: Mapping[str, Any], kernel: Any) -> str:
    """``valid`` or ``causal``; nothing where the window is a single element."""
    padding = text_setting(settings, "padding", "conv_padding").lower()
    return "" if padding == "same" or set(kernel) == {1} else padding


def pooling(word: str, dims: int) -> Form:
    """``2×2 max pool``; the stride is said if it is not the window's size, and the padding if it is not ``valid``."""

    def form(seen: Seen) -> Optional[str]:
        window, strides = numbers(seen.settings, "pool_size"), numbers(seen.settings, "strides")
        if window is None:
            return None
        whole = window * dims if len(window) == 1 else window
        step = strides * dims if strides is not None and len(strides) == 1 else strides
        unsaid = step is None or step == whole
        said = "" if unsaid else stride_words(step) or "/1"
        padding = text_setting(seen.settings, "padding").lower()
        return with_commas(f"{size_words(window, dims)} {word}", said, padding if padding != "valid" else "")

    return form


def global_pooling(word: str) -> Form:
    """``global average pool``."""
    return lambda seen: with_commas(word, "keeps dimensions" if values.is_on(seen.settings, "keepdims") else "")


def sized(word: str, *names: str, behind: Callable[[Seen], str] = lambda _: "") -> Form:
    """A word and one number: ``Dropout 0.1``, ``Dense 64, ReLU``."""

    def form(seen: Seen) -> Optional[str]:
        size = number(seen.settings, *names)
        return None if size is None else with_commas(f"{word} {number_words(size)}", behind(seen))

    return form


def table_of(word: str, *, rows: str, width: str) -> Form:
    """``Embedding 10,000 × 128``."""

    def form(seen: Seen) -> Optional[str]:
        count, size = number(seen.settings, rows), number(seen.settings, width)
        if count is None or size is None:
            return None
        return with_commas(
            f"{word} {number_words(count)} × {number_words(size)}",
            "masks 0" if values.is_on(seen.settings, "mask_zero") else "",
        )

    return form


def axis(seen: Seen) -> str:
    """``axis 1``; nothing for the last one."""
    found = numbers(seen.settings, "axis")
    if found is None or len(found) > 4:
        return ""
    last = {-1} if seen.rank is None else {-1, seen.rank - 1}
    if len(found) == 1:
        return "" if found[0] in last else f"axis {number_words(found[0])}"
    return f"axes {tuple_words_plain(found)}"


def tuple_words_plain(found: Any) -> str:
    """Axes, among which -1 is the last and not an open dimension."""
    return ", ".join(map(number_words, found))


def along(word: str) -> Form:
    """``BN``, ``softmax``, ``LayerNorm``: the axis is said if it is not the last."""
    return lambda seen: with_commas(word, axis(seen))


def shaped(word: str, *names: str) -> Form:
    """``reshape to (16, 4)``."""

    def form(seen: Seen) -> Optional[str]:
        shape = next(
            (seen.settings[name] for name in names if isinstance(seen.settings.get(name), (list, tuple))), None
        )
        if shape is None or not all(item is None or values.is_number(item) for item in shape):
            return None
        return f"{word} {tuple_words(shape)}"

    return form


def padded(word: str, name: str) -> Form:
    """``zero pad 3``."""

    def form(seen: Seen) -> Optional[str]:
        said = values.pad_words(seen.settings.get(name))
        return f"{word} {said}" if said else None

    return form


def windowed(word: str, name: str, dims: int) -> Form:
    """``adaptive max pool to 7×7``."""

    def form(seen: Seen) -> Optional[str]:
        size = numbers(seen.settings, name)
        return None if size is None else f"{word} {values.times_words(size * dims if len(size) == 1 else size)}"

    return form


def between(word: str, *names: str) -> Form:
    """How far something is varied at random: ``random rotation 0.1``, ``random zoom 0.2×0.1``, ``random contrast 0.5 to 1.5``."""

    def form(seen: Seen) -> Optional[str]:
        said = [_range(seen.settings.get(name)) for name in names]
        said = [each for each in said if each]
        return " ".join(filter(None, (word, "×".join(dict.fromkeys(said))))) if said else None

    return form


def _range(value: Any) -> str:
    """A factor, or its two limits."""
    if values.is_number(value):
        return number_words(value)
    if not isinstance(value, (list, tuple)) or len(value) != 2 or not all(map(values.is_number, value)):
        return ""
    low, high = value
    return number_words(high) if low == -high else f"{number_words(low)} to {number_words(high)}"
