# SPDX-License-Identifier: EUPL-1.2
"""Those who ask in load.py: what each role does, page after page, with a pause to read and think between them."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, ClassVar

import gevent
import numpy as np
from locust import HttpUser, between, events, task
from locust.env import Environment

#: The longest, in milliseconds, that all but one in twenty may take.
MARKS = {"register": 300.0, "counting": 1000.0}
_CITIZEN = re.compile(r'href="(/borgere/borger/[^"?]+/)"')
_GRANT = re.compile(r'href="(/borgere/indsats/[^"?/]+/)"')
_OFFER = re.compile(r'href="(/tilbud/[^"?/]+/)"')
_FORM_KEY = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_PAYER = re.compile(r'name="paying_municipality".*?<option value="([0-9]+)" selected', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_CANNOT_ANSWER = 422
took: dict[str, dict[str, list[float]]] = {kind: defaultdict(list) for kind in MARKS}
errors: list[str] = []


class Person(HttpUser):
    """One at a screen."""

    abstract = True
    wait_time = between(2, 8)
    names: ClassVar[Iterator[str]]
    password: ClassVar[str]

    def on_start(self) -> None:
        """Sign in."""
        self.known: dict[str, list[str]] = defaultdict(list)
        name = next(self.names)
        page = self.client.get("/log-ind/", name="sign in").text
        form = {"csrfmiddlewaretoken": _FORM_KEY.findall(page)[0], "username": name, "password": self.password}
        self.client.post("/log-ind/", form, headers={"Referer": f"{self.host}/log-ind/"}, name="sign in")

    def see(self, address: str, kind: str, name: str) -> str:
        """Open a page of a kind."""
        with self.client.get(address, name=name, context={"kind": kind}, catch_response=True) as answer:
            text = str(answer.text)
            if answer.url and "/log-ind/" in answer.url:
                answer.failure("signed out")
            elif answer.status_code == _CANNOT_ANSWER:
                answer.success()  # the page says why the question has no answer
        return text

    def any_known(self, what: str, pattern: re.Pattern[str], at: str) -> str:
        """A page met in a list before, the list opened when none was."""
        if not self.known[what] or random.random() < 0.2:
            text = self.see(at, "register", f"list of {what}")
            self.known[what] += [found for found in pattern.findall(text) if not found.startswith("/tilbud/tabel")]
        return random.choice(self.known[what]) if self.known[what] else at


class CaseWorker(Person):
    """Looks citizens and their grants up, and works on one now and then."""

    @task(3)
    def overview(self) -> None:
        self.see("/", "register", "overview")

    @task(2)
    def work(self) -> None:
        self.see(random.choice(("/borgere/arbejdsliste/", "/borgere/sager/")), "register", "work list and cases")

    @task(4)
    def citizens(self) -> None:
        page = random.choice(("", "?page=2", "?provision=SEL-107", "?provision=SEL-85", "?target_group=autism"))
        self.known["citizens"] += _CITIZEN.findall(self.see(f"/borgere/{page}", "register", "list of citizens"))

    @task(8)
    def citizen(self) -> None:
        text = self.see(self.any_known("citizens", _CITIZEN, "/borgere/"), "register", "citizen")
        self.known["grants"] += _GRANT.findall(text)

    @task(4)
    def grant(self) -> None:
        if self.known["grants"]:
            self.see(random.choice(self.known["grants"]), "register", "grant")

    @task(2)
    def new_grant(self) -> None:
        """A new grant, with the yearly cost looked at as it is filled in, and saved in one case of four."""
        at = self.any_known("citizens", _CITIZEN, "/borgere/") + "ny-indsats/"
        text = self.see(at, "register", "form of a grant")
        form = dict(_HIDDEN.findall(text)) | {
            "provision": "SEL-97", "start_date": "2024-11-01", "hours_per_week": "2", "price": "700",
            "price_unit": "week", "why": "Afgørelse truffet", "paying_municipality": _PAYER.findall(text)[0],
        }  # fmt: skip
        self.post("/borgere/aarspris/", form, at, "yearly cost")
        if random.random() < 0.25:
            self.post(at, form, at, "grant saved")

    def post(self, address: str, form: dict[str, str], at: str, name: str) -> None:
        """Send a form from the page at an address."""
        headers = {"Referer": f"{self.host}{at}"}
        self.client.post(address, form, headers=headers, name=name, context={"kind": "register"})


class Coordinator(CaseWorker):
    """Also looks for a place."""

    @task(10)
    def offers(self) -> None:
        page = random.choice(("", "?provision=SEL-107", "?provision=SEL-108", "?page=2"))
        self.known["offers"] += _OFFER.findall(self.see(f"/tilbud/{page}", "register", "list of offers"))

    @task(3)
    def vacant(self) -> None:
        self.see(random.choice(("/tilbud/ledige/", "/tilbud/kort/")), "register", "vacancies and map")

    @task(8)
    def offer(self) -> None:
        self.see(self.any_known("offers", _OFFER, "/tilbud/"), "register", "offer")


class Analyst(Person):
    """Counts: any indicator, split and narrowed in many ways, those that stand first in the catalogue most often."""

    wait_time = between(5, 20)

    @task(2)
    def overview(self) -> None:
        self.see("/", "register", "overview")

    @task(2)
    def catalogue(self) -> None:
        page = random.choice(("/aktivitet/", "/oekonomi/", "/analyse/"))
        text = self.see(page, "register", "catalogue")
        self.known["indicators"] = list(dict.fromkeys(re.findall(r'href="(/aktivitet/[a-z_]+/)', text)))

    @task(8)
    def indicator(self) -> None:
        known = self.known["indicators"] or ["/aktivitet/full_time_recipients/"]
        (chosen,) = random.choices(known, [1 / (place + 1) for place in range(len(known))])
        split = random.choice(("by=year", "by=year&by=municipality", "by=municipality", "by=year&by=sex"))
        municipality = random.choice(("", "&municipality=101", "&municipality=851", "&municipality=751"))
        text = self.see(f"{chosen}?{split}{municipality}", "counting", "indicator")
        for program in re.findall(r'data-program="(/aktivitet/[^"]+)"', text):  # what a browser asks for to draw it
            self.see(program.replace("&amp;", "&"), "counting", "chart")


class Controller(Analyst):
    """Counts, and looks at what was delivered."""

    @task(2)
    def data(self) -> None:
        self.see("/data/", "register", "deliveries")


ROLES: dict[str, type[Person]] = {
    "case_worker": CaseWorker,
    "coordinator": Coordinator,
    "analyst": Analyst,
    "controller": Controller,
    "head": Controller,
}


@events.request.add_listener
def _noted(name: str, response_time: float, exception: Exception | None, context: Any, **_: Any) -> None:
    if exception is not None:
        errors.append(f"{name}: {exception}")
    kind = (context or {}).get("kind")
    if kind:
        took[kind][name].append(response_time)


def at_work(address: str, password: str, staff: Sequence[tuple[str, str]], minutes: float) -> int:
    """Let users (name and role) work for some minutes, and print what their pages took; 1 when a mark is missed."""
    named: dict[type[Person], list[str]] = defaultdict(list)
    for name, role in staff:
        named[ROLES[role]].append(name)
    for kind, names in named.items():
        kind.names, kind.password, kind.fixed_count = iter(names), password, len(names)
    environment = Environment(user_classes=list(named), events=events, host=address)
    runner = environment.create_local_runner()
    runner.start(len(staff), spawn_rate=2)
    gevent.sleep(minutes * 60)
    runner.quit()
    return _said()


def _said() -> int:
    missed = len(errors)
    for kind, mark in MARKS.items():
        every = list(chain.from_iterable(took[kind].values())) or [float("inf")]
        for name, times in (*sorted(took[kind].items()), (f"all of {kind}", every)):
            half, most, longest = np.percentile(times, (50, 95, 100))
            print(f"{name:20s} {len(times):6,d} answers, half within {half:6,.0f} ms, 95 of 100 within {most:6,.0f}, "
                  f"all within {longest:6,.0f}")  # fmt: skip
        late = float(np.percentile(every, 95))
        print(f"{kind}: 95 of 100 within {late:.0f} ms (at most {mark:.0f}) {'ok' if late <= mark else 'TOO LONG'}")
        missed += late > mark
    print(f"{len(errors)} errors")
    for said in errors[:10]:
        print(f"    {said}")
    return int(missed > 0)
