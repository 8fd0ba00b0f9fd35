// The gallery of states: panels of the pages, bound as on the pages, told made-up figures. Nothing streams here.

import { Alerts } from "./alerts.js";
import { Breakdown } from "./breakdown.js";
import { facts } from "./binding.js";
import { Cameras } from "./cameras.js";
import { beat, now } from "./clock.js";
import { Communes } from "./communes.js";
import { Figure } from "./figure.js";
import { speak } from "./format.js";
import { STUDIED } from "./gallery_units.js";
import { keepHabits } from "./habits.js";
import { Headline } from "./headline.js";
import { Health, living } from "./health.js";
import { AGES, SNAPSHOT_S, of, told } from "./made_up.js";
import { MapPanel } from "./map.js";
import { Mentions } from "./mentions.js";
import { Past } from "./days.js";
import { Ranking } from "./ranking.js";
import { Score } from "./score.js";
import { Standing } from "./standing.js";
import { States } from "./states.js";
import { Stations } from "./stations.js";
import { Store } from "./store.js";
import { Tone } from "./tone.js";
import { Worklist } from "./worklist.js";

const FIGURES = ["tile", "other", "gauge", "line", "head"];
const REFUSED = { forbidden: 403, missing: 404 };
const PANELS = {
  ...STUDIED,
  map: (node, page) => new MapPanel(node, page, () => {}),
  communes: (node, page) => answered(new Communes(node, page), (panel, state) => panel.made(state)),
  ranking: (node, page) => new Ranking(node, page),
  alerts: (node, page) => new Alerts(node, page),
  stations: (node, page) => new Stations(node, page),
  mentions: (node, page) => new Mentions(node, page),
  feeds: (node, page) => new Health(node, page),
  health: (node, page) => new Health(node, page),
  cameras: (node, page) => new Cameras(node, page),
  states: (node, page) => new States(node, page, () => {}),
  tone: (node, page) => new Tone(node, page),
  limits: (node, page) => ({ show: (state) => node.querySelectorAll("[data-panel=limit]").forEach((n) => written(n, state)) }),
  score: (node, page) => ({ show: (state) => new Score(node, page).show(scored(node, state)) }),
  past: (node, page) => answered(new Past(node, page), (panel, state) => panel.made(days(state), state.indicators[node.dataset.indicator])),
  breakdown: (node, page) => answered(new Breakdown(node, page), (panel, state) => panel.asked.take({ rows: desks(state), at: state.at })),
  worklist: (node, page) => answered(new Worklist(node, page), (panel, state) => panel.asked.take({ rows: waiting(state), at: state.at })),
};

const page = facts();
of(page);
speak(page.words, page.lang, page.cited);
beat(Date.parse(`${page.day}T08:42:05+07:00`));
Object.assign(page, { here: () => "#page", href: () => "#page", behind: () => "#page", entityName: () => undefined });
keepHabits();
for (const node of document.querySelectorAll(".case")) show(node, node.dataset.kind, node.dataset.state);
drawCharts().then(() => document.body.toggleAttribute("data-shown", true));

function show(node, kind, mood) {
  const blocks = [...node.querySelectorAll("section[data-panel]")].map((n) => new Standing(n, page));
  const panel = node.querySelector(`[data-panel="${kind}"]`);
  const bound = PANELS[kind]?.(panel, page);
  bound?.stop?.(); // no picture of a camera is asked for
  if (mood === "loading") return;
  if (REFUSED[mood] && blocks.length) {
    for (const block of blocks) block.refuse(REFUSED[mood]);
    return;
  }
  const store = new Store();
  const scope = page.scope;
  store.put({ scope, epoch: 1, version: 1, at: new Date(now() - (AGES[mood] ?? 0) * SNAPSHOT_S * 1000).toISOString(), ...told(mood) });
  const state = store.get(scope);
  if (FIGURES.includes(kind)) written(panel, state);
  else if (kind === "headline") new Headline(panel, page).show(mood === "missing" ? undefined : state, mood !== "stale", ...living(state, page));
  else bound?.show(state);
  for (const block of blocks) block.show(state);
}

function written(node, state) {
  const figure = new Figure(node, page);
  figure.show(state.indicators[figure.code], "1-1", state.feeds[figure.fact.feed]);
}

// A panel that asks a door by itself is given its answer instead.
function answered(panel, tell) {
  return { stop: () => panel.stop(), show: (state) => tell(panel, state) };
}

function desks(state) {
  return [...state.entities.values()].map((entity, i) => ({ key: `x/${i}`, vi: entity.vi, en: entity.vi, overdue: 27 - 6 * i, open: 160, counts: {} }));
}

function waiting(state) {
  return [...state.entities.values()].map((entity, i) => ({ id: `H36-${1042 + i}`, type: "", due: new Date(now() - (19 - 4 * i) * 864e5).toISOString(), fields: {}, state: "processing" }));
}

function days(state) {
  const most = state.entities.size ? 3.4 : 0;
  return Array.from({ length: 30 }, (_, i) => [now() - (30 - i) * 864e5, most * (30 + i + 4 * Math.sin(i))]);
}

function scored(node, state) {
  const points = (name) => Object.fromEntries([...node.querySelectorAll(`[data-${name}]`)].map((row) => [row.dataset[name], row.dataset.max * 0.9]));
  const held = state.indicators[node.dataset.indicator];
  if (held) held.extra = { groups: points("group"), items: points("item") };
  return state;
}

async function drawCharts() {
  const charts = [...document.querySelectorAll("[data-chart]")];
  const src = document.querySelector("script[data-plotly]").dataset.plotly;
  await new Promise((loaded) => document.head.append(Object.assign(document.createElement("script"), { src, onload: loaded })));
  for (const node of charts) {
    const { data, layout } = JSON.parse(node.parentNode.querySelector("template").content.textContent);
    await window.Plotly.newPlot(node, data, layout, { displayModeBar: false, responsive: true });
  }
}
