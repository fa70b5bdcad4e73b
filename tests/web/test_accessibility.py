# SPDX-License-Identifier: EUPL-1.2
"""axe finds nothing serious on any page in either language, and none is wider than a narrow screen."""

from __future__ import annotations

import pytest
from browsing import Open, faults
from playwright.sync_api import Browser

#: Every page that is had by its address, by a role that may open it; pages that come of doing something are met in the
#: errands below.
PAGES = {
    "case_worker": [
        "/", "/borgere/", "/borgere/borger/anna/", "/borgere/borger/anna/ny-indsats/", "/borgere/indsats/g1/",
        "/borgere/indsats/g1/ret/", "/borgere/indsats/g1/slut/", "/borgere/indsats/g1/pris/", "/tilbud/", "/tilbud/o1/",
        "/borgere/sager/", "/borgere/sager/?state=all", "/borgere/sag/c2/", "/borgere/sag/c2/trin/",
        "/borgere/sag/c2/afgoerelse/", "/borgere/borger/anna/ny-sag/", "/borgere/borger/anna/nyt-maal/",
        "/borgere/maal/m2/", "/borgere/maal/m2/evaluering/", "/borgere/arbejdsliste/?days=365",
        "/tilbud/ledige/?municipality=851", "/tilbud/kort/?measure=places",
        "/administration/roller/", "/log-ind/adgangskode/", "/api/", "/noegler/", "/log-ind/enhed/", "/findes-ikke/",
    ],
    "controller": [
        "/aktivitet/", "/oekonomi/", "/oekonomi/rapporter/", "/oekonomi/prognose/",
        "/analyse/", "/aktivitet/places/?by=year&by=municipality",
        "/aktivitet/recipients_on/", "/oekonomi/prognose/antagelser/", "/oekonomi/prognose/indsatser/",
        "/oekonomi/afstemning/?year=2024", "/oekonomi/afstemning/afgjort/?year=2024", "/oekonomi/budget/?year=2024",
        "/analyse/kommuner/?indicator=places_per_1000&year=2024", "/analyse/potentiale/", "/analyse/forklaring/",
        "/analyse/grupper/", "/analyse/hypoteser/", "/data/", "/data/1/", "/data/aflever/", "/begynd/",
    ],
    "administrator": ["/administration/", "/administration/bruger/", "/administration/bruger/1/"],
    "auditor": ["/administration/log/", "/data/"],
    "provider": [
        "/tilbud/", "/tilbud/o1/", "/borgere/", "/tilbud/ledige/", "/tilbud/afdeling/d1/pladser/",
        "/tilbud/afdeling/d1/takst/", "/tilbud/afdeling/d1/timer/", "/tilbud/afdeling/d1/ledig/",
    ],
    "head": ["/borgere/frister/", "/borgere/frister/enquiry/"],
    "analyst": ["/oekonomi/prognose/?municipality=860"],
}  # fmt: skip
#: A chart that is still to come: drawn by the page, or as the server's picture.
NOT_YET_DRAWN = "[data-program]:not(:has(svg, img))"


@pytest.mark.parametrize("english", [False, True], ids=["danish", "english"])
@pytest.mark.parametrize("role", list(PAGES))
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_narrow_screen(
    opened: Open, role: str, english: bool
) -> None:
    page = opened(role, width=360 if english else 1280, english=english)
    found: list[str] = []
    for path in PAGES[role]:
        page.goto(path)
        page.locator(NOT_YET_DRAWN).first.wait_for(state="detached")
        found += faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path}: {wide} pixels wider than the screen"] if wide > 0 else []
    assert found == []


def test_axe_finds_nothing_serious_before_signing_in(served: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(served + "/log-ind/")
    assert faults(page) == []
    page.close()
