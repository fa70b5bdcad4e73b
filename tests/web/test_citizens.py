# SPDX-License-Identifier: EUPL-1.2
"""Citizens and grants: found, read, created, changed, ended, re-priced and put back; each with who, when and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from web_users import said

As = Callable[..., Client]
NEW = {
    "provision": "SEL-97", "start_date": "2024-03-01", "price": "150", "price_unit": "week",
    "paying_municipality": "851", "why": "Afgørelse truffet",
}  # fmt: skip


def grant(grant_id: str):  # type: ignore[no-untyped-def]
    """The version of a grant that stands; None when none does."""
    from styr.register.models import Grant

    return Grant.objects.filter(until__isnull=True, grant_id=grant_id).first()


def changed(browser: Client, grant_id: str, **texts: str):  # type: ignore[no-untyped-def]
    """Open a grant's form, write some fields anew, and send it."""
    from styr.web.citizens.changes import GRANT
    from styr.web.forms.fields import texts_shown

    standing = grant(grant_id)
    form = {**texts_shown(standing, GRANT), "seen": str(standing.pk), "why": "Rettet", **texts}
    return browser.post(f"/borgere/indsats/{grant_id}/ret/", form)


def test_the_list_shows_the_municipalitys_own_citizens_with_grants_now(as_user: As) -> None:
    page = said(as_user("case_worker").get("/borgere/"))
    assert "anna" in page and "bent" in page
    assert "dorte" not in page and "carl" not in page


def test_all_citizens_of_the_municipality_are_shown_when_asked_for_and_no_others(as_user: As) -> None:
    page = said(as_user("case_worker").get("/borgere/?running=all"))
    assert all(name in page for name in ("anna", "bent", "dorte", "erik"))
    assert "carl" not in page


def test_filters_narrow_the_list_and_stay_in_the_navigation(as_user: As) -> None:
    page = said(as_user("case_worker").get("/borgere/?provision=SEL-107"))
    assert "anna" in page and "bent" not in page
    assert 'href="/aktivitet/?provision=SEL-107"' in page


def test_a_provider_sees_those_who_live_there_alone(as_user: As) -> None:
    page = said(as_user("provider").get("/borgere/?running=all"))
    assert "anna" in page
    assert not any(name in page for name in ("bent", "carl", "dorte", "erik"))


def test_a_citizens_page_shows_the_price_that_holds_now_and_what_it_comes_to_in_a_year(as_user: As) -> None:
    page = said(as_user("case_worker").get("/borgere/borger/anna/"))
    assert "2.500\u00a0kr." in page
    assert "912.500\u00a0kr." in page


def test_reading_a_citizen_is_noted(as_user: As) -> None:
    from styr.web.audit.models import Entry

    as_user("case_worker").get("/borgere/borger/anna/")
    assert Entry.objects.filter(who="case_worker", action="citizen read", subject="anna").count() == 1


def test_a_controller_sees_the_age_and_not_the_date_of_birth(as_user: As) -> None:
    assert "17. maj 1980" in said(as_user("case_worker").get("/borgere/borger/anna/")).replace("\u00a0", " ")
    assert "17. maj 1980" not in said(as_user("controller").get("/borgere/borger/anna/")).replace("\u00a0", " ")


def test_a_civil_registration_number_leads_to_the_pseudonym_and_is_kept_nowhere(as_user: As) -> None:
    from styr.register import store
    from styr.web.audit.models import Entry

    answer = as_user("case_worker").post("/borgere/find/", {"cpr": "010180-1234"})
    assert answer.status_code == 302 and "0101801234" not in answer.url
    noted = Entry.objects.get(action="citizen looked up by cpr")
    assert noted.subject == store.pseudonyms().of("0101801234")
    assert "010180" not in str(noted.detail)


def test_what_is_no_civil_registration_number_is_said_to_be_none(as_user: As) -> None:
    answer = as_user("case_worker").post("/borgere/find/", {"cpr": "999999-1234"}, follow=True)
    assert "Det er ikke et CPR-nummer" in said(answer)


def test_a_grant_is_created_with_who_when_and_why(as_user: As) -> None:
    answer = as_user("case_worker").post("/borgere/borger/bent/ny-indsats/", NEW)
    made = grant(answer.url.split("/")[3])
    assert (made.citizen_id, made.provision, made.start_date, made.price) == ("bent", "SEL-97", date(2024, 3, 1), 150)
    assert (made.since.handed_in_by, made.since.reason, made.since.edit) == ("case_worker", "Afgørelse truffet", True)


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("start_date", "", "er tom, men skal udfyldes"),
        ("end_date", "2024-01-01", "slutningen ligger før begyndelsen"),
        ("start_date", "1990-01-01", "indsatsen begynder, før borgeren er født"),
        ("price", "-5", "er negativt"),
        ("price", "1.234", "kan betyde to tal"),
        ("why", "", "Skriv hvorfor."),
        ("paying_municipality", "860", "Din egen kommune skal enten betale eller handle"),
    ],
)
def test_an_impossible_entry_is_refused_beside_its_field(as_user: As, field: str, text: str, problem: str) -> None:
    from styr.register.models import Delivery

    answer = as_user("case_worker").post("/borgere/borger/bent/ny-indsats/", {**NEW, field: text})
    assert answer.status_code == 422
    assert problem in said(answer)
    assert not Delivery.objects.filter(edit=True).exists()


def test_a_grant_after_death_is_refused(as_user: As) -> None:
    answer = as_user("case_worker").post("/borgere/borger/erik/ny-indsats/", {**NEW, "start_date": "2024-09-01"})
    assert "efter at borgeren er død" in said(answer)


def test_changing_a_grant_keeps_the_old_version_and_what_the_form_does_not_show(as_user: As) -> None:
    from styr.register.models import Grant

    assert changed(as_user("case_worker"), "g2", price="5500,50").status_code == 302
    old, new = Grant.objects.filter(grant_id="g2").order_by("pk")
    assert (old.price, new.price, old.until, new.until) == (5000, pytest.approx(5500.5), new.since, None)
    assert new.price_unit == "month"


def test_saving_without_a_change_stores_nothing(as_user: As) -> None:
    from styr.register.models import Delivery

    assert changed(as_user("case_worker"), "g2").status_code == 302
    assert not Delivery.objects.filter(edit=True).exists()


def test_of_two_who_edit_the_second_is_shown_the_firsts_change(as_user: As) -> None:
    seen = str(grant("g2").pk)
    assert changed(as_user("coordinator"), "g2", price="6000").status_code == 302
    answer = changed(as_user("case_worker"), "g2", seen=seen, price="7000")
    assert answer.status_code == 409
    assert "En anden har ændret det imens" in said(answer) and "6.000\u00a0kr." in said(answer)
    assert grant("g2").price == 6000
    assert changed(as_user("case_worker"), "g2", seen=str(grant("g2").pk), price="7000").status_code == 302
    assert grant("g2").price == 7000


def test_a_new_price_ends_the_one_that_held(as_user: As) -> None:
    from styr.register.models import GrantPrice

    form = {"start_date": "2025-07-01", "price": "2600", "price_unit": "day", "why": "Takst 2025"}
    assert as_user("case_worker").post("/borgere/indsats/g1/pris/", form).status_code == 302
    again = {**form, "seen": "1", "price": "2700"}
    assert as_user("coordinator").post("/borgere/indsats/g1/pris/", again).status_code == 409
    standing = GrantPrice.objects.filter(until__isnull=True, grant_id="g1").order_by("start_date")
    assert [(each.price, each.end_date) for each in standing][1:] == [(2500, date(2025, 6, 30)), (2600, None)]


def test_a_price_within_another_is_refused(as_user: As) -> None:
    form = {"start_date": "2023-07-01", "price": "2600", "price_unit": "day", "why": "Fejl"}
    answer = as_user("case_worker").post("/borgere/indsats/g1/pris/", form)
    assert answer.status_code == 422 and "perioden overlapper en anden række" in said(answer)


def test_ending_a_grant_needs_a_day_not_before_its_first(as_user: As) -> None:
    browser = as_user("case_worker")
    form = {"seen": str(grant("g2").pk), "why": "Flyttet"}
    assert "Skriv den sidste dag" in said(browser.post("/borgere/indsats/g2/slut/", {**form, "end_date": ""}))
    assert browser.post("/borgere/indsats/g2/slut/", {**form, "end_date": "2020-01-01"}).status_code == 422
    assert browser.post("/borgere/indsats/g2/slut/", {**form, "end_date": "2025-02-28"}).status_code == 302
    assert grant("g2").end_date == date(2025, 2, 28)


def undone(browser: Client, grant_id: str):  # type: ignore[no-untyped-def]
    """Undo the last change of a grant."""
    from styr.web.citizens.saving import last_edit

    last = last_edit(grant_id)
    return browser.post(f"/borgere/indsats/{grant_id}/fortryd/", {"why": "Fejl", "delivery": last.pk if last else 0})


def test_undoing_a_change_puts_the_grant_back_and_the_history_shows_both(as_user: As) -> None:
    browser = as_user("case_worker")
    changed(browser, "g2", price="6000")
    undone(browser, "g2")
    assert grant("g2").price == 5000
    page = said(browser.get("/borgere/indsats/g2/"))
    assert page.count("<li>\n    <p><strong>") == 3


def test_undoing_a_new_price_opens_the_one_before(as_user: As) -> None:
    from styr.register.models import GrantPrice

    browser = as_user("case_worker")
    form = {"start_date": "2025-07-01", "price": "2600", "price_unit": "day", "why": "Takst 2025"}
    browser.post("/borgere/indsats/g1/pris/", form)
    undone(browser, "g1")
    standing = GrantPrice.objects.filter(until__isnull=True, grant_id="g1").order_by("start_date")
    assert [(each.price, each.end_date) for each in standing] == [(2450, date(2023, 12, 31)), (2500, None)]


def test_undoing_a_creation_takes_the_grant_back_and_it_is_in_no_snapshot(as_user: As) -> None:
    import polars as pl

    from styr.register import store

    browser = as_user("case_worker")
    grant_id = browser.post("/borgere/borger/bent/ny-indsats/", NEW).url.split("/")[3]
    assert grant_id in pl.read_parquet(store.snapshot().path("grants"))["grant_id"].to_list()
    assert undone(browser, grant_id).url == "/borgere/borger/bent/"
    assert grant_id not in pl.read_parquet(store.snapshot().path("grants"))["grant_id"].to_list()


def test_a_delivery_from_a_file_is_not_undone_row_by_row(as_user: As) -> None:
    browser = as_user("case_worker")
    assert "Fortryd seneste ændring" not in said(browser.get("/borgere/indsats/g2/"))
    assert undone(browser, "g2").status_code == 200
    assert grant("g2").price == 5000


def test_an_edit_does_not_move_the_day_to_which_the_register_is_observed(as_user: As) -> None:
    from styr.register import store

    before = store.snapshot()
    changed(as_user("case_worker"), "g2", price="6000")
    after = store.snapshot()
    assert after.id != before.id and after.known_at == before.known_at == date(2024, 12, 31)


@pytest.mark.parametrize(
    ("price", "unit", "hours", "shown"),
    [
        ("1000", "day", "", "365.000"),
        ("7000", "week", "", "365.000"),
        ("5000,50", "month", "", "60.006"),
        ("300", "hour", "7", "109.500"),
        ("300", "hour", "", "skriv timer om ugen"),
        ("", "day", "", "skriv pris"),
    ],
)
def test_the_yearly_cost_is_shown_while_it_is_written(
    as_user: As, price: str, unit: str, hours: str, shown: str
) -> None:
    form = {"price": price, "price_unit": unit, "hours_per_week": hours}
    assert shown in said(as_user("case_worker").post("/borgere/aarspris/", form))


def test_a_department_anywhere_is_found_by_its_name_and_the_chosen_one_stays(as_user: As) -> None:
    browser = as_user("case_worker")
    form = said(browser.get("/borgere/borger/bent/ny-indsats/"))
    own = form.split('id="department_id"')[1].split("</select>")[0]
    assert "Engbakken" in own and "Skovhuset" not in own, "the municipality's own to begin with"
    found = said(browser.get("/borgere/afdelinger/?department_search=skov&department_id=d1"))
    assert "1 fundet" in found and "Skovhuset" in found and '<option value="d1" selected>Engbakken' in found
    assert "Skovhuset" not in said(browser.get("/borgere/afdelinger/?department_search=skov+findes-ikke"))


def test_a_department_whose_offer_is_gone_stays_chosen(as_user: As) -> None:
    from styr.register.models import Offer
    from styr.web.forms.departments import with_chosen

    as_user("case_worker")
    other = [("d9", "Andet")]
    assert with_chosen(other, "d1")[0][1].startswith("Engbakken")
    Offer.objects.filter(offer_id="o1").delete()
    (number, name), *rest = with_chosen(other, "d1")
    assert number == "d1" and name and rest == other
    assert with_chosen(other, "ukendt") == [("ukendt", "ukendt"), *other]
