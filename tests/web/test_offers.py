# SPDX-License-Identifier: EUPL-1.2
"""Offers: free places now and to come, the map of the country, and what a provider keeps of its own offer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from web_users import said

As = Callable[..., Client]


def sent(browser: Client, path: str, **texts: str):  # type: ignore[no-untyped-def]
    """Open a form and send it with some fields written."""
    page = said(browser.get(path))
    seen = page.split('name="seen" value="')[1].split('"')[0]
    return browser.post(path, {"seen": seen, "why": "Aftalt på mødet", **texts})


def free(spells: str, stays: str, today: date = date(2024, 6, 1)):  # type: ignore[no-untyped-def]
    """Free places of a drawn department: `SEL-107 12 2015-01-01`, `anna SEL-107 2024-01-01 2024-08-31`, one a line."""
    from styr.web.offers.free import DAYS_AHEAD, _free, _Spell, _Stay

    def lines(drawing: str) -> list[list[str]]:
        return [line.split() for line in drawing.strip().splitlines()]

    def day(words: list[str], at: int) -> date | None:
        return date.fromisoformat(words[at]) if len(words) > at else None

    places = [
        _Spell(frozenset(words[0].split("|")), int(words[1]), date.fromisoformat(words[2]), day(words, 3))
        for words in lines(spells)
    ]
    living = [_Stay(words[0], words[1], date.fromisoformat(words[2]), day(words, 3)) for words in lines(stays)]
    return _free(places, living, today, today + timedelta(days=DAYS_AHEAD))


def test_a_place_is_free_the_day_after_the_last_day_of_the_one_who_lived_there() -> None:
    found = free("SEL-107 2 2015-01-01", "anna SEL-107 2020-01-01 2024-08-31\nbent SEL-107 2021-01-01")
    assert (found.places, found.now) == (2, 0)
    assert found.later == ((date(2024, 9, 1), 1),)


def test_a_citizen_with_two_grants_takes_one_place_and_one_with_other_help_takes_none() -> None:
    found = free(
        "SEL-107|SEL-108 3 2015-01-01",
        "anna SEL-107 2020-01-01\nanna SEL-108 2020-01-01\nbent SEL-85 2020-01-01",
    )
    assert found.now == 2


def test_one_who_comes_later_and_places_that_close_are_counted_from_their_day() -> None:
    found = free("SEL-107 3 2015-01-01 2024-09-30\nSEL-107 2 2024-10-01", "anna SEL-107 2024-07-01")
    assert found.now == 3
    assert found.later == ((date(2024, 7, 1), 2), (date(2024, 10, 1), 1))


def test_more_who_live_there_than_places_is_below_nought() -> None:
    assert free("SEL-107 1 2015-01-01", "anna SEL-107 2020-01-01\nbent SEL-107 2020-01-01").now == -1


def test_what_lies_further_ahead_than_is_looked_is_left_out() -> None:
    assert free("SEL-107 1 2015-01-01", "anna SEL-107 2020-01-01 2025-06-01").later == ()


def test_free_places_are_listed_for_ones_own_municipality_unless_another_is_chosen(as_user: As) -> None:
    browser = as_user("coordinator")
    assert browser.get("/tilbud/ledige/?target_group=developmental").url.endswith(
        "?municipality=851&target_group=developmental"
    )
    page = said(browser.get("/tilbud/ledige/?municipality=851"))
    assert "Engbakken" in page and "Skovhuset" not in page
    assert 'class="right">11<' in page  # 12 places, one lives there
    assert "Skovhuset" in said(browser.get("/tilbud/ledige/?municipality=860"))
    assert "ingen ledige pladser" in said(browser.get("/tilbud/ledige/?municipality=851&provision=SEL-108"))
    assert "Engbakken" in said(browser.get("/tilbud/ledige/tabel.csv?municipality=851"))


def test_an_offers_page_shows_free_places_places_over_time_and_tariffs(as_user: As) -> None:
    page = said(as_user("case_worker").get("/tilbud/o1/"))
    assert "11 af 12 pladser er ledige nu" in page
    assert "Ophold" in page and "2.500\u00a0kr." in page
    assert "Nyt antal pladser" not in page


def test_a_provider_says_how_many_places_there_are_from_a_day_on(as_user: As) -> None:
    from styr.register.models import Places

    browser = as_user("provider")
    form = {"provisions": "SEL-107", "places": "14", "start_date": str(timezone.localdate())}
    assert sent(browser, "/tilbud/afdeling/d1/pladser/", **form).status_code == 302
    standing = Places.objects.filter(until__isnull=True, department_id="d1").order_by("start_date")
    assert [(each.places, each.end_date) for each in standing] == [
        (12, timezone.localdate() - timedelta(days=1)),
        (14, None),
    ]
    assert standing[1].since.handed_in_by == "provider"
    assert "13 af 14 pladser er ledige nu" in said(browser.get("/tilbud/o1/"))
    earlier = {**form, "start_date": str(timezone.localdate() - timedelta(days=9)), "places": "10"}
    answer = sent(browser, "/tilbud/afdeling/d1/pladser/", **earlier)
    assert answer.status_code == 422 and "Der er allerede noget, der gælder fra" in said(answer)


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ({"provisions": "", "places": "3", "start_date": "2025-01-01"}, "er tom, men skal udfyldes"),
        ({"provisions": "SEL-107", "places": "-1", "start_date": "2025-01-01"}, "er negativt"),
        ({"provisions": "SEL-107", "places": "3", "start_date": ""}, "er tom, men skal udfyldes"),
        ({"provisions": "SEL-107", "places": "3", "start_date": "2025-01-01", "why": ""}, "Skriv hvorfor"),
    ],
)
def test_places_are_checked_as_a_delivery(as_user: As, texts: dict[str, str], problem: str) -> None:
    answer = sent(as_user("provider"), "/tilbud/afdeling/d1/pladser/", **texts)
    assert answer.status_code == 422 and problem in said(answer)


def test_a_tariff_follows_another_ends_and_is_taken_back(as_user: As) -> None:
    from styr.register.models import Tariff

    browser = as_user("provider")
    form = {"service": "Ophold", "amount": "2.650,00", "unit": "day", "start_date": "2026-01-01"}
    assert sent(browser, "/tilbud/afdeling/d1/takst/", **form).status_code == 302
    old, new = Tariff.objects.filter(until__isnull=True, department_id="d1").order_by("start_date")
    assert (old.end_date, new.amount) == (date(2025, 12, 31), 2650)
    assert sent(browser, f"/tilbud/afdeling/d1/takst/{new.pk}/tilbage/").status_code == 302
    assert sent(browser, f"/tilbud/afdeling/d1/takst/{old.pk}/", end_date="").status_code == 302
    (standing,) = Tariff.objects.filter(until__isnull=True, department_id="d1")
    assert (standing.amount, standing.end_date) == (2500, None)
    number = {**form, "service": "Ophold 010180-1234"}
    assert "ligner et CPR-nummer" in said(sent(browser, "/tilbud/afdeling/d1/takst/", **number))


def test_hours_are_reported_for_a_month_and_anew(as_user: As) -> None:
    from styr.register.models import DeliveredHours

    browser = as_user("provider")
    month = str(timezone.localdate().replace(day=1))
    for hours in ("812,5", "820"):
        form = {"month": month, "kind": "citizen", "hours": hours}
        assert sent(browser, "/tilbud/afdeling/d1/timer/", **form).status_code == 302
    (standing,) = DeliveredHours.objects.filter(until__isnull=True)
    assert standing.hours == 820
    assert "820" in said(browser.get("/tilbud/o1/"))
    other = {"month": "1999-01-01", "kind": "citizen", "hours": "5"}
    assert "Vælg en af månederne" in said(sent(browser, "/tilbud/afdeling/d1/timer/", **other))


def test_vacant_places_are_published_seen_by_municipalities_and_withdrawn(as_user: As) -> None:
    from styr.register.models import Vacancy

    browser = as_user("provider")
    form = {"places": "2", "available_from": str(timezone.localdate() + timedelta(days=10))}
    assert sent(browser, "/tilbud/afdeling/d1/ledig/", **form).status_code == 302
    assert "Meldt ledigt: 2 fra" in said(as_user("case_worker").get("/tilbud/o1/"))
    assert "Aalborg: 2" in said(as_user("head").get("/tilbud/kort/?measure=vacancies"))
    made = Vacancy.objects.get(until__isnull=True)
    assert (
        sent(browser, f"/tilbud/afdeling/d1/ledig/{made.pk}/", withdrawn_at=str(timezone.localdate())).status_code
        == 302
    )
    assert "Meldt ledigt" not in said(as_user("case_worker").get("/tilbud/o1/"))


def test_a_provider_changes_no_others_offer_and_a_municipality_none(as_user: As) -> None:
    for page in ("pladser", "takst", "timer", "ledig"):
        assert as_user("provider").get(f"/tilbud/afdeling/d2/{page}/").status_code == 404
        assert as_user("coordinator").get(f"/tilbud/afdeling/d1/{page}/").status_code == 403


def test_every_municipality_has_one_tile_and_a_short_name_fits_it() -> None:
    from styr import vocabulary
    from styr.web.offers.country import _drawing, layout

    tiles = layout()
    assert set(tiles) == set(vocabulary.codelist("municipality").codes)
    assert len(set(tiles.values())) == len(tiles) == 98
    names = vocabulary.codelist("municipality")
    shown = [_drawing()["short"].get(code, names.name(code, "da")) for code in tiles]
    assert max(map(len, shown)) <= 12


def test_the_map_says_each_figure_in_words_and_beside_it_as_a_list(as_user: As) -> None:
    page = said(as_user("head").get("/tilbud/kort/?measure=places"))
    assert "<title>Aalborg: 12</title>" in page and "<title>Hjørring: 8</title>" in page
    assert "<title>Læsø: intet kendt</title>" in page
    assert page.count('class="tile-name"') == 98
    assert re.search(r"Aalborg</th><td class=\"right\">12<", page)
    rows = said(as_user("head").get("/tilbud/kort/tabel.csv?measure=places")).splitlines()
    assert len(rows) == 99


def test_the_map_hides_what_few_persons_are_behind(as_user: As) -> None:
    page = said(as_user("head").get("/tilbud/kort/?measure=occupancy"))
    assert "<title>Aalborg: • for få personer</title>" in page
    assert "8 %" not in page


def test_the_letters_of_a_tile_can_be_read_on_its_colour() -> None:
    from styr.web.offers.country import _SHADES

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for fill, ink in _SHADES:
        low, high = sorted((light(fill), light(ink)))
        assert (high + 0.05) / (low + 0.05) >= 4.5
