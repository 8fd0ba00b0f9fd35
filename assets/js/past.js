// A full hour of the past in the shape of a live state, so that every panel shows it as it shows the present.

import { PEOPLE } from "./fair.js";
import { ABNORMAL, ASKS } from "./layers.js";

// What stood at `ms`: figures of the place, the alerts open then, and of the places beneath the chosen column of units,
// or every column of communes. Feeds are the present's.
export async function stateAt(page, hours, live, code, ms, end) {
  const fact = page.indicators[code] ?? {};
  const codes = [code, fact.per].filter((each) => each && each !== ABNORMAL && each !== PEOPLE);
  const asked = codes.map((each) => hours.columns(each, end));
  const [own, { alerts, watched }, then, ...columns] = await Promise.all([hours.own(end), alertsAt(page.place, ms), page.nation ? null : hours.then(ms), ...asked]);
  const order = then?.order ?? columns[0]?.order ?? Object.keys(page.names);
  const state = {
    scope: page.scope, past: true, watched, epoch: "past", version: ms, at: new Date(ms).toISOString(), atMs: ms, order, alerts,
    place: new Map(order.map((place, i) => [place, i])), feeds: live?.feeds ?? {}, entities: new Map(),
    columns: {}, unitAt: {}, cases: {}, units: { severity: {}, state: {} }, indicators: {},
  };
  const levels = new Map(alerts.map((alert) => [`${alert.place} ${alert.indicator}`, alert.level]));
  const level = (place, each, v) => levels.get(`${place} ${each}`) ?? (watched ? 0 : byLimits(v, page.indicators[each]));
  for (const each of Object.keys(page.indicators)) state.indicators[each] = figureAt(page, own, each, ms, level);
  codes.forEach((each, i) => columnAt(state, each, columns[i], ms, level));
  for (const each of Object.keys(then?.columns ?? {})) communesAt(state, then, each, ms);
  return state;
}

// Where nobody watched yet: a figure beyond the limits of its page asks for action, how urgently is not known.
function byLimits(v, fact) {
  if (v === null || v === undefined) return 0;
  return v < (fact?.low ?? -Infinity) || v > (fact?.high ?? Infinity) ? ASKS : 0;
}

function figureAt(page, own, code, ms, level) {
  const { cadence, lag } = page.indicators[code];
  const v = own.at(code, ms);
  return { v, at: new Date(ms).toISOString(), atMs: ms, state: v === null ? "missing" : own.doubt(code, ms) ? "suspect" : "live", severity: level(page.place, code, v), cadence, lag, spark: own.line(code, ms), past: true };
}

function columnAt(state, code, column, ms, level) {
  state.columns[code] = state.order.map((place) => column.at(place, ms));
  state.cases[code] = new Map(state.order.map((place) => [place, column.cases(place, ms)]));
  state.unitAt[code] = state.order.map(() => ms);
  state.units.severity[code] = state.order.map((place, i) => level(place, code, state.columns[code][i]));
  state.units.state[code] = state.order.map((place) => (column.doubt(place, ms) ? "suspect" : null));
}

// Communes have no alerts: how abnormal they were is told with their figures.
function communesAt(state, then, code, ms) {
  state.columns[code] = then.columns[code];
  state.unitAt[code] = state.order.map(() => ms);
  state.units.severity[code] = then.severity[code] ?? [];
  const doubted = new Set(then.doubt[code]);
  state.units.state[code] = state.order.map((place) => (doubted.has(place) ? "suspect" : null));
}

// What was open then, and whether anybody watched at all.
async function alertsAt(place, ms) {
  const answer = await fetch(`/api/v1/alerts/${place}?from=${ms}&to=${ms + 1}&limit=1000`);
  if (!answer.ok) throw new Error(String(answer.status));
  const since = answer.headers.get("x-watched-since");
  return { alerts: await answer.json(), watched: since !== null && ms >= Number(since) };
}
