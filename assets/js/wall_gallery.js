// The gallery of a wall: its panels, bound as on a wall, told made-up figures. Nothing streams here, no door is asked.

import { facts } from "./binding.js";
import { beat, now } from "./clock.js";
import { Figure } from "./figure.js";
import { speak } from "./format.js";
import { learn } from "./layers.js";
import { AGES, SNAPSHOT_S, of, told, value } from "./made_up.js";
import { MapPanel } from "./map.js";
import { Standing } from "./standing.js";
import { Store } from "./store.js";
import { Area } from "./wall_area.js";
import { Chart } from "./wall_chart.js";
import { CoursePanel } from "./wall_course.js";
import { incidents } from "./wall_incidents.js";
import { AlarmMap } from "./wall_map.js";
import { NearCameras } from "./wall_near.js";
import { Load, WallAlerts, WallFeeds, Worst } from "./wall_panels.js";
import { Peers } from "./wall_peers.js";
import { Strip } from "./wall_strip.js";
import { Course, subject } from "./wall_subject.js";

const REFUSED = { forbidden: 403, missing: 404 };
const FIGURES = new Set(["tiles", "figures", "lead", "ledger"]);
const DEGREE = 0.12; // between two made-up stations
const page = facts();
page.href = () => null;
of(page);
speak(page.words, page.lang, page.cited);
learn(page.indicators);
beat(Date.parse(`${page.day}T08:42:05+07:00`));
const BIND = {
  map: (node, { state, all }) => new AlarmMap(node, page).show(state, all),
  atlas: (node, { state }) => new MapPanel(node, { ...page, indicator: node.dataset.indicator }, () => {}).show(state),
  alerts: (node, { state, all }) => new WallAlerts(node, page).show(state, all),
  load: (node, { state }) => new Load(node, page).show(state),
  feeds: (node, { state }) => new WallFeeds(node, page).show(state),
  worst: (node, { state }) => new Worst(node, page).show(state),
  strip: (node, told) => new Strip(node.querySelectorAll("[data-panel=strip-figure]"), page).show(told),
  chart: (node, { subject, points }) => new Chart(node, page).show(subject, points),
  peers: (node, { state, incident }) => new Peers(node, page).show(state, incident.head.indicator, incident.unit),
  cameras: (node, told) => cameras(new NearCameras(node, page), told),
  area: (node, { incident, stations, subject, state }) => new Area(node, page).show(incident, stations, subject, state),
  course: (node, told) => course(new CoursePanel(node, page, () => {}), told),
};

function show(node, kind, mood) {
  const blocks = [...node.querySelectorAll("[data-panel]:has(> .section-head)")].map((n) => new Standing(n, page));
  const peers = node.querySelector("[data-panel=peers]");
  if (peers) peers.hidden = false; // here there is always a place
  if (mood === "loading") return;
  if (REFUSED[mood] && blocks.length) {
    for (const block of blocks) block.refuse(REFUSED[mood]);
    if (!FIGURES.has(kind)) return;
  }
  const state = snapshot(mood);
  for (const figure of node.querySelectorAll("[data-panel=tile], [data-panel=ledger][data-indicator]")) {
    const own = new Figure(figure, page);
    own.show(state.indicators[own.code], "1-1");
  }
  BIND[kind]?.(node.querySelector(`[data-panel="${kind}"]`), incident(state, mood));
  for (const block of blocks) if (!REFUSED[mood]) block.show(state);
}

function snapshot(mood) {
  const store = new Store();
  store.put({ scope: page.scope, epoch: 1, version: 1, at: new Date(now() - (AGES[mood] ?? 0) * SNAPSHOT_S * 1000).toISOString(), ...recent(told(mood)) });
  return store.get(page.scope);
}

// Alerts of the last minutes, so that their load has something to show.
function recent(state) {
  const since = new Date(now() - 300e3).toISOString();
  return { ...state, alerts: state.alerts.map((alert) => ({ ...alert, since })) };
}

// An incident of the first unit, with stations around its middle.
function incident(state, mood) {
  const [unit] = state.order;
  const indicator = page.leads[0];
  const since = new Date(now() - 23580e3).toISOString();
  const head = { id: mood, place: unit, indicator, level: 1, since, value: value(indicator), limit: page.indicators[indicator].low ?? null, source: page.made.second };
  const made = { key: mood, unit, place: page.units[unit], domain: page.indicators[indicator].domain, level: 1, since: Date.parse(since), head, all: mood === "empty" ? [] : [head] };
  const stations = { entities: new Map([...state.entities.values()].map((each, i) => [each.code, { ...each, ...spot(unit, i) }])) };
  const held = subject(made, stations, state, page);
  return { state, incident: made, all: incidents(state.alerts, page), stations, unit: state, subject: held, points: new Course(() => {}).points(held, made, state) };
}

function spot(unit, i) {
  const { lon0, lat1, k, scale } = page.projection;
  const [x, y] = page.labels[unit];
  return { lon: lon0 + x / k / scale + DEGREE * (i - 1), lat: lat1 - y / scale + DEGREE * ((i % 2) - 0.5) };
}

// Pictures are as old as the state says; none is asked for.
function cameras(panel, { stations, incident, state }) {
  panel.near(stations, null, page.boxes[incident.unit]);
  panel.stop();
  for (const tile of panel.tiles) {
    tile.at = tile.camera ? state.atMs : null;
    if (tile.camera) panel.say(tile, "online");
  }
}

function course(panel, told) {
  panel.past = { unit: told.incident.unit, asked: Infinity, alerts: [] };
  panel.show(told);
}

for (const node of document.querySelectorAll(".case")) show(node, node.dataset.kind, node.dataset.state);
document.body.toggleAttribute("data-shown", true);
