"""What MkDocs calls while it builds the site: files of the repository that the documentation links to become pages of it.

On GitHub such a link leads to the file itself. The site has no such place to lead to, so it brings them along: documents as they are, code as one block.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any, Iterator, Match, Optional

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "repository"
"""Where on the site they are."""
SHIM = "iframe_worker_shim.js"
"""Lets the search run in a page that was opened from disk, where browsers allow no worker."""
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
LANGUAGES = {".py": "python", ".ts": "ts", ".sh": "sh", ".toml": "toml"}


def on_files(files: Any, *, config: Any) -> Any:
    """The site's files, and with them those that they link to, and so on."""
    shim = Path(__file__).with_name(SHIM).read_text(encoding="utf-8")
    files.append(File.generated(config, "assets/iframe-worker-shim.js", content=shim))
    waiting = list(files.documentation_pages())
    while waiting:
        file = waiting.pop()
        source = repository_file(file.src_uri)
        for path in linked(source, source.read_text(encoding="utf-8")):
            if files.get_file_from_path(uri_of(path)) is None:
                files.append(File.generated(config, uri_of(path), content=page_of(path)))
                if path.suffix == ".md":
                    waiting.append(files.get_file_from_path(uri_of(path)))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """The page with its links out of the documentation led to pages of the site; those to folders are plain words."""
    source = repository_file(page.file.src_uri)
    here = posixpath.dirname(page.file.src_uri)

    def led(link: Match[str]) -> str:
        path = target_of(source, link[2])
        if path is None:
            return link[0]
        return f"[{link[1]}]({posixpath.relpath(uri_of(path), here)}{link[3] or ''})" if path.is_file() else link[1]

    return LINK.sub(led, markdown) if source.suffix == ".md" else markdown


def repository_file(uri: str) -> Path:
    """The file of the repository that a page of the site shows."""
    if not uri.startswith(f"{FOLDER}/"):
        return ROOT / "docs" / uri
    path = ROOT / uri[len(FOLDER) + 1 :]
    return path if path.exists() else path.with_suffix("")


def uri_of(path: Path) -> str:
    """Where a file of the repository is on the site."""
    within = path.relative_to(ROOT).as_posix()
    if within.startswith("docs/"):
        return within[len("docs/") :]
    return f"{FOLDER}/{within}" + ("" if path.suffix == ".md" else ".md")


def target_of(source: Path, link: str) -> Optional[Path]:
    """The file or folder of the repository that a link of `source` leads to; ``None`` of any other link."""
    if "://" in link or link.startswith("mailto:"):
        return None
    path = (source.parent / link).resolve()
    return path if path.exists() and path.is_relative_to(ROOT) else None


def linked(source: Path, text: str) -> Iterator[Path]:
    """The files that a document links to."""
    if source.suffix == ".md":
        found = (target_of(source, link[2]) for link in LINK.finditer(text))
        yield from (path for path in found if path is not None and path.is_file())


def page_of(path: Path) -> str:
    """A file of the repository as a page."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return text
    return f"# {path.relative_to(ROOT).as_posix()}\n\n~~~~~~{LANGUAGES.get(path.suffix, '')}\n{text}\n~~~~~~\n"
