"""Draws the gallery: `make gallery` writes docs/gallery.md and its pictures, with whichever TensorFlow is installed."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple

import gallery_models
import tensorflow as tf

import opscope

DOCS = Path(__file__).resolve().parent.parent / "docs"
FOLDER = DOCS / "pictures" / "gallery"
MOST = 300_000
"""A picture that is longer does not belong into the repository."""

_TIP = re.compile("<title>[^<]*</title>")

HEAD = """# Gallery

Each chapter begins with the code that makes its `graph`, and each picture is what the line above it draws. The models are in
[tools/gallery_models.py](../tools/gallery_models.py). `make gallery` runs all of it again (and leaves out the tooltips, which a picture in a page does not show).
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


@dataclass(frozen=True)
class Chapter:
    """One model: the code that makes its `graph`, as it is shown and run, and the pictures of that graph."""

    title: str
    code: str
    pictures: Tuple[Picture, ...]

    def graph(self) -> opscope.Graph:
        """What the code makes, in a folder of its own."""
        names: Dict[str, Any] = {"opscope": opscope, "tf": tf, **vars(gallery_models)}
        before = Path.cwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                exec(self.code, names)  # noqa: S102  (so that the page cannot show other code than is run)
                graph: opscope.Graph = names["graph"]
                len(graph)  # a file's ops are read at the first look, and it must still be there
            finally:
                os.chdir(before)
        return graph


CHAPTERS = (
    Chapter(
        "A Sequential",
        "graph = opscope.trace(sequential(), (None, 28, 28, 1))",
        (Picture("sequential", "Every op, its weights beside it."),),
    ),
    Chapter(
        "ResNet50",
        "graph = opscope.trace(tf.keras.applications.ResNet50(weights=None), (None, 224, 224, 3))",
        (
            Picture("resnet50_layers", "Its layers; blocks that repeat are stacks.", {"depth": "layers"}),
            Picture(
                "resnet50_page",
                "Its convolutions, for a page of paper.",
                {"depth": "layers", "columns": 3, "hide": ["BatchNormalization", "Activation", "ZeroPadding2D"]},
            ),
            Picture(
                "resnet50_block",
                "One block: what lies between two layers.",
                {"between": ("conv3_block1_out", "conv3_block2_out"), "depth": "layers"},
            ),
            Picture("resnet50_focus", "One layer among its neighbours.", {"focus": "conv3_block2_2_bn"}),
            Picture("resnet50_all", "All ops, each structure once.", {"depth": "all"}),
        ),
    ),
    Chapter(
        "A transformer written by hand",
        'graph = opscope.trace(Transformer(blocks=6, name="transformer"), (8, 32, 64))',
        (
            Picture("transformer", "Its overview: six blocks are one stack."),
            Picture("transformer_block", "One of its blocks.", {"focus": "block_3", "depth": 1}),
        ),
    ),
    Chapter(
        "Its training step",
        """model = Transformer(blocks=6, name="transformer")
model.compile(optimizer="adam", loss="mse")
model(tf.zeros((8, 32, 64)))
graph = opscope.trace(model, (8, 32, 64), (8, 32, 64), step="train")""",
        (Picture("training", "Forward, loss, backward and optimizer.", {"depth": 2}),),
    ),
    Chapter(
        "An LSTM",
        "graph = opscope.trace(tagger(), (8, 40, 32))",
        (Picture("lstm", "The loop, its variables and the way back.", {"depth": "all"}),),
    ),
    Chapter(
        "A GAN's step",
        "gan = GAN()\ngraph = opscope.trace(gan.step, (8, 64))",
        (Picture("gan", "Two models, two losses and two optimizers in one step.", {"depth": 2}),),
    ),
    Chapter(
        "A SavedModel",
        """model = Transformer(blocks=6, name="transformer")
model(tf.zeros((8, 32, 64)))
call = tf.function(lambda inputs: {"logits": model(inputs)}, input_signature=[tf.TensorSpec((None, 32, 64))])
tf.saved_model.save(model, "saved_transformer", signatures={"serving_default": call})
graph = opscope.load("saved_transformer")""",
        (Picture("saved_model", "What a file tells without TensorFlow and without its code.", {"depth": "layers"}),),
    ),
)


def _lines() -> Iterator[str]:
    """Draw chapter by chapter; what the page says of each."""
    yield HEAD
    for chapter in CHAPTERS:
        graph = chapter.graph()
        yield f"## {chapter.title}\n\n```py\n{chapter.code}\n```\n"
        for picture in chapter.pictures:
            path = graph.save(FOLDER / f"{picture.name}.svg", **picture.options)
            # An image in a page shows no tooltips, and they are half of a large picture.
            size = path.write_text(_TIP.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
            print(f"{path.name}: {len(graph):,} ops, {size:,} characters")
            if size > MOST:
                raise SystemExit(
                    f"error: {path.name} is larger than {MOST:,} characters; choose a smaller depth for it"
                )
            yield f"{picture.text} `{picture.line}`\n\n![{chapter.title}](pictures/gallery/{picture.name}.svg)\n"


def main() -> None:
    """Write every picture and the page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (DOCS / "gallery.md").write_text("\n".join(_lines()), encoding="utf-8")


if __name__ == "__main__":
    main()
