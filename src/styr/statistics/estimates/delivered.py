# SPDX-License-Identifier: EUPL-1.2
"""Which municipalities count as having delivered: a rule that can be seen, and overridden (METHODS § 3)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
import yaml

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Indicator, Words
from styr.statistics.catalogue import indicator as indicator_of
from styr.statistics.engines import open_engine
from styr.statistics.estimates.delivery_rule import CHANCE, DROP, UNPRICED, judge
from styr.statistics.observed import observed
from styr.statistics.result import MUNICIPALITY_BASIS, Header, Result, as_arrow, caveat
from styr.vocabulary.exchange import tables


def delivered(
    snapshot: Snapshot,
    indicator: str,
    from_year: int | None = None,
    to_year: int | None = None,
    *,
    acting: bool = False,
    language: str = "en",
    engine: str = "duckdb",
) -> Result:
    """Which municipalities have delivered what an indicator counts, year by year, and why the others have not.

    from_year, to_year: from the first year any municipality has delivered, to the last observed, when not given.
    Returns a Result with the columns indicator, municipality, year, delivered, reason (a key of delivered.yaml) and
    explanation (in the language), for all municipalities of the country. Raises CannotAnswer for years that are not
    observed, and for indicators of what municipalities do not deliver.
    """
    running = open_engine(engine, snapshot)
    try:
        chosen = indicator_of(indicator)
        seen = observed(running, chosen)
        years = range(from_year or seen.first.year, (to_year or seen.last.year) + 1)
        judged = judge(running, chosen, years, acting=acting)
        if from_year is None and judged["delivered"].any():
            judged = judged.filter(pl.col("year") >= judged.filter("delivered")["year"].min())
        table = judged.select(
            pl.lit(chosen.key).alias("indicator"),
            "municipality",
            "year",
            "delivered",
            "reason",
            explanation=_explained(chosen, language),
        )
        return Result(as_arrow(table), _header(snapshot, chosen, acting))
    finally:
        running.close()


def _explained(chosen: Indicator, language: str) -> pl.Expr:
    """The reason in words, its numbers filled in."""
    reasons = {key: words[language] for key, words in _words()["reasons"].items()}
    text = pl.col("reason").replace_strict(reasons, return_dtype=pl.String)
    filled = {
        "{table}": pl.lit(_table(chosen)[language]),
        "{months}": pl.col("months").cast(pl.String),
        "{usual}": pl.col("usual").round(1).cast(pl.String),
        "{level}": pl.col("level").round(0).cast(pl.Int64, strict=False).cast(pl.String),
    }
    for word, value in filled.items():
        text = text.str.replace(word, value.fill_null(""), literal=True)
    return text


def _table(chosen: Indicator) -> Words:
    key = chosen.subject.table
    return Words(tables()[key].da, key)


def _header(snapshot: Snapshot, chosen: Indicator, acting: bool) -> Header:
    chance, words = vocabulary.parameter(CHANCE), _words()
    numbers = {
        "odds": f"{round(1 / chance):,}".replace(",", " "),
        "drop": f"{vocabulary.parameter(DROP):.0%}".replace("%", " %"),
        "unpriced": f"{vocabulary.parameter(UNPRICED):.0%}".replace("%", " %"),
    }
    return Header(
        indicator=chosen.key,
        title=Words(*(f"{words['title'][each]}: {chosen.title.lower()[each]}" for each in ("da", "en"))),
        unit=Words(**words["unit"]),
        rule=Words(*(words["rule"][each].format(**numbers).strip() for each in ("da", "en"))),
        source=words["source"],
        snapshot=snapshot.id,
        known_at=snapshot.known_at,
        municipality=MUNICIPALITY_BASIS["acting" if acting else chosen.subject.municipality],
        price_level=None,
        generated=snapshot.generated,
        caveats=(caveat("generated"),) if snapshot.generated else (),
    )


@cache
def _words() -> Mapping[str, Any]:
    text = files("styr.statistics.estimates").joinpath("delivered.yaml").read_text(encoding="utf-8")
    raw: Mapping[str, Any] = yaml.safe_load(text)
    return raw
