"""Every figure by which the systems of the articles are known has a page that shows it, or says it has no source."""

from __future__ import annotations

import pytest

from layouts import milestones
from layouts.address import NoSuchPage
from layouts.page import content
from layouts.site import local, tellable
from layouts.words import LANGS
from tests.layouts.conftest import PageOf

# Rows of the listing of systems, by what must stand on which page: `i:` an indicator with its live figure, `m:` a
# figure printed in the past, `l:` a board of lights over things of that type, `s:` a list of them, `x:` who
# of them calls whom, `n:` without source.
ROWS = [
    (1, "systems/axis", "i:nat_axis_connected i:nat_axis_agencies i:nat_axis_sent_day i:nat_axis_received_day l:agency "
        "i:nat_axis_stalled_3 i:nat_axis_stalled_7 i:nat_axis_stalled_30 s:agency m:axis_savings m:axis_documents "
        "m:axis_agencies"),
    (2, "systems/axis", "i:nat_axis_signed_share l:agency n:Tier"),
    (3, "systems/portal", "m:npsp_services m:npsp_procedures m:npsp_savings i:nat_tier_online s:tier n:District"),
    (4, "systems/portal", "m:npsp_accounts m:npsp_visits m:npsp_synced m:npsp_dossiers m:npsp_payments"),
    (5, "systems/portal", "m:npsp_visits m:npsp_accounts m:npsp_synced m:npsp_dossiers m:npsp_payments"),
    (6, "systems/portal", "i:nat_portal_dossiers_day i:nat_portal_calls_day i:nat_portal_petitions_day m:day_calls"),
    (7, "systems/portal", "l:component m:npsp_procedures i:adm_publish_ontime n:search"),
    (8, "systems/portal", "i:nat_portal_sso"),
    (9, "systems/portal", "i:nat_portal_payments_day i:nat_portal_pay_value_day i:nat_portal_pay_failed s:provider"),
    (10, "systems/portal", "i:nat_portal_petitions_day i:nat_pet_forwarded_day i:nat_pet_answered_day "
        "i:nat_pet_published_day i:nat_pet_overdue s:agency"),
    (11, "systems/portal", "m:npsp_services i:nat_services_full i:nat_services_part s:agency"),
    (12, "systems/portal", "i:nat_portal_calls_day i:nat_portal_answered i:nat_portal_queue i:nat_portal_wait_s"),
    (13, "systems/portal", "i:nat_functions_up l:function i:nat_portal_satisfaction"),
    (14, "systems/portal", "m:vehicle_cases m:vehicle_savings"),
    (15, "systems/portal", "m:insurance_savings m:insured_employers m:insured_health m:insured_other"),
    (16, "systems/reporting", "i:nat_report_given i:nat_report_owed i:nat_report_missing i:nat_report_bodies s:owner "
        "i:nat_report_links_up i:nat_report_links l:link m:reporting_sections i:nat_section_given "
        "s:section m:reporting_savings m:reporting_indicators m:reporting_bodies m:reporting_links n:sections"),
    (19, "systems/centres", "i:nat_centres_up l:centre s:centre i:tsk_total_open i:tsk_ontime_rate"),
    (20, "systems/centres", "m:opening_centres l:centre n:Video"),
    (21, "systems/ministries", "n:Operations"),
    (22, "systems/centres", "m:ioc_centres"),
    (36, "systems/centres", "m:dalat_parcels"),
    (37, "systems/fields", "i:nat_fields i:nat_field_ontime i:nat_field_overdue s:field m:mic_fields m:mic_tasks"),
    (38, "systems/fields", "m:mic_services"),
    (39, "systems/integration", "i:nat_requests_day i:nat_request_errors s:integration l:integration x:integration"),
    (40, "systems/fields", "m:mic_email m:mic_certificates m:mic_signed n:Management"),
    (41, "systems/security", "i:nat_servers_covered i:nat_servers i:nat_layer_onsite i:nat_layer_monitor "
        "i:nat_layer_audit i:nat_layer_link l:server s:server m:mic_servers n:Anti-virus"),
    (42, "systems/ministries", "m:moha_forms n:religion"),
    (43, "systems/ministries", "m:moet_services m:moet_portal m:moet_files m:moet_websites m:moet_video"),
    (44, "systems/ministries", "m:vss_procedures m:vss_dossiers m:vss_digitised"),
    (45, "systems/hagiang", "m:hg_services m:hg_level34 m:hg_coverage m:hg_phones m:hg_internet m:hg_payment"),
    (46, "systems/ministries", "m:level4_nation m:level4_ministries m:level4_provinces"),
    (47, "systems/ministries", "m:un_rank m:un_rank_gain"),
    (48, "systems/targets", "i:dx_digital_economy i:dx_fiber_household i:dx_level4_share i:dx_sector_lowest "
        "i:dx_productivity i:edoc_online_files_share i:edoc_online_files_commune i:dx_egdi_rank n:GCI n:GII "
        "i:adm_fullprocess_share i:dx_agencies_247 i:dx_officials_identity i:dx_procedures_cut"),
    (49, "systems/ministries", "n:Technology n:Shared"),
]  # fmt: skip

# Rows that are a service of their own: the domain's page, and the figures by which the row is known.
SERVICES = [
    (17, "tasks", "tsk_report_late tsk_reports_due_7d tsk_reports_overdue tsk_reports tsk_reports_returned"),
    (18, "economy", "soc_budget_rev_pct soc_pubinv_disburse_pct soc_indicators_supplied"),
    (23, "economy", "soc_grdp_growth soc_cpi_yoy"),
    (24, "dossiers", "adm_ontime_rate adm_received_day"),
    (25, "documents", "edoc_sent_day edoc_received_day edoc_overdue edoc_signed_share"),
    (26, "petitions", "pet_received_day pet_overdue_open pet_scene_median_h hot_calls_day"),
    (27, "health", "hlt_visits_day hlt_bed_occupancy hlt_outbreaks"),
    (28, "education", "edu_students edu_attendance edu_db_complete"),
    (29, "tourism", "tou_visitors_day tou_occupancy tou_complaints"),
    (30, "cameras", "cam_total cam_online_rate cam_ai_events_day"),
    (31, "traffic", "trf_violations_cam trf_jam_points trf_incident_clear_min"),
    (32, "social", "sml_items_day sml_negative_share"),
    (33, "hydrology", "hyd_alert met_temp met_humidity"),
    (34, "security", "sec_events_day sec_malware_hosts sec_mttr_h sec_layers_done"),
    (35, "digital", "dx_par_index dx_sipas"),
    (36, "land", "lnd_parcels_total lnd_plan_linked"),
    (48, "digital", "dx_digital_economy dx_fiber_household"),
]


@pytest.mark.parametrize("place", ["/d", "/p/01"])
@pytest.mark.parametrize(("row", "domain", "wanted"), SERVICES, ids=[f"row-{row}-{code}" for row, code, _ in SERVICES])
def test_every_service_has_pages_that_show_its_figures(
    page_of: PageOf, place: str, row: int, domain: str, wanted: str
) -> None:
    page = page_of(f"{place}/{domain}")
    shown = {str(node.get("data-indicator")) for node in content(page).find(data_indicator=None)}
    known = page.site.catalogue.indicators
    nation = place == "/d"
    mine = {
        code
        for code in wanted.split()
        if tellable(known[code], nation) and (nation or local(page.site.catalogue, known[code]))
    }
    assert mine and mine <= shown


@pytest.mark.parametrize(("row", "path", "wanted"), ROWS, ids=[f"row-{row[0]}" for row in ROWS])
def test_every_row_has_a_page_that_shows_its_figure(page_of: PageOf, row: int, path: str, wanted: str) -> None:
    page = page_of(f"/{path}", lang="en")
    drawn, system = content(page), page.site.systems[path.partition("/")[2]]
    live = {node.get("data-indicator") for node in drawn.find(data_panel="line")}
    boards = {node.get("data-where") for node in drawn.find(data_panel="lights")}
    lists = {node.get("data-where") for node in drawn.find(data_panel="stations")}
    matrices = {node.get("data-where") for node in drawn.find(data_panel="matrix")}
    for kind, _, name in (word.partition(":") for word in wanted.split()):
        match kind:
            case "i":
                assert name in live
            case "m":
                series = page.site.history.series[name]
                assert any(shown.milestone == name for shown in system.figures)
                assert all(milestones.figure(page, series, point) in drawn.text() for point in series.points)
            case "l" | "s" | "x":
                assert f"type={name}" in {"l": boards, "s": lists, "x": matrices}[kind]
            case _:
                (said,) = (node for node in drawn.find(data_panel="without"))
                assert name in said.text() and "no source yet" in said.text()


@pytest.mark.parametrize("lang", LANGS)
def test_the_list_of_systems_is_honest_about_each(page_of: PageOf, lang: str) -> None:
    page = page_of("/systems", lang=lang)
    states = {node.get("data-system"): node.get("data-state") for node in content(page).find(data_system=None)}
    assert set(states) == set(page.site.systems)
    assert states["axis"] == "sim" and states["ministries"] == "none"


def test_a_system_follows_its_own_stations_and_an_unknown_one_is_no_page(page_of: PageOf) -> None:
    page = page_of("/systems/axis", theme="dark")
    assert page.view.entity_scope == "vn:national" and page.view.href() == "/systems/axis?theme=dark"
    with pytest.raises(NoSuchPage):
        page_of("/systems/nowhere")
    with pytest.raises(NoSuchPage):
        page_of("/systems/axis/further")
