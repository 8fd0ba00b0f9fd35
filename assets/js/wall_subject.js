// What an incident is about: the station that decides where it has limits of its own, else the unit's figure; and its
// course over the last day. Walls and phones tell an incident from the same subject.

import { ageState, now, since } from "./clock.js";
import { concerning } from "./fair.js";
import { called, number, quantity, say } from "./format.js";

const HOUR_MS = 3600e3;
const STEP_MS = { minute: 60e3, hour: HOUR_MS, day: 24 * HOUR_MS };
const ASK_MS = 300e3; // how often a station's past is asked for
const ROOM = 2; // decimals of a difference where the figure has none

export function subject(incident, stations, unit, page) {
  const { head } = incident;
  const fact = page.indicators[head.indicator] ?? {};
  const station = head.entity ? stations?.entities?.get(head.entity) : null;
  const own = station && Object.keys(station.values ?? {}).find((code) => (page.limits[code] ?? []).some((l) => l.field && Number.isFinite(station.fields?.[l.field])));
  if (own) {
    const limits = page.limits[own].filter((l) => Number.isFinite(station.fields[l.field])).map((l) => ({ ...l, v: l.v * station.fields[l.field] }));
    limits.unshift(...rungs(page.indicators[own], station, limits));
    const name = `${page.indicators[own].name}, ${called(station)}`;
    return finished({ code: station.code, station: called(station), feed: station.feed, indicator: own, fact: page.indicators[own], name, brief: page.indicators[own].name, v: station.values[own] ?? null, atMs: station.atMs, said: station.state, at: [station.lon, station.lat], limits: unique(limits), level: incident.level });
  }
  const held = unit?.indicators?.[head.indicator];
  const name = station ? `${fact.name}, ${called(station)}` : (fact.name ?? head.indicator);
  const plain = concerning(page.limits[head.indicator], head.place).filter((l) => !l.field);
  const limits = unique(plain.map((l) => ({ ...l, plain: true, name: say("wall.limit", { level: say(`severity.${l.level}`).toLowerCase() }) })));
  const at = station?.lat ? [station.lon, station.lat] : null;
  return finished({ code: null, station: station ? called(station) : "", indicator: head.indicator, fact, name, brief: fact.name ?? name, v: held?.v ?? head.value ?? null, atMs: held?.atMs ?? null, said: held?.state, second: held?.second, n: held?.n, at, limits, level: incident.level });
}

// How fresh the subject is, by the rule of every figure.
export function standing({ v, atMs, fact, said }) {
  if (v === null) return "missing";
  return atMs === null ? "live" : ageState(since(atMs), fact.cadence ?? 60, fact.lag ?? 0, said, fact.office);
}

// How far beyond the worst limit that is crossed: {text, digits}, or null.
export function beyondLimit({ limit, v, fact }) {
  if (!limit || v === null) return null;
  const digits = Math.max(fact.digits ?? 0, Number.isInteger(limit.v) ? 0 : ROOM);
  return { figure: signed(v - limit.v, digits), said: say("wall.limit.is", { limit: limit.name, value: quantity(limit.v, { ...fact, digits }) }) };
}

// What has changed since the last point that is an hour old: {by, from}, and `rate` by the hour; null where none is known.
export function hourly({ v }, points) {
  const t = now();
  if (v === null || t === null) return null;
  const before = points.filter((point) => point.v !== null && point.t <= t - HOUR_MS).at(-1);
  return !before || t - before.t > 3 * HOUR_MS ? null : { by: v - before.v, from: before, rate: ((v - before.v) * HOUR_MS) / (t - before.t) };
}

export function signed(value, digits) {
  return (Number(value.toFixed(digits)) > 0 ? "+" : "") + number(value, digits);
}

// The past of one subject: its station's history, asked for again in a few minutes, or its figure's half hours.
export class Course {
  constructor(told) {
    this.told = told; // called when more is known
    this.held = null;
  }

  points(subject, incident, unit) {
    const held = unit?.indicators?.[subject.indicator];
    if (!subject.code && (held?.spark || !incident.unit)) return halves(held, subject);
    const of = subject.code ? `${incident.unit}:${subject.feed}:${encodeURIComponent(subject.code)}` : incident.unit;
    const { points } = this.ask(`/api/v1/series/${of}/${subject.indicator}`);
    const end = now() ?? Infinity;
    const known = points.length > 1 ? points.map((point) => (point.t > end ? { ...point, t: end } : point)) : []; // the hour that runs
    const at = subject.atMs ?? end;
    return subject.v === null ? known : [...known.filter((point) => point.t < at), { t: at, v: subject.v }];
  }

  ask(address) {
    if (this.held?.address !== address) this.held = { address, asked: -Infinity, points: [] };
    const { held } = this;
    if (performance.now() - held.asked < ASK_MS) return held;
    held.asked = performance.now();
    asked(address).then((series) => {
      if (!series || this.held !== held) return;
      const wide = STEP_MS[series.step] ?? HOUR_MS; // a step is named by its start and told as it stood at its end
      held.points = series.t.map((time, i) => ({ t: Date.parse(time) + wide, v: series.v[i] ?? null }));
      this.told();
    });
    return held;
  }
}

// What a door answers; null where it does not: asked again in a few minutes, what is live is shown meanwhile.
export async function asked(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// What its value is read against at this station, by the names people use, with the level of the limit that it is.
function rungs(fact, { fields }, limits) {
  const named = Object.entries(fact.rungs ?? {}).filter(([field]) => Number.isFinite(fields[field]));
  return named.map(([field, name]) => {
    const same = limits.find((l) => l.v === fields[field]);
    return { field, name, v: fields[field], up: same?.up ?? limits[0]?.up ?? true, level: same?.level ?? 0 };
  });
}

function unique(limits) {
  const found = new Map();
  for (const limit of limits) if (!found.has(limit.v)) found.set(limit.v, limit); // the mildest name of a bound
  return [...found.values()].sort((a, b) => a.v - b.v);
}

function finished(subject) {
  const crossed = subject.limits.filter((l) => subject.v !== null && (l.up ? subject.v >= l.v : subject.v <= l.v));
  const worst = crossed.sort((a, b) => (a.up ? b.v - a.v : a.v - b.v))[0];
  return { ...subject, limit: worst ?? null };
}

function halves(held, subject) {
  const spark = held?.spark ?? [];
  const end = now() ?? Date.now();
  const points = spark.map((v, i) => ({ t: end - ((spark.length - i) * HOUR_MS) / 2, v: v ?? null }));
  return subject.v === null ? points : [...points, { t: subject.atMs ?? end, v: subject.v }];
}
