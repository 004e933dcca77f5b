"""Draws the gallery: `make gallery` writes docs/gallery.md and its pictures, with whichever TensorFlow is installed."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Tuple

import tensorflow as tf
from gallery_models import GAN, Transformer, sequential, tagger

import opscope

DOCS = Path(__file__).resolve().parent.parent / "docs"
FOLDER = DOCS / "pictures" / "gallery"
MOST = 300_000
"""A picture that is longer does not belong into the repository."""

_TIP = re.compile("<title>[^<]*</title>")

HEAD = """# Gallery

Each picture is what the line above it draws; `make gallery` draws them all again (without the tooltips, which a picture in a page does not show).
"""


@dataclass(frozen=True)
class Picture:
    """One picture: its file's name, a sentence, and the options of `Graph.save`, as they are shown and used."""

    name: str
    text: str
    options: Dict[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """The call that draws it."""
        shown = "".join(f", {name}={value!r}" for name, value in self.options.items())
        return f'graph.save("{self.name}.svg"{shown})'


def _sequential() -> Tuple[str, Any, List[Picture]]:
    graph = opscope.trace(sequential(), (None, 28, 28, 1))
    return "A Sequential", graph, [Picture("sequential", "Every op, its weights beside it.")]


def _resnet() -> Tuple[str, Any, List[Picture]]:
    graph = opscope.trace(tf.keras.applications.ResNet50(weights=None), (None, 224, 224, 3))
    block = ("conv3_block1_out", "conv3_block2_out")
    return (
        "ResNet50",
        graph,
        [
            Picture("resnet50_layers", "Its layers; blocks that repeat are stacks.", {"depth": "layers"}),
            Picture(
                "resnet50_page",
                "Its convolutions, for a page of paper.",
                {"depth": "layers", "columns": 3, "hide": ["BatchNormalization", "Activation", "ZeroPadding2D"]},
            ),
            Picture(
                "resnet50_block", "One block: what lies between two layers.", {"between": block, "depth": "layers"}
            ),
            Picture("resnet50_focus", "One layer among its neighbours.", {"focus": "conv3_block2_2_bn"}),
            Picture("resnet50_all", "All ops, each structure once.", {"depth": "all"}),
        ],
    )


def _transformer() -> Tuple[str, Any, List[Picture]]:
    graph = opscope.trace(Transformer(blocks=6, name="transformer"), (8, 32, 64))
    return (
        "A transformer written by hand",
        graph,
        [
            Picture("transformer", "As far as it stays readable: six blocks are one stack."),
            Picture("transformer_block", "One of its blocks.", {"focus": "block_3", "depth": 1}),
        ],
    )


def _training() -> Tuple[str, Any, List[Picture]]:
    model = Transformer(blocks=6, name="transformer")
    model.compile(optimizer="adam", loss="mse")
    model(tf.zeros((8, 32, 64)))
    graph = opscope.trace(model, (8, 32, 64), (8, 32, 64), step="train")
    return (
        "Its training step",
        graph,
        [Picture("training", "Forward, loss, backward and optimizer.", {"depth": 2})],
    )


def _lstm() -> Tuple[str, Any, List[Picture]]:
    graph = opscope.trace(tagger(), (8, 40, 32))
    return "An LSTM", graph, [Picture("lstm", "The loop, its variables and the way back.")]


def _saved() -> Tuple[str, Any, List[Picture]]:
    model = Transformer(blocks=6, name="transformer")
    model(tf.zeros((8, 32, 64)))
    call = tf.function(lambda inputs: {"logits": model(inputs)}, input_signature=[tf.TensorSpec((None, 32, 64))])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "saved_transformer"
        tf.saved_model.save(model, str(path), signatures={"serving_default": call})
        graph = opscope.load(path)
        len(graph)  # read while the files are there
    return (
        "A SavedModel",
        graph,
        [Picture("saved_model", "What a file tells without TensorFlow and without its code.", {"depth": "layers"})],
    )


def _gan() -> Tuple[str, Any, List[Picture]]:
    gan = GAN()
    graph = opscope.trace(gan.step, (8, 64))
    return (
        "A GAN's step",
        graph,
        [Picture("gan", "Two models, two losses and two optimizers in one step.", {"depth": 2})],
    )


CHAPTERS: Tuple[Callable[[], Tuple[str, Any, List[Picture]]], ...] = (
    _sequential, _resnet, _transformer, _training, _lstm, _gan, _saved,
)  # fmt: skip


def _lines() -> Iterator[str]:
    """Draw chapter by chapter; what the page says of each."""
    yield HEAD
    for chapter in CHAPTERS:
        title, graph, pictures = chapter()
        yield f"## {title}\n"
        for picture in pictures:
            path = graph.save(FOLDER / f"{picture.name}.svg", **picture.options)
            # An image in a page shows no tooltips, and they are half of a large picture.
            size = path.write_text(_TIP.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
            print(f"{path.name}: {len(graph):,} ops, {size:,} characters")
            if size > MOST:
                raise SystemExit(
                    f"error: {path.name} is larger than {MOST:,} characters; choose a smaller depth for it"
                )
            yield f"{picture.text} `{picture.line}`\n\n![{title}](pictures/gallery/{picture.name}.svg)\n"


def main() -> None:
    """Write every picture and the page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (DOCS / "gallery.md").write_text("\n".join(_lines()), encoding="utf-8")


if __name__ == "__main__":
    main()
