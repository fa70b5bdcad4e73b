# SPDX-License-Identifier: EUPL-1.2
"""Make the method book (docs/method-book) from the catalogue and the specifications the tests run.

    python scripts/method_book.py [--check]

For each indicator: what it counts, the drawn examples, what it does not say; in Danish and English. With --check
nothing is written, and the status is 1 when a page is not as it would be made.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from specs.reading import Question, Spec, options, specs  # noqa: E402

from styr.statistics.catalogue import FAMILIES, Indicator, dimension, indicators  # noqa: E402

BOOK = ROOT / "docs" / "method-book"
LANGUAGES = ("da", "en")
SHOWN = 3  # examples drawn in full for each indicator
WORDS: Mapping[str, Mapping[str, str]] = {
    "da": {
        "title": "Metodebog", "other": "In English", "unit": "Enhed", "source": "Kilde", "by": "Opdeles på",
        "rule": "Sådan tælles der", "example": "Eksempel", "not_said": "Det siger tallet ikke", "known": "Vidensdag",
        "asked": "Spørgsmål", "answer": "Svar", "refused": "Afvist", "more": "Flere tegnede regler",
        "about": "Hver regel herunder er en prøve, der køres på hver regnemotor: en langsom og læselig i ren Python, "
        "DuckDB og Spark. Siden er lavet af prøverne og kataloget; ret dem, ikke siden.",
    },
    "en": {
        "title": "Method book", "other": "På dansk", "unit": "Unit", "source": "Source", "by": "Split by",
        "rule": "How it is counted", "example": "Example", "not_said": "What the number does not say",
        "known": "Known at", "asked": "Question", "answer": "Answer", "refused": "Refused",
        "more": "Further drawn rules",
        "about": "Each rule below is a test that is run on every engine: a slow one in plain Python written to be "
        "read, DuckDB and Spark. The page is made from the tests and the catalogue; change them, not the page.",
    },
}  # fmt: skip
FAMILY_TITLES = {
    "activity": ("Aktivitet", "Activity"),
    "flow": ("Til- og afgang", "Flow"),
    "durations": ("Varighed", "Durations"),
    "money": ("Økonomi", "Money"),
    "supply": ("Tilbud og pladser", "Supply"),
    "staff": ("Personale og timer", "Staff and hours"),
    "quality": ("Kvalitet", "Quality"),
    "cases": ("Sagens gang", "Flow through the case"),
}


def main(check: bool = False) -> int:
    """Write the pages; with check compare them instead."""
    stale = []
    for path, text in pages():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if check and stale:
        print("not as the specifications say: run `make book` for", *(path.relative_to(ROOT) for path in stale))
    return int(check and bool(stale))


def pages() -> Iterator[tuple[Path, str]]:
    """Every page of the book with its text."""
    examples = _examples(specs())
    for number, language in enumerate(LANGUAGES):
        words, other = WORDS[language], LANGUAGES[1 - number]
        index = [f"# {words['title']}", "", f"[{words['other']}](../{other}/README.md)", "", words["about"], ""]
        for family in FAMILIES:
            mine = [each for each in indicators() if each.family == family]
            title = FAMILY_TITLES[family][number]
            index += [f"## [{title}]({family}.md)", ""]
            index += [f"- [{each.title[language]}]({family}.md#{each.key}) (`{each.key}`)" for each in mine] + [""]
            page = [f"# {title}", "", f"[{words['title']}](README.md)", ""]
            for each in mine:
                page += _section(each, examples.get(each.key, []), language)
            yield BOOK / language / f"{family}.md", "\n".join(page).rstrip() + "\n"
        yield BOOK / language / "README.md", "\n".join(index).rstrip() + "\n"


def _examples(drawn: Sequence[Spec]) -> dict[str, list[tuple[Spec, Question]]]:
    """Indicator → its questions with an answer, shortest drawing first."""
    found: dict[str, list[tuple[Spec, Question]]] = {}
    for spec in drawn:
        for question in spec.questions:
            key, _ = options(question.typed)
            if not question.refused:
                found.setdefault(key, []).append((spec, question))
    return {key: sorted(many, key=lambda pair: _size(*pair)) for key, many in found.items()}


def _size(spec: Spec, question: Question) -> int:
    return sum(len(rows) * 2 for rows in spec.tables.values()) + len(question.answer)


def _section(each: Indicator, examples: Sequence[tuple[Spec, Question]], language: str) -> list[str]:
    words = WORDS[language]
    split = ", ".join(f"{dimension(key).title[language].lower()} (`{key}`)" for key in each.dimensions)
    lines = [
        f'<a id="{each.key}"></a>', "",
        f"## {each.title[language]} (`{each.key}`)", "",
        f"{words['unit']}: {each.unit[language].rstrip('.')}. {words['source']}: {each.source}.", "",
        f"**{words['rule']}.** {each.rule[language]}", "",
        f"**{words['not_said']}.** {each.not_said[language]}" if each.not_said else "", "",
        f"**{words['by']}:** {split}.", "",
    ]  # fmt: skip
    different = list({spec.title: (spec, question) for spec, question in reversed(examples)}.values())[::-1]
    for spec, question in different[:SHOWN]:
        lines += [f"### {words['example']}: {_title(spec, language)}", ""]
        lines += [f"{words['known']}: {spec.known_at}.", ""]
        for name, rows in spec.tables.items():
            lines += [f"`{name}`", "", *_table(rows), ""]
        lines += [f"{words['asked']}: `{question.typed}`", "", f"{words['answer']}:", "", *_table(question.answer), ""]
    if rest := different[SHOWN:]:
        lines += [f"{words['more']}:", "", *(f"- {_title(spec, language)}" for spec, _ in rest), ""]
    return lines


def _title(spec: Spec, language: str) -> str:
    return spec.title_da if language == "da" else spec.title.partition(": ")[2]


def _table(rows: Sequence[Mapping[str, str]]) -> list[str]:
    if not rows:
        return ["–"]
    names = list(rows[0])
    return [
        "| " + " | ".join(names) + " |",
        "|" + "---|" * len(names),
        *("| " + " | ".join(row.get(name, "").replace("\0", "\\|") for name in names) + " |" for row in rows),
    ]


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
