# SPDX-License-Identifier: EUPL-1.2
"""The frame of every page: headers, languages, texts, navigation, refusals, and that the command line stays light."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from web_users import said, signed_in

As = Callable[..., Client]
WEB = Path(__file__).parents[2] / "src/styr/web"
VENDORING = Path(__file__).parents[2] / "scripts/vendor_web.py"
#: Texts whose key is put together where they are used.
MADE_KEYS = (
    "nav.", "refusal.", "overview.door.", "family.", "activity.lead.", "citizens.new.", "citizens.change.",
    "citizens.end.", "citizens.reprice.", "citizens.undo.", "citizens.state.", "citizens.said.", "citizens.done.",
    "column.", "filter.", "permission.", "accounts.field.", "accounts.hint.", "audit.did.", "data.kind.", "data.state.",
    "data.stage.", "data.ended.", "data.count.", "reports.as.", "data.outcome.",
    "foreseen.source.", "foreseen.buffer.", "foreseen.takes.", "foreseen.case.",
    "economy.sum.", "analysis.", "economy.amount.", "economy.lacks.", "economy.list.", "economy.hint.",
    "economy.kind_of.", "economy.because.",
    "economy.verdict.", "economy.did.", "table.lower", "table.upper",
    "cases.state.", "cases.done.", "cases.limit.", "cases.work.kind.", "cases.grounds.", "cases.new.", "cases.stage.",
    "cases.decide.", "cases.close.", "cases.grounds_given.", "cases.plan.", "cases.take_back.", "cases.set_limit.",
    "cases.work_done.", "cases.work_back.", "goals.new.", "goals.evaluate.", "goals.said.", "goals.measured.",
    "map.measure.", "offers.said.", "offers.set_", "offers.end_", "offers.take_back.", "offers.publish.",
    "offers.withdraw.",
    "api.op.", "api.problem.", "api.invalid.", "api.group.", "tokens.scope.", "tokens.state.", "tokens.name",
    "tokens.until",
)  # fmt: skip


def test_a_page_lets_nothing_in_from_elsewhere_and_is_kept_in_no_cache(as_user: As) -> None:
    headers = as_user("case_worker").get("/borgere/borger/anna/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY" and headers["X-Content-Type-Options"] == "nosniff"


def test_no_template_holds_script_or_style_of_its_own() -> None:
    for template in WEB.glob("templates/**/*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", text), template.name


def test_pages_are_danish_until_english_is_chosen(filled: Path) -> None:
    browser = Client(headers={"accept-language": "en"})
    assert '<html lang="da">' in said(browser.get("/log-ind/"))
    back = browser.post("/sprog/", {"language": "en", "next": "/log-ind/"})
    assert back.url == "/log-ind/"
    assert "<h1>Sign in</h1>" in said(browser.get("/log-ind/"))
    assert browser.post("/sprog/", {"language": "en", "next": "https://example.org"}).url == "/"


def test_every_text_is_in_both_languages_with_the_same_blanks() -> None:
    from styr.web.words import texts

    for key, text in texts().items():
        blanks = [sorted(re.findall(r"\{(\w+)\}", text[language])) for language in ("da", "en")]
        assert blanks[0] == blanks[1], key


def test_every_text_used_is_there_and_every_text_there_is_used() -> None:
    from styr.web.words import texts

    sources = [*WEB.glob("templates/**/*.html"), *WEB.glob("**/*.py")]
    used = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    named = set(re.findall(r"""say[ (]['"]([a-z_]+\.[a-z_.]+[a-z_])['"]""", used))
    named |= set(re.findall(r"""key=['"]([a-z_]+\.[a-z_.]+)['"]""", used))
    assert named - set(texts()) == set()
    unused = {key for key in texts() if key not in used and not key.startswith(MADE_KEYS)}
    assert unused == set()


def test_the_navigation_shows_each_role_what_it_may_open(filled: Path) -> None:
    def shown(username: str) -> list[str]:
        page = said(signed_in(username).get("/"))
        return re.findall(r"<li><a href=\"[^\"]*\"[^>]*>([^<]*)</a></li>", page.split("<main")[0])

    assert shown("administrator") == ["Overblik", "Administration"]
    assert shown("analyst") == ["Overblik", "Aktivitet", "Økonomi og prognose", "Analyse"]
    assert shown("provider") == ["Overblik", "Borgere og indsatser", "Tilbud og pladser"]
    assert shown("auditor") == ["Overblik", "Data", "Administration"]


def test_an_address_that_leads_nowhere_says_so(as_user: As) -> None:
    answer = as_user("head").get("/findes-ikke/")
    assert answer.status_code == 404 and "Siden findes ikke" in said(answer)


def test_a_form_from_elsewhere_is_refused(filled: Path) -> None:
    answer = Client(enforce_csrf_checks=True).post("/log-ind/", {"username": "head", "password": "x"})
    assert answer.status_code == 403 and "Formularen gælder ikke længere" in said(answer)


def test_what_could_be_a_civil_registration_number_is_blotted_out_of_the_programs_log() -> None:
    import logging

    from styr.web.refusals import Masked

    record = logging.LogRecord("x", logging.ERROR, "x", 1, "failed at %s", ("/borgere/010180-1234/",), None)
    assert Masked().filter(record)
    assert "010180" not in record.getMessage()


def test_the_overview_shows_the_municipalitys_numbers_and_the_filters_another(as_user: As) -> None:
    assert "Aalborg" in said(as_user("head").get("/"))
    assert "Hjørring" in said(as_user("head").get("/?municipality=860"))


def test_an_empty_store_shows_the_way_in(empty: Path) -> None:
    browser = signed_in("controller")
    assert browser.get("/").url == "/begynd/"
    assert "Registeret er tomt" in said(browser.get("/begynd/"))
    assert "Registeret er tomt" in said(signed_in("case_worker").get("/borgere/"))
    assert "intet at tælle på endnu" in said(signed_in("analyst").get("/aktivitet/"))
    assert "intet at tælle på endnu" in said(signed_in("analyst").get("/aktivitet/recipients_on/"))


def test_what_is_kept_of_packages_is_of_the_versions_pinned() -> None:
    pinned = dict(re.findall(r'"([a-z.-]+)",\n\s+"([0-9.]+)",\n\s+"sha512', VENDORING.read_text(encoding="utf-8")))
    htmx = (WEB / "static/vendor/htmx.org/htmx.min.js").read_text(encoding="utf-8")
    axe = (VENDORING.parents[1] / "tests/web/vendor/axe-core/axe.min.js").read_text(encoding="utf-8")
    assert f'version:"{pinned["htmx.org"]}"' in htmx
    assert f"axe v{pinned['axe-core']}" in axe
    vega = (WEB / "static/vendor/vega/vega.min.js").read_text(encoding="utf-8")
    interpreter = (WEB / "static/vendor/vega-interpreter/vega-interpreter.js").read_text(encoding="utf-8")
    assert f'version="{pinned["vega"]}"' in vega
    assert "= globalThis.vega;" in interpreter and "import " not in interpreter
    assert set(pinned) == {"dkfds", "htmx.org", "vega", "vega-interpreter", "axe-core"}


def test_every_file_the_style_sheets_ask_for_is_there() -> None:
    sheet = WEB / "static/vendor/dkfds/css/dkfds.min.css"
    asked = set(re.findall(r"url\(\.\./([^)?#]+\.(?:woff2|svg))\)", sheet.read_text(encoding="utf-8")))
    fonts = {
        path for path in asked if "/woff2/" in path and not re.search("MediumItalic|SemiBoldItalic|BoldItalic", path)
    }
    icons = {path for path in asked if path.startswith("img/")}
    assert fonts and icons
    assert [path for path in fonts | icons if not (sheet.parents[1] / path).is_file()] == []


@pytest.mark.parametrize("module", ["styr.cli", "styr.register.models"])
def test_the_command_line_loads_no_sign_in(module: str, tmp_path: Path) -> None:
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'styr.web.settings'; import django; django.setup(); "
        f"import {module}; print([name for name in sys.modules if name.startswith(('django.contrib', 'axes'))])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert run.stdout.strip() == "[]"
