# SPDX-License-Identifier: EUPL-1.2
"""The smallest conflicts: relations that cannot hold by themselves, and least sets that cannot hold together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from styr.evidence.checking.cells import Cells
from styr.evidence.checking.intervals import Span
from styr.evidence.checking.jointly import Proof, impossible
from styr.evidence.checking.laws import LINEAR, QUOTIENT, Kind, Relation, gap, holds

LARGEST_FREED = 60  # cells of a conflict that are tried one by one


@dataclass(frozen=True)
class Conflict:
    """Relations that cannot all hold and the printed numbers that this rests on: none of them can be left out.

    size: by how many units of the last printed digit the numbers miss each other, beyond what rounding admits.
    """

    relations: tuple[Relation, ...]
    cells: tuple[int, ...]
    size: float


def violated(relations: Sequence[Relation], spans: Sequence[Span]) -> list[Relation]:
    """The relations that cannot hold by themselves."""
    return [relation for relation in relations if not holds(relation, spans)]


def alone(relation: Relation, cells: Cells) -> Conflict:
    """The conflict of one relation with its own cells: those that matter to where the gap lies."""
    return Conflict((relation,), relation.cells, size_of(relation, cells))


def size_of(relation: Relation, cells: Cells) -> float:
    """The gap of a violated relation in units of the coarsest last digit of the numbers it compares."""
    among = relation.cells if relation.kind in LINEAR else relation.cells[:1]
    step = max((cells.step(cell) for cell in among), default=Fraction(1))
    return float(abs(gap(relation, cells.spans)) / step)


def jointly(relations: Sequence[Relation], cells: Cells, weight: Mapping[Relation, float]) -> list[Conflict]:
    """Least sets of relations that hold one by one but not together.

    After each the relation that confirms least is left out, until what is left can hold.
    """
    found = []
    for component in components([each for each in relations if each.kind in LINEAR | QUOTIENT | {Kind.bound}]):
        left = list(component)
        while len(left) > 1 and (proof := impossible(left, cells.spans)):
            least = _smallest([left[index] for index in proof.relations], cells.spans)
            if least is None:
                break
            members, found_proof = least
            used = _needed(members, found_proof, cells.spans)
            found.append(Conflict(tuple(members), used, found_proof.widening / 2))
            left.remove(min(members, key=lambda each: weight.get(each, 0.0)))
    return found


def components(relations: Sequence[Relation]) -> list[list[Relation]]:
    """Relations by what they share, where there is more than one: a chain of shared cells joins two."""
    return [group for group in joined([[relation] for relation in relations]) if len(group) > 1]


def joined(sets: Sequence[Sequence[Relation]]) -> list[list[Relation]]:
    """Sets of relations put together where a chain of shared cells joins them."""
    parent: dict[int, int] = {}

    def root(cell: int) -> int:
        parent.setdefault(cell, cell)
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    for members in sets:
        first, *others = (cell for relation in members for cell in relation.cells)
        for cell in others:
            parent[root(cell)] = root(first)
    grouped: dict[int, list[Relation]] = defaultdict(list)
    for members in sets:
        grouped[root(members[0].cells[0])] += members
    return list(grouped.values())


def _smallest(relations: list[Relation], spans: Sequence[Span]) -> tuple[list[Relation], Proof] | None:
    """A subset that cannot hold and of which no relation can be left out."""
    proof = impossible(relations, spans)
    if proof is None:
        return None
    members = [relations[index] for index in proof.relations]
    for relation in list(members):
        rest = [each for each in members if each is not relation]
        smaller = impossible(rest, spans) if len(rest) > 1 else None
        if smaller is not None:
            members, proof = [rest[index] for index in smaller.relations], smaller
    return members, proof


def _needed(relations: Sequence[Relation], proof: Proof, spans: Sequence[Span]) -> tuple[int, ...]:
    """The cells whose printed values the conflict needs: freed, it would be gone; all where none is needed alone."""
    if len(proof.cells) > LARGEST_FREED:
        return proof.cells
    free: list[int] = []
    for cell in proof.cells:
        if impossible(relations, spans, [*free, cell]) is not None:
            free.append(cell)
    return tuple(cell for cell in proof.cells if cell not in free) or proof.cells
