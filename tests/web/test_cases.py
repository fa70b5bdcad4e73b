# SPDX-License-Identifier: EUPL-1.2
"""Cases: listed by how long citizens have waited, taken from stage to stage, decided with grounds, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from web_users import said

As = Callable[..., Client]


def events(case_id: str) -> list[tuple[str, date]]:
    """The stages that stand of a case, by day."""
    from styr.register.models import CaseEvent

    standing = CaseEvent.objects.filter(until__isnull=True, case_id=case_id).order_by("date", "pk")
    return list(standing.values_list("stage", "date"))


def sent(browser: Client, path: str, **texts: str):  # type: ignore[no-untyped-def]
    """Open a form and send it with some fields written."""
    page = said(browser.get(path))
    seen = page.split('name="seen" value="')[1].split('"')[0]
    return browser.post(path, {"seen": seen, "why": "Aftalt på mødet", **texts})


def test_those_who_wait_are_listed_with_their_days_and_not_those_who_have_help(as_user: As) -> None:
    page = said(as_user("case_worker").get("/borgere/sager/"))
    waited = (timezone.localdate() - date(2024, 11, 15)).days
    assert ">c2<" in page and ">Udredning<" in page
    assert f"{waited:,}".replace(",", ".") in page
    assert ">c1<" not in page and ">c3<" not in page


def test_cases_that_run_or_are_over_are_had_by_choice_and_as_a_file(as_user: As) -> None:
    browser = as_user("case_worker")
    assert ">c1<" in said(browser.get("/borgere/sager/?state=running"))
    assert said(browser.get("/borgere/sager/?state=ended")).count("Ingen sager passer") == 1
    rows = said(browser.get("/borgere/sager/tabel.csv?state=all")).splitlines()
    assert len(rows) == 3 and "860" not in "".join(rows)


def test_a_target_group_narrows_the_cases(as_user: As) -> None:
    browser = as_user("case_worker")
    assert ">c1<" in said(browser.get("/borgere/sager/?state=all&target_group=developmental"))
    assert ">c2<" not in said(browser.get("/borgere/sager/?state=all&target_group=developmental"))


def test_a_cases_page_shows_the_days_between_its_stages_and_that_it_was_read(as_user: As) -> None:
    from styr.web.audit.models import Entry

    page = said(as_user("case_worker").get("/borgere/sag/c1/"))
    assert page.index("Henvendelse</strong>") < page.index("30 dage") < page.index("Afgørelse</strong>")
    assert "29 dage" in page
    assert Entry.objects.filter(action="case read", subject="anna").count() == 1


def test_another_municipalitys_case_is_not_there_and_a_provider_sees_none(as_user: As) -> None:
    assert as_user("case_worker").get("/borgere/sag/c3/").status_code == 404
    assert as_user("provider").get("/borgere/sag/c1/").status_code == 403


def test_too_few_cases_like_it_hide_how_long_they_take(as_user: As) -> None:
    assert "for få sager bag tallet" in said(as_user("case_worker").get("/borgere/sag/c2/"))


def test_a_case_is_opened_about_what_is_applied_for(as_user: As) -> None:
    browser = as_user("case_worker")
    form = {"stage": "enquiry", "date": "2024-12-30", "provisions": ["SEL-107", "SEL-85"]}
    answer = sent(browser, "/borgere/borger/bent/ny-sag/", **form)  # type: ignore[arg-type]
    case_id = answer.url.split("/")[3]
    assert events(case_id) == [("enquiry", date(2024, 12, 30))]
    assert "Socialpædagogisk støtte" in said(browser.get("/borgere/sager/"))
    assert "Søgt om" in said(browser.get(f"/borgere/sag/{case_id}/"))
    assert case_id in said(browser.get("/borgere/borger/bent/"))


def test_a_stage_is_reached_with_who_when_and_why(as_user: As) -> None:
    from styr.register.models import CaseEvent
    from styr.web.audit.models import Entry

    answer = sent(as_user("case_worker"), "/borgere/sag/c2/trin/", stage="recommendation", date="2024-12-20")
    assert answer.status_code == 302
    made = CaseEvent.objects.get(case_id="c2", stage="recommendation")
    assert (made.since.handed_in_by, made.since.reason) == ("case_worker", "Aftalt på mødet")
    assert Entry.objects.filter(action="case stage reached", subject="dorte").count() == 1


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ({"stage": "recommendation", "date": ""}, "Skriv dagen"),
        ({"stage": "", "date": "2024-12-20"}, "er tom, men skal udfyldes"),
        ({"stage": "recommendation", "date": "2099-01-01"}, "Dagen er ikke kommet endnu"),
        ({"stage": "recommendation", "date": "2024-09-01"}, "Sagen begyndte først 1."),
        ({"stage": "assessment", "date": "2024-11-15"}, "allerede nået den dag"),
        ({"stage": "start", "date": "2024-12-20", "follow_up_on": "2024-12-20"}, "skal ligge efter"),
        ({"stage": "start", "date": "2024-12-20", "why": "Ringede til 010180-1234"}, "ligner et CPR-nummer"),
    ],
)
def test_an_impossible_stage_is_refused_beside_its_field(as_user: As, texts: dict[str, str], problem: str) -> None:
    answer = sent(as_user("case_worker"), "/borgere/sag/c2/trin/", **texts)
    assert answer.status_code == 422 and problem in said(answer)
    assert len(events("c2")) == 2


def test_of_two_who_take_a_case_on_the_second_is_shown_what_the_first_did(as_user: As) -> None:
    first, second = as_user("case_worker"), as_user("coordinator")
    seen = said(second.get("/borgere/sag/c2/trin/")).split('name="seen" value="')[1].split('"')[0]
    sent(first, "/borgere/sag/c2/trin/", stage="recommendation", date="2024-12-20")
    form = {"seen": seen, "stage": "order", "date": "2024-12-21", "why": "Aftalt"}
    answer = second.post("/borgere/sag/c2/trin/", form)
    assert answer.status_code == 409 and "Indstilling" in said(answer)
    assert len(events("c2")) == 3
    seen = said(answer).split('name="seen" value="')[1].split('"')[0]
    assert second.post("/borgere/sag/c2/trin/", {**form, "seen": seen}).status_code == 302


def test_a_decision_is_made_with_grounds_that_stand_on_the_page_and_in_no_snapshot(as_user: As, filled: Path) -> None:
    from styr.register import store

    browser = as_user("case_worker")
    form = {"date": "2024-12-20", "professional": "Behov for nærhed", "economic": "Billigst egnede plads"}
    assert sent(browser, "/borgere/sag/c2/afgoerelse/", **{**form, "professional": ""}).status_code == 422
    assert sent(browser, "/borgere/sag/c2/afgoerelse/", **form, follow_up_on="2025-03-01").status_code == 302
    page = said(browser.get("/borgere/sag/c2/"))
    assert "Behov for nærhed" in page and "Billigst egnede plads" in page
    assert "1. marts 2025" in page.replace("\u00a0", " ")
    snapshot = store.snapshot()
    assert {path.stem for path in snapshot.path("cases").parent.glob("*.parquet")} <= set(_tables())
    assert all(b"Behov" not in path.read_bytes() for path in snapshot.path("cases").parent.iterdir())


def _tables() -> list[str]:
    from styr.vocabulary.exchange import tables

    return list(tables())


def test_grounds_given_anew_leave_the_old_ones_in_the_history(as_user: As) -> None:
    browser = as_user("case_worker")
    address = "/borgere/sag/c1/afgoerelse/2019-01-31/"
    assert sent(browser, address, professional="Første").status_code == 302
    assert sent(browser, address, professional="Anden").status_code == 302
    page = said(browser.get("/borgere/sag/c1/"))
    assert page.count("Første") == 1 and page.count("Anden") == 2
    assert sent(browser, address, professional="Borger 010180-1234").status_code == 422
    assert browser.get("/borgere/sag/c1/afgoerelse/2019-02-01/").status_code == 404


def test_a_stage_entered_by_hand_can_be_taken_back_and_one_from_a_file_not(as_user: As) -> None:
    from styr.register.models import CaseEvent

    browser = as_user("case_worker")
    sent(browser, "/borgere/sag/c2/trin/", stage="recommendation", date="2024-12-20")
    made = CaseEvent.objects.get(case_id="c2", stage="recommendation")
    delivered = CaseEvent.objects.get(case_id="c2", stage="enquiry")
    assert sent(browser, f"/borgere/sag/c2/trin/{made.pk}/").status_code == 302
    assert [stage for stage, _ in events("c2")] == ["enquiry", "assessment"]
    assert "Trin taget tilbage" in said(browser.get("/borgere/sag/c2/"))
    assert browser.get(f"/borgere/sag/c2/trin/{delivered.pk}/").status_code == 404


def test_a_closed_case_waits_no_longer(as_user: As) -> None:
    browser = as_user("case_worker")
    assert sent(browser, "/borgere/sag/c2/slut/", date="2024-12-31").status_code == 302
    assert ">c2<" not in said(browser.get("/borgere/sager/"))
    assert ">c2<" in said(browser.get("/borgere/sager/?state=ended"))
    assert "Dage på trinnet" not in said(browser.get("/borgere/sag/c2/"))


def test_a_limit_passed_is_said_of_the_case(as_user: As) -> None:
    sent(as_user("head"), "/borgere/frister/undecided/", days="30")
    past = (timezone.localdate() - date(2024, 10, 1)).days - 30
    assert f"{past:,}".replace(",", ".") in said(as_user("case_worker").get("/borgere/sager/"))
    assert f"{past} dage over kommunens frist" in said(as_user("case_worker").get("/borgere/sag/c2/"))


def test_a_limit_is_a_whole_number_of_days(as_user: As) -> None:
    browser = as_user("coordinator")
    for days in ("0", "-3", "ti", "4000"):
        assert "Skriv et helt antal dage" in said(sent(browser, "/borgere/frister/enquiry/", days=days))
    assert sent(browser, "/borgere/frister/enquiry/", days="14").status_code == 302
    assert ">14<" in said(browser.get("/borgere/frister/"))
    assert as_user("case_worker").get("/borgere/frister/").status_code == 403


def test_a_stage_to_come_is_not_counted_as_reached(as_user: As, filled: Path) -> None:
    from styr.register.models import Case
    from styr.web.cases.standing import standing

    before = date(2024, 11, 15) - timedelta(days=1)
    stages = standing(Case.objects.filter(case_id="c2"), before).values_list("stage", flat=True)
    assert list(stages) == ["enquiry"]
