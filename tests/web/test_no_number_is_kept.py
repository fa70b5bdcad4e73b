# SPDX-License-Identifier: EUPL-1.2
"""A civil registration number is kept nowhere: it is typed wherever a person could type it, and then every byte of the
store, every address and every line of the program's log is searched for its ten digits."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from web_users import said, signed_in

As = Callable[..., Client]
NUMBER, DIGITS = "010180-1234", "0101801234"
WRITTEN = (NUMBER, DIGITS, "010180 1234", "01 01 80 1234")


class Walk:
    """A browser whose every address, asked for or led to, is remembered."""

    def __init__(self, username: str) -> None:
        self.browser, self.addresses = signed_in(username), []  # type: ignore[var-annotated]

    def get(self, path: str) -> Any:
        return self._met(self.browser.get(path))

    def post(self, path: str, **texts: Any) -> Any:
        """Send a form from a page (without seen: as if it had been open for long)."""
        return self._met(self.browser.post(path, texts))

    def form(self, path: str, **texts: Any) -> Any:
        """Open a form and send it."""
        seen = said(self.get(path)).split('name="seen" value="')[1].split('"')[0]
        return self.post(path, seen=seen, **texts)

    def _met(self, answer: Any) -> Any:
        self.addresses.append(answer.get("Location", ""))
        return answer


FORMS = {
    "case_worker": (
        "/borgere/borger/anna/ny-indsats/", "/borgere/indsats/g1/ret/", "/borgere/indsats/g1/slut/",
        "/borgere/indsats/g1/pris/", "/borgere/borger/anna/ny-sag/", "/borgere/borger/anna/nyt-maal/",
        "/borgere/maal/m2/evaluering/", "/borgere/sag/c2/trin/", "/borgere/sag/c2/afgoerelse/",
        "/borgere/sag/c1/afgoerelse/2019-01-31/", "/borgere/sag/c2/opfoelgning/", "/borgere/sag/c2/slut/",
    ),
    "provider": tuple(f"/tilbud/afdeling/d1/{form}/" for form in ("pladser", "takst", "timer", "ledig")),
    "coordinator": ("/borgere/frister/enquiry/",),
}  # fmt: skip


def walked() -> list[Walk]:
    """All that a case worker, a provider, a coordinator and a controller can write, with the number in each field."""
    walks = {username: Walk(username) for username in (*FORMS, "controller")}
    worker, controller = walks["case_worker"], walks["controller"]
    for number in WRITTEN:
        assert worker.post("/borgere/find/", cpr=number).status_code == 302
        assert worker.post("/borgere/find/", id=number).status_code == 302
        assert controller.post("/borgere/find/", id=number).status_code == 302
        assert controller.post("/borgere/find/", cpr=number).status_code == 403
    for username, forms in FORMS.items():
        for form in forms:
            _refused(walks[username], form, NUMBER)
    file = SimpleUploadedFile("citizens.csv", _delivery(NUMBER))
    assert controller.post("/data/aflever/", files=file, reason=f"Udtræk for {NUMBER}").status_code == 422
    _taken(controller, SimpleUploadedFile(f"udtræk {NUMBER}.csv", b"a;b\n"))
    _taken(controller, SimpleUploadedFile("citizens.csv", _delivery(DIGITS)))
    return list(walks.values())


def _refused(walk: Walk, form: str, number: str) -> None:
    """Write the number in every field of a form, and then in the reason alone: both are refused."""
    page = said(walk.get(form))
    names = {part.split('"')[0] for part in page.split(' name="')[1:]} - {"csrfmiddlewaretoken", "seen", "next"}
    every = {name: number for name in names if name not in ("language", "viewport", "htmx-config")}
    assert walk.form(form, **every).status_code == 422, form
    assert walk.form(form, why=f"Aftalt med {number}").status_code == 422, form


def _taken(walk: Walk, file: SimpleUploadedFile) -> None:
    """Hand a file in, have it checked, and taken where it can be."""
    from styr.web.data.worker import do_next

    job = walk.post("/data/aflever/", files=file).url
    while do_next():
        pass
    walk.get(job)
    walk.post(job, do="confirm")
    while do_next():
        pass


def _delivery(number: str) -> bytes:
    return f"citizen_id;birth_date;sex;municipality\n{number};1980-01-01;M;851\n".encode()


def found_in(folder: Path) -> list[str]:
    """The files that hold the number in any way it may be written, in bytes of one or two to a letter."""
    marks = [written.encode(code) for written in WRITTEN for code in ("utf-8", "utf-16-le")]
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(mark in path.read_bytes() for mark in marks)
    ]


def test_a_walk_through_the_application_leaves_no_number_in_table_file_log_or_address(
    filled: Path, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    from styr.register.models import Citizen
    from styr.register.store import pseudonyms

    with caplog.at_level(logging.DEBUG):
        walks = walked()
    assert Citizen.objects.filter(citizen_id=pseudonyms().of(DIGITS)).exists()
    connection.close()  # what SQLite has yet to write is written
    assert found_in(filled / "..") == []
    addresses = " ".join(address for walk in walks for address in walk.addresses)
    assert not any(written in addresses for written in (*WRITTEN, DIGITS))
    assert not any(written in caplog.text for written in WRITTEN)


def test_the_search_would_find_a_number_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\0\1" + DIGITS.encode() + b"\0")
    (tmp_path / "b.bin").write_bytes(NUMBER.encode("utf-16-le"))
    assert sorted(found_in(tmp_path)) == ["a.bin", "b.bin"]


def test_a_number_in_the_address_of_the_list_is_led_away_from_it(as_user: As) -> None:
    answer = as_user("case_worker").get("/borgere/", {"id": NUMBER, "running": "all"})
    assert answer.status_code == 302 and answer.url == "/borgere/?running=all"
