# SPDX-License-Identifier: EUPL-1.2
"""Every address of the web application. Who may open a page stands at the page itself (styr.web.access)."""

from __future__ import annotations

from django.urls import include, path

from styr.web import first, languages, overview, refusals
from styr.web.accounts import federation, saml, signing_in, token_pages, users
from styr.web.activity import files as activity_files
from styr.web.activity import pages as activity
from styr.web.analysis import pages as analyses
from styr.web.api import pages as api
from styr.web.api.service import addresses
from styr.web.audit import pages as audit
from styr.web.cases import changes as case_changes
from styr.web.cases import limits, worklist
from styr.web.cases import pages as case_pages
from styr.web.citizens import changes, goals, pages, search
from styr.web.data import pages as data
from styr.web.economy import budgets
from styr.web.economy import pages as reconciling
from styr.web.foreseen import cases, given
from styr.web.foreseen import pages as foreseen
from styr.web.forms.departments import find_departments
from styr.web.offers import changes as offer_changes
from styr.web.offers import country as tile_map
from styr.web.offers import pages as offers
from styr.web.offers import vacant
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
    path("log-ind/saml/", saml.begin, name="saml"),
    path("log-ind/saml/svar/", saml.answer, name="saml-answer"),
    path("log-ind/saml/metadata.xml", saml.metadata, name="saml-metadata"),
    path("log-ind/kode/", signing_in.code, name="code"),
    path("log-ind/enhed/", signing_in.second_factor, name="second-factor"),
    path("log-ind/enhed/billede.svg", signing_in.picture, name="second-factor-picture"),
    # Borgere og indsatser
    path("borgere/", search.citizens, name="citizens"),
    path("borgere/tabel.<str:form>", search.citizens_file, name="citizens-file"),
    path("borgere/find/", search.find, name="find-citizen"),
    path("borgere/afdelinger/", find_departments, name="find-departments"),
    path("borgere/aarspris/", changes.yearly, name="yearly-cost"),
    path("borgere/borger/<path:citizen_id>/ny-indsats/", changes.new, name="new-grant"),
    path("borgere/borger/<path:citizen_id>/ny-sag/", case_changes.new_case, name="new-case"),
    path("borgere/borger/<path:citizen_id>/nyt-maal/", goals.new_goal, name="new-goal"),
    path("borgere/borger/<path:citizen_id>/", pages.citizen, name="citizen"),
    path("borgere/borger/<path:citizen_id>/<slug:table>.<str:form>", pages.citizen_file, name="citizen-file"),
    path("borgere/maal/<path:goal_id>/evaluering/", goals.evaluate, name="evaluate-goal"),
    path("borgere/maal/<path:goal_id>/", goals.goal, name="goal"),
    path("borgere/maal/<path:goal_id>/maalinger.<str:form>", goals.goal_file, name="goal-file"),
    path("borgere/indsats/<path:grant_id>/ret/", changes.change, name="change-grant"),
    path("borgere/indsats/<path:grant_id>/slut/", changes.end, name="end-grant"),
    path("borgere/indsats/<path:grant_id>/pris/", changes.reprice, name="reprice-grant"),
    path("borgere/indsats/<path:grant_id>/fortryd/", changes.undo, name="undo-grant"),
    path("borgere/indsats/<path:grant_id>/", pages.grant, name="grant"),
    path("borgere/indsats/<path:grant_id>/priser.<str:form>", pages.grant_file, name="grant-file"),
    path("borgere/sager/", case_pages.cases, name="cases"),
    path("borgere/sager/tabel.<str:form>", case_pages.cases_file, name="cases-file"),
    path("borgere/sag/<path:case_id>/trin/", case_changes.stage, name="case-stage"),
    path("borgere/sag/<path:case_id>/trin/<int:version>/", case_changes.take_stage_back, name="take-stage-back"),
    path("borgere/sag/<path:case_id>/afgoerelse/", case_changes.decide, name="decide-case"),
    path("borgere/sag/<path:case_id>/afgoerelse/<str:decided_on>/", case_changes.grounds, name="case-grounds"),
    path("borgere/sag/<path:case_id>/opfoelgning/", case_changes.plan, name="plan-follow-up"),
    path("borgere/sag/<path:case_id>/slut/", case_changes.close, name="close-case"),
    path("borgere/sag/<path:case_id>/", case_pages.case, name="case"),
    path("borgere/sag/<path:case_id>/bevilget.<str:form>", case_pages.case_file, name="case-file"),
    path("borgere/arbejdsliste/", worklist.work_list, name="work"),
    path("borgere/arbejdsliste/tabel.<str:form>", worklist.work_file, name="work-file"),
    path("borgere/arbejdsliste/udfoert/<path:item>/", worklist.work_done, name="work-done"),
    path("borgere/arbejdsliste/<path:item>/", worklist.work_page, name="work-page"),
    path("borgere/frister/", limits.limits, name="limits"),
    path("borgere/frister/tabel.<str:form>", limits.limits_file, name="limits-file"),
    path("borgere/frister/<slug:of>/", limits.set_limit, name="set-limit"),
    # Tilbud og pladser
    path("tilbud/", offers.offers, name="offers"),
    path("tilbud/tabel.<str:form>", offers.offers_file, name="offers-file"),
    path("tilbud/kort/", tile_map.country, name="map"),
    path("tilbud/kort/tabel.<str:form>", tile_map.country_file, name="map-file"),
    path("tilbud/ledige/", vacant.vacant, name="vacant"),
    path("tilbud/ledige/tabel.<str:form>", vacant.vacant_file, name="vacant-file"),
    path("tilbud/afdeling/<path:department_id>/pladser/", offer_changes.places, name="set-places"),
    path("tilbud/afdeling/<path:department_id>/pladser/<int:version>/", offer_changes.end_places, name="end-places"),
    path(
        "tilbud/afdeling/<path:department_id>/pladser/<int:version>/tilbage/",
        offer_changes.take_places_back,
        name="take-places-back",
    ),
    path("tilbud/afdeling/<path:department_id>/takst/", offer_changes.tariff, name="set-tariff"),
    path("tilbud/afdeling/<path:department_id>/takst/<int:version>/", offer_changes.end_tariff, name="end-tariff"),
    path(
        "tilbud/afdeling/<path:department_id>/takst/<int:version>/tilbage/",
        offer_changes.take_tariff_back,
        name="take-tariff-back",
    ),
    path("tilbud/afdeling/<path:department_id>/timer/", offer_changes.hours, name="set-hours"),
    path("tilbud/afdeling/<path:department_id>/ledig/", offer_changes.vacancy, name="publish-vacancy"),
    path("tilbud/afdeling/<path:department_id>/ledig/<int:version>/", offer_changes.withdraw, name="withdraw-vacancy"),
    path("tilbud/<path:offer_id>/", offers.offer, name="offer"),
    path("tilbud/<path:offer_id>/<slug:table>.<str:form>", offers.offer_file, name="offer-file"),
    # Aktivitet, Økonomi og prognose, Analyse
    path("aktivitet/", activity.activity, name="activity"),
    path("oekonomi/", activity.economy, name="economy"),
    path("oekonomi/prognose/", foreseen.forecast, name="forecast"),
    path("oekonomi/prognose/<slug:key>/<int:nth>.svg", foreseen.chart, name="forecast-chart"),
    path("oekonomi/prognose/<slug:key>/<int:nth>.json", foreseen.program, name="forecast-program"),
    path("oekonomi/prognose/<slug:key>/tal.<str:form>", foreseen.numbers, name="forecast-numbers"),
    path("oekonomi/prognose/antagelser/", given.given, name="forecast-overrides"),
    path("oekonomi/prognose/antagelser.yaml", given.given_file, name="forecast-overrides-file"),
    path("oekonomi/prognose/antagelser/<slug:table>.<str:form>", given.given_table, name="forecast-given-file"),
    path("oekonomi/prognose/indsatser/", cases.cases, name="forecast-cases"),
    path("oekonomi/prognose/indsatser/tabel.<str:form>", cases.cases_file, name="forecast-cases-file"),
    path("oekonomi/budget/", budgets.budgets, name="budgets"),
    path("oekonomi/budget/tabel.<str:form>", budgets.budgets_file, name="budgets-file"),
    path("oekonomi/afstemning/", reconciling.reconciliation, name="reconciliation"),
    path("oekonomi/afstemning/maaneder.<str:form>", reconciling.months_file, name="reconciliation-months"),
    path("oekonomi/afstemning/liste/<slug:listed>.<str:form>", reconciling.listed_file, name="reconciliation-file"),
    path("oekonomi/afstemning/forslag/<slug:key>/", reconciling.suggestion, name="suggestion"),
    path(
        "oekonomi/afstemning/forslag/<slug:key>/<slug:table>.<str:form>",
        reconciling.suggestion_file,
        name="suggestion-file",
    ),
    path("oekonomi/afstemning/afgjort/", reconciling.judgements, name="judgements"),
    path("oekonomi/afstemning/afgjort.<str:form>", reconciling.judgements_file, name="judgements-file"),
    path("oekonomi/rapporter/", reports.reports, name="reports"),
    path("oekonomi/rapporter.<str:form>", reports.reports_file, name="reports-list-file"),
    path("oekonomi/rapporter/<int:number>/hent", reports.fetch, name="report-file"),
    path("analyse/", activity.analysis, name="analysis"),
    path("analyse/<slug:tool>/", analyses.analysis, name="analysis-tool"),
    path("analyse/<slug:tool>/tal.<str:form>", analyses.analysis_table, name="analysis-table"),
    path("analyse/<slug:tool>/figur.svg", analyses.analysis_chart, name="analysis-chart"),
    path("analyse/<slug:tool>/figur.json", analyses.analysis_program, name="analysis-program"),
    path("aktivitet/<slug:indicator>/", activity.indicator, name="indicator"),
    path("aktivitet/<slug:indicator>/tal.<str:form>", activity_files.table, name="indicator-table"),
    path("aktivitet/<slug:indicator>/figur.svg", activity_files.chart, name="indicator-chart"),
    path("aktivitet/<slug:indicator>/figur.json", activity_files.program, name="indicator-program"),
    # Data
    path("data/", data.deliveries, name="deliveries"),
    path("data/tabel.<str:form>", data.deliveries_file, name="deliveries-file"),
    path("data/aflever/", data.hand_in, name="hand-in"),
    path("data/opgave/<int:number>/", data.job, name="job"),
    path("data/opgave/<int:number>/tilstand/", data.state, name="job-state"),
    path("data/opgave/<int:number>/afviste.csv", data.rejected, name="job-rejected"),
    path("data/opgave/<int:number>/<slug:table>.<str:form>", data.job_file, name="job-file"),
    path("data/<int:number>/", data.delivery, name="delivery"),
    path("data/<int:number>/<slug:table>.<str:form>", data.delivery_file, name="delivery-file"),
    # Administration
    path("administration/", users.users, name="users"),
    path("administration/brugere.<str:form>", users.users_file, name="users-file"),
    path("administration/bruger/", users.new, name="new-user"),
    path("administration/bruger/<int:number>/", users.change, name="change-user"),
    path("administration/bruger/<int:number>/noegler.<str:form>", users.user_tokens_file, name="user-tokens-file"),
    path("noegler/", token_pages.tokens, name="tokens"),
    path("noegler.<str:form>", token_pages.tokens_file, name="tokens-file"),
    path("noegler/<int:number>/traek-tilbage/", token_pages.withdraw, name="withdraw-token"),
    path("administration/roller/", users.roles, name="roles"),
    path("administration/roller.<str:form>", users.roles_file, name="roles-file"),
    path("administration/log/", audit.log, name="log"),
    path("administration/log.<str:form>", audit.log_file, name="log-file"),
    # the API: a page of it for people, its description, and its addresses (tests/web/api_access.txt)
    path("api/", api.readable, name="api-page"),
    path("api/v1/openapi.json", api.openapi, name="openapi"),
    path("api/v1/", include((addresses(), "api"))),
]

handler400 = refusals.bad_request
handler403 = refusals.denied
handler404 = refusals.not_found
handler500 = refusals.failed
