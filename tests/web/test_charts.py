# SPDX-License-Identifier: EUPL-1.2
"""Charts in a browser: drawn there of the server's program, so that they answer the pointer; else as the server drew
them."""

from __future__ import annotations

from browsing import Open, faults

FORECAST = "/oekonomi/prognose/"


def test_a_chart_tells_the_number_the_pointer_rests_on(opened: Open) -> None:
    page = opened("analyst", "/aktivitet/places/?by=municipality&from=2024&to=2024")
    page.locator(".drawn-here svg .mark-rect path").first.hover()
    assert (
        "Hjørring" in page.locator(".chart-said").inner_text() or "Aalborg" in page.locator(".chart-said").inner_text()
    )
    assert page.locator(".chart img").count() == 0 and faults(page) == []
    page.emulate_media(media="print")
    assert page.locator(".drawn-here svg").is_visible()


def test_a_chart_that_cannot_be_drawn_here_is_shown_as_drawn_by_the_server(opened: Open) -> None:
    page = opened("analyst", "/aktivitet/")
    page.route("**/figur.json*", lambda route: route.fulfill(status=404, body=""))
    page.goto("/aktivitet/places/?by=municipality&from=2024&to=2024")
    image = page.locator(".chart img")
    image.wait_for()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100


def test_the_forecasts_charts_tell_the_month_and_the_cause_the_pointer_rests_on(opened: Open) -> None:
    page = opened("head", FORECAST)
    page.locator(".drawn-here svg").nth(1).wait_for()
    for chart, told in ((0, ("Januar 2025", "10,4\N{NO-BREAK SPACE}mio. kr.")), (1, ("Ophør", "−0,5"))):
        drawn = page.locator(".drawn-here").nth(chart)
        drawn.locator(".mark-rule line[opacity='0']").nth(2 if chart == 0 else 1).hover(force=True)
        words = drawn.locator(".chart-said").inner_text()
        assert all(each in words for each in told), words
    assert page.locator(".chart img").count() == 0 and faults(page) == []
    page.set_viewport_size({"width": 360, "height": 900})
    page.locator('.drawn-here svg[width="320"]').first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.emulate_media(media="print")
    assert page.locator(".drawn-here svg").first.is_visible()


def test_a_forecasts_chart_that_cannot_be_drawn_here_is_shown_as_drawn_with_the_forecast(opened: Open) -> None:
    page = opened("head", "/oekonomi/")
    page.route("**/prognose/*/0.json*", lambda route: route.fulfill(status=404, body=""))
    page.goto(FORECAST)
    image = page.locator(".chart img").first
    image.wait_for()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100


def test_a_forecast_shows_its_charts_without_javascript(opened: Open) -> None:
    page = opened("head", FORECAST, scripts=False)
    assert page.get_by_role("img", name="2025 ventes at koste").is_visible()
