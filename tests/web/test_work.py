# SPDX-License-Identifier: EUPL-1.2
"""The work list: what is due and what is not, marked as done and put back; goals set and evaluated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from web_users import said

As = Callable[..., Client]


def sent(browser: Client, path: str, **texts: str):  # type: ignore[no-untyped-def]
    """Open a form and send it with some fields written."""
    page = said(browser.get(path))
    seen = page.split('name="seen" value="')[1].split('"')[0]
    return browser.post(path, {"seen": seen, "why": "Aftalt på mødet", **texts})


def due(username: str, days: int = 30) -> dict[str, tuple[int, int]]:
    """How much is due for a user, and how much of it past its day, by kind."""
    from styr.web.accounts.models import User
    from styr.web.cases.due import due as found

    user = User.objects.get(username=username)
    user.is_verified = lambda: True
    return {each.kind: (each.number, each.overdue) for each in found(user, timezone.localdate(), days)}


def expect_end(browser: Client, grant_id: str, day: date) -> None:
    """Write when a grant is expected to end."""
    from styr.register.models import Grant
    from styr.web.citizens.changes import GRANT
    from styr.web.forms.fields import texts_shown

    standing = Grant.objects.get(until__isnull=True, grant_id=grant_id)
    form = {**texts_shown(standing, GRANT), "seen": str(standing.pk), "why": "Aftalt", "expected_end_date": str(day)}
    assert browser.post(f"/borgere/indsats/{grant_id}/ret/", form).status_code == 302


def test_without_limits_and_plans_nothing_is_due(as_user: As) -> None:
    assert set(due("case_worker").values()) == {(0, 0)}
    assert "Der er ikke noget på listen" in said(as_user("case_worker").get("/borgere/arbejdsliste/"))


def test_a_grant_expected_to_end_soon_is_due_and_one_later_is_not(as_user: As) -> None:
    expect_end(as_user("case_worker"), "g1", timezone.localdate() + timedelta(days=20))
    expect_end(as_user("case_worker"), "g2", timezone.localdate() - timedelta(days=3))
    assert due("case_worker")["grant_end"] == (2, 1)
    assert due("case_worker", 10)["grant_end"] == (1, 1)
    page = said(as_user("case_worker").get("/borgere/arbejdsliste/?days=10"))
    assert "/g2/" in page and "/g1/" not in page
    assert due("elsewhere")["grant_end"] == (0, 0)


def test_a_price_that_ends_before_its_grant_is_due(as_user: As) -> None:
    from styr.register.edit import Said
    from styr.register.models import GrantPrice
    from styr.register.store import pseudonyms

    standing = GrantPrice.objects.get(until__isnull=True, grant_id="g1", end_date__isnull=True)
    from styr.register.edit import take_edit, texts_of

    ends = {**texts_of(standing), "end_date": str(timezone.localdate() + timedelta(days=5))}
    take_edit([Said("grant_prices", ends, standing.pk)], who="x", why="y", pseudonyms=pseudonyms())
    assert due("controller")["price_end"] == (1, 0)
    form = {"start_date": str(timezone.localdate() + timedelta(days=6)), "price": "2600", "price_unit": "day"}
    sent(as_user("case_worker"), "/borgere/indsats/g1/pris/", **form)
    assert due("controller")["price_end"] == (0, 0)


def test_a_case_past_the_municipalitys_limit_is_due_and_another_municipalitys_limit_is_its_own(as_user: As) -> None:
    sent(as_user("coordinator"), "/borgere/frister/assessment/", days="30")
    assert due("case_worker")["case"] == (1, 1)
    assert due("elsewhere")["case"] == (0, 0)
    sent(as_user("coordinator"), "/borgere/frister/assessment/", days="3000")
    assert due("case_worker")["case"] == (0, 0)


def test_a_follow_up_is_due_until_the_case_is_followed_up(as_user: As) -> None:
    browser = as_user("case_worker")
    sent(browser, "/borgere/sag/c1/opfoelgning/", follow_up_on=str(timezone.localdate() + timedelta(days=7)))
    assert due("case_worker")["follow_up"] == (1, 0)
    assert due("case_worker", 5)["follow_up"] == (0, 0)
    plan_day(browser, "c1", timezone.localdate() - timedelta(days=1))
    assert due("case_worker")["follow_up"] == (1, 1)
    sent(browser, "/borgere/sag/c1/trin/", stage="follow_up", date=str(timezone.localdate()))
    assert due("case_worker")["follow_up"] == (0, 0)


def plan_day(browser: Client, case_id: str, due_on: date) -> None:
    """A follow-up planned a month before the day it is due."""
    from styr.web.cases.models import Planned

    Planned.objects.filter(subject=case_id, ended_at__isnull=True).update(
        due_on=due_on, planned_on=due_on - timedelta(days=30)
    )


def test_what_is_done_leaves_the_list_with_who_and_why_and_can_be_put_back(as_user: As) -> None:
    from styr.web.audit.models import Entry

    browser = as_user("case_worker")
    day = timezone.localdate() + timedelta(days=2)
    expect_end(browser, "g1", day)
    address = f"/borgere/arbejdsliste/udfoert/grant_end/{day}/g1/"
    assert browser.get(f"/borgere/arbejdsliste/grant_end/{day}/g1/").url == "/borgere/indsats/g1/"
    assert sent(browser, address, why="").status_code == 422
    assert sent(browser, address).status_code == 302
    assert due("case_worker")["grant_end"] == (0, 0) and due("controller")["grant_end"] == (0, 0)
    assert "/g1/" in said(browser.get("/borgere/arbejdsliste/?done=yes"))
    assert Entry.objects.filter(action="work done", subject="anna", who="case_worker").count() == 1
    assert "Sæt på arbejdslisten igen" in said(browser.get(address))
    assert sent(browser, address).status_code == 302
    assert due("case_worker")["grant_end"] == (1, 0)


def test_an_end_that_is_expected_anew_is_due_anew(as_user: As) -> None:
    browser = as_user("case_worker")
    expect_end(browser, "g1", timezone.localdate())
    sent(browser, f"/borgere/arbejdsliste/udfoert/grant_end/{timezone.localdate()}/g1/")
    expect_end(browser, "g1", timezone.localdate() + timedelta(days=9))
    assert due("case_worker")["grant_end"] == (1, 0)


def test_what_is_not_ones_own_work_is_not_there(as_user: As) -> None:
    browser = as_user("case_worker")
    expect_end(browser, "g1", timezone.localdate())
    address = f"/borgere/arbejdsliste/udfoert/grant_end/{timezone.localdate()}/g1/"
    assert as_user("elsewhere").get(address).status_code == 404
    assert as_user("head").get(address).status_code == 403
    assert due("head") == due("provider") == due("analyst") == {}
    assert set(due("controller")) == {"grant_end", "price_end"}


def test_what_is_due_is_found_in_seven_queries(as_user: As) -> None:
    from styr.web.accounts.models import User
    from styr.web.cases.due import due as found

    sent(as_user("coordinator"), "/borgere/frister/assessment/", days="30")
    user = User.objects.get(username="case_worker")
    user.is_verified = lambda: True
    with CaptureQueriesContext(connection) as queries:
        found(user, timezone.localdate())
    assert len(queries) <= 7


def test_a_goal_is_set_with_a_day_to_evaluate_it_and_due_by_that_day(as_user: As) -> None:
    browser = as_user("case_worker")
    form = {
        "kind": "progression",
        "set_date": str(timezone.localdate()),
        "next_on": str(timezone.localdate() + timedelta(days=20)),
    }
    answer = sent(browser, "/borgere/borger/bent/nyt-maal/", **form)
    assert answer.status_code == 302
    assert "Næste evaluering" in said(browser.get(answer.url))
    assert due("case_worker")["goal"] == (1, 0)
    assert "Mål" in said(browser.get("/borgere/borger/bent/"))
    early = {**form, "next_on": str(timezone.localdate())}
    assert "skal ligge senere" in said(sent(browser, "/borgere/borger/bent/nyt-maal/", **early))


def test_an_evaluation_keeps_what_was_measured_and_moves_the_day_of_the_next(as_user: As) -> None:
    from styr.register.models import Measurement

    browser = as_user("case_worker")
    sent(as_user("head"), "/borgere/frister/goal/", days="180")
    assert due("case_worker")["goal"] == (1, 1)
    next_on = str(timezone.localdate() + timedelta(days=180))
    form = {"date": str(timezone.localdate()), "instrument": "WHO-5", "value": "56,5", "next_on": next_on}
    assert sent(browser, "/borgere/maal/m2/evaluering/", **form).status_code == 302
    made = Measurement.objects.get(goal_id="m2")
    assert (made.instrument, made.value, made.date) == ("WHO-5", 56.5, timezone.localdate())
    assert due("case_worker")["goal"] == (0, 0)
    assert "56,5" in said(browser.get("/borgere/maal/m2/"))


def test_an_attained_goal_is_closed_and_no_longer_due(as_user: As) -> None:
    from styr.register.models import Goal

    browser = as_user("case_worker")
    sent(as_user("head"), "/borgere/frister/goal/", days="180")
    form = {"date": str(timezone.localdate()), "attained": "ja", "closed_date": str(timezone.localdate())}
    assert sent(browser, "/borgere/maal/m2/evaluering/", **form).status_code == 302
    closed = Goal.objects.get(until__isnull=True, goal_id="m2")
    assert (closed.attained, closed.closed_date, closed.kind) == (True, timezone.localdate(), "maintenance")
    assert due("case_worker")["goal"] == (0, 0)


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ({}, "Luk målet, skriv en måling"),
        ({"instrument": "WHO-5"}, "Skriv både hvad der er målt med"),
        ({"instrument": "010180-1234", "value": "5"}, "ligner et CPR-nummer"),
        ({"attained": "ja"}, "Skriv dagen, målet lukkes"),
        ({"closed_date": "2020-01-01"}, "slutningen ligger før begyndelsen"),
        ({"date": "2020-01-01", "next_on": "2030-01-01"}, "Skriv en dag fra 1."),
    ],
)
def test_an_evaluation_that_makes_no_sense_is_refused(as_user: As, texts: dict[str, str], problem: str) -> None:
    answer = sent(
        as_user("case_worker"), "/borgere/maal/m2/evaluering/", **{"date": str(timezone.localdate()), **texts}
    )
    assert answer.status_code == 422 and problem in said(answer)


def test_another_municipality_sees_no_goal_and_a_provider_changes_none(as_user: As) -> None:
    assert as_user("elsewhere").get("/borgere/maal/m2/").status_code == 404
    assert as_user("provider").get("/borgere/maal/m2/").status_code == 200
    assert as_user("provider").get("/borgere/maal/m2/evaluering/").status_code == 403


def test_the_demonstration_has_work_where_nobody_waits_and_is_left_alone_after(
    as_user: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    from styr.register.models import Case
    from styr.web import demonstration_work

    monkeypatch.setattr(demonstration_work, "_FEWEST", 1)
    demonstration_work.make_work("851")
    assert not Case.objects.filter(case_id__startswith="venter").exists()  # c2 waits already
    sent(as_user("case_worker"), "/borgere/sag/c2/slut/", date="2024-12-31")
    for _ in range(2):
        demonstration_work.make_work("851")
    assert Case.objects.filter(case_id__startswith="venter-851").count() == 3
    assert due("case_worker")["follow_up"] == (1, 1)
    assert "venter-851-01" in said(as_user("case_worker").get("/borgere/sager/"))
