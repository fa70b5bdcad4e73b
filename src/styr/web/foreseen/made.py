# SPDX-License-Identifier: EUPL-1.2
"""Forecasts made for pages: the report's chapter of a municipality as known in a snapshot, with where its uncertainty
lies and how it has held in words, set in both languages and kept in the store's folder, since making one takes the
worker a while and a snapshot never changes. What is overridden stands in it, with who, when and why."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import polars as pl
from django.utils import translation

from styr.forecast.assumptions import Assumptions
from styr.forecast.months import Month, last_whole_month
from styr.forecast.streaming import forecast_table
from styr.forecast.uncertainty import Uncertainty, uncertainty
from styr.register import store
from styr.register.snapshot import Snapshot
from styr.reporting.asking import Setting
from styr.reporting.chapters.forecast import chapter
from styr.reporting.foreseen import DRAWS, Foreseen, foreseen, record_of
from styr.reporting.model import Chapter, Figure
from styr.reporting.numbers import Language
from styr.statistics import CannotAnswer
from styr.web.foreseen.figures import as_kept, of_uncertainty
from styr.web.foreseen.overrides import assumptions_of, standing

Form = Literal["svg", "json"]
LANGUAGES: tuple[Language, ...] = ("da", "en")
_CASES = "cases.parquet"
_FUNCTIONS = "functions.parquet"
_MOST_CASES = 50


def make(snapshot: Snapshot, municipality: str) -> None:
    """Make the forecast of what comes after the snapshot's day with the overrides that stand, and keep it; whole or not
    at all."""
    given = standing(municipality)
    told, year = assumptions_of(given), snapshot.known_at.year

    @cache
    def made() -> Foreseen:
        return foreseen(snapshot, municipality, year, told)

    folder = folder_of(snapshot, municipality)
    folder.parent.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        written = {language: _chapter(snapshot, municipality, language, made) for language in LANGUAGES}
        spread = _uncertainty(snapshot, municipality, made, told) if written["da"].figures else None
        for language in LANGUAGES:
            with translation.override(language):
                said = _said(written[language], language, spread)
            write_drawings(work, written[language].figures, language)
            said |= {"overrides": [each.pk for each in given], **_amounts(made, written[language])}
            said["record"] = _record(snapshot, municipality, language)
            (work / f"{language}.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        if written["da"].figures:
            _functions(snapshot, municipality, made(), told).write_parquet(work / _FUNCTIONS)
        if spread is not None:
            pl.DataFrame(pl.from_arrow(spread.largest(_MOST_CASES))).write_parquet(work / _CASES)
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def kept(snapshot: Snapshot, municipality: str, language: Language) -> dict[str, Any] | None:
    """The forecast made for a snapshot and municipality: lead, missing, record (sentences), figures (see
    styr.web.foreseen.figures), overrides (numbers of those it was made with), and target (the year), year, budget and
    within where there is a forecast; None where none is made."""
    try:
        said: dict[str, Any] = json.loads((folder_of(snapshot, municipality) / f"{language}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return said if "overrides" in said else None  # else by an earlier version of Styr


def cases(snapshot: Snapshot, municipality: str) -> pl.DataFrame | None:
    """The known grants that contribute most to the uncertainty: municipality, year, grant_id, provision, function,
    mean, p10, p90 (DKK), share (per cent); for those who may see single grants. None where no forecast is made."""
    file = folder_of(snapshot, municipality) / _CASES
    return pl.read_parquet(file) if file.is_file() else None


def functions(snapshot: Snapshot, municipality: str) -> pl.DataFrame | None:
    """The forecast by account function, disclosure-controlled: year (from that of the snapshot's day to the target),
    function, mean, p05 … p95 (DKK), suppressed; None where no forecast is made."""
    file = folder_of(snapshot, municipality) / _FUNCTIONS
    return pl.read_parquet(file) if file.is_file() else None


def drawing_of(
    snapshot: Snapshot, municipality: str, language: Language, key: str, nth: int, form: Form, *, narrow: bool
) -> Path | None:
    """The file of a figure's drawing (svg) or of the program of which a page draws it itself (json), for a page or for
    a phone. The latter is not there in what an earlier version of Styr has kept."""
    said = kept(snapshot, municipality, language)
    figures = {figure["key"]: figure for figure in said["figures"]} if said else {}
    if key not in figures or nth not in figures[key]["drawings"]:
        return None
    return folder_of(snapshot, municipality) / _file(language, key, nth, "narrow" if narrow else "wide", form)


def write_drawings(folder: Path, figures: Sequence[Figure], language: Language) -> None:
    """Keep the drawings of figures, and the programs of which pages draw them, at both widths."""
    for figure in figures:
        for nth, drawing in enumerate(figure.drawings):
            for width, drawn in (("wide", drawing.wide), ("narrow", drawing.narrow)):
                (folder / _file(language, figure.key, nth, width, "svg")).write_text(drawn, encoding="utf-8")
            for width, program in drawing.programs.items():
                (folder / _file(language, figure.key, nth, width, "json")).write_text(program, encoding="utf-8")


def folder_of(snapshot: Snapshot, municipality: str) -> Path:
    """Where a forecast for pages is kept."""
    return store.folder() / "foreseen" / f"{snapshot.id}-{municipality}"


def _chapter(snapshot: Snapshot, municipality: str, language: Language, made: Any) -> Chapter:
    year = snapshot.known_at.year
    return chapter(Setting(snapshot, municipality, year, language, (year,)), made)


def _uncertainty(snapshot: Snapshot, municipality: str, made: Any, told: Assumptions) -> Uncertainty | None:
    """Where the uncertainty of the year forecast comes from; None where nothing is uncertain."""
    found: Foreseen = made()
    year = Month(found.target, 1), Month(found.target, 12)
    try:
        return uncertainty(
            snapshot, found.known_at, *year, municipalities=[municipality], draws=DRAWS, assumptions=told
        )
    except CannotAnswer:
        return None


def _functions(snapshot: Snapshot, municipality: str, found: Foreseen, told: Assumptions) -> pl.DataFrame:
    months = Month(last_whole_month(found.known_at).year, 1), Month(found.target, 12)
    table, _ = forecast_table(
        snapshot, found.known_at, *months, by=["function"], total="year", municipalities=[municipality], draws=DRAWS,
        assumptions=told,
    )  # fmt: skip
    rows = pl.DataFrame(pl.from_arrow(table))
    return rows if "suppressed" in rows.columns else rows.with_columns(suppressed=pl.lit(False))


def _record(snapshot: Snapshot, municipality: str, language: Language) -> list[str]:
    """How the forecasts have held, in sentences: what has failed is said."""
    found = record_of(snapshot.folder, municipality, last_whole_month(snapshot.known_at))
    generated = 1 if found is not None and found.snapshot.generated else 0
    return [str(each) for each in found.to_mapping(language)["caveats"][generated:]] if found else []


def _amounts(made: Any, written: Chapter) -> dict[str, Any]:
    """The forecast in numbers, for other pages; nothing where there is none."""
    if not written.figures:
        return {}
    found = made()
    return {name: getattr(found, name) for name in ("target", "year", "budget", "within")}


def _said(written: Chapter, language: Language, spread: Uncertainty | None) -> dict[str, Any]:
    figures = [as_kept(figure) for figure in written.figures]
    if spread is not None:
        place = next((at for at, each in enumerate(figures) if each["key"] == "forecast-record"), len(figures))
        figures.insert(place, of_uncertainty(spread, language))
    return {"lead": written.lead, "missing": written.missing, "figures": figures}


def _file(language: Language, key: str, nth: int, width: str, form: Form) -> str:
    return f"{language}-{key}-{nth}-{width}.{form}"
