// What a map, a ranking or a tile is told by when it is not simply a column: the layer of abnormal figures, counted
// from the open alerts of units and from the severities of communes, which have no alerts of their own, and what stands
// in for a national figure that cannot be.

import { unitOf } from "./alerts.js";
import { ageState, since } from "./clock.js";
import { say } from "./format.js";
import { unitFigure } from "./store.js";

export const ABNORMAL = "abnormal";
const NATION = "vn";
export const ASKS = 3; // levels that ask for action: Vừa and above
const data = new Set(); // indicators of the centre's own data: no unit is abnormal by them
const counted = new WeakMap(); // list of alerts, or columns of severities -> place -> {n, level, code of the worst}

// Which indicators a page knows as told of its data.
export function learn(indicators) {
  data.clear();
  for (const [code, fact] of Object.entries(indicators)) if (fact.system) data.add(code);
}

// A unit's figure of an indicator or of the layer of abnormal figures.
export function layerFigure(state, code, place) {
  if (code !== ABNORMAL) return unitFigure(state, code, place);
  if (!state.place.has(place)) return null;
  const found = abnormal(state).get(place);
  const v = found ? found.n : heard(state, place) ? 0 : null;
  return { v, severity: found?.level ?? 0, state: null, atMs: v === null ? null : state.atMs };
}

// How many indicators of each place beneath are abnormal, and how badly.
export function abnormal(state) {
  return state.scope === NATION ? ofUnits(state) : ofCommunes(state);
}

// Columns are changed in place: counted anew with each version.
function ofCommunes(state) {
  const held = counted.get(state.columns);
  const version = `${state.epoch}-${state.version}`;
  if (held?.version === version) return held.places;
  const places = new Map();
  for (const [code, levels] of Object.entries(state.units?.severity ?? {})) {
    if (data.has(code)) continue;
    const said = state.units.state?.[code];
    levels.forEach((level, i) => {
      if (!level || level > ASKS || said?.[i] === "stale") return;
      const found = places.get(state.order[i]) ?? { n: 0, level: 9 };
      places.set(state.order[i], { ...worse(found, level, code), n: found.n + 1 });
    });
  }
  counted.set(state.columns, { version, places });
  return places;
}

function ofUnits(state) {
  let units = counted.get(state.alerts);
  if (units) return units;
  units = new Map();
  for (const alert of state.alerts) {
    const unit = unitOf(alert);
    if (!unit || alert.level > ASKS || data.has(alert.indicator)) continue;
    const held = units.get(unit) ?? { codes: new Set(), level: 9 };
    held.codes.add(alert.indicator);
    Object.assign(held, worse(held, alert.level, alert.indicator), { n: held.codes.size });
    units.set(unit, held);
  }
  counted.set(state.alerts, units);
  return units;
}

function worse(held, level, code) {
  return level < held.level ? { level, code } : { level: held.level, code: held.code };
}

// What a card is of where a place is coloured by the layer: its worst figure, or the first lead that is known there.
export function tellingFigure(page, state, place) {
  const known = (code) => unitFigure(state, code, place)?.v ?? null;
  return abnormal(state).get(place)?.code ?? page.leads.find((code) => known(code) !== null);
}

function heard(state, place) {
  const i = state.place.get(place);
  if (state.past && state.scope === NATION) return state.watched; // what nobody watched is not calm
  return Object.values(state.columns).some((column) => column[i] !== null && column[i] !== undefined);
}

// The nation's figure; where there can be none, its worst unit, or the middle one where nothing is worse than another.
export function nationFigure(page, state, code) {
  const own = state.indicators[code];
  const fact = page.indicators[code] ?? {};
  if (code === ABNORMAL) return sumOf(page, state);
  if (own && own.v !== null && own.v !== undefined) return page.nation && fact.one ? sited(page, state, code, own) : own;
  if (!page.nation || !fact.local) return own;
  const units = state.order.map((place) => ({ place, ...unitFigure(state, code, place) })).filter((unit) => fresh(unit, fact));
  if (!units.length) return own;
  const sorted = units.sort((a, b) => a.v - b.v);
  const ranked = fact.dir === "up" || fact.dir === "down";
  const unit = ranked ? sorted.at(fact.dir === "up" ? 0 : -1) : sorted[Math.floor((sorted.length - 1) / 2)];
  const said = ranked ? "standin.worst" : "standin.median";
  const note = say(said, { place: page.names[unit.place] ?? unit.place, n: units.length });
  return { v: unit.v, atMs: unit.atMs, state: unit.state ?? "live", severity: ranked ? unit.severity : 0, cadence: fact.cadence, lag: fact.lag, note };
}

// The figure of the whole that is one unit's says whose; of several alike none is named.
function sited(page, state, code, own) {
  const { dir } = page.indicators[code];
  const alike = state.order.filter((place) => unitFigure(state, code, place)?.v === own.v);
  if (alike.length !== 1 || !["up", "down"].includes(dir)) return own;
  return { ...own, where: page.names[alike[0]] ?? alike[0] };
}

function sumOf(page, state) {
  if (state.past && !state.watched && page.nation) return { v: null, atMs: state.atMs, state: "missing", severity: 0, cadence: 60, lag: 0, past: true };
  const units = [...abnormal(state).values()];
  const v = units.reduce((sum, unit) => sum + unit.n, 0);
  const level = units.reduce((worst, unit) => Math.min(worst, unit.level), 9);
  return { v, atMs: state.atMs, state: "live", severity: level < 9 ? level : 0, cadence: 60, lag: 0, note: say(page.nation ? "standin.units" : "standin.communes", { n: units.length }) };
}

function fresh(unit, fact) {
  return unit.v !== null && ["live", "late"].includes(ageState(since(unit.atMs) ?? 0, fact.cadence, fact.lag, unit.state, fact.office));
}
