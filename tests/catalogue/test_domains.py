"""The domains are whole: every indicator with its unit, direction, cadence and levels, and with its sources."""

from datetime import date
from pathlib import Path

import pytest

from feeds.catalogue.loader import load
from feeds.compute.severity import Baseline, Context, judge, limits_of

CATALOGUE = load(Path(__file__).parents[2] / "data/catalogue")
D, H, RT = 86400, 3600, 900  # cadences: daily, hourly, at most a quarter of an hour

# code: unit, direction, cadence at most
EXPECTED = {
    "adm_received_day": ("hồ sơ", "none", RT),
    "adm_online_share": ("%", "up", D),
    "adm_fullprocess_share": ("%", "up", D),
    "adm_ontime_rate": ("%", "up", H),
    "adm_overdue_open": ("hồ sơ", "down", H),
    "adm_due_24h": ("hồ sơ", "down", H),
    "adm_avg_days": ("ngày làm việc", "down", D),
    "adm_sync_rate": ("%", "up", D),
    "adm_publish_ontime": ("%", "up", D),
    "adm_dvctt_share": ("%", "up", D),
    "adm_dvctt_active": ("%", "up", D),
    "adm_epay_share": ("%", "up", D),
    "adm_eresult_share": ("%", "up", D),
    "adm_digitised_share": ("%", "up", D),
    "adm_reuse_share": ("%", "up", D),
    "adm_satisfaction": ("%", "up", D),
    "adm_score_766": ("điểm", "up", D),
    "air_aqi_hour": ("–", "down", H),
    "air_aqi_day": ("–", "down", D),
    "air_pm25_24h": ("µg/m³", "down", H),
    "air_pm10_24h": ("µg/m³", "down", H),
    "air_no2_1h": ("µg/m³", "down", H),
    "air_so2_1h": ("µg/m³", "down", H),
    "air_o3_8h": ("µg/m³", "down", H),
    "air_co_1h": ("µg/m³", "down", H),
    "air_tsp_24h": ("µg/m³", "down", H),
    "air_station_online": ("%", "up", RT),
    "air_valid_share": ("%", "up", H),
    "wat_wqi": ("–", "up", D),
    "wat_class_0823": ("mức", "down", D),
    "wat_ph": ("–", "band", RT),
    "wat_do": ("mg/L", "up", RT),
    "wat_bod5": ("mg/L", "down", D),
    "wat_cod": ("mg/L", "down", D),
    "wat_nh4": ("mg/L", "down", RT),
    "wat_tss": ("mg/L", "down", RT),
    "wat_coliform": ("MPN/100 mL", "down", 7 * D),
    "wat_effluent_exceed": ("lượt/ngày", "down", H),
    "hyd_level": ("m", "down", RT),
    "hyd_alert": ("cấp", "down", RT),
    "hyd_to_next_cm": ("cm", "up", RT),
    "met_rain_1h": ("mm", "down", RT),
    "met_rain_24h": ("mm", "down", RT),
    "met_temp": ("°C", "band", RT),
    "met_humidity": ("%", "band", RT),
    "met_wind_gust": ("m/s", "down", RT),
    "hyd_reservoir_fill": ("%", "band", H),
    "hyd_salinity": ("g/L", "down", H),
    "met_risk_level": ("cấp", "down", H),
    "trf_flow": ("pcu/h", "none", RT),
    "trf_speed": ("km/h", "up", RT),
    "trf_los_ab_share": ("%", "up", RT),
    "trf_jam_points": ("điểm ùn tắc", "down", RT),
    "trf_accidents_day": ("vụ", "down", D),
    "trf_deaths_month": ("người", "down", 31 * D),
    "trf_violations_cam": ("lượt/ngày", "down", RT),
    "trf_incident_clear_min": ("phút", "down", H),
    "trf_cam_online": ("%", "up", RT),
    "cam_total": ("camera", "none", D),
    "cam_online_rate": ("%", "up", RT),
    "cam_offline_30m": ("camera", "down", RT),
    "cam_quality_bad": ("camera", "down", RT),
    "cam_ai_events_day": ("sự kiện", "none", RT),
    "cam_confirm_rate": ("%", "up", D),
    "cam_response_min": ("phút", "down", RT),
    "cam_storage_days": ("ngày", "up", D),
    "sml_mentions": ("lượt/giờ", "none", RT),
    "sml_negative_share": ("%", "down", RT),
    "sml_net_sentiment": ("điểm", "up", H),
    "sml_spikes": ("chủ đề", "down", RT),
    "sml_response_h": ("giờ", "down", H),
    "sml_sources_ok": ("%", "up", RT),
    "dq_feeds_live": ("kết nối", "up", RT),
    "dq_age": ("× chu kỳ", "down", RT),
    "dq_missing": ("%", "down", H),
    "dq_conflicts": ("số liệu", "down", D),
    "dq_revisions": ("số liệu", "none", D),
}

# code, a value that warns, one that is critical, one that is normal
LEVELS = [
    ("adm_online_share", 49, 29, 51), ("adm_fullprocess_share", 69, 39, 81), ("adm_ontime_rate", 97.9, 94.9, 98),
    ("adm_sync_rate", 97, 89, 98), ("adm_publish_ontime", 94, 79, 95), ("adm_dvctt_share", 79, 59, 80),
    ("adm_dvctt_active", 59, 29, 60), ("adm_epay_share", 59, 29, 60), ("adm_eresult_share", 79, 49, 80),
    ("adm_digitised_share", 79, 49, 80), ("adm_reuse_share", 49, 19, 50), ("adm_satisfaction", 89, 79, 90),
    ("adm_score_766", 79, 69, 80), ("air_aqi_hour", 101, 201, 100), ("air_aqi_day", 101, 201, 100),
    ("air_pm25_24h", 46, 91, 45), ("air_pm10_24h", 101, 201, 100), ("air_no2_1h", 201, 401, 200),
    ("air_so2_1h", 351, 701, 350), ("air_o3_8h", 121, 241, 120), ("air_co_1h", 30_001, 60_001, 30_000),
    ("air_tsp_24h", 201, 401, 200), ("air_station_online", 89, 69, 90), ("air_valid_share", 84, 69, 85),
    ("wat_wqi", 50, 25, 51), ("wat_class_0823", 3, 4, 2), ("wat_ph", 8.6, 9.1, 8.5), ("wat_do", 4.9, 3.9, 5),
    ("wat_bod5", 6.1, 10.1, 6), ("wat_cod", 15.1, 20.1, 15), ("wat_nh4", 0.31, 0.91, 0.3),
    ("wat_coliform", 5001, 7501, 5000), ("hyd_alert", 1, 3, 0), ("hyd_to_next_cm", 49, 19, 50),
    ("met_rain_1h", 30, 50, 29), ("met_rain_24h", 50, 100, 49), ("met_temp", 35, 37, 34.9),
    ("met_wind_gust", 10.8, 17.2, 10.7), ("hyd_reservoir_fill", 96, 101, 95), ("hyd_salinity", 1, 4, 0.9),
    ("trf_los_ab_share", 74, 49, 75), ("trf_jam_points", 1, 5, 0), ("trf_incident_clear_min", 46, 91, 45),
    ("trf_cam_online", 94, 84, 95), ("cam_online_rate", 94, 84, 95), ("cam_confirm_rate", 59, 29, 60),
    ("cam_response_min", 5.1, 15.1, 5), ("cam_storage_days", 29, 14, 30), ("sml_negative_share", 31, 51, 30),
    ("sml_net_sentiment", -11, -41, -10), ("sml_spikes", 1, 3, 0), ("sml_response_h", 4.1, 24.1, 4),
    ("sml_sources_ok", 89, 69, 90), ("dq_age", 1.6, 3.1, 1.5), ("dq_missing", 5.1, 20.1, 5), ("dq_conflicts", 1, 5, 0),
    ("edoc_agencies_connected", 94, 89, 95), ("edoc_signed_share", 99, 94, 100),
    ("edoc_online_files_share", 89, 74, 90), ("edoc_online_files_commune", 59, 44, 60),
    ("edoc_ack_p95_min", 241, 1441, 240), ("edoc_rejected_share", 2.1, 5.1, 2), ("edoc_overdue", 1.1, 5.1, 1),
    ("edoc_axis_uptime", 99.8, 99.4, 99.9), ("pet_received_day", 201, 401, 200), ("pet_ontime_rate", 94, 84, 95),
    ("pet_reject_late", 1, 11, 0), ("pet_supplement_late", 1, 11, 0), ("pet_publish_late", 1, 11, 0),
    ("pet_overdue_open", 6, 31, 5), ("pet_satisfaction", 89, 74, 90), ("pet_scene_median_h", 49, 121, 48),
    ("hot_answer_rate", 89, 79, 90), ("hot_wait_s", 31, 91, 30), ("soc_grdp_growth", 5.9, 3.9, 6),
    ("soc_cpi_yoy", 4.1, 5.1, 4), ("soc_export_growth", 6.9, -0.1, 7), ("soc_trade_deficit_share", 3.1, 5.1, 3),
    ("soc_invest_gdp", 32.9, 29.9, 33), ("soc_budget_rev_pct", 94, 84, 95), ("soc_pubinv_disburse_pct", 89, 79, 90),
    ("soc_new_enterprises", 79, 59, 80), ("soc_unemp_urban", 4.1, 5.1, 4), ("soc_trained_labour", 65.9, 59.9, 66),
    ("soc_forest_cover", 41.9, 40.9, 42), ("soc_iz_wastewater", 90.9, 79.9, 91), ("hlt_beds_10k", 27.9, 23.9, 28),
    ("soc_indicators_supplied", 100, 99, 101), ("hlt_insurance_share", 90.6, 87.9, 90.7),
    ("hlt_bed_occupancy", 91, 111, 90), ("hlt_outbreaks", 1, 10, 0), ("hlt_ehr_share", 79, 49, 80),
    ("hlt_er_wait_min", 16, 31, 15), ("edu_attendance", 94, 84, 95), ("edu_standard_schools", 49, 29, 50),
    ("edu_dropout", 0.6, 1.6, 0.5), ("edu_grad_rate", 96, 89, 97), ("edu_db_complete", 97, 89, 98),
    ("tou_visitors_day", 69, 39, 70), ("tou_intl_month", 69, 39, 70), ("tou_occupancy", 39, 19, 95),
    ("tou_revenue_month", 79, 59, 80), ("tou_complaints", 11, 41, 10), ("sec_events_day", 201, 501, 200),
    ("sec_mttd_min", 31, 121, 30), ("sec_mttr_h", 9, 25, 8), ("sec_malware_hosts", 1.1, 5.1, 1),
    ("sec_av_coverage", 94, 79, 95), ("sec_av_stale_15d", 5.1, 15.1, 5), ("sec_systems_level_approved", 99, 79, 100),
    ("sec_layers_done", 99, 89, 100), ("sec_vuln_crit_open", 1, 10, 0), ("lnd_digitised_share", 94, 69, 95),
    ("lnd_certificated_share", 94, 84, 95), ("lnd_plan_linked", 79, 49, 80), ("lnd_dossier_overdue", 2.1, 8.1, 2),
    ("lnd_fetch_p95_ms", 801, 2001, 800), ("tsk_ontime_rate", 89, 79, 90), ("tsk_overdue", 1, 5.1, 0),
    ("tsk_accept_h", 25, 73, 24), ("tsk_report_late", 1, 10.1, 0), ("tsk_extended_share", 11, 26, 10),
    ("dx_par_index", 84, 79, 85), ("dx_sipas", 82, 77, 83), ("dx_digital_economy", 19, 9, 20),
    ("dx_fiber_household", 79, 59, 80), ("dx_epay_adults", 49, 19, 50), ("dx_lgsp_error_share", 1.1, 5.1, 1),
    ("dx_egdi_rank", 71, 87, 70), ("nat_axis_connected", 94, 89, 95),
]  # fmt: skip

# code, a value that warns, a normal one: the plan has one level, or the second is of another indicator
WARNED = [
    ("edoc_sent_day", 39, 40), ("edoc_received_day", 39, 40), ("hot_calls_day", 201, 200), ("hlt_visits_day", 151, 150),
    ("soc_gdp_per_capita", 3699, 3700), ("soc_poverty_cut", 0.9, 1), ("edu_teacher_ratio_primary", 1.49, 1.5),
    ("edu_teacher_ratio_lower", 1.89, 1.9), ("edu_teacher_ratio_upper", 2.24, 2.25), ("tou_occupancy", 96, 95),
    ("tou_stay_days", 1.1, 1.2), ("sec_alerts_high", 1, 0), ("sec_ncsc_link", 99, 100), ("lnd_tx_day", 301, 300),
    ("dx_mobile_100", 69, 70), ("dx_internet_100", 11, 12),
]  # fmt: skip


def level(code, value, day=date(2026, 11, 21)):
    indicator = CATALOGUE.indicators[code]
    nation = all(t.only != "units" for t in indicator.thresholds)
    beside = Context(day, nation=nation, other=lambda code: 100.0, baseline=lambda name: Baseline(100.0))
    verdict = judge(value, limits_of(indicator, beside))
    return verdict and verdict.level


@pytest.mark.parametrize("code", EXPECTED)
def test_every_indicator_is_there(code):
    unit, direction, cadence = EXPECTED[code]
    indicator = CATALOGUE.indicators[code]
    assert (indicator.unit, indicator.direction) == (unit, direction)
    assert indicator.cadence <= cadence
    assert indicator.unit_en == CATALOGUE.units[unit]


@pytest.mark.parametrize(("code", "warn", "crit", "normal"), LEVELS, ids=[row[0] for row in LEVELS])
def test_levels(code, warn, crit, normal):
    assert (level(code, warn), level(code, crit), level(code, normal)) == (3, 2, None)


@pytest.mark.parametrize(("code", "warn", "normal"), WARNED, ids=[row[0] for row in WARNED])
def test_levels_of_what_only_warns(code, warn, normal):
    assert (level(code, warn), level(code, normal)) == (3, None)


def test_a_dti_below_the_mean_is_marked_as_low_and_in_the_last_quarter_as_medium():
    told = {t.of: (t.level, t.below) for t in CATALOGUE.indicators["dx_dti"].thresholds}
    assert told == {"dx_dti_mean": (4, 100), "dx_dti_quartile": (3, 100)}


def test_what_comes_by_the_quarter_or_more_seldom_alerts_no_province():
    """It is abnormal for months once it is: nine provinces in a last quarter are marks on a map, no alerts."""
    slow = [i for i in CATALOGUE.indicators.values() if i.cadence >= 85 * 86_400 and i.thresholds]
    units = [i for i in slow if CATALOGUE.feeds[i.feed].partition == "province"]
    assert len(units) > 20 and {t.alert for t in CATALOGUE.indicators["dx_dti"].thresholds} == {"none"}
    called = [i.code for i in units for t in i.thresholds if t.concerns(nation=False) and t.alerts(nation=False)]
    assert called == []
    assert all(t.alerts(nation=True) for i in slow if i.nation for t in i.thresholds), "the nation's plan is an alert"


def test_plans_hold_in_their_year():
    told = [level("soc_iz_wastewater", 90.5, date(year, 6, 1)) for year in (2020, 2021, 2026)]
    assert told == [None, 3, 3]
    assert level("soc_trained_labour", 65.5, date(2020, 6, 1)) is None


def test_pm25_before_and_since_2026():
    assert level("air_pm25_24h", 47, date(2025, 12, 31)) is None
    assert level("air_pm25_24h", 47, date(2026, 1, 1)) == 3
    assert level("air_pm25_24h", 95, date(2025, 12, 31)) == 3
    assert level("air_pm25_24h", 95, date(2026, 1, 1)) == 2


def test_level_1_only_where_the_design_says_so():
    grave = {i.code for i in CATALOGUE.indicators.values() if any(t.level == 1 for t in i.thresholds)}
    assert grave == {"air_aqi_hour", "air_aqi_day", "hyd_level", "hyd_alert", "met_risk_level"}
    assert (level("air_aqi_hour", 301), level("hyd_alert", 4), level("met_risk_level", 4)) == (1, 1, 1)


def test_every_kind_of_threshold_is_used():
    kinds = {t.kind for i in CATALOGUE.indicators.values() for t in i.thresholds}
    assert kinds == {"absolute", "band", "percent_of", "times_baseline", "behind_plan", "per_station"}


def test_every_indicator_says_how_in_both_languages():
    for i in CATALOGUE.indicators.values():
        assert i.vi != i.formula_vi
        assert len(i.formula_vi) > 10
        assert len(i.formula_en) > 10
        assert i.rollup


def test_station_loggers_may_be_sixty_days_late():
    windows = {code: feed.late_window // D for code, feed in CATALOGUE.feeds.items() if code != "entities"}
    first = {
        "dossiers": 3, "air": 60, "water": 60, "hydrology": 60, "weather": 60, "traffic": 3, "cameras": 3, "social": 3,
        "portal": 3, "documents": 7, "axis": 7, "petitions": 60, "hotline": 3,
        "security": 3, "security_alerts": 3, "antivirus": 7, "security_reports": 60,
    }  # fmt: skip
    assert first.items() <= windows.items()


def test_cross_checks_come_from_feeds_of_the_first_day():
    crossed = {i.code: i.crosscheck.indicator for i in CATALOGUE.indicators.values() if i.crosscheck}
    sure = {code for code, i in CATALOGUE.indicators.items() if i.feed and not CATALOGUE.feeds[i.feed].optional}
    checks = {first: second for first, second in crossed.items() if second in sure}
    assert checks == {
        "adm_ontime_rate": "adm_ontime_portal", "met_rain_24h": "hyd_rain_24h", "cam_online_rate": "cam_picture_share",
        "nat_section_given": "nat_report_given",
    }  # fmt: skip
    del checks["nat_section_given"]  # by section and by body: both are figures of their own
    for first, second in checks.items():
        assert CATALOGUE.indicators[second].second
        assert CATALOGUE.indicators[second].rollup == CATALOGUE.indicators[first].rollup


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("PM2,5", "pm25"), ("PM2.5", "pm25"), ("pm2_5", "pm25"), ("N_NH4", "nh4_n"), ("N-NH4", "nh4_n"),
        ("NH4", "nh4_n"),
        ("Temp", "temp"), ("Nhiệt độ", "temp"), ("RH", "humidity"), ("Độ ẩm", "humidity"), ("CO", "co"),
        ("Cr6+", "cr6"),
        ("NO", "no"), ("Cl", "cl"), ("Tổng Coliform", "coliform"), ("Áp suất khí quyển", "pressure"), ("TSS", "tss"),
        ("DO", "do"), ("Mực nước", "level"), ("Lượng mưa", "rain"),
    ],
)  # fmt: skip
def test_the_names_of_sources_are_known(name, code):
    assert CATALOGUE.parameter(name).code == code


@pytest.mark.parametrize(
    ("code", "unit", "factor"),
    [
        ("co", "mg/m3", 1000), ("co", "mg/Nm3", 1000), ("co", "µg/Nm3", 1), ("pm25", "ug/m3", 1), ("as", "µg/L", 0.001),
        ("level", "cm", 0.01), ("salinity", "‰", 1), ("temp", "oC", 1), ("wind_speed", "km/h", 1 / 3.6), ("ph", "-", 1),
        ("coliform", "MPN/100mL", 1), ("reservoir_volume", "m3", 1e-6),
    ],
)  # fmt: skip
def test_units_of_sources_are_converted(code, unit, factor):
    assert CATALOGUE.parameters[code].units[unit] == pytest.approx(factor)


def test_what_a_figure_needs_comes_before_it():
    place = {code: n for n, code in enumerate(CATALOGUE.order)}
    assert set(place) == set(CATALOGUE.indicators)
    assert place["adm_ontime_rate"] < place["adm_score_766"]
    assert place["adm_open"] < place["adm_overdue_open"]
    assert place["trf_flow"] < place["trf_speed"]


def test_legal_scales_have_their_colours():
    """Rules 9 and 10: the law's own values; of disaster risk it names five colours, and none for calm."""
    bands = CATALOGUE.scales["vn_aqi"].bands
    assert [(b.upto, b.colour) for b in bands] == [
        (50, "#00E400"), (100, "#FFFF00"), (150, "#FF7E00"), (200, "#FF0000"), (300, "#8F3F97"), (500, "#7E0023"),
    ]  # fmt: skip
    assert all(b.vi and b.en for scale in CATALOGUE.scales.values() for b in scale.bands)
    risk = CATALOGUE.scales["disaster_risk"].bands
    assert [bool(b.colour) for b in risk] == [False, True, True, True, True, True]
    assert len({b.colour for b in risk}) == 6
