# SPDX-License-Identifier: EUPL-1.2
"""Every address of the web application. Who may open a page stands at the page itself (styr.web.access)."""

from __future__ import annotations

from django.urls import path

from styr.web import first, languages, overview, refusals
from styr.web.accounts import federation, signing_in, users
from styr.web.activity import files as activity_files
from styr.web.activity import pages as activity
from styr.web.audit import pages as audit
from styr.web.citizens import changes, pages, search
from styr.web.data import pages as data
from styr.web.foreseen import pages as foreseen
from styr.web.offers import pages as offers
from styr.web.reports import pages as reports

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("begynd/", first.first_use, name="first-use"),
    path("sprog/", languages.choose, name="language"),
    # signing in
    path("log-ind/", signing_in.sign_in, name="sign-in"),
    path("log-ud/", signing_in.sign_out, name="sign-out"),
    path("log-ind/adgangskode/", signing_in.password, name="password"),
    path("log-ind/kommune/", federation.begin, name="provider"),
    path("log-ind/kommune/svar/", federation.answer, name="provider-answer"),
    path("log-ind/kode/", signing_in.code, name="code"),
    path("log-ind/enhed/", signing_in.second_factor, name="second-factor"),
    path("log-ind/enhed/billede.svg", signing_in.picture, name="second-factor-picture"),
    # Borgere og indsatser
    path("borgere/", search.citizens, name="citizens"),
    path("borgere/find/", search.find, name="find-citizen"),
    path("borgere/aarspris/", changes.yearly, name="yearly-cost"),
    path("borgere/borger/<path:citizen_id>/ny-indsats/", changes.new, name="new-grant"),
    path("borgere/borger/<path:citizen_id>/", pages.citizen, name="citizen"),
    path("borgere/indsats/<path:grant_id>/ret/", changes.change, name="change-grant"),
    path("borgere/indsats/<path:grant_id>/slut/", changes.end, name="end-grant"),
    path("borgere/indsats/<path:grant_id>/pris/", changes.reprice, name="reprice-grant"),
    path("borgere/indsats/<path:grant_id>/fortryd/", changes.undo, name="undo-grant"),
    path("borgere/indsats/<path:grant_id>/", pages.grant, name="grant"),
    # Tilbud og pladser
    path("tilbud/", offers.offers, name="offers"),
    path("tilbud/tabel.<str:form>", offers.offers_file, name="offers-file"),
    path("tilbud/<path:offer_id>/", offers.offer, name="offer"),
    # Aktivitet, Økonomi og prognose, Analyse
    path("aktivitet/", activity.activity, name="activity"),
    path("oekonomi/", activity.economy, name="economy"),
    path("oekonomi/prognose/", foreseen.forecast, name="forecast"),
    path("oekonomi/prognose/<slug:key>/<int:nth>.svg", foreseen.chart, name="forecast-chart"),
    path("oekonomi/prognose/<slug:key>/tal.csv", foreseen.numbers, name="forecast-numbers"),
    path("oekonomi/rapporter/", reports.reports, name="reports"),
    path("oekonomi/rapporter/<int:number>/hent", reports.fetch, name="report-file"),
    path("analyse/", activity.analysis, name="analysis"),
    path("aktivitet/<slug:indicator>/", activity.indicator, name="indicator"),
    path("aktivitet/<slug:indicator>/tal.<str:form>", activity_files.table, name="indicator-table"),
    path("aktivitet/<slug:indicator>/figur.svg", activity_files.chart, name="indicator-chart"),
    # Data
    path("data/", data.deliveries, name="deliveries"),
    path("data/tabel.<str:form>", data.deliveries_file, name="deliveries-file"),
    path("data/aflever/", data.hand_in, name="hand-in"),
    path("data/opgave/<int:number>/", data.job, name="job"),
    path("data/opgave/<int:number>/tilstand/", data.state, name="job-state"),
    path("data/opgave/<int:number>/afviste.csv", data.rejected, name="job-rejected"),
    path("data/<int:number>/", data.delivery, name="delivery"),
    # Administration
    path("administration/", users.users, name="users"),
    path("administration/bruger/", users.new, name="new-user"),
    path("administration/bruger/<int:number>/", users.change, name="change-user"),
    path("administration/roller/", users.roles, name="roles"),
    path("administration/log/", audit.log, name="log"),
]

handler400 = refusals.bad_request
handler403 = refusals.denied
handler404 = refusals.not_found
handler500 = refusals.failed
