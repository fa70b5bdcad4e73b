# SPDX-License-Identifier: EUPL-1.2
"""The forecast on a page: asked for, made by the worker on the snapshot pages count on, shown with its numbers; what is
known better is given and taken back with a reason; single grants are for those who may see them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import yaml
from django.test import Client
from web_forecast import keep_forecast
from web_register import MUNICIPALITY, OTHER_MUNICIPALITY
from web_users import said

As = Callable[..., Client]
PAGE = "/oekonomi/prognose/"
GIVEN = f"{PAGE}antagelser/"
PRICES = {"do": "give", "buffer": "price_growth", "number": "0,035", "year": "2025", "reason": "Aftale om løn"}


def worked() -> bool:
    from styr.web.data.worker import do_next

    return do_next()


def test_a_forecast_is_asked_for_once_made_and_shown_in_both_languages(as_user: As) -> None:
    from styr.web.data.models import Job

    browser = as_user("head")
    assert "Der er ikke lavet en prognose" in said(browser.get(PAGE))
    for _ in range(2):
        browser.post(PAGE)
    assert Job.objects.filter(kind="forecast").count() == 1
    assert "Venter på at komme til" in said(browser.get(PAGE, headers={"HX-Request": "true"}))
    assert worked()
    assert Job.objects.get(kind="forecast").state == "done"
    assert browser.get(PAGE, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = said(browser.get(PAGE))
    assert "Lav prognosen" not in page and "Aalborg" in page
    browser.post("/sprog/", {"language": "en", "next": PAGE})
    assert "<h1>Forecast" in said(browser.get(PAGE))


def test_a_forecast_is_of_ones_own_municipality_whatever_the_address_says(as_user: As) -> None:
    from styr.web.data.models import Job

    head, analyst = as_user("head"), as_user("analyst")
    head.post(f"{PAGE}?municipality={OTHER_MUNICIPALITY}")
    assert Job.objects.get(kind="forecast").arguments["municipality"] == MUNICIPALITY
    assert "Vælg en kommune" in said(analyst.get(PAGE))
    assert analyst.post(PAGE).status_code == 403
    analyst.post(f"{PAGE}?municipality={OTHER_MUNICIPALITY}")
    assert Job.objects.latest("pk").arguments["municipality"] == OTHER_MUNICIPALITY


def test_figures_and_numbers_that_are_not_there_are_not_found(as_user: As) -> None:
    browser = as_user("head")
    browser.post(PAGE)
    worked()
    for address in (
        f"{PAGE}forecast/9.svg",
        f"{PAGE}forecast/9.json",
        f"{PAGE}nothing/0.svg",
        f"{PAGE}nothing/tal.csv",
    ):
        assert browser.get(address).status_code == 404, address


def test_an_assumption_is_given_with_its_reason_shown_noted_and_used_by_the_next_forecast(as_user: As) -> None:
    from styr.web.audit.models import Entry
    from styr.web.foreseen.overrides import assumptions_of, standing

    browser = as_user("controller")
    assert browser.post(GIVEN, PRICES).status_code == 302
    page = said(browser.get(PAGE))
    assert "Pris- og lønudvikling" in page and "Aftale om løn" in page and "controller" in page
    told = assumptions_of(standing(MUNICIPALITY))
    assert told.number("price_growth", MUNICIPALITY, year=2025) == 0.035
    assert told.number("price_growth", OTHER_MUNICIPALITY, year=2025) is None
    (from_file,) = yaml.safe_load(browser.get(f"{PAGE}antagelser.yaml").content)
    assert from_file["buffer"] == "price_growth" and from_file["who"] == "controller"
    assert Entry.objects.filter(action="override given", who="controller").exists()


def test_an_assumption_is_taken_back_with_a_reason_and_stays_in_the_history(as_user: As) -> None:
    from styr.web.foreseen.models import GivenOverride
    from styr.web.foreseen.overrides import standing

    browser = as_user("head")
    browser.post(GIVEN, PRICES)
    given = GivenOverride.objects.get()
    back = {"do": "take_back", "override": given.pk}
    assert browser.post(GIVEN, back).status_code == 422
    assert standing(MUNICIPALITY)
    browser.post(GIVEN, {**back, "why": "Aftalen er ændret"})
    assert not standing(MUNICIPALITY)
    page = said(browser.get(GIVEN))
    assert "Aftale om løn" in page and "Aftalen er ændret" in page


def test_an_assumption_that_makes_no_sense_is_refused_with_what_was_written(as_user: As) -> None:
    from styr.web.foreseen.models import GivenOverride

    browser = as_user("controller")
    for wrong, of in (
        ({"reason": ""}, "Skriv hvorfor"),
        ({"number": "mange"}, "Det er ikke et tal"),
        ({"number": "7"}, "price_growth"),
        ({"buffer": "held"}, "Vælg, hvad antagelsen er om"),
        ({"year": "næste"}, "fire cifre"),
    ):
        answer = browser.post(GIVEN, {**PRICES, **wrong})
        assert answer.status_code == 422 and of in said(answer), wrong
    assert not GivenOverride.objects.exists()


def test_those_who_may_not_override_see_the_assumptions_and_change_none(as_user: As) -> None:
    from styr.web.foreseen.models import GivenOverride

    as_user("controller").post(GIVEN, PRICES)
    for role in ("case_worker", "analyst"):
        browser = as_user(role)
        address = f"{GIVEN}?municipality={MUNICIPALITY}"
        page = said(browser.get(address))
        assert "Aftale om løn" in page and "Giv en antagelse" not in page
        assert browser.post(address, PRICES).status_code == 403
    assert as_user("elsewhere").get(GIVEN).status_code == 200
    assert "Aftale om løn" not in said(as_user("elsewhere").get(GIVEN))
    assert GivenOverride.objects.count() == 1


def test_a_forecast_made_before_an_assumption_says_that_it_is_overtaken(as_user: As) -> None:
    browser = as_user("controller")
    browser.post(PAGE)
    assert worked()
    assert "siden prognosen blev lavet" not in said(browser.get(PAGE))
    browser.post(GIVEN, PRICES)
    assert "siden prognosen blev lavet" in said(browser.get(PAGE))
    browser.post(PAGE)
    assert worked()
    assert "siden prognosen blev lavet" not in said(browser.get(PAGE))


def test_a_figures_table_is_sorted_and_its_file_holds_what_is_chosen_unrounded(as_user: As) -> None:
    kept({"figures": [FIGURE]})
    browser = as_user("head")
    asked = "?forecast-sort=-Prognose&forecast-columns=Måned&forecast-columns=Prognose"
    page = said(browser.get(PAGE + asked))
    assert page.index("2025-02</th>") < page.index("2025-01</th>") and "10,3" in page
    rows = browser.get(f"{PAGE}forecast/tal.csv{asked}").content.decode().splitlines()
    assert rows == ["Måned,Prognose", "2025-02,12.5", "2025-01,10.26"]
    assert browser.get(f"{PAGE}forecast/tal.exe").status_code == 404


def test_a_figure_is_had_as_a_program_to_draw_and_as_a_picture_at_each_width_in_both_languages(as_user: As) -> None:
    keep_forecast()
    browser = as_user("head")
    for language, spoken in (("da", "Januar 2025"), ("en", "January 2025")):
        browser.post("/sprog/", {"language": language, "next": PAGE})
        for narrow, width in (("", 640), ("?narrow=yes", 320)):
            answer = browser.get(f"{PAGE}forecast/0.json{narrow}")
            program = json.loads(b"".join(answer))  # type: ignore[arg-type]
            assert program["width"] == width and spoken in str(program)
            assert answer["Content-Type"] == "application/json"
            assert b"<svg" in b"".join(browser.get(f"{PAGE}forecast/0.svg{narrow}"))  # type: ignore[arg-type]
    page = said(browser.get(PAGE))
    assert f'data-program="{PAGE}forecast/0.json?municipality={MUNICIPALITY}' in page
    assert "<noscript><picture>" in page and "narrow=yes" in page


def test_a_forecast_kept_without_programs_still_shows_its_pictures(as_user: As) -> None:
    for program in keep_forecast().glob("*-wide.json"):
        program.unlink()
    browser = as_user("head")
    assert browser.get(f"{PAGE}forecast/0.json").status_code == 404
    assert browser.get(f"{PAGE}forecast/0.svg").status_code == 200
    assert f'data-drawing="{PAGE}forecast/0.svg' in said(browser.get(PAGE))


def test_a_record_that_has_failed_is_said_in_words_beside_the_figure(as_user: As) -> None:
    failed = "Prognosen holder ikke: udfaldene har oftere ligget over end under den."
    kept({"figures": [{**FIGURE, "key": "forecast-record"}], "record": [failed]})
    assert failed in said(as_user("head").get(PAGE))


def test_the_most_uncertain_grants_are_for_those_who_may_see_small_cells_and_noted(as_user: As) -> None:
    from styr.web.audit.models import Entry

    folder = kept({"figures": [FIGURE]})
    row = {"municipality": "851", "year": 2025, "grant_id": "g1", "provision": "SEL-107", "function": "5.38.52",
           "mean": 900_000.0, "p10": 400_000.0, "p90": 910_000.0, "share": 12.5}  # fmt: skip
    pl.DataFrame([row]).write_parquet(folder / "cases.parquet")
    browser = as_user("controller")
    page = said(browser.get(f"{PAGE}indsatser/"))
    assert "g1" in page and "900.000" in page
    assert Entry.objects.filter(action="uncertain grants read", who="controller").count() == 1
    assert "g1" in browser.get(f"{PAGE}indsatser/tabel.csv").content.decode()
    assert Entry.objects.filter(action="uncertain grants read").count() == 2
    for role in ("head", "analyst", "case_worker"):
        assert as_user(role).get(f"{PAGE}indsatser/").status_code == 403, role


FIGURE = {
    "key": "forecast", "headline": "2025 ventes at koste 22,8", "subtitle": "Pr. måned", "rule": "Simuleret",
    "source": "Øjebliksbillede", "hidden": "", "caveats": [], "drawings": [],
    "table": {"head": "Måned", "columns": ["Prognose", "Budget"], "names": ["2025-01", "2025-02"],
              "values": [[10.26, None], [12.5, 11.0]], "texts": [["10,3", "–"], ["12,5", "11,0"]]},
}  # fmt: skip


def kept(told: dict[str, object]) -> Path:
    """Keeps a drawn forecast as if the worker had made it; gives its folder."""
    from styr.web.foreseen import made
    from styr.web.snapshots import latest

    snapshot = latest().snapshot
    assert snapshot is not None
    folder = made.folder_of(snapshot, MUNICIPALITY)
    folder.mkdir(parents=True)
    text = json.dumps({"lead": [], "missing": [], "overrides": [], "record": [], **told})
    (folder / "da.json").write_text(text, encoding="utf-8")
    return folder
