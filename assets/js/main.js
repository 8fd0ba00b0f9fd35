// The live client: one stream, one store, and panels that write into the nodes the server drew.

import { Alerts } from "./alerts.js";
import { Breakdown } from "./breakdown.js";
import { facts, part, text } from "./binding.js";
import { Cameras } from "./cameras.js";
import { Card } from "./card.js";
import { extendChart, watchChart } from "./chart.js";
import { beat, lastBeat, now, present } from "./clock.js";
import { Communes } from "./communes.js";
import { Definitions } from "./definitions.js";
import { Figure } from "./figure.js";
import { called, clock, day, say, speak, weekday } from "./format.js";
import "./grid.js";
import { keepHabits } from "./habits.js";
import { Headline } from "./headline.js";
import { Health, living } from "./health.js";
import { Lights } from "./lights.js";
import { connect } from "./link.js";
import { learn, nationFigure } from "./layers.js";
import { MapPanel } from "./map.js";
import { Matrix } from "./matrix.js";
import { Mentions } from "./mentions.js";
import { read, written } from "./moment.js";
import { Nav } from "./nav.js";
import { Past } from "./days.js";
import { ended, person } from "./person.js";
import { Points } from "./points.js";
import { Ranking } from "./ranking.js";
import { Services } from "./services.js";
import { Score } from "./score.js";
import { Search } from "./search.js";
import { Standing } from "./standing.js";
import { States } from "./states.js";
import { Stations } from "./stations.js";
import { Store } from "./store.js";
import { Study } from "./study.js";
import { offerToTake } from "./taking.js";
import { Tone } from "./tone.js";
import * as watch from "./watch.js";
import { Worklist } from "./worklist.js";

const HOUR = 3600e3;
const SPANS = [24, 72, 168]; // hours a chart may look back
const store = new Store();
const link = connect(receive, facts().version);
const HAND = matchMedia("(max-width: 760px)");
const nav = new Nav(mount, turn, peek);
const FIGURES = ["tile", "other", "gauge", "line", "limit"].map((kind) => `[data-panel=${kind}]`).join();
let page = null;
let told = false; // the server has told its time

function mount() {
  page?.cameras?.stop();
  page?.desk?.stop();
  for (const panel of [...(page?.asking ?? []), page?.communeTable]) panel?.stop();
  page = facts();
  speak(page.words, page.lang, page.cited);
  learn(page.indicators);
  addressing(page);
  person(page.scope);
  const one = (kind, make) => {
    const node = document.querySelector(`[data-panel="${kind}"]`);
    return node && make(node);
  };
  const many = (kind, make) => [...document.querySelectorAll(`main [data-panel="${kind}"]`)].map(make);
  page.figures = [...document.querySelectorAll(FIGURES)].map((n) => new Figure(n, page));
  page.standings = [...document.querySelectorAll("section[data-panel]:not([data-panel=filters])")].map((n) => new Standing(n, page));
  page.map = one("map", (node) => new MapPanel(node, page, (code) => nav.go(page.here({ i: code }))));
  page.ranking = one("ranking", (node) => new Ranking(node, page));
  page.alerts = one("alerts", (node) => new Alerts(node, page));
  one("worst-of-all", (node) => HAND.matches && tellWorst(node, page));
  page.headline = one("headline", (node) => new Headline(node, page));
  page.health = ["feeds", "health"].map((kind) => one(kind, (node) => new Health(node, page))).filter(Boolean);
  page.cameras = one("cameras", (node) => new Cameras(node, page));
  page.states = one("states", (node) => new States(node, page, (state) => page.cameras?.narrow(state)));
  page.stations = many("stations", (node) => new Stations(node, page));
  page.lights = [...many("lights", (node) => new Lights(node, page)), ...many("matrix", (node) => new Matrix(node, page))];
  page.mentions = one("mentions", (node) => new Mentions(node, page));
  page.entityName = (code) => {
    const entity = store.get(page.entityScope)?.entities.get(code);
    return entity && called(entity);
  };
  page.services = one("services", (node) => new Services(node, page));
  page.scores = many("score", (node) => new Score(node, page));
  page.tones = many("tone", (node) => new Tone(node, page));
  page.communeTable = one("communes", (node) => new Communes(node, page));
  page.asking = [
    ...many("breakdown", (node) => new Breakdown(node, page)),
    ...many("worklist", (node) => new Worklist(node, page)),
    ...many("past", (node) => new Past(node, page)),
  ];
  page.points = page.entityScope && page.map ? new Points(page.map.node, page) : null;
  page.desk = !page.domain && (page.nation || document.querySelector("[data-panel=moment]")) ? new Study(page, { go: (href) => nav.go(href), ahead: (href) => nav.ahead(href), live: () => held(page.scope), show }) : null;
  page.card = new Card(document.getElementById("card"), page, (scope) => (scope === page.scope && page.desk?.past) || store.get(scope), peek);
  one("search", (node) => new Search(node, page, (href) => nav.go(href)));
  one("definitions", (node) => new Definitions(node));
  const now = document.querySelector("[data-panel=clock]");
  page.now = now && { alive: part(now, "alive"), date: part(now, "date"), clock: part(now, "clock") };
  link.follow(wanted());
  turn();
  redraw();
  watchChart(page);
}

// Addresses of this page: `here` keeps the page, `href` leads to another, both keep theme and language.
function addressing(page) {
  const kept = () => {
    const query = new URLSearchParams(location.search);
    return new URLSearchParams([...query].filter(([name]) => name === "theme" || name === "lang"));
  };
  page.here = (changes) => {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) value ? query.set(name, value) : query.delete(name);
    return `${location.pathname}${query.size ? `?${query}` : ""}`;
  };
  page.href = (unit, domain, indicator, selected, since) => {
    const query = kept();
    const hours = since && shown(since); // as far back as the chart must reach to show when it began
    if (hours) query.set("hours", hours);
    if (indicator) query.set("i", indicator);
    if (selected) query.set("pick", selected);
    const path = unit ? `/p/${unit}${domain ? `/${domain}` : ""}` : domain ? `/d/${domain}` : "/";
    return `${path}${query.size ? `?${query}` : ""}`;
  };
  // The records behind a figure, of one station and from the hour before an alert where these are known; behind a figure
  // of the data, what was refused. How many records are open is told of all of them, not of those of an hour.
  page.behind = (unit, fact, indicator, entity, since) => {
    const query = kept();
    const own = unit ? `/p/${unit}/` : "/";
    if (fact.system) return `${own}quality${query.size ? `?${query}` : ""}`;
    query.set("i", indicator);
    if (entity) query.set("in", entity);
    if (since && !page.feeds[fact.feed]?.records) query.set("from", written(Math.floor(since / HOUR - 1) * HOUR));
    return `${unit ? own : "/d/"}${fact.domain}/r?${query}`;
  };
}

// Of the spans a chart has, the shortest that reaches back to a moment; none for the one it has anyway.
function shown(since) {
  const ago = ((present() ?? Date.now()) - since) / HOUR;
  return ago <= SPANS[0] ? null : String(SPANS.find((hours) => ago <= hours) ?? SPANS.at(-1));
}

// The same page, another indicator or selection.
function turn() {
  const query = new URLSearchParams(location.search);
  const asked = query.get("i");
  const code = page.indicators[asked] ? asked : facts().indicator;
  page.indicator = code;
  page.charted = page.indicators[code].domain ? code : facts().charted;
  page.map?.colourBy(code);
  page.ranking?.colourBy(code);
  text(document.querySelector("[data-panel=trend] [data-part=what]"), page.indicators[page.charted].full);
  text(part(document, "list-title"), page.indicators[code]?.full ?? "");
  for (const link of document.querySelectorAll("[data-reload]")) link.href = page.here(Object.fromEntries([link.dataset.reload.split("=")]));
  const entities = store.get(page.entityScope);
  if (entities) page.points?.show(entities);
  const picked = query.get("pick") ?? (read(query.get("at")) === null ? query.get("at") : null); // `at` in older links
  for (const panel of [page.map, page.ranking, page.communeTable, page.points, ...page.stations, ...page.asking]) panel?.pick?.(picked);
  page.desk?.turn(code, query);
}

// Figures of a page about to be seen are fetched beside it, before the stream has been opened.
async function peek(scope) {
  try {
    const answer = await fetch(`/api/v1/snapshot/${scope}`);
    const snapshot = answer.ok ? await answer.json() : null;
    if (!answer.ok && scope === page.scope) for (const block of page.standings) block.refuse(answer.status);
    if (!snapshot || !store.put(snapshot)) return;
    if (now() === null) beat(Date.parse(snapshot.at)); // until the first beat tells it better
    draw({ scope, whole: true });
  } catch {
    // the stream brings it a moment later
  }
}

// The worst incident with its course is told on a phone alone: a desk does not even ask for the module.
async function tellWorst(node, on) {
  try {
    const { WorstOfAll } = await import("./worst_of_all.js");
    if (on !== page) return;
    page.worst = new WorstOfAll(node, page, { get: (scope) => store.get(scope), follow: () => link.follow(wanted()) });
    const state = store.get(page.scope);
    if (state && !page.desk?.past) page.worst.show(state);
  } finally {
    node.parentElement.classList.add("ordered"); // only now the list below stands in its place
  }
}

// The page's own scopes, and on a phone those of the worst incident.
function wanted() {
  return [...page.scopes, ...(page.worst?.scopes ?? [])];
}

function receive({ type, data }) {
  const first = !told;
  watch.hear(type === "beat" ? data : null);
  if (type === "beat") {
    told = true;
    if (first) redraw(); // only now ages are known
    return;
  }
  const change = type === "snapshot" ? store.put(data) : store.apply(data);
  if (change === "gap") link.follow(wanted()); // the hub answers with the whole
  else if (change) draw(change);
}

// The state of a scope. Totals stand beside a province's figures (the card); they make no page of the nation, which
// would look calm and empty: its panels say that it is not for this person.
function held(scope) {
  const state = store.get(scope);
  if (!state?.audience || !page.nation) return state;
  for (const block of page.standings) block.refuse(403);
  return undefined;
}

// Write what changed into the page; a page nobody sees is written when it is seen again.
function draw(change) {
  const state = held(change.scope);
  if (!state || document.hidden) return;
  if (change.scope === page.scope) {
    if (change.whole || change.feeds) for (const panel of page.health) panel.show(state);
    if (change.whole || change.feeds) for (const block of page.standings) block.show(state);
    if (!store.get(page.entityScope)?.entities.has(new URLSearchParams(location.search).get("pick"))) extendChart(state.indicators[page.charted]);
    if (!page.desk?.past) show(state, change);
  }
  if (change.scope === page.entityScope) for (const panel of [page.points, page.mentions, page.states, ...page.lights, ...page.stations, ...page.tones]) panel?.show(state);
  if (page.worst?.scopes.includes(change.scope)) page.worst.draw();
  if (change.scope === `${page.place}:cameras`) page.cameras?.show(state);
}

// Write a state into the page's own panels: the live one, or that of a past hour.
function show(state, change = { whole: true }) {
  const version = `${state.epoch}-${state.version}`;
  if (change.whole) fallback(state);
  const touched = change.whole ? null : new Set([...change.indicators, ...change.units]);
  for (const figure of page.figures) {
    if (!touched || touched.has(figure.code)) figure[touched ? "hear" : "show"](nationFigure(page, state, figure.code), version, state.feeds[figure.fact.feed]);
  }
  const column = page.map && (page.indicators[page.map.code]?.counts ? (page.nation ? change.alerts : change.units?.length) : change.units?.includes(page.map.code));
  if (change.whole || column) for (const panel of [page.map, page.ranking]) panel?.show(state);
  if (change.whole || change.alerts) for (const panel of [page.alerts, page.worst]) panel?.show(state);
  if (change.whole || change.units.length) page.communeTable?.show(state);
  page.services?.show(state);
  for (const score of page.scores) if (!touched || touched.has(score.code)) score.show(state);
  for (const tone of page.tones) if (!touched || touched.has(tone.code)) tone.figure(state.indicators[tone.code]);
  for (const panel of page.asking) {
    const code = panel.node.dataset.indicator;
    if (code && (!touched || touched.has(code))) panel.figure(state.indicators[code], version);
  }
  page.desk?.wrote(state, version, touched);
  plates();
  summary();
}

// A province whose communes know nothing of the page's own indicator is coloured by a lead figure they do know.
function fallback(state) {
  if (page.nation || new URLSearchParams(location.search).has("i") || page.indicators[page.indicator].counts || known(state, page.indicator)) return;
  const code = page.leads.filter((lead) => page.indicators[lead].domain === (page.domain ?? page.indicators[lead].domain)).find((lead) => known(state, lead));
  if (!code) return;
  page.indicator = code;
  for (const panel of [page.map, page.ranking]) panel?.colourBy(code);
  if (page.points?.state) page.points.show(page.points.state);
}

function known(state, code) {
  return (state.columns[code] ?? []).some((value) => value !== null);
}

function redraw() {
  for (const scope of page.scopes) draw({ scope, whole: true });
  second();
}

// At most two tinted plates on a page, the worst first.
function plates() {
  let left = 2;
  for (const figure of page.figures) {
    const plate = figure.level() === 1 && left > 0;
    if (plate) left -= 1;
    figure.node.toggleAttribute("data-plate", plate);
  }
}

function summary() {
  const state = held(page.scope);
  const [alive, all] = state ? living(state, page) : [0, 0];
  if (page.now) text(page.now.alive, state ? say("feeds.alive", { n: alive, all }) : "");
  page.headline?.show(page.desk?.past ?? state, watch.connected(), alive, all);
}

// Once a second: clock and ages, by the server's time.
function second() {
  const t = watch.connected() ? present() : lastBeat();
  if (t !== null && page.now) {
    text(page.now.clock, clock(t));
    text(page.now.date, `${weekday(t)}, ${day(t)}`);
  }
  if (now() === null) return;
  for (const figure of page.figures) figure.age();
  for (const panel of [...page.health, ...page.standings]) panel.tick();
  page.alerts?.age();
  page.worst?.tick();
  page.cameras?.tick();
  page.desk?.second();
  page.card.tick();
  for (const panel of page.asking) panel.tick();
  summary();
}

function slow() {
  if (document.hidden || now() === null) return;
  for (const panel of [page.map, page.ranking, page.communeTable, page.services, ...page.lights, ...page.stations]) panel?.tick();
}

// The search box; on a phone it stands in the sheet above the tabs.
function find() {
  const input = document.querySelector("[data-panel=search] input");
  if (input && !input.checkVisibility()) document.getElementById("menu").showPopover();
  input?.focus();
}

keepHabits();
offerToTake();
mount();
peek(page.scope);
watch.onChange(second);
watch.onChange((on) => on || ended());
watch.start();
setInterval(second, 1000);
setInterval(slow, 5000);
addEventListener("keydown", (event) => {
  page.card.key(event);
  if (event.key !== "/" || /input|select|textarea/i.test(event.target.tagName)) return;
  event.preventDefault();
  find();
});
addEventListener("click", (event) => {
  if (event.target.closest?.("[data-act=find]")) find();
  const station = event.target.closest?.("[data-entity]");
  if (station) nav.go(page.here({ pick: station.dataset.entity }));
  const picked = event.target.closest?.("main [data-at]");
  if (picked) nav.go(page.here({ pick: picked.classList.contains("picked") ? null : picked.dataset.at }));
  page.card.click(event);
});
addEventListener("beforeprint", () => page.communeTable?.made(page.communeTable.state)); // paper does not scroll
addEventListener("visibilitychange", () => {
  if (!document.hidden) redraw();
});
