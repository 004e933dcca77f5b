"""Takes pictures of the interactive page in each of its states, for readers who see nothing else: `python tools/page_states.py MODELS OUT`.

A browser shows what no test asks about: words that lie over others, half a row, a figure beside the wrong mark. So the page is looked at in
every state, in four windows, light and dark, and who looks is asked what is wrong with the picture. Reads MODELS/NAME.json
(`tools/legibility_models.py` writes them) and leaves out what is not there. Writes OUT/a/001.png and so on, a folder for each reader, and
OUT/index.txt, which says what each picture is of and is not for readers. `--state`, `--model`, `--window` and `--theme` take only some;
`--every` takes the whole product of what is left instead of a selection in which each state is seen in every window, light and dark.
Needs playwright and a Chromium.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from itertools import product
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple

from playwright.sync_api import Page, sync_playwright

import opscope

READERS = "abc"


class Subject(NamedTuple):
    """What is looked at in one model: words of marks in its overview, and a group by its path."""

    mark: str
    layer: str
    search: str
    stack: str = ""
    checked: bool = False
    """Whether `check` finds something in it."""


SUBJECTS: Dict[str, Subject] = {
    "resnet50": Subject("3×3 conv, 64", "resnet50/conv3_block1_1_bn", "conv4_block1_2_conv", "conv2_block1 … 3"),
    "gpt": Subject("attention", "gpt/block_0/attention", "op:MatMul", "block_0 … 7"),
    "gan_step": Subject("norm_1", "forward/generator/norm_1", "conv", checked=True),
    "tagger": Subject("cell", "tagger/gated/while/body/cell", "lstm"),
    "unet": Subject("attention_gate", "attention_unet/attention_gate", "op:Conv2D", "decoder"),
    "tfm48_train": Subject("attn0", "functional_2_1/attn0_1", "attn20", "block 0 … 47"),
}

WINDOWS = {"1280x720": (1280, 720, 1), "800x600": (800, 600, 1), "390x844": (390, 844, 2), "640x360": (640, 360, 2)}
"""Width and height in CSS pixels, and device pixels per CSS pixel: a laptop, half of it, a phone, a laptop at 200 % zoom."""

THEMES = ("light", "dark")


def _pick(page: Page, words: str) -> None:
    """Click the mark of the overview that begins with these words."""
    texts = page.locator(".overview text")  # looks into the shadow root
    found = next(index for index, text in enumerate(texts.all_text_contents()) if text.startswith(words))
    texts.nth(found).scroll_into_view_if_needed()  # readers see what they click
    texts.nth(found).dispatch_event("click")
    page.evaluate("opscope.view()")  # draws what is stale


def _shown(page: Page, name: str) -> None:
    """Show a panel, if it is hidden."""
    button = page.locator(f"button[aria-controls=panel-{name}]")
    if button.get_attribute("aria-expanded") == "false":
        button.click()


def _opened(page: Page, subject: Subject) -> None:
    _pick(page, subject.mark)
    page.locator(".overview").press("Enter")


def _ops(page: Page, subject: Subject) -> None:
    page.evaluate(
        "path => { opscope.select(`group:${path}`); opscope.open(path); opscope.select(`group:${path}`); }",
        subject.layer,
    )


def _tree(page: Page, subject: Subject) -> None:
    _pick(page, subject.mark)
    _shown(page, "details")
    _shown(page, "tree")


def _details(page: Page, subject: Subject) -> None:
    _pick(page, subject.mark)
    _shown(page, "details")


def _search(page: Page, subject: Subject) -> None:
    page.locator(".search input").fill(subject.search)
    page.keyboard.press("ArrowDown")


def _tab(name: str) -> Callable[[Page, Subject], None]:
    def chosen(page: Page, subject: Subject) -> None:
        _pick(page, subject.mark)
        page.click(f"#tab-{name}")

    return chosen


def _findings(page: Page, _subject: Subject) -> None:
    _shown(page, "tree")
    page.locator(".finding-row").first.click()


def _copy(page: Page, subject: Subject) -> None:
    _pick(page, subject.stack)
    _shown(page, "details")
    following = page.locator("[aria-label='Next copy']")
    (following if following.is_enabled() else page.locator("[aria-label='Previous copy']")).click()  # the last is drawn


def _help(page: Page, _subject: Subject) -> None:
    page.keyboard.press("?")


STATES: Dict[str, Callable[[Page, Subject], None]] = {
    "start": lambda _page, _subject: None,
    "opened": _opened,
    "ops": _ops,
    "tree": _tree,
    "details": _details,
    "search": _search,
    "table": _tab("layers"),
    "flame": _tab("flame"),
    "memory": _tab("memory"),
    "findings": _findings,
    "copy": _copy,
    "help": _help,
}


class Shot(NamedTuple):
    """One picture."""

    state: str
    model: str
    window: str
    theme: str


def _has(state: str, model: str) -> bool:
    subject = SUBJECTS[model]
    return bool({"findings": subject.checked, "copy": subject.stack}.get(state, True))


def every(states: List[str], models: List[str], windows: List[str], themes: List[str]) -> List[Shot]:
    """The whole product, without what a model has not."""
    return [Shot(*each) for each in product(states, models, windows, themes) if _has(*each[:2])]


def selection(states: List[str], models: List[str], windows: List[str], themes: List[str]) -> List[Shot]:
    """Each state in each window and theme once; models take turns, so that each is seen in each window."""
    turn = {state: index for index, state in enumerate(states)}
    shots = []
    for number, (state, window, theme) in enumerate(product(states, windows, themes)):
        able = [model for model in models if _has(state, model)]
        if able:
            shots.append(Shot(state, able[(number + turn[state] // 3) % len(able)], window, theme))
    return shots


class Pages:
    """The pages of graphs, made once each."""

    def __init__(self, models: Path, folder: Path) -> None:
        self._models, self._folder = models, folder

    def of(self, shot: Shot) -> Path:
        """The page that a picture is taken of; that of findings is a page of a graph that was checked."""
        checked = shot.state == "findings"
        page = self._folder / (f"{shot.model}-checked.html" if checked else f"{shot.model}.html")
        if not page.exists():
            opscope.load(self._models / f"{shot.model}.json").save(page, check=checked)
        return page


def take(browser: Any, pages: Pages, shot: Shot, path: Path) -> None:
    """Bring a page into a state and save what it shows."""
    width, height, density = WINDOWS[shot.window]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=density,
        has_touch=width < 600,  # a phone
        is_mobile=width < 600,
        color_scheme=shot.theme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(pages.of(shot).as_uri())
    page.wait_for_selector("html[data-opscope=ready]")
    STATES[shot.state](page, SUBJECTS[shot.model])
    page.mouse.move(width - 1, 0)  # where nothing is pointed at
    page.evaluate("opscope.view()")
    page.wait_for_timeout(300)  # lists fill themselves at the browser's next frames
    page.screenshot(path=path)
    context.close()


def write(models: Path, out: Path, shots: List[Shot]) -> Iterator[str]:
    """Take all pictures, dealt to the readers in turn, and tell of each."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        pages = Pages(models, Path(folder))
        for number, shot in enumerate(shots):
            name = f"{READERS[number % len(READERS)]}/{number // len(READERS) + 1:03}.png"
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            take(browser, pages, shot, out / name)
            yield f"{name}  {shot.state:9} {shot.model:12} {shot.window:9} {shot.theme}"
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--every", action="store_true")
    for option, values in (("state", STATES), ("model", SUBJECTS), ("window", WINDOWS), ("theme", THEMES)):
        parser.add_argument(f"--{option}", nargs="+", choices=list(values), default=list(values))
    asked = parser.parse_args()
    there = [model for model in asked.model if (asked.models / f"{model}.json").exists()]
    chosen = every if asked.every else selection
    shots = chosen(asked.state, there, asked.window, asked.theme)
    asked.out.mkdir(parents=True, exist_ok=True)
    with (asked.out / "index.txt").open("w", encoding="utf-8") as index:
        for line in write(asked.models, asked.out, shots):
            print(line, flush=True)
            print(line, file=index, flush=True)


if __name__ == "__main__":
    main()
