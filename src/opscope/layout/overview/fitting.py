"""Chooses the drawing of an overview that opens most and fits on a page: what is tried after what."""

from __future__ import annotations

from types import MappingProxyType
from typing import Collection, Dict, FrozenSet, Iterator, List, Mapping, Optional, Sequence, Set

from ...graph.content import content_of
from ...graph.graph import Graph
from ...passes.opening import Opening
from ..density import CLOSEST
from ..scene.items import Card, ChainRow, Scene, items
from .authors import Authors
from .entering_tensors import entering_cards
from .formula_text import MOST_LINES
from .insides import Insides
from .one_try import MOST_BY_ROWS, Tries
from .own_cells import OwnCell
from .page_shapes import Try, around_at_most, fits_with
from .row_spacing import spaced
from .sketching import LARGE_SCALE, MANNERS, TITLE_WIDE, Sketching

MORE_TRIES = 14
"""So many further groups are tried, one by one, when a budget fits."""
MOST_SWAPS = 4
"""So many further groups are tried in place of smaller ones."""
MOST_TOLD_CARDS = 6
"""So many closed layers are tried, one by one, as cards that say what they hold, if all together do not fit."""
BUDGETS = (160, 110, 80, 60, 45, 34, 26, 20, 14, 8)
"""How many boxes may be drawn, the first that fits."""
MOST_BY_SWAP = 1.05
"""What did not fit by more than this does not fit where a larger group took the place of smaller ones either."""
ALIKE_IN_SIZE = 2
"""Of two layers that are not more than so many times as large as each other neither is told at the cost of the other."""
NARROWER = (100, 80, 62)
"""So many characters stand in a line of what cards say where their drawing would be wide otherwise."""
WIDE_ENOUGH = 600.0
"""A drawing that is no wider has its figures near."""
WORTH_A_LINE = 40.0
"""So much narrower a drawing has to become if cards say things in more lines for it."""
HIGH_AT_MOST = 0.9
"""A drawing that takes no more of the page's height has room between its rows, once that is given to them."""
MOST_LINES_NARROW = 7
"""In so many lines cards say what they hold where it would be cut short else."""


class Pages:
    """Tries ways to draw an overview, and chooses one."""

    def __init__(
        self,
        opening: Opening,
        like: Mapping[int, int],
        authors: Authors,
        insides: Insides,
        *,
        rightward: bool,
        placed: bool = True,
        whole: Optional[Graph] = None,
        cells: Mapping[int, OwnCell] = MappingProxyType({}),
    ) -> None:
        """Get ready.

        Args:
            opening: which groups may open, best first.
            like: group -> an earlier one of the same structure.
            authors: tells whose the class of a layer is.
            insides: tells what is in closed groups.
            rightward: draw from left to right, in lines of flow.
            placed: everything stays where it is put here.
            whole: the graph with all copies of what repeats.
            cells: recurrent layer that says what its cell does -> that cell.
        """
        self._cells, self._like = cells, like
        self._placed = placed
        self._opening, self._authors, self._insides, self._rightward = opening, authors, insides, rightward
        self._tries = Tries(opening, like, authors, insides, rightward=rightward, whole=whole)
        self._too_large: Dict[int, float] = {}
        """By how much the drawing was too large with a further group open."""

    def best(self) -> Try:
        """The drawing with the most groups open that fits; the one that is least too large if none fits."""
        found = self._best()
        if not self._placed or self._rightward:
            return found
        clear = spaced(found, self._tries.engine)
        if clear is None:  # what was tried is a little lower than a drawing in which labels are clear of all else
            self._tries.anew_at(CLOSEST)
            self._too_large.clear()
            found = self._best()
            clear = spaced(found, self._tries.engine)
        return clear or found

    def _best(self) -> Try:
        """What `best` finds, as close as it was tried."""
        best: Optional[Try] = None
        seen: Set[FrozenSet[int]] = set()
        for rows in BUDGETS:
            opened = self._opening.opened(rows)
            if opened in seen:
                continue
            seen.add(opened)
            tried = self._tries.in_shape(opened)
            if best is None or (tried.over, tried.cut) < (best.over, best.cut):
                best = tried
            if not best.over and not best.cut:
                break
        assert best is not None  # there is at least one budget
        for fewer in range(MOST_LINES - 1, 0, -1):
            for groups in dict.fromkeys((best.opened, opened)) if best.over else ():
                best = min(best, self._tries.in_shape(groups, lines_told=fewer), key=lambda tried: tried.over)
        found = best if best.over else self._told_rather(self._looked_into(self._swapped(self._filled(best))))
        if not self._placed:
            return found
        return self._sided(
            found
            if self._rightward
            else self._narrowed(self._joined(self._enlarged(self._drawn_rather(self._sketched(found)))))
        )

    def _told_rather(self, best: Try) -> Try:
        """The drawing in which closed layers say what they hold.

        If some have no room for it, layers of the author's close of which small drawings can be made: these show as much.
        """
        found = self._in_words(best)
        opened = self._own_to_draw(best.opened) if self._placed and not self._rightward else best.opened
        untold = self._untold(found)
        if opened == best.opened or not untold:
            return found
        kept = best.kept | (best.opened - opened)
        tried = self._in_words(self._tries.in_shape(opened, kept, best.lines_told, best.beside))
        return found if tried.is_worse(best) or len(self._untold(tried)) >= len(untold) else tried

    def _in_words(self, best: Try) -> Try:
        return self._by_branches(self._fair(self._told(best)))

    def _untold(self, tried: Try) -> Set[int]:
        """The layers that are nothing but a name in a row, though there is a formula for them."""
        rows = [row for row in _rows_of(tried.drawing.scene) if not row.inside]
        return _held_in(rows).intersection(self._insides.of(tried.opened))

    def _fair(self, best: Try) -> Try:
        """The drawing in which two layers of the author are told rather than one of them open and the other nothing but a name."""
        bare = self._bare(best)
        leaves = best.opened - {self._opening.group(index).parent for index in best.opened}
        largest = sorted(leaves, key=self._opening.size)[-1:] if bare else []
        for index in [around for leaf in largest for around in self._opening.around(leaf) if around in best.opened]:
            alike = max(map(self._opening.size, bare)) * ALIKE_IN_SIZE >= self._opening.size(index)
            if alike and self._authors.is_own(self._opening.group(index)):
                inside = {each for each in best.opened if index in self._opening.around(each)}
                tried = self._tries.in_shape(best.opened - inside, frozenset({index, *bare}), MOST_LINES_NARROW)
                if not (tried.over or tried.cut or self._bare(tried)):
                    return tried
        return best

    def _bare(self, tried: Try) -> List[int]:
        """The author's layers that are nothing but a name in a row, though there is a formula for them."""
        return sorted(index for index in self._untold(tried) if self._authors.is_own(self._opening.group(index)))

    def _by_branches(self, best: Try) -> Try:
        """The drawing in which cards say each branch of what they hold in a line of its own, if there is room for it."""
        insides = self._insides.of(best.opened)
        if not any(formula.full.branches for formula in insides.values()):
            return best
        tried = self._tries.in_shape(best.opened, best.kept, MOST_LINES_NARROW, best.beside)
        return best if tried.is_worse(best) or len(tried.columns) > len(best.columns) else tried

    def _sketched(self, best: Try) -> Try:
        """The drawing in which closed cards draw what they hold rather than say it, if that has room.

        Where it has none, an open block that could be drawn so as well closes: then it and the later ones like it are drawn alike.
        """
        is_of_two = content_of(best.graph).is_of_two  # how a layer differs between two graphs is not seen on a chip
        if best.over or is_of_two or not self._insides.sketches(best.opened):
            return best
        for sketching in self._manners():
            for opened in self._first_copies(best.opened) if sketching.first_copies else self._drawn_alike(best.opened):
                kept = best.kept | (best.opened - opened)  # what closes is a card
                tried = self._tries.in_shape(opened, kept, best.lines_told, best.beside, sketching)
                if not tried.is_worse(best) and len(tried.columns) == len(best.columns):
                    return tried
        return best

    def _enlarged(self, best: Try) -> Try:
        """The drawing with small drawings whose texts are as large as those of rows, if rows keep room between them."""
        if best.sketching is None or len(best.columns) > 1:
            return best
        for beside in dict.fromkeys((best.sketching.beside, min(best.sketching.beside, TITLE_WIDE))):
            large = best.sketching._replace(beside=beside, scale=LARGE_SCALE)
            if best.high > HIGH_AT_MOST:
                break
            tried = self._tries.in_shape(best.opened, best.kept, best.lines_told, best.beside, large)
            if not tried.is_worse(best) and len(tried.columns) == 1 and tried.high <= HIGH_AT_MOST:
                return tried
        return best

    def _joined(self, best: Try) -> Try:
        """The drawing in which a line leads from the first copy of each stack to the others, if that has room whatever the notes say."""
        if best.over or best.sketching is None or not best.sketching.first_copies:
            return best
        joined = best.sketching._replace(joined=True)
        tried = self._tries.in_shape(best.opened, best.kept, best.lines_told, best.beside, joined)
        fits = fits_with(tried, around_at_most(tried.drawing.scene, tried.graph))
        return tried if fits and not tried.is_worse(best) and len(tried.columns) == len(best.columns) else best

    def _drawn_rather(self, best: Try) -> Try:
        """The drawing in which the largest of the author's layers that only a line tells, though it branches, is drawn in its card.

        Smaller open ones close for it.
        """
        if best.sketching is None:
            return best
        branching = {group for group, forms in self._insides.sketches(best.opened).items() if not forms.is_chain}
        refused: Set[int] = set()
        for _ in range(MOST_TOLD_CARDS):
            held = branching.intersection(_held_in(_rows_of(best.drawing.scene))) - refused
            may_open = [group for group in self._opening.largest(best.opened) if group in held]
            own = [group for group in may_open if self._authors.is_own(self._opening.group(group))]
            known = _attending(_rows_of(best.drawing.scene))
            others = sorted(may_open, key=lambda group: group in known)
            largest = next(iter([*own, *others, *sorted(held)]), None)
            if largest is None:
                break
            smaller = self._opening.smaller(best.opened, largest) if largest in own else frozenset()
            kept = best.kept.union(self._with_alike([largest], best))
            for sketching in dict.fromkeys((best.sketching, best.sketching._replace(short=True), *self._manners())):
                tried = self._tries.in_shape(
                    best.opened - smaller, kept, best.lines_told, best.beside - kept, sketching
                )
                if not tried.is_worse(best) and len(tried.columns) == len(best.columns):
                    best = tried
                    break
            else:
                refused.add(largest)
        return best

    def _manners(self) -> List[Sketching]:
        """How closed cards may be drawn, those with first copies of stacks only where any has something of its own."""
        return [each for each in MANNERS if self._tries.are_odd_firsts or not each.first_copies]

    def _first_copies(self, opened: FrozenSet[int]) -> Iterator[FrozenSet[int]]:
        """The groups that stay open where first copies of stacks are drawn, which tells more than one open block; then all that are open."""
        for kept in dict.fromkeys((self._closed_to_draw(opened), opened)):
            if self._tries.has_first_copies(kept):
                yield kept

    def _drawn_alike(self, opened: FrozenSet[int]) -> Iterator[FrozenSet[int]]:
        """The open groups, then, if that is asked for, those of them that stay open where more blocks are drawn alike."""
        alike = self._closed_to_draw(opened)
        if alike != opened and self._has_like(opened - alike):  # of blocks that are alike all are drawn alike
            yield alike
        yield opened
        if alike != opened:
            yield alike
        drawn = self._own_to_draw(opened)
        if drawn != opened:
            yield drawn

    def _has_like(self, closing: FrozenSet[int]) -> bool:
        """Whether a later group is like one of these."""
        return not closing.isdisjoint(self._like.values())

    def _narrowed(self, best: Try) -> Try:
        """The drawing with what cards say in more lines, if that brings the figures nearer to their rows and has room."""
        if best.over or len(best.columns) > 1:
            return best
        for characters in NARROWER:
            if _wide(best) <= WIDE_ENOUGH:
                break
            tried = self._tries.in_shape(
                best.opened, best.kept, best.lines_told, best.beside, best.sketching, characters=characters
            )
            if not tried.is_worse(best) and len(tried.columns) == 1 and _wide(tried) <= _wide(best) - WORTH_A_LINE:
                best = tried
        return best

    def _closed_to_draw(self, opened: FrozenSet[int]) -> FrozenSet[int]:
        """The groups that stay open if blocks of a library's layers close of which small drawings can be made."""
        may_close = self._opening.of_libraries(opened)
        without = self._without(opened, may_close)
        drawn = self._insides.sketches(without)
        return self._without(opened, [index for index in may_close if index in drawn and not drawn[index].is_chain])

    def _own_to_draw(self, opened: FrozenSet[int]) -> FrozenSet[int]:
        """The groups that stay open if those of the author's layers close that hold no open ones, and of which small drawings can be made."""
        leaves = opened - {self._opening.group(index).parent for index in opened}
        own = [index for index in leaves if self._authors.is_own(self._opening.group(index))]
        drawn = self._insides.sketches(self._without(opened, own))
        return self._without(opened, [index for index in own if index in drawn and not drawn[index].is_chain])

    def _without(self, opened: FrozenSet[int], closing: Collection[int]) -> FrozenSet[int]:
        """The open groups but for those that close, and what is in them."""
        return frozenset(index for index in opened if not set(closing).intersection(self._opening.around(index)))

    def _sided(self, best: Try) -> Try:
        """The drawing in which formulas call inputs by the side on which they enter. What is said plays no part in where wires end."""
        self._tries.entering = dict(entering_cards(best.drawing.root, along=1 if self._rightward else 0))
        insides = self._insides.of(best.opened)
        if self._tries.called(insides) == insides and self._tries.called_drawings(
            best.opened
        ) == self._insides.sketches(best.opened):
            return best
        return self._tries.in_shape(best.opened, best.kept, best.lines_told, best.beside, best.sketching)

    def _filled(self, best: Try, hopeless: float = MOST_BY_ROWS) -> Try:
        """The drawing with as many further groups open as fit. Those with which it was `hopeless` times too large are not tried again."""
        refused = {index for index, over in self._too_large.items() if over > hopeless}
        for _ in range(MORE_TRIES):
            index = next((each for each in self._opening.next(best.opened) if each not in refused), None)
            if index is None:
                break
            tried = self._tries.in_shape(best.opened | {index})
            further = self._opening.only(index)
            # It alone shows one closed card, which may be wider than what is in it.
            if tried.is_worse(best) and further is not None:
                tried = self._tries.in_shape(best.opened | {index, further})
            if tried.is_worse(best):
                refused.add(index)
                self._too_large[index] = tried.over
            else:
                best = tried
        return best

    def _looked_into(self, best: Try) -> Try:
        """The drawing in which cells of recurrent layers are drawn rather than told, in their loops, as many as fit."""
        for layer, own in self._cells.items():
            if self._opening.group(layer).parent in (-1, *best.opened):
                told = {own.cell} if own.equations is not None else frozenset()
                tried = self._tries.in_shape(best.opened | own.groups, best.kept.union(told), best.lines_told)
                best = best if tried.is_worse(best) or len(tried.columns) > len(best.columns) else tried
        return best

    def _swapped(self, best: Try) -> Try:
        """The drawing in which larger groups are open in place of smaller ones, which a line tells, where not all have room."""
        largest = self._opening.largest(best.opened)
        for index in [each for each in largest if self._too_large.get(each, 0.0) < MOST_BY_ROWS][:MOST_SWAPS]:
            smaller = self._opening.smaller(best.opened, index)
            tried = self._tries.in_shape(best.opened - smaller | {index}) if smaller else best
            if index in tried.opened and not tried.is_worse(best):
                best = self._filled(tried, MOST_BY_SWAP)
        return best

    def _told(self, best: Try) -> Try:
        """The drawing in which closed layers that stand in rows say what they hold, as many as fit."""
        formulas = self._insides.of(best.opened)
        held = _held_in(_rows_of(best.drawing.scene)).intersection(formulas)
        # What attends, its class says; what else a layer does, nothing.
        known = _attending(_rows_of(best.drawing.scene))
        waiting = sorted(held, key=lambda group: (group in known, -self._opening.size(group), group))
        for several in ([waiting] if len(waiting) > 1 else []) + [[group] for group in waiting[:MOST_TOLD_CARDS]]:
            kept = self._with_alike(several, best)
            if best.kept.issuperset(kept):
                continue
            for lines in (best.lines_told, MOST_LINES_NARROW):
                tried = self._tries.in_shape(best.opened, best.kept.union(kept), lines)
                if not tried.is_worse(best) and len(tried.columns) == len(best.columns):
                    best = tried
                    break
        return best if self._rightward else self._beside(best, [group for group in waiting if group not in best.kept])

    def _with_alike(self, groups: Sequence[int], best: Try) -> FrozenSet[int]:
        """Some closed layers, and those in rows that are like them: drawn otherwise these would seem to be something else."""
        firsts = {self._like.get(group, group) for group in groups}
        held = _held_in(_rows_of(best.drawing.scene))
        return frozenset(groups).union(group for group in held if self._like.get(group, group) in firsts)

    def _beside(self, best: Try, waiting: Sequence[int]) -> Try:
        """The drawing in which rows say beside their names what their layers hold, as many as there is width for."""
        for groups in ([waiting] if len(waiting) > 1 else []) + [[group] for group in waiting[:MOST_TOLD_CARDS]]:
            if best.beside.issuperset(groups):
                continue
            tried = self._tries.in_shape(best.opened, best.kept, best.lines_told, best.beside.union(groups))
            best = best if tried.over else tried
        return best


def _wide(tried: Try) -> float:
    return sum(column.right - column.left for column in tried.columns)


def _rows_of(scene: Scene) -> List[ChainRow]:
    return [item for item in items(scene) if isinstance(item, ChainRow)]


def _held_in(rows: Sequence[ChainRow]) -> Set[int]:
    """The groups of the closed layers that stand in rows."""
    return {part.group for row in rows for part in row.items if isinstance(part, Card)}


def _attending(rows: Sequence[ChainRow]) -> Set[int]:
    """The groups of the closed layers in rows that are attentions."""
    cells = [cell for row in rows for cell in row.cells if cell.family == "attention"]
    return {cell.item.group for cell in cells if isinstance(cell.item, Card)}
