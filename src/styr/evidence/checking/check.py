# SPDX-License-Identifier: EUPL-1.2
"""Does a set of figures add up: relations proposed, tested exactly, conflicts made small, mends ranked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from styr.evidence.checking import confirmations
from styr.evidence.checking.cells import Cells, cells_of
from styr.evidence.checking.conflicts import Conflict, alone, joined, jointly, violated
from styr.evidence.checking.findings import Checked, Confirmation, Finding
from styr.evidence.checking.joint_mending import of_conflict
from styr.evidence.checking.laws import Relation, Template
from styr.evidence.checking.mending import Case, Mend, ranked, single_cells, swapped_cells
from styr.evidence.checking.mending_lines import of_lines
from styr.evidence.checking.relations import propose
from styr.evidence.checking.weight_findings import of_weights
from styr.evidence.published import FigureSet

SHOWN = 5  # mends kept for each finding
MANY = 3  # violated relations of one template, when it is looked at as a whole


def check(figures: FigureSet) -> Checked:
    """Check a set of figures.

    Raises CannotAnswer when a relation stated in a file cannot be read (table, statement, place and remedy).
    """
    cells = cells_of(figures)
    templates = propose(figures, cells)
    weight = confirmations.bits(templates, cells)
    relations = [relation for template in templates for relation in template.relations]
    broken = violated(relations, cells.spans)
    case = Case.of(cells, templates, weight, broken)
    whose = {relation: template for template in templates for relation in template.relations}
    findings = _explained(case, whose, broken)
    held = [relation for relation in relations if relation not in case.broken]
    findings += [_joint(case, whose, conflict) for conflict in jointly(held, cells, weight)]
    findings += of_weights(templates, cells, case.broken)
    findings.sort(key=lambda finding: min(finding.cells))
    return Checked(cells, tuple(templates), tuple(findings), _confirmed(templates, cells, weight, case.broken))


def _explained(case: Case, whose: Mapping[Relation, Template], broken: Sequence[Relation]) -> list[Finding]:
    """Findings of the relations that cannot hold by themselves: those that one change explains are one finding."""
    findings = []
    for group in _together(broken, whose):
        left = list(group)
        mends = _mends(case, whose, left)
        while left:
            options = ranked(mends, left)
            best = options[0] if options else None
            if best is None or best.score < 0:
                mended = best.mends if best is not None else {left[0]}
                mine = _of_one_line(whose, left) or [each for each in left if each in mended]
            else:
                mine = [each for each in left if each in best.mends]
            findings.append(_finding(case, whose[mine[0]], mine, ranked(mends, mine)))
            left = [each for each in left if each not in mine]
    return findings


def _of_one_line(whose: Mapping[Relation, Template], left: Sequence[Relation]) -> list[Relation]:
    """The violated relations of a template of which most are: no single number explains them, the line is another."""
    template = whose[left[0]]
    members = [each for each in left if whose[each] is template]
    return members if len(members) >= MANY and len(members) > len(template.relations) / 2 else []


def _together(broken: Sequence[Relation], whose: Mapping[Relation, Template]) -> list[list[Relation]]:
    """Violated relations that share cells, or are of one template: one change may explain them all."""
    by_template: dict[int, list[Relation]] = defaultdict(list)
    for relation in broken:
        by_template[id(whose[relation])].append(relation)
    return joined(list(by_template.values()))


def _mends(case: Case, whose: Mapping[Relation, Template], relations: Sequence[Relation]) -> list[Mend]:
    """Every single change that mends one of the relations."""
    found = [*single_cells(case, relations), *swapped_cells(case, relations)]
    by_template: dict[int, list[Relation]] = defaultdict(list)
    for relation in relations:
        by_template[id(whose[relation])].append(relation)
    for members in by_template.values():
        found += of_lines(case, whose[members[0]], members)
    return found


def _finding(case: Case, template: Template, relations: Sequence[Relation], mends: Sequence[Mend]) -> Finding:
    conflicts = [alone(relation, case.cells) for relation in relations]
    cells = tuple(dict.fromkeys(cell for conflict in conflicts for cell in conflict.cells))
    size = max(conflict.size for conflict in conflicts)
    return Finding(template, tuple(relations), cells, size, tuple(mends[:SHOWN]))


def _joint(case: Case, whose: Mapping[Relation, Template], conflict: Conflict) -> Finding:
    mends = of_conflict(case, conflict)
    template = whose[conflict.relations[0]]
    return Finding(template, conflict.relations, conflict.cells, conflict.size, tuple(mends[:SHOWN]), jointly=True)


def _confirmed(
    templates: Sequence[Template], cells: Cells, weight: Mapping[Relation, float], broken: frozenset[Relation]
) -> tuple[Confirmation, ...]:
    """What holds, table by table, with what is circular taken out of the chance."""
    by_table: dict[str, list[Relation]] = defaultdict(list)
    for template in templates:
        by_table[template.where] += [each for each in template.relations if each not in broken]
    circular = {each for members in by_table.values() for each in confirmations.circular(members, cells)}
    found = []
    for template in templates:
        held = [each for each in template.relations if each not in broken]
        own = [weight[each] for each in held if each not in circular]
        if held:
            chance = confirmations.chance(min(sum(own), 1000.0))
            found.append(Confirmation(template, len(held), len(held) - len(own), chance))
    return tuple(found)
