// The live client of a wall: one page at a time, chosen by the server's clock, the desk, or an alarm of the top level.

import { attr, facts, part, parts, sign, text } from "./binding.js";
import { lastBeat, now } from "./clock.js";
import { Figure } from "./figure.js";
import { clock, day, lasting, say, span, speak, weekday } from "./format.js";
import { untold, whole as wholeOf } from "./headline.js";
import { living } from "./health.js";
import { learn, nationFigure } from "./layers.js";
import { connect } from "./link.js";
import { MapPanel } from "./map.js";
import { Standing } from "./standing.js";
import { Store } from "./store.js";
import { Heart } from "./wall_heart.js";
import { IncidentPage } from "./wall_incident.js";
import { incidents, sentence, told } from "./wall_incidents.js";
import { AlarmMap } from "./wall_map.js";
import { Load, WallAlerts, WallFeeds, Worst } from "./wall_panels.js";
import { PlacesMap } from "./wall_signs.js";
import { decide, Sightings } from "./wall_turns.js";
import * as watch from "./watch.js";

const page = facts();
speak(page.words, page.lang, page.cited);
learn(page.indicators);
const store = new Store();
const link = connect(receive, page.version);
const seen = new Sightings();
const top = parts(document.querySelector(".wall-top"));
const foot = parts(document.querySelector(".wall-foot"));
const scenes = new Map([...document.querySelectorAll("[data-scene]")].map((node) => [node.dataset.scene, bind(node)]));
const heart = new Heart(page, () => ({ scene: shown.code, incident: shown.why === "alarm" ? shown.alarm : null, at: lastBeat(), lost: !watch.connected() }));
let shown = { code: null, alarm: null };
let all = []; // incidents of the place
let alarms = []; // those of level 1, with when they were first seen
let begun = null; // the server's time when this wall first heard it
let drawn = false;
let asked = []; // scopes of the stream
let word = { at: null, heard: 0 }; // the desk's last word, and when by this page's clock it was heard

page.href = () => null;
link.follow((asked = page.scopes));

// The panels of one scene.
function bind(node) {
  const every = (kind, make) => [...node.querySelectorAll(`[data-panel="${kind}"]`)].map(make);
  const turn = page.turns.find((each) => each.code === node.dataset.scene);
  return {
    node,
    turn,
    figures: [...every("tile", (n) => new Figure(n, page)), ...every("ledger", (n) => new Figure(n, page))],
    atlases: every("atlas", (n) => new (page.nation ? MapPanel : PlacesMap)(n, { ...page, indicator: n.dataset.indicator }, () => {})),
    maps: every("map", (n) => new AlarmMap(n, page)),
    alerts: every("alerts", (n) => new WallAlerts(n, page)),
    quiet: [...every("load", (n) => new Load(n, page)), ...every("feeds", (n) => new WallFeeds(n, page)), ...every("worst", (n) => new Worst(n, page))],
    blocks: [...node.querySelectorAll("[data-panel]:has(> .section-head)")].map((n) => new Standing(n, page)),
    incident: turn?.layout === "incident" ? new IncidentPage(node, page) : null,
  };
}

function receive({ type, data }) {
  watch.hear(type === "beat" ? data : null);
  if (type === "beat") {
    if (!drawn) redraw();
    drawn = true;
    return;
  }
  const change = type === "snapshot" ? store.put(data) : store.apply(data);
  if (change === "gap") ask(true);
  else if (change) heart.guarded(() => draw(change));
}

function draw(change) {
  if (change.scope === page.scope && (change.whole || change.alerts)) {
    all = incidents(store.get(page.scope).alerts, page);
    alarms = seen.update(all, now() ?? Date.now());
    if (shown.code) ask();
  }
  if (change.scope === page.wall.scope || (change.scope === page.scope && (change.whole || change.alerts))) turn();
  const scene = scenes.get(shown.code);
  if (scene && !document.hidden) paint(scene, change);
}

// Write what changed into the page that stands; the others are written when it is their turn.
function paint(scene, change) {
  const state = store.get(page.scope);
  if (scene.incident) scene.incident.show(alarmed(), (scope) => store.get(scope), all);
  if (!state || change.scope !== page.scope) return;
  const version = `${state.epoch}-${state.version}`;
  const touched = change.whole ? null : new Set(change.indicators);
  for (const figure of scene.figures) if (!touched || touched.has(figure.code)) figure[touched ? "hear" : "show"](nationFigure(page, state, figure.code), version, state.feeds[figure.fact.feed]);
  for (const atlas of scene.atlases) if (change.whole || change.units.includes(atlas.code)) atlas.show(state);
  for (const panel of scene.quiet) if (change.whole || change.alerts || change.feeds || change.units.includes(panel.code)) panel.show(state);
  if (change.whole || change.feeds) for (const block of scene.blocks) block.show(state);
  if (change.whole || change.alerts) {
    for (const map of scene.maps) map.show(state, all);
    for (const panel of scene.alerts) panel.show(state, all);
  }
  plates(scene);
  headline();
}

function plates(scene) {
  let left = 2;
  for (const figure of scene.figures) {
    const plate = figure.level() === 1 && left > 0;
    if (plate) left -= 1;
    figure.node.toggleAttribute("data-plate", plate);
  }
}

// What the desk says of this group; a loop and an address that names a scene go by themselves until it speaks.
function control() {
  const said = store.get(page.wall.scope)?.wall;
  if (page.wall.loop) return { mode: "auto", at: begun ?? 0 };
  if (said?.at) {
    if (said.at !== word.at) word = { at: said.at, heard: Math.min(said.at, now() ?? said.at) };
    return { ...said, heard: word.heard };
  }
  return page.wall.scene ? { mode: "hold", scene: page.wall.scene, at: 0 } : { mode: "auto", at: 0 };
}

// Is it another page's turn?
function turn() {
  const t = now();
  if (t === null) return;
  begun ??= t;
  const next = decide(page.turns, control(), alarms, t);
  if (next.code === shown.code && next.alarm === shown.alarm) return;
  const before = scenes.get(shown.code);
  const scene = scenes.get(next.code);
  shown = next;
  if (heart.stale) heart.reload(); // a new release is taken between two pages, never in the middle of one
  ask();
  if (before && before !== scene) before.node.hidden = true;
  scene.node.hidden = false;
  attr(document.body, "data-scene", next.code);
  attr(document.body, "data-alarm", next.why === "alarm" ? next.alarm : null);
  text(top.scene, scene.turn.name);
  text(foot.says, scene.turn.says ?? "");
  whole(scene);
}

function whole(scene) {
  heart.guarded(() => paint(scene, { scope: page.scope, whole: true, indicators: [], units: [] }));
  second();
}

function alarmed() {
  return alarms.find((alarm) => alarm.key === shown.alarm) ?? alarms[0] ?? all.find((each) => !each.system) ?? all[0] ?? null;
}

// The place's figures and the desk's word always; of an incident its unit's, from the moment it is open.
function wanted() {
  const stage = [...scenes.values()].find((scene) => scene.incident)?.incident;
  const alarm = scenes.get(shown.code)?.incident ? alarmed() : alarms[0];
  return [...new Set([...page.scopes, ...(stage && alarm ? stage.scopes(alarm) : [])])];
}

// Asks the stream for them where they are others than before; `again` where a version was missed.
function ask(again = false) {
  const scopes = wanted();
  if (again || scopes.join() !== asked.join()) link.follow((asked = scopes));
}

function headline() {
  const state = store.get(page.scope);
  const scene = scenes.get(shown.code);
  if (!state || !scene) return;
  const [alive, feeds] = living(state, page);
  text(top.alive, say("feeds.alive", { n: alive, all: feeds }));
  const incident = scene.incident && alarmed();
  sign(top.level, incident ? incident.level : 0);
  text(top.headline, words(state, scene, incident, alive, feeds));
  if (incident) text(top.scene, say("wall.incident", { level: say(`severity.${incident.level}`).toLowerCase(), time: clock(incident.since, false), age: lasting((now() - incident.since) / 1000) }));
}

function words(state, scene, incident, alive, feeds) {
  if (incident && watch.connected()) return told(incident, page); // its own figures say how old they are
  const trouble = untold(page, watch.connected(), alive, feeds, !all.length);
  if (trouble) return trouble;
  const domain = scene.turn.domain;
  if (!domain) return sentence(all, page, wholeOf(page));
  const old = scene.figures[0] && ["stale", "missing"].includes(scene.figures[0].state);
  const name = page.domains[domain];
  return old ? say("wall.old", { name }) : sentence(all.filter((each) => each.domain === domain), page, name);
}

// Once a second: whose turn it is, the clock, the ages. When the server is not heard the clock stands, and the age of
// the picture is said in its place.
function second() {
  const on = watch.connected();
  const t = on ? now() : lastBeat();
  if (t !== null) {
    text(top.clock, clock(t));
    text(top.date, on ? `${weekday(t)}, ${day(t)}` : say("wall.held", { age: span((now() - t) / 1000) }));
  }
  if (now() === null) return;
  if (on) heart.guarded(turn);
  const scene = scenes.get(shown.code);
  if (!scene) return;
  for (const figure of scene.figures) figure.age();
  for (const panel of [...scene.quiet, ...scene.alerts, ...scene.blocks]) panel.tick();
  scene.incident?.tick();
  headline();
}

function slow() {
  for (const atlas of scenes.get(shown.code)?.atlases ?? []) atlas.tick();
}

function redraw() {
  for (const scope of page.scopes) if (store.get(scope)) draw({ scope, whole: true, indicators: [], units: [] });
  turn();
}

watch.onChange(() => second());
watch.start();
setInterval(() => heart.guarded(second), 1000);
setInterval(slow, 5000);
addEventListener("visibilitychange", () => !document.hidden && scenes.get(shown.code) && whole(scenes.get(shown.code)));
