"""What the marks of an overview are and where its wires end, as the browser draws it: read from the screen, not from the page's own data."""

from __future__ import annotations

from typing import Any

READ = """() => {
  const root = document.querySelector('.overview').shadowRoot;
  const svg = root.querySelector('.sheet > svg');
  const hidden = (element) => element.closest('[display="none"]') !== null;
  const scale = svg.querySelector('svg').getScreenCTM().a;
  const box = (rect) => { const { left, top, right, bottom } = rect.getBoundingClientRect(); return { left, top, right, bottom }; };
  const marks = [];
  let number = 0;
  for (const group of svg.querySelectorAll('svg svg g')) {
    if (group.closest('.opened') || !group.querySelector(':scope > rect:not(.holding, .behind)') || group.parentElement === null) continue;
    const mark = { number: number++, hidden: hidden(group), unit: group.dataset.unit ?? null, ...box(group.querySelector(':scope > rect:not(.holding, .behind)')) };
    const behind = [];
    for (let at = group.previousElementSibling; at && at.classList.contains('behind'); at = at.previousElementSibling) behind.push(box(at).bottom);
    mark.foot = Math.max(mark.bottom, ...behind);
    if (!mark.hidden) marks.push(mark);
  }
  for (const group of svg.querySelectorAll('.opened')) {
    const rects = [...group.children].filter((child) => child.tagName === 'rect').map(box);
    const top = Math.min(...rects.map((each) => each.top));
    const own = rects.filter((each) => Math.abs(each.top - top) < 1)[0];
    const sheets = rects.filter((each) => Math.abs(each.right - each.left - own.right + own.left) < 1).map((each) => each.bottom);
    marks.push({ number: -1, hidden: false, unit: null, ...own, foot: Math.max(...sheets) });
  }
  for (const rect of svg.querySelectorAll('.holding')) marks.push({ number: -2, hidden: false, unit: null, ...box(rect), foot: box(rect).bottom });
  const inside = (mark, x) => x >= mark.left - 1.5 && x <= mark.right + 1.5;
  // Into the side of a sign: `away` is how far before that the line ends, in its arrow head.
  const beside = (mark, [x, y], right, away) => {
    const far = right ? mark.left - x : x - mark.right;
    return y > mark.top && y < mark.bottom && far > -1 && far < away;
  };
  const wires = [];
  for (const path of svg.querySelectorAll('.wire, .bundle, .control, .next')) {
    if (path.closest('.opened, [data-op], [data-unit]') || path.tagName !== 'path') continue;
    if (hidden(path)) { wires.push(null); continue; }
    const at = (length) => { const point = path.getPointAtLength(length).matrixTransform(path.getScreenCTM()); return [point.x, point.y]; };
    const [start, end] = [at(0), at(path.getTotalLength())];
    const left = marks.filter((mark) => inside(mark, start[0]) && Math.abs(mark.foot - start[1]) < 1);
    const before = at(path.getTotalLength() - 1);
    const met = Math.abs(before[1] - end[1]) > 0.1
      ? marks.filter((mark) => inside(mark, end[0]) && mark.top - end[1] > -1 && mark.top - end[1] < 7 * scale + 1)
      : marks.filter((mark) => beside(mark, end, before[0] < end[0], 7 * scale + 1));
    wires.push({ from: left.map((mark) => mark.number), to: met.map((mark) => mark.number) });
  }
  const heads = [];
  for (const path of svg.querySelectorAll('.tip, .tip-next')) {
    if (path.closest('.opened, [data-op], [data-unit]')) continue;
    for (const [, x, y, back, up] of path.getAttribute('d').matchAll(/M(-?[\\d.]+) (-?[\\d.]+)l(-?[\\d.]+) (-?[\\d.]+)/g)) {
      if (hidden(path)) { heads.push(null); continue; }
      const tip = new DOMPoint(Number(x), Number(y)).matrixTransform(path.getScreenCTM());
      const down = Math.abs(Number(up)) > Math.abs(Number(back));
      const at = (mark) => down ? inside(mark, tip.x) && Math.abs(mark.top - tip.y) < 1.2 : beside(mark, [tip.x, tip.y], Number(back) < 0, 1.2);
      heads.push(marks.filter(at).map((mark) => mark.number));
    }
  }
  return { marks, wires, heads };
}"""


def read(page: Any) -> Any:
    """The marks, and for each wire and arrow head the marks at which it is; ``None`` for those that are not drawn."""
    return page.evaluate(READ)


def faults(before: Any, after: Any, opened: "set[int]") -> "list[str]":
    """What is not as it was, where the marks `opened` (numbers) have given way to frames."""
    found = []
    rows = [mark for mark in after["marks"] if mark["number"] == -2]
    held = {mark["number"] for mark in after["marks"] if any(mark["number"] >= 0 and holds(row, mark) for row in rows)}

    def same(was: "list[int]", now: "list[int]") -> bool:
        # In the place of a mark that gave way is its frame, in that of a row the frame around it.
        return all(
            number in now or (number in opened and -1 in now) or (number in held | opened and -2 in now)
            for number in was
        ) and (bool(was) or not [number for number in now if number >= 0])

    for index, (was, now) in enumerate(zip(before["wires"], after["wires"])):
        if was is None or now is None:
            continue
        for end in ("from", "to"):
            if not same(was[end], now[end]):
                found.append(f"wire {index} {end} {was[end]}, now {now[end]}")
    for index, (was, now) in enumerate(zip(before["heads"], after["heads"])):
        if was is not None and now is not None and not same(was, now):
            found.append(f"head {index} at {was}, now {now}")
    places = {mark["number"]: mark for mark in before["marks"]}
    now_at = [mark for mark in after["marks"] if mark["number"] in places]
    for index, one in enumerate(now_at):
        for other in now_at[:index]:
            if overlap(one, other) and not overlap(places[one["number"]], places[other["number"]]):
                found.append(f"marks {one['number']} and {other['number']} overlap")
    for frame in (mark for mark in after["marks"] if mark["number"] < 0):
        for mark in now_at:
            if overlap(frame, mark) and not holds(mark, frame) and not (frame["number"] == -2 and holds(frame, mark)):
                found.append(f"a frame overlaps mark {mark['number']}")
    return found


def overlap(one: Any, other: Any) -> bool:
    """Whether two marks overlap by more than a pixel."""
    return all(
        one[near] + 1 < other[far] and other[near] + 1 < one[far]
        for near, far in (("left", "right"), ("top", "bottom"))
    )


def holds(outer: Any, inner: Any) -> bool:
    """Whether one mark lies in the other."""
    return (
        outer["left"] <= inner["left"] + 1
        and outer["right"] + 1 >= inner["right"]
        and outer["top"] <= inner["top"] + 1
        and outer["bottom"] + 1 >= inner["bottom"]
    )
