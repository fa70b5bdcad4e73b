# SPDX-License-Identifier: EUPL-1.2
"""The API as a program uses it: lists to their end, grants changed on the version that was read, indicators, deliveries
handed in; and what is said when something cannot be done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from web_tokens import Program, make_token, program_of

NEW = {"provision": "SEL-97", "start_date": "2024-03-01", "price": 150.5, "price_unit": "week",
       "paying_municipality": "851", "why": "Afgørelse truffet"}  # fmt: skip


@pytest.fixture
def case_worker(filled: Path) -> Program:
    """A program with a case worker's token."""
    return program_of("case_worker")


def ids(answer: Any, name: str) -> list[str]:
    """An id of each row of a page."""
    return [row[name] for row in answer.json()["items"]]


def version(program: Program, grant: str = "g2") -> dict[str, str]:
    """The header by which a change says that it is made on a grant as it stands."""
    return {"If-Match": program.get(f"grants/{grant}")["ETag"]}


def test_a_list_is_read_to_its_end_by_the_addresses_it_gives(case_worker: Program) -> None:
    page, read = case_worker.get("citizens", limit=1), []
    while True:
        said = page.json()
        read += ids(page, "citizen_id")
        assert said["total"] == 4
        if said["next"] is None:
            break
        page = case_worker.client.get(said["next"])
    assert read == ["anna", "bent", "dorte", "erik"]


def test_a_page_larger_than_the_most_is_refused_and_says_what_the_most_is(case_worker: Program) -> None:
    answer = case_worker.get("grants", limit=1001)
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"] == [{"in": "query", "field": "limit", "text": "is at most 1000"}]


def test_a_filter_that_is_misspelt_is_refused_and_not_passed_over(case_worker: Program) -> None:
    assert case_worker.get("grants", provison="SEL-107").json()["errors"][0]["field"] == "provison"
    assert ids(case_worker.get("grants", provision="SEL-107"), "grant_id") == ["g1"]


def test_lists_are_narrowed(case_worker: Program) -> None:
    assert ids(case_worker.get("grants", on="2020-01-01"), "grant_id") == ["g1", "g4"]
    assert ids(case_worker.get("citizens", with_grant_on="2024-01-01"), "citizen_id") == ["anna", "bent"]
    assert ids(case_worker.get("places", department_id="d1"), "places") == [12]
    assert ids(case_worker.get("offers", municipality="860"), "offer_id") == ["o2"]


def test_a_municipality_sees_its_own_citizens_and_a_provider_those_who_live_there(filled: Path) -> None:
    assert ids(program_of("elsewhere").get("citizens"), "citizen_id") == ["carl"]
    assert ids(program_of("elsewhere").get("prices"), "grant_id") == []
    provider = program_of("provider")
    assert ids(provider.get("citizens"), "citizen_id") == ["anna"]
    assert ids(provider.get("offers"), "offer_id") == ["o1"] and ids(provider.get("tariffs"), "unit") == ["day"]
    assert ids(provider.get("places"), "places") == [12] and ids(provider.get("departments"), "name") == ["Nord"]


def test_dates_of_birth_are_for_those_who_may_see_them(filled: Path) -> None:
    assert program_of("case_worker").get("citizens/anna").json()["birth_date"] == "1980-05-17"
    assert program_of("controller").get("citizens/anna").json()["birth_date"] is None


def test_reading_is_noted_with_the_token_it_was_done_by(case_worker: Program) -> None:
    from styr.web.audit.models import Entry

    case_worker.get("citizens/anna")
    case_worker.get("grants/g1")
    noted = list(Entry.objects.values_list("who", "action", "subject", "detail"))
    assert noted[0][:2] == ("case_worker", "token used") and len(noted) == 3
    assert noted[1] == ("case_worker", "citizen read", "anna", {"by_token": noted[0][3]["token"]})


def test_a_civil_registration_number_goes_in_a_body_and_out_nowhere(case_worker: Program) -> None:
    from styr.web.audit.models import Entry

    assert case_worker.post("citizens/find", {"cpr": "010180-1234"}).status_code == 404
    for answer in (
        case_worker.post("citizens/find", {"cpr": "010180123"}),
        case_worker.post("citizens/find", {"cpr": 180123456}),
        case_worker.post("citizens/find", {"cpr": "010180-1234", "010180-1234": 1}),
        case_worker.get("grants", on="010180-1234"),
        case_worker.get("grants", **{"010180-1234": "x"}),
        case_worker.post("citizens/bent/grants", {**NEW, "why": "010180-1234 flytter"}),
    ):
        assert answer.status_code == 422 and "0180" not in answer.content.decode()
    assert case_worker.get("grants", citizen_id="0101801234").json()["items"] == []
    assert "0180" not in str(list(Entry.objects.values_list("subject", "detail")))


def test_a_grant_is_created_as_on_the_pages_with_who_when_and_why(case_worker: Program) -> None:
    from styr.register.models import Grant
    from styr.web.audit.models import Entry

    made = case_worker.post("citizens/bent/grants", NEW)
    said = made.json()
    assert made.status_code == 201 and made["Location"] == f"/api/v1/grants/{said['grant_id']}"
    assert (said["price"], said["yearly_cost"]) == (150.5, pytest.approx(150.5 * 365 / 7))
    stored = Grant.objects.get(grant_id=said["grant_id"])
    assert (stored.since.handed_in_by, stored.since.reason, stored.since.edit) == ("case_worker", NEW["why"], True)
    assert Entry.objects.get(action="grant created").detail["grant"] == said["grant_id"]


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("end_date", "2024-01-01", "slutningen ligger før begyndelsen"),
        ("start_date", "1990-01-01", "indsatsen begynder, før borgeren er født"),
        ("start_date", "1. marts", "er ikke en dag som 2024-12-31"),
        ("start_date", None, "er ikke en dag som 2024-12-31"),
        ("price", -5, "er mindst 0"),
        ("provision", "SEL-9999", ""),
        ("why", " ", "Skriv hvorfor."),
        ("paying_municipality", "860", "Din egen kommune skal enten betale eller handle"),
        ("color", "red", "kendes ikke"),
    ],
)
def test_an_impossible_grant_is_refused_with_the_field_and_nothing_is_stored(
    filled: Path, field: str, value: object, problem: str
) -> None:
    from styr.register.models import Delivery

    answer = program_of("case_worker", language="da").post("citizens/bent/grants", {**NEW, field: value})
    (error,) = answer.json()["errors"]
    assert answer.status_code == 422 and error["field"] == field and problem in error["text"]
    assert not Delivery.objects.filter(edit=True).exists()


def test_a_change_is_made_on_the_version_that_was_read(case_worker: Program) -> None:
    read = version(case_worker)
    assert case_worker.patch("grants/g2", {"price": 6000, "why": "Ny"}).status_code == 428
    changed = case_worker.patch("grants/g2", {"price": 6000, "why": "Ny"}, **read)
    assert (changed.status_code, changed.json()["price"]) == (200, 6000) and changed["ETag"] != read["If-Match"]
    assert case_worker.patch("grants/g2", {"price": 7000, "why": "Ny"}, **read).status_code == 412
    again = case_worker.patch("grants/g2", {"price": None, "why": "Ny"}, **{"If-Match": changed["ETag"]})
    assert again.json()["price"] is None and again.json()["price_unit"] == "month"


def test_a_grant_is_repriced_ended_and_put_back(case_worker: Program) -> None:
    body = {"start_date": "2025-07-01", "price": 2600, "price_unit": "day", "why": "Takst 2025"}
    repriced = case_worker.post("grants/g1/price", body, **version(case_worker, "g1"))
    assert [each["end_date"] for each in repriced.json()["prices"]] == ["2023-12-31", "2025-06-30", None]
    tag = {"If-Match": repriced["ETag"]}
    assert case_worker.post("grants/g1/end", {"end_date": "2019-01-01", "why": "x"}, **tag).status_code == 422
    ended = case_worker.post("grants/g1/end", {"end_date": "2025-12-31", "why": "Flyttet"}, **tag)
    assert ended.json()["end_date"] == "2025-12-31"
    put_back = case_worker.post("grants/g1/undo", {"why": "Fejl"}, **{"If-Match": ended["ETag"]})
    assert put_back.json()["end_date"] is None
    assert case_worker.post("grants/g2/undo", {"why": "Fejl"}, **version(case_worker)).status_code == 409


def test_undoing_a_creation_leaves_no_grant(case_worker: Program) -> None:
    made = case_worker.post("citizens/bent/grants", NEW)
    address = made["Location"].removeprefix("/api/v1/")
    assert case_worker.post(f"{address}/undo", {"why": "Dublet"}, **{"If-Match": made["ETag"]}).status_code == 204
    assert case_worker.get(address).status_code == 404


def test_an_indicator_answers_with_its_rule_and_disclosure_control(filled: Path) -> None:
    analyst = program_of("analyst")
    catalogue = analyst.get("indicators", limit=1000).json()
    assert catalogue["total"] == len(catalogue["items"]) and catalogue["next"] is None
    answer = analyst.get("indicators/recipients_on/answer", by="year", where="municipality=851").json()
    assert "Distinct citizens" in answer["header"]["rule"] and answer["header"]["snapshot"].startswith("snap-")
    assert {row["suppressed"] for row in answer["items"]} == {True} and {row["value"] for row in answer["items"]} == {
        None
    }
    places = analyst.get("indicators/places/answer", by="municipality", **{"from": 2024, "to": 2024}).json()
    assert {row["municipality"]: row["value"] for row in places["items"]} == {"851": 12, "860": 8}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ({"by": "colour"}, "no_answer"),
        ({"where": "municipality"}, "no_answer"),
        ({"by": ["year", "sex", "region", "provision"]}, "invalid"),
        ({"from": "soon"}, "invalid"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_and_not_mended(filled: Path, words: Any, kind: str) -> None:
    answer = program_of("analyst").get("indicators/recipients_on/answer", **words)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/api/#{kind}")


def test_a_delivery_is_handed_in_followed_confirmed_and_taken_back(filled: Path) -> None:
    from styr.web.data.worker import do_next

    controller = program_of("controller")
    file = SimpleUploadedFile("places.csv", b"department_id;provisions;places;start_date\nd1;SEL-107;20;2024-01-01\n")
    asked = controller.client.post("/api/v1/deliveries", {"files": [file], "why": "Nyt udtræk"})
    assert asked.status_code == 202 and do_next()
    address = asked["Location"].removeprefix("/api/v1/")
    job = controller.get(address).json()
    assert (job["state"], job["can_be_confirmed"], job["rejections"]) == ("done", True, 0)
    taking = controller.post(f"{address}/confirm")
    assert taking.status_code == 202 and do_next()
    taken = controller.get(taking["Location"].removeprefix("/api/v1/")).json()
    assert taken["delivery"] == 2 and taken["snapshot"]
    assert controller.post(f"{address}/confirm").status_code == 409
    handed = controller.get("deliveries").json()["items"]
    (latest, _) = handed
    assert (latest["number"], latest["handed_in_by"], latest["reason"]) == (2, "controller", "Nyt udtræk")
    assert controller.post("deliveries/2/undo", {"why": "Forkert"}).status_code == 202 and do_next()
    assert controller.get("deliveries/2").json()["undone_by"] == 3


def test_rows_that_a_check_refused_are_read_with_numbers_of_persons_blotted_out(filled: Path) -> None:
    from styr.web.data.worker import do_next

    controller = program_of("controller")
    rows = b"citizen_id;birth_date;sex;municipality\n010180-1234;1980-01-01;X;851\nbo;1980-01-01;K;999\n"
    files = {"files": [SimpleUploadedFile("citizens.csv", rows)]}
    address = controller.client.post("/api/v1/deliveries", files)["Location"].removeprefix("/api/v1/")
    assert do_next() and controller.get(address).json()["refused"]
    found = controller.get(f"{address}/rejections").json()
    assert found["total"] == 2 and "0180" not in str(found)
    assert program_of("controller", "results").get(f"{address}/rejections").status_code == 403


@pytest.mark.parametrize(
    ("send", "status"),
    [
        (lambda client: client.post("/api/v1/citizens/find", "{", content_type="application/json"), 400),
        (lambda client: client.post("/api/v1/citizens/find", "{}", content_type="text/plain"), 415),
        (lambda client: client.post("/api/v1/deliveries", "{}", content_type="application/json"), 403),
        (lambda client: client.put("/api/v1/citizens"), 405),
        (lambda client: client.get("/api/v1/nowhere"), 404),
        (lambda client: client.get("/api/v1/citizens?after=%00"), 400),
        (lambda client: client.post("/api/v1/citizens/find", "x" * 3_000_000, content_type="application/json"), 413),
    ],
)
def test_whatever_goes_wrong_is_said_as_a_problem(case_worker: Program, send: Any, status: int) -> None:
    answer = send(case_worker.client)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status and answer.json()["title"]


def test_a_fault_of_styrs_own_is_a_problem_that_tells_nothing(
    case_worker: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("styr.web.api.register.prices_of", lambda grants: 1 / 0)
    case_worker.client.raise_request_exception = False
    answer = case_worker.get("grants/g1")
    assert (answer.status_code, answer.json()["type"]) == (500, "/api/#failed") and "zero" not in str(answer.content)


def test_problems_are_said_in_danish_or_english_as_asked_for(filled: Path) -> None:
    titles = [Program("", language).get("grants").json()["title"] for language in ("da", "en-GB,da;q=0.5", "fr", "")]
    danish, english = "Nøglen mangler eller gælder ikke", "The token is missing or does not hold"
    assert titles == [danish, english, danish, danish]


def test_a_token_that_asks_too_often_is_told_to_wait(filled: Path) -> None:
    from styr.web.accounts.models import Token

    program = Program(make_token("analyst", id=90_001))
    assert Token.objects.get(user__username="analyst").pk == 90_001  # no other test has asked by it in this minute
    with override_settings(API_REQUESTS_A_MINUTE=2):
        answers = [program.get("forecasts") for _ in range(6)]  # more than two minutes hold
    refused = [answer for answer in answers if answer.status_code == 429]
    assert answers[0].status_code == 200 and refused and 1 <= int(refused[0]["Retry-After"]) <= 61


def test_an_empty_store_has_lists_and_nothing_to_count_on(empty: Path) -> None:
    analyst = program_of("analyst")
    assert program_of("case_worker").get("citizens").json() == {"items": [], "total": 0, "next": None}
    assert analyst.get("indicators/places/answer").json()["type"] == "/api/#no_snapshot"
