"""Small example models, and `draw_uses`, which draws them: the work of ``opscope demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, Tuple

from ..errors import MissingDependencyError, WriteError
from ..render.write_file import expanded


def draw_uses(folder: Path) -> Iterator[Tuple[str, List[Path]]]:
    """Draw each example into `folder`, and yield its title and the paths of its pictures as soon as they are there.

    Raises:
        MissingDependencyError: TensorFlow is not installed.
        WriteError: `folder` cannot be made.
    """
    try:
        from . import uses
    except ImportError as error:
        msg = (
            f'the demo traces live models and needs TensorFlow ({error}); install it: pip install "opscope[tf]"; '
            "a model file is read without it: opscope summary FILE"
        )
        raise MissingDependencyError(msg) from error
    folder = expanded(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:  # ValueError: no folder can have this name
        why = error.strerror if isinstance(error, OSError) else "no folder can have this name here"
        raise WriteError(f"cannot make the folder {folder}: {why}; choose another with --out") from error
    for title, use in uses.USES:
        yield title, use(folder)
