# SPDX-License-Identifier: EUPL-1.2
"""Single changes that would mend a conflict, ranked by how much they explain and how little they assume.

A change is worth the bits of the relations that then hold, less those of relations it breaks, less what it assumes:
which of the cells, rows or columns, and what kind of slip. A transposed digit assumes less than any other number; one
swap of two rows that makes eleven sums hold beats eleven wrong cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf, log2

from styr.evidence.checking.balances import Balances
from styr.evidence.checking.cells import Cells, least_of, span
from styr.evidence.checking.digits import Slip, slips
from styr.evidence.checking.intervals import EVERYTHING, Span
from styr.evidence.checking.laws import Kind, Relation, Template
from styr.evidence.published import Number, Table

MOST_CELLS = 400
MOST_PAIRS = 400
FARTHER = 1e-9
BROKEN = 6.0  # bits beyond its own that a relation costs when a change breaks it


class Change(StrEnum):
    """What would be changed."""

    cell = "cell"
    sign = "sign"
    factor = "factor"
    transposed = "transposed"
    digit = "digit"
    repeated = "repeated"
    dropped = "dropped"
    swapped_cells = "swapped_cells"
    swapped_lines = "swapped_lines"
    permuted = "permuted"
    scaled_line = "scaled_line"
    missing_part = "missing_part"
    extra_part = "extra_part"
    overlapping = "overlapping"
    summed_rate = "summed_rate"
    other_base = "other_base"
    other_measure = "other_measure"
    taken_from = "taken_from"


@dataclass(frozen=True)
class Mend:
    """A change, the cells it touches, what they would be, and which relations it mends and breaks.

    lines: the rows or columns it is about, in words; meant: what each touched cell would be (a span, and a number when
    a slip explains it); score in bits, more is likelier.
    """

    change: Change
    cells: tuple[int, ...]
    mends: frozenset[Relation]
    breaks: frozenset[Relation] = frozenset()
    score: float = 0.0
    lines: tuple[str, ...] = ()
    meant: Mapping[int, Number] = field(default_factory=dict, hash=False, compare=False)
    admits: Span = EVERYTHING


@dataclass(frozen=True)
class Case:
    """What mends are sought in: all relations with their bits, which cannot hold, and which touch each cell."""

    cells: Cells
    templates: Sequence[Template]
    weight: Mapping[Relation, float]
    broken: frozenset[Relation]
    touching: Mapping[int, tuple[Relation, ...]]
    balances: Balances

    @classmethod
    def of(
        cls, cells: Cells, templates: Sequence[Template], weight: Mapping[Relation, float], broken: Iterable[Relation]
    ) -> Case:
        """A case of these templates and violated relations."""
        touching: dict[int, list[Relation]] = defaultdict(list)
        for template in templates:
            for relation in template.relations:
                for cell in relation.cells:
                    touching[cell].append(relation)
        by_cell = {cell: tuple(each) for cell, each in touching.items()}
        return cls(cells, templates, weight, frozenset(broken), by_cell, Balances(cells.spans))

    def judged(self, changed: Mapping[int, Span]) -> tuple[frozenset[Relation], frozenset[Relation]]:
        """The relations a change of cells mends, and those it breaks."""
        mended, broken = set(), set()
        for relation in dict.fromkeys(each for cell in changed for each in self.touching.get(cell, ())):
            held = self.balances.holds(relation, changed)
            if held and relation in self.broken:
                mended.add(relation)
            elif not held and relation not in self.broken:
                broken.add(relation)
        return frozenset(mended), frozenset(broken)

    def worth(self, mended: Iterable[Relation], broken: Iterable[Relation], cost: float) -> float:
        """The score of a change."""
        gained = sum(self.weight.get(each, 1.0) for each in mended)
        return gained - sum(self.weight.get(each, 1.0) + BROKEN for each in broken) - cost


def single_cells(case: Case, relations: Sequence[Relation]) -> Iterator[Mend]:
    """For each cell of the relations, what it would have to be, and whether one slip explains the printed number."""
    among = list(dict.fromkeys(cell for relation in relations for cell in relation.cells))[:MOST_CELLS]
    which = log2(max(len(among), 2))
    for cell in among:
        if case.cells.numbers[cell].value is None:
            continue
        admits = _admitted(case, cell, relations)
        if admits is None or admits == EVERYTHING:
            continue
        if (mend := _slipped(case, cell, admits, which)) or (mend := _otherwise(case, cell, admits, which)):
            yield mend


def _admitted(case: Case, cell: int, relations: Sequence[Relation]) -> Span | None:
    """What the cell's relations together say it is: the heaviest first, those that cannot be met left out."""
    own = [relation for relation in case.touching[cell] if relation in case.broken]
    mine = set(relations)
    own.sort(key=lambda each: (each not in mine, -case.weight.get(each, 1.0)))
    held = [relation for relation in case.touching[cell] if relation not in case.broken]
    held.sort(key=lambda each: -case.weight.get(each, 1.0))
    admits = EVERYTHING
    for relation in (*own, *held):
        narrower = admits.meet(case.balances.implied(relation, cell))
        if not narrower.is_empty:
            admits = narrower
        elif relation is own[0]:
            return None
    return admits


def _slipped(case: Case, cell: int, admits: Span, which: float) -> Mend | None:
    """The likeliest slip that gives a number in the span."""
    table = case.cells.places[cell].table
    least = least_of(table) if isinstance(table, Table) else None
    fitting: list[tuple[float, Slip, Span]] = []
    near = _reach(admits) if case.cells.numbers[cell].hedge is None else (-inf, inf)
    for slip in slips(case.cells.numbers[cell]):
        size = float(slip.number.value or 0)
        if not near[0] - float(slip.number.step) <= size <= near[1] + float(slip.number.step):
            continue
        meant = span(slip.number, least)
        if not meant.meet(admits).is_empty:
            fitting.append((slip.cost, slip, meant))
    if not fitting:
        return None
    best = min(fitting, key=lambda each: each[0])
    alike = sum(1 for cost, *_ in fitting if cost == best[0])
    mended, broken = case.judged({cell: best[2]})
    if not mended:
        return None
    score = case.worth(mended, broken, which + best[0] + log2(alike) + 1)
    return Mend(Change(best[1].kind), (cell,), mended, broken, score, meant={cell: best[1].number}, admits=admits)


def _reach(admits: Span) -> tuple[float, float]:
    """The ends of a span, a little farther out, in floating point: what lies beyond need not be looked at closely."""
    low, high = (None if end is None else float(end) for end in (admits.low, admits.high))
    return (
        -inf if low is None else low - FARTHER * abs(low),
        inf if high is None else high + FARTHER * abs(high),
    )


def _otherwise(case: Case, cell: int, admits: Span, which: float) -> Mend | None:
    """Another number altogether: it assumes as much as the number has digits."""
    changed = admits if admits.width is not None else case.cells.spans[cell].hull(admits).meet(admits)
    mended, broken = case.judged({cell: changed})
    if not mended:
        return None
    size = abs(float(changed.middle or 0)) / float(case.cells.step(cell))
    return Mend(
        Change.cell, (cell,), mended, broken, case.worth(mended, broken, which + log2(size + 2) + 5), admits=admits
    )


def swapped_cells(case: Case, relations: Sequence[Relation]) -> Iterator[Mend]:
    """Two numbers of a row or column that have changed places."""
    pairs = list(dict.fromkeys(_pairs(case, relations)))[:MOST_PAIRS]
    for one, other in pairs:
        spans = case.cells.spans
        if spans[one] == spans[other]:
            continue
        mended, broken = case.judged({one: spans[other], other: spans[one]})
        if mended:
            score = case.worth(mended, broken, log2(len(pairs) + 1) + 3)
            numbers = case.cells.numbers
            yield Mend(
                Change.swapped_cells,
                (one, other),
                mended,
                broken,
                score,
                meant={one: numbers[other], other: numbers[one]},
            )


def _pairs(case: Case, relations: Sequence[Relation]) -> Iterator[tuple[int, int]]:
    """Cells of two violated relations that share a row or column, and a relation's own result with its parts."""
    where = case.cells.places
    for index, relation in enumerate(relations[:12]):
        if relation.result is not None and relation.kind in (Kind.total, Kind.difference):
            for part in relation.parts:
                yield relation.result, part
        for other in relations[index + 1 : 12]:
            for one in relation.cells:
                for two in other.cells:
                    a, b = where[one], where[two]
                    near = a.row == b.row or a.column == b.column
                    if one != two and a.table is b.table and near and a.row >= 0:
                        yield min(one, two), max(one, two)


def ranked(mends: Iterable[Mend], relations: Iterable[Relation]) -> list[Mend]:
    """The mends of these relations, best first; of those about the same cells and lines only the best."""
    mine = frozenset(relations)
    best: dict[tuple[object, ...], Mend] = {}
    for mend in mends:
        if mend.mends & mine:
            key = (mend.cells, mend.lines) if mend.change not in _OF_CELLS else (mend.cells,)
            if key not in best or mend.score > best[key].score:
                best[key] = mend
    return sorted(best.values(), key=lambda mend: -mend.score)


_OF_CELLS = frozenset(
    {Change.cell, Change.sign, Change.factor, Change.transposed, Change.digit, Change.repeated, Change.dropped}
)
