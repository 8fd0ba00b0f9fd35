// The page of one incident: four figures, the one chart, the nearest cameras, the area, how it went. Everything is read
// from the stream's own scopes of that unit; only a station's past is asked for.

import { attr, hide, part, parts, sign, text } from "./binding.js";
import { Cameras } from "./cameras.js";
import { lastBeat, now, since } from "./clock.js";
import { bare, clock, day, moment, number, quantity, say, span } from "./format.js";
import { Area } from "./wall_area.js";
import { Chart } from "./wall_chart.js";
import { fit, keepFitting } from "./wall_fit.js";

const HOUR_MS = 3600e3;
const ASK_MS = 300e3; // how often a station's past is asked for
const ROOM = 2; // decimals of a difference where the figure has none

export class IncidentPage {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    const panel = (kind) => node.querySelector(`[data-panel="${kind}"]`);
    this.cells = [...node.querySelectorAll("[data-panel=strip-figure]")].map((cell) => ({ node: cell, parts: parts(cell) }));
    for (const cell of this.cells) keepFitting(cell.node);
    this.chart = panel("chart") && new Chart(panel("chart"));
    this.cameras = panel("cameras") && new NearCameras(panel("cameras"), page);
    this.area = panel("area") && new Area(panel("area"), page);
    this.course = panel("course");
    this.steps = [...node.querySelectorAll(".step")].map((step) => ({ node: step, mark: step.querySelector(".sign"), parts: parts(step) }));
    this.past = new Map(); // address of a station's history -> {asked, points}
  }

  // Scopes of the stream this incident is told from.
  scopes(incident) {
    const { cameraDomain, nation } = this.page;
    if (!incident?.unit) return [];
    const wanted = [`${incident.unit}:${incident.domain}`, ...(cameraDomain ? [`${incident.unit}:${cameraDomain}`] : [])];
    return nation ? [incident.unit, ...wanted] : wanted;
  }

  // get(scope) gives what the store holds.
  show(incident, get) {
    this.incident = incident;
    this.get = get;
    if (!incident) return;
    const unit = get(incident.unit ?? "vn");
    const stations = get(`${incident.unit}:${incident.domain}`);
    this.subject = subject(incident, stations, unit, this.page);
    this.draw(unit, stations);
    this.cameras?.near(get(`${incident.unit}:${this.page.cameraDomain}`), this.subject.at ?? null, this.page.boxes[incident.unit]);
    this.area?.show(incident, stations, this.subject.code);
    this.tell(incident);
  }

  draw(unit, stations) {
    const { subject } = this;
    const points = this.points(subject, unit);
    this.chart?.show(subject, points);
    const figures = [this.main(subject), this.against(subject), this.change(subject, points), ...this.others(unit)];
    this.cells.forEach((cell, i) => this.write(cell, figures.filter(Boolean)[i]));
  }

  write(cell, told) {
    attr(cell.node, "data-age-state", told ? told.state ?? "live" : "missing");
    attr(cell.node, "data-severity", told?.level || null);
    for (const name of ["name", "note"]) text(cell.parts[name], told?.[name] ?? "");
    const written = `${told?.figure ?? ""} ${told?.unit ?? ""}`;
    if (written === cell.written) return;
    cell.written = written;
    text(cell.parts.figure, told?.figure ?? "");
    for (const name of ["unit", "aside"]) text(cell.parts[name], told?.unit ?? "");
    fit(cell.node);
  }

  main(subject) {
    if (subject.v === null) return { name: subject.name, figure: "—", unit: "", note: say("note.missing") };
    const age = since(subject.atMs);
    return { name: subject.name, figure: number(subject.v, subject.fact.digits ?? 0), unit: subject.fact.unit, note: age === null ? "" : span(age), level: this.incident.level };
  }

  // How far beyond the worst limit that is crossed.
  against(subject) {
    const { limit, v, fact } = subject;
    if (!limit || v === null) return null;
    const over = v - limit.v;
    const digits = Math.max(fact.digits ?? 0, Number.isInteger(limit.v) ? 0 : ROOM);
    const sign = over > 0 ? "+" : "";
    return {
      name: say("wall.against", { limit: limit.name }), figure: sign + number(over, digits), unit: fact.unit, level: this.incident.level,
      note: say("wall.limit.is", { limit: limit.name, value: quantity(limit.v, { ...fact, digits }) }),
    };
  }

  change(subject, points) {
    const t = now();
    if (subject.v === null || t === null) return null;
    const before = points.filter((point) => point.v !== null && point.t <= t - HOUR_MS).at(-1);
    if (!before || t - before.t > 3 * HOUR_MS) return null;
    const change = subject.v - before.v;
    const key = change > 0 ? "wall.rising" : change < 0 ? "wall.falling" : "wall.steady";
    return {
      name: say(key), figure: (change > 0 ? "+" : "") + number(change, subject.fact.digits ?? 0), unit: subject.fact.unit,
      note: say("wall.since", { time: clock(before.t, false), value: number(before.v, subject.fact.digits ?? 0) }),
    };
  }

  // The unit's other figures of the same domain, the worst first.
  others(unit) {
    const { page, incident, subject } = this;
    const codes = Object.entries(page.indicators).filter(([code, fact]) => fact.domain === incident.domain && code !== subject.indicator);
    const held = codes.map(([code, fact]) => ({ fact, held: unit?.indicators?.[code] })).filter(({ held }) => held && held.v !== null && held.v !== undefined);
    held.sort((a, b) => (a.held.severity || 9) - (b.held.severity || 9));
    return held.slice(0, this.cells.length).map(({ fact, held }) => ({
      name: fact.name, figure: number(held.v, fact.digits ?? 0), unit: fact.unit, level: held.severity || 0,
      note: [incident.place, span(since(held.atMs) ?? 0)].join(" · "),
    }));
  }

  points(subject, unit) {
    if (!subject.code) return halves(unit?.indicators?.[subject.indicator], subject);
    const held = this.ask(`/api/v1/series/${incidentScope(this.incident, subject)}/${subject.indicator}`);
    const points = held.points.length > 1 ? held.points : [];
    return subject.v === null ? points : [...points.filter((point) => point.t < subject.atMs), { t: subject.atMs, v: subject.v }];
  }

  ask(address) {
    const held = this.past.get(address) ?? { asked: -Infinity, points: [] };
    if (performance.now() - held.asked < ASK_MS) return held;
    held.asked = performance.now();
    this.past.clear(); // of one station only
    this.past.set(address, held);
    fetch(address)
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((series) => {
        if (!series) return;
        held.points = series.t.map((time, i) => ({ t: Date.parse(time), v: series.v[i] ?? null }));
        if (this.incident) this.show(this.incident, this.get);
      })
      .catch(() => {}); // asked again in a few minutes; what is live is shown meanwhile
    return held;
  }

  tell(incident) {
    const steps = [...incident.all].sort((a, b) => Date.parse(a.since) - Date.parse(b.since)).slice(-this.steps.length);
    this.steps.forEach((step, i) => {
      const alert = steps[i];
      hide(step.node, !alert);
      if (!alert) return;
      const fact = this.page.indicators[alert.indicator] ?? {};
      const ms = Date.parse(alert.since);
      attr(step.node, "data-severity", alert.level);
      text(step.parts.time, lastBeat() === null || day(ms) === day(lastBeat()) ? clock(ms) : moment(ms, lastBeat()));
      sign(step.mark, alert.level);
      text(step.parts.title, fact.name ?? alert.indicator);
      const limit = alert.limit ?? null;
      const value = alert.value ?? null;
      text(step.parts.what, [value === null ? "" : quantity(value, fact), limit === null ? "" : say("alert.limit", { limit: bare(limit) })].filter(Boolean).join(" · "));
    });
    text(part(this.course, "count"), incident.all.length > 1 ? say("wall.folded", { n: incident.all.length }) : "");
  }

  tick() {
    if (!this.incident || !this.get) return;
    const [main] = this.cells;
    if (main && this.subject?.v !== null) text(main.parts.note, span(since(this.subject.atMs) ?? 0));
    this.cameras?.tick();
  }
}

// What the incident is about: the station that decides where it has limits of its own, else the unit's figure.
export function subject(incident, stations, unit, page) {
  const { head } = incident;
  const fact = page.indicators[head.indicator] ?? {};
  const station = head.entity ? stations?.entities?.get(head.entity) : null;
  const own = station && Object.keys(station.values ?? {}).find((code) => (page.limits[code] ?? []).some((l) => l.field && Number.isFinite(station.fields?.[l.field])));
  if (own) {
    const limits = page.limits[own].filter((l) => Number.isFinite(station.fields[l.field])).map((l) => ({ ...l, v: l.v * station.fields[l.field] }));
    const name = `${page.indicators[own].name}, ${station.vi ?? station.code}`;
    return finished({ code: station.code, feed: station.feed, indicator: own, fact: page.indicators[own], name, v: station.values[own] ?? null, atMs: station.atMs, at: [station.lon, station.lat], limits: unique(limits) });
  }
  const held = unit?.indicators?.[head.indicator];
  const name = station ? `${fact.name}, ${station.vi ?? station.code}` : (fact.name ?? head.indicator);
  const plain = (page.limits[head.indicator] ?? []).filter((l) => !l.field);
  const limits = unique(plain.map((l) => ({ ...l, name: say("wall.limit", { level: say(`severity.${l.level}`).toLowerCase() }) })));
  const at = station?.lat ? [station.lon, station.lat] : null;
  return finished({ code: null, indicator: head.indicator, fact, name, v: held?.v ?? head.value ?? null, atMs: held?.atMs ?? null, at, limits });
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
  const points = spark.map((v, i) => ({ t: end - (spark.length - i) * HOUR_MS / 2, v: v ?? null }));
  return subject.v === null ? points : [...points, { t: end, v: subject.v }];
}

function incidentScope(incident, subject) {
  return `${incident.unit}:${subject.feed}:${encodeURIComponent(subject.code)}`;
}

// Cameras nearest to the station or, without one, to the middle of the unit.
class NearCameras extends Cameras {
  near(state, at, box) {
    const cameras = [...(state?.entities?.values() ?? [])].filter((camera) => Number.isFinite(camera.lat));
    const { lon0, lat1, k, scale } = this.page.projection;
    const middle = at ?? [lon0 + (box[0] + box[2] / 2) / k / scale, lat1 - (box[1] + box[3] / 2) / scale];
    this.far = new Map(cameras.map((camera) => [camera.code, kilometres(middle, [camera.lon, camera.lat])]));
    cameras.sort((a, b) => this.far.get(a.code) - this.far.get(b.code));
    this.chosen = cameras.slice(0, this.tiles.length).map((camera) => camera.code);
    this.show(state ?? { entities: new Map() });
    for (const tile of this.tiles) tile.seen = true;
    hide(this.parts.none, cameras.length > 0);
  }

  fill(tile, camera) {
    super.fill(tile, camera);
    if (camera) text(tile.parts.far, `${number(this.far.get(camera.code) ?? 0, 1)}\u00a0km`);
  }
}

function kilometres([lon, lat], [lon2, lat2]) {
  const x = (lon2 - lon) * Math.cos((lat * Math.PI) / 180);
  return Math.hypot(x, lat2 - lat) * 111.2;
}
