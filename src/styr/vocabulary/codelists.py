# SPDX-License-Identifier: EUPL-1.2
"""The lists of words: terms read from YAML, and the forgiving but strict way from a written word to a code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from styr.vocabulary.words import UnknownWord, folded, nearest, spellings

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FIELDS = {"code", "da", "en", "aliases", "from", "to", "law", "parent", "source", "note"}
_SHORT_LIST = 12
_LONGEST_WORD = 200


@dataclass(frozen=True)
class Term:
    """One word of the area.

    code is what the register stores; da and en are its names; aliases other spellings that mean the same.
    valid_from and valid_to are the first and last day the word is in force (None: open); law its reference;
    parent the code above it in a hierarchical list; source where it comes from (`003 l.2036` is document 003,
    line 2036); extra whatever more the list says of it (group, region, ranges, …).
    """

    code: str
    da: str
    en: str
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    law: str | None = None
    parent: str | None = None
    source: str = ""
    note: str | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def valid_on(self, day: date | None) -> bool:
        """Whether the word is in force on the day; always when no day is asked about."""
        if day is None:
            return True
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


Reader = Callable[["Codelist", str, date | None], str | None]


class Codelist:
    """A list of terms, in the order of its file.

    Terms marked `listed: false` are known (parse, name, []) but not among those gone through or in `codes`:
    places and words that turn up in data without belonging to the list proper. An open-ended list (account
    functions, groupings) takes well-formed codes it does not hold; their name is the code itself.
    """

    def __init__(
        self, name: str, terms: tuple[Term, ...], reader: Reader | None = None, *, open_ended: bool = False
    ) -> None:
        self.name_of_list = name
        self.open_ended = open_ended
        self.terms = tuple(term for term in terms if term.extra.get("listed", True))
        self._known = {term.code: term for term in terms}
        self._reader = reader

    def parse(self, text: str | int, on: date | None = None) -> str:
        """The code a written word means.

        Takes the code, the Danish or English name or an alias, whatever case, spacing, hyphens and accents, and
        the list's own written forms (`§ 107`, `151 Ballerup`, `53852`). Never guesses: a near miss, and a word
        that could be two things, raises UnknownWord with the nearest codes. `on` is the day the word was used:
        it settles a name that two laws share.
        """
        if isinstance(text, bool) or not isinstance(text, str | int):
            raise UnknownWord(self.name_of_list, text, (), "a code or name is wanted")
        written = str(text).strip()
        if len(written) > _LONGEST_WORD:
            raise UnknownWord(self.name_of_list, text, (), f"longer than {_LONGEST_WORD} characters")
        if self._reader and folded(written) not in self._spelt:
            code = self._reader(self, written, on)
            if code is not None:
                return code
        return self.named(written, on)

    def named(self, written: str, on: date | None = None) -> str:
        """The code that has this code, name or alias; UnknownWord when none has, or more than one."""
        if folded(written) in self._code_spelt:
            return self._code_spelt[folded(written)]
        codes = self._spelt.get(folded(written)) or {
            code for spelling in spellings(written) for code in self._spelt.get(spelling, ())
        }
        if len(codes) == 1:
            return self._in_force(next(iter(codes)), on)
        reason = "it may mean more than one" if codes else ""
        raise self.unknown(written, reason, sorted(codes, key=list(self._known).index))

    def unknown(self, written: str, reason: str = "", suggested: list[str] | None = None) -> UnknownWord:
        """The error for a word this list does not know, with the nearest codes (a short list: all of them)."""
        codes = suggested or nearest(written, self._first_spelt)
        if not codes and len(self.terms) <= _SHORT_LIST:
            codes = list(self.codes)
        named = [(code, self._known[code].da) for code in codes]
        return UnknownWord(self.name_of_list, written, named, reason)

    def name(self, code: str, language: str = "da") -> str:
        """The name of a code in Danish ("da") or English ("en")."""
        if language not in ("da", "en"):
            raise ValueError(f"Language '{language}' is not known. Use 'da' or 'en'.")
        if self.open_ended and code not in self._known:
            return code
        term = self[code]
        return term.da if language == "da" else term.en

    @property
    def known(self) -> tuple[Term, ...]:
        """All terms that are known, those outside the list proper included."""
        return tuple(self._known.values())

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """All codes in the order of the file."""
        return tuple(term.code for term in self.terms)

    def children(self, code: str) -> tuple[str, ...]:
        """Codes directly below a code."""
        self[code]
        return tuple(term.code for term in self.terms if term.parent == code)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes above a code, nearest first."""
        parent = self[code].parent
        return () if parent is None else (parent, *self.ancestors(parent))

    def __getitem__(self, code: str) -> Term:
        try:
            return self._known[code]
        except KeyError:
            raise self.unknown(str(code)) from None

    def get(self, code: str) -> Term | None:
        """The term of a code, or None."""
        return self._known.get(code)

    def __contains__(self, code: object) -> bool:
        return code in self._known

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __repr__(self) -> str:
        return f"<Codelist {self.name_of_list}: {len(self.terms)} terms>"

    def _in_force(self, code: str, on: date | None) -> str:
        """The code itself, or its twin in the law in force on the day when the name is common to both."""
        twin = self._known[code].extra.get("same_as")
        if twin is None or self._known[code].valid_on(on):
            return code
        return str(twin) if self._known[str(twin)].valid_on(on) else code

    @cached_property
    def _code_spelt(self) -> Mapping[str, str]:
        return {folded(code): code for code in self._known}

    @cached_property
    def _spelt(self) -> Mapping[str, frozenset[str]]:
        """Spelling → codes it may mean."""
        spelt: dict[str, set[str]] = {}
        for term in self._known.values():
            for word in (term.code, term.da, term.en, *term.aliases):
                for spelling in spellings(word):
                    spelt.setdefault(spelling, set()).add(term.code)
        return {spelling: frozenset(codes) for spelling, codes in spelt.items()}

    @cached_property
    def _first_spelt(self) -> Mapping[str, str]:
        return {spelling: min(codes) for spelling, codes in self._spelt.items()}


def read_terms(file: str) -> tuple[Term, ...]:
    """The terms of a YAML file of the vocabulary."""
    return tuple(term_from(entry) for entry in read_yaml(file)["terms"])


@cache
def read_yaml(file: str) -> Mapping[str, Any]:
    """A YAML file of the vocabulary; not to be changed by the caller."""
    text = files("styr.vocabulary").joinpath(file).read_text(encoding="utf-8")
    content: Mapping[str, Any] = yaml.load(text, Loader=_Loader)
    return content


def frozen(value: Any) -> Any:
    """A value read from YAML as something that cannot be changed: lists as tuples, mappings read-only."""
    if isinstance(value, dict):
        return MappingProxyType({str(key): frozen(inner) for key, inner in value.items()})
    return tuple(frozen(inner) for inner in value) if isinstance(value, list) else value


def term_from(entry: Mapping[str, Any]) -> Term:
    """A term from an entry of YAML; the parent of a dotted code (`mental.anxiety`) is what stands before the dot."""
    code = str(entry["code"])
    head, dot, _ = code.rpartition(".")
    dotted_parent = head if dot and not code.replace(".", "").isdigit() else None
    return Term(
        code=code,
        da=entry["da"],
        en=entry["en"],
        aliases=tuple(str(alias) for alias in entry.get("aliases", ())),
        valid_from=entry.get("from"),
        valid_to=entry.get("to"),
        law=entry.get("law"),
        parent=entry.get("parent", dotted_parent),
        source=str(entry.get("source", "")),
        note=entry.get("note"),
        extra=frozen({key: value for key, value in entry.items() if key not in _FIELDS}),
    )
