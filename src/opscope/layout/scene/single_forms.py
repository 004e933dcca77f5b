"""Forms of one class of layers each; see `layer_forms`."""

from __future__ import annotations

from typing import Optional

from . import layer_forms as forms
from . import setting_values as values
from .layer_forms import Form, Seen, activation
from .setting_values import number, number_words, numbers, text_setting, with_commas


def dense(seen: Seen) -> Optional[str]:
    """``Dense 1000, softmax``."""
    size = number(seen.settings, "units", "output_size")
    return None if size is None else with_commas(f"Dense {number_words(size)}", activation(seen))


def linear(seen: Seen) -> Optional[str]:
    """``Linear 5``, of Sonnet."""
    size = number(seen.settings, "output_size")
    return None if size is None else f"Linear {number_words(size)}"


def einsum(seen: Seen) -> Optional[str]:
    """``einsum abc,cde→abde``."""
    equation = text_setting(seen.settings, "equation")
    return with_commas(f"einsum {equation.replace('->', '→')}", activation(seen)) if equation else None


def activation_layer(seen: Seen) -> Optional[str]:
    """The function of an `Activation`: ``GELU``."""
    found = seen.settings.get("activation")
    return "linear" if found == "linear" else activation(seen) or None


def relu(seen: Seen) -> Optional[str]:
    """``ReLU``, ``ReLU6``, ``ReLU up to 20``."""
    if "max_value" not in seen.settings:  # it may be a ReLU6
        return None
    top, slope, threshold = (number(seen.settings, name) for name in ("max_value", "negative_slope", "threshold"))
    capped = "ReLU" if top is None else "ReLU6" if top == 6 else f"ReLU up to {number_words(top)}"
    return with_commas(
        capped,
        f"slope {number_words(slope)}" if slope else "",
        f"threshold {number_words(threshold)}" if threshold else "",
    )


def sloped(word: str, *names: str, silent: float) -> Form:
    """An activation with one number, which is not said if it is the `silent` one."""

    def form(seen: Seen) -> str:
        found = number(seen.settings, *names)
        return word if found is None or found == silent else f"{word} {number_words(found)}"

    return form


def concat_layer(seen: Seen) -> str:
    """``concat, axis -1``."""
    found = number(seen.settings, "axis")
    return "concat" if found is None else f"concat, axis {number_words(found)}"


def dot_layer(seen: Seen) -> str:
    """``dot, axes 1, 2``; ``cosine`` where the vectors are normalized."""
    axes = numbers(seen.settings, "axes")
    said = "" if axes is None else f"{'axis' if len(axes) == 1 else 'axes'} {forms.tuple_words_plain(axes)}"
    return with_commas("cosine" if values.is_on(seen.settings, "normalize") else "dot", said)


def upsample(seen: Seen) -> Optional[str]:
    """``2× upsample, bilinear``."""
    size, how = numbers(seen.settings, "size"), text_setting(seen.settings, "interpolation")
    if size is None:
        return None
    factor = number_words(size[0]) + "×" if len(set(size)) == 1 else values.times_words(size)
    return with_commas(f"{factor} upsample", how if how != "nearest" else "")


def group_norm(seen: Seen) -> Optional[str]:
    """``GroupNorm, 32 groups``; with a group for each channel it is an ``InstanceNorm``."""
    count = number(seen.settings, "groups")
    if count is None:
        return None
    return with_commas("InstanceNorm" if count == -1 else f"GroupNorm, {number_words(count)} groups", forms.axis(seen))


def lambda_layer(seen: Seen) -> Optional[str]:
    """The name of the function that is called, or ``lambda``."""
    name = text_setting(seen.settings, "function")
    return "lambda" if name == "lambda" else name.replace("__operators__.getitem", "slice") or None


def rescale(seen: Seen) -> Optional[str]:
    """``rescale × 1/255``, ``rescale × 1/127.5 − 1``."""
    scale, offset = number(seen.settings, "scale"), number(seen.settings, "offset")
    if scale is None:
        return "rescale" if "scale" in seen.settings else None
    whole = 1 / scale if scale else 0.0
    is_share = abs(scale) < 1 and abs(whole * 2 - round(whole * 2)) < 1e-6 and round(whole * 2) != 0
    factor = f"1/{number_words(round(whole * 2) / 2)}" if is_share else number_words(scale)
    behind = "" if not offset else f" + {number_words(offset)}" if offset > 0 else f" − {number_words(-offset)}"
    return f"rescale × {factor}{behind}"


def area(word: str) -> Form:
    """``resize to 224×224``."""

    def form(seen: Seen) -> Optional[str]:
        size, how = (
            [number(seen.settings, name) for name in ("height", "width")],
            text_setting(seen.settings, "interpolation"),
        )
        if None in size:
            return None
        return with_commas(
            f"{word} {values.times_words(each for each in size if each is not None)}", how if how != "bilinear" else ""
        )

    return form


def lookup(word: str, unit: str) -> Form:
    """``string lookup, 10,000 words``: as many as it may have, or as it was given."""

    def form(seen: Seen) -> str:
        given, most = seen.settings.get("vocabulary"), number(seen.settings, "max_tokens")
        count = len(given) if isinstance(given, (list, tuple)) else number(seen.settings, "vocabulary_size")
        said = (
            f"{number_words(count)} {unit}"
            if count
            else f"at most {number_words(most)} {unit}"
            if most is not None
            else ""
        )
        mode, length = text_setting(seen.settings, "output_mode"), number(seen.settings, "output_sequence_length")
        return with_commas(
            word,
            said,
            mode.replace("_", "-") if mode != "int" else "",
            f"length {number_words(length)}" if length else "",
        )

    return form


def encoding(seen: Seen) -> Optional[str]:
    """``multi-hot 10``."""
    mode, count = text_setting(seen.settings, "output_mode"), number(seen.settings, "num_tokens", "max_tokens")
    return None if not mode or count is None else f"{mode.replace('_', '-')} {number_words(count)}"


def bins(seen: Seen) -> str:
    """``4 bins``."""
    edges, count = seen.settings.get("bin_boundaries"), number(seen.settings, "num_bins")
    # `n` boundaries make `n + 1` bins.
    known = len(edges) if isinstance(edges, (list, tuple)) else number(seen.settings, "bin_boundaries_size")
    count = known + 1 if known else count
    return "bins" if count is None else f"{number_words(count)} bins"


def hashed(seen: Seen) -> Optional[str]:
    """``hash into 100``."""
    count = number(seen.settings, "num_bins")
    return None if count is None else f"hash into {number_words(count)}"


def encoder(word: str) -> Form:
    """A layer of KerasHub: ``encoder, 8 heads, feed-forward 2048``."""

    def form(seen: Seen) -> Optional[str]:
        count, wide, rate = (number(seen.settings, name) for name in ("num_heads", "intermediate_dim", "dropout"))
        if count is None or wide is None:
            return None
        return with_commas(
            word,
            f"{number_words(count)} heads",
            f"feed-forward {number_words(wide)}",
            f"dropout {number_words(rate)}" if rate else "",
        )

    return form


def positions(seen: Seen) -> Optional[str]:
    """``positions, 512``, of KerasHub."""
    length = number(seen.settings, "sequence_length")
    return None if length is None else f"positions, {number_words(length)}"


def token_positions(seen: Seen) -> Optional[str]:
    """``Embedding 10,000 × 128, 64 positions``, of KerasHub."""
    words, length, wide = (
        number(seen.settings, name) for name in ("vocabulary_size", "sequence_length", "embedding_dim")
    )
    if words is None or length is None or wide is None:
        return None
    return f"Embedding {number_words(words)} × {number_words(wide)}, {number_words(length)} positions"


def repeat_vector(seen: Seen) -> Optional[str]:
    """``repeat 5 times``."""
    count = number(seen.settings, "n")
    return None if count is None else f"repeat {number_words(count)} times"


def flip(seen: Seen) -> str:
    """``random flip, horizontal``."""
    mode = text_setting(seen.settings, "mode").replace("_and_", " and ")
    return with_commas("random flip", mode if mode != "horizontal and vertical" else "")


def mask(seen: Seen) -> Optional[str]:
    """``masks 0``: the value of the steps that are left out."""
    value = number(seen.settings, "mask_value")
    return None if value is None else f"masks {number_words(value)}"
