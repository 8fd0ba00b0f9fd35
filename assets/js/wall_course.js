// How an incident went and who is behind it: limits as they were crossed, alerts of the place as they opened and ended,
// the present; below them the source, the law, the owner, the directives of the place. Only what the data holds.

import { attr, hide, part, parts, sign, text } from "./binding.js";
import { unitOf } from "./alerts.js";
import { lastBeat, now, since } from "./clock.js";
import { bare, cite, clock, day, moment, number, quantity, say, span } from "./format.js";
import { bandOf, measured } from "./wall_incidents.js";
import { asked, beyondLimit, hourly, signed, standing } from "./wall_subject.js";

const ASK_MS = 300e3;
const DAY_MS = 86400e3;
const HOUR_MS = 3600e3;
const ROOM = 28; // letters of a name that leave its value room on its line

export class CoursePanel {
  constructor(node, page, told) {
    this.node = node;
    this.page = page;
    this.told = told;
    this.count = part(node, "count");
    this.steps = [...node.querySelectorAll(".step")].map((step) => ({ node: step, mark: step.querySelector(".sign"), parts: parts(step) }));
    this.duties = Object.fromEntries([...node.querySelectorAll("[data-duty]")].map((dd) => [dd.dataset.duty, dd]));
    this.figures = (node.dataset.figures ?? "").split(" ").filter(Boolean);
    this.past = { unit: null, asked: -Infinity, alerts: [] };
  }

  show(facts) {
    this.facts = facts;
    const { incident } = facts;
    const own = [...crossings(facts), ...this.alerts(incident)];
    const steps = chosen(own, this.steps.length - 1);
    steps.unshift(...this.beside(facts).slice(0, this.steps.length - 1 - steps.length));
    steps.push(this.present(facts));
    this.steps.forEach((step, i) => this.write(step, steps[i]));
    text(this.count, incident.all.length > 1 ? say("wall.folded", { n: incident.all.length }) : "");
    this.tick();
  }

  write(step, told) {
    hide(step.node, !told);
    if (!told) return;
    attr(step.node, "data-severity", told.level || null);
    step.node.toggleAttribute("data-now", Boolean(told.now));
    text(step.parts.time, told.now ? say("wall.step.now") : timeOf(told.t, told.rough));
    sign(step.mark, told.level ?? 0);
    text(step.parts.title, told.title);
    text(step.parts.what, told.what);
  }

  tick() {
    if (!this.facts) return;
    const { incident, subject, unit } = this.facts;
    const fact = subject.fact;
    const feed = fact.feed;
    const age = since(subject.atMs);
    const counted = subject.n ? say("wall.duty.cases", { n: number(subject.n) }) : "";
    const state = standing(subject);
    text(this.duties.source, [this.page.feedNames[feed] ?? "", age === null ? "" : span(age), state === "live" ? "" : say(`standing.word.${state}`), counted].filter(Boolean).join(" · "));
    text(this.duties.owner, this.page.owners[feed] ?? "—");
    text(this.duties.law, cite(incident.head.source) || "—");
    text(this.duties.orders, this.orders(unit));
  }

  // Directives and tasks of the place, by the figures that the scene names.
  orders(unit) {
    const said = this.figures.flatMap((code) => {
      const held = unit?.indicators?.[code];
      const fact = this.page.indicators[code];
      if (!fact || !held || held.v === null || held.v === undefined) return [];
      return [`${number(held.v, fact.digits ?? 0)}\u00a0${fact.name.toLowerCase()}`];
    });
    return said.length ? said.join(", ") : say("note.missing");
  }

  // What stood open in this place and domain within a day: what is open now, and what has ended since.
  alerts(incident) {
    const open = new Set(incident.all.map((alert) => alert.id));
    const ended = this.ended(incident).filter((alert) => alert.cleared && !open.has(alert.id));
    return [...incident.all, ...ended].map((alert) => {
      const fact = this.page.indicators[alert.indicator] ?? {};
      const value = measured({ head: alert }, this.page);
      const bound = value && value === bandOf({ head: alert }, this.page) ? null : (alert.limit ?? null); // a band is a limit
      const over = alert.cleared ? say("wall.step.cleared", { time: clock(Date.parse(alert.cleared), false) }) : "";
      const said = [value, bound === null ? "" : say("alert.limit", { limit: bare(bound) }), over];
      const level = say(`severity.${alert.level}`).toLowerCase();
      return { t: Date.parse(alert.since), level: alert.level, title: fact.wrong ?? say("wall.step.opened", { what: fact.name ?? alert.indicator, level }), what: said.filter(Boolean).join(" · ") };
    });
  }

  // What else is open in this place, told where there is room: it is the same people who deal with it.
  beside({ incident, others }) {
    const same = (others ?? []).filter((each) => each.unit === incident.unit && each.key !== incident.key && !each.system);
    return same.map(({ head, since: t, level }) => {
      const fact = this.page.indicators[head.indicator] ?? {};
      return { t, level, title: say("wall.step.beside", { what: fact.wrong ?? fact.name ?? head.indicator }), what: measured({ head }, this.page) };
    });
  }

  ended(incident) {
    const { past } = this;
    if (past.unit !== incident.unit) this.past = { unit: incident.unit, asked: -Infinity, alerts: [] };
    if (incident.unit && performance.now() - this.past.asked > ASK_MS) this.ask(this.past);
    return this.past.alerts.filter((alert) => this.page.indicators[alert.indicator]?.domain === incident.domain && unitOf(alert) === incident.unit);
  }

  async ask(held) {
    held.asked = performance.now();
    const from = (now() ?? Date.now()) - DAY_MS;
    const alerts = await asked(`/api/v1/alerts/${held.unit}?from=${Math.floor(from / HOUR_MS) * HOUR_MS}&limit=200`);
    if (!Array.isArray(alerts) || this.past !== held) return;
    held.alerts = alerts;
    this.told();
  }

  // Now: the value, which way it goes, and what the law advises where it gives advice.
  present({ subject, points, incident }) {
    const digits = subject.fact.digits ?? 0;
    const change = hourly(subject, points);
    const way = change ? say("wall.step.hourly", { change: quantity2(signed(change.by, digits), subject.fact.unit), time: clock(change.from.t, false) }) : "";
    const beyond = beyondLimit(subject);
    const against = beyond ? say("wall.step.against", { over: quantity2(beyond.figure, subject.fact.unit), limit: subject.limit.name }) : "";
    const value = subject.v === null ? say("note.missing") : quantity(subject.v, subject.fact);
    const advice = subject.v === null ? "" : advised(subject, this.page);
    const many = incident.all.length > 1 ? say("wall.folded", { n: incident.all.length }) : "";
    return { now: true, title: [subject.name.length > ROOM ? subject.brief : subject.name, value].filter(Boolean).join(" "), what: advice || [against, way].filter(Boolean).join(" · ") || many };
  }
}

// The first moment of the present run beyond each limit, as far as the drawn day shows it.
function crossings({ subject, points }) {
  const known = points.filter((point) => point.v !== null);
  return subject.limits.flatMap((limit) => {
    const out = (v) => (limit.up ? v >= limit.v : v <= limit.v);
    if (!known.length || !out(known.at(-1).v)) return [];
    const inside = known.findLastIndex((point) => !out(point.v));
    const first = known[inside + 1];
    if (inside < 0) return [];
    return [{ t: first.t, rough: true, level: limit.level, title: say("wall.step.crossed", { limit: limit.name }), what: quantity(first.v, subject.fact) }];
  });
}

// At most `most`, in the order of time: the first and the last ones.
function chosen(steps, most) {
  const sorted = steps.filter((step) => Number.isFinite(step.t)).sort((a, b) => a.t - b.t);
  return sorted.length <= most ? sorted : [sorted[0], ...sorted.slice(-(most - 1))];
}

function advised(subject, page) {
  const scale = page.scales[subject.fact.scale];
  const at = scale ? scale.bands.findIndex((band) => band.upto === null || band.upto === undefined || subject.v <= band.upto) : -1;
  return page.advice?.[subject.fact.scale]?.[at] ?? "";
}

function quantity2(figure, unit) {
  return unit === "%" || !unit ? `${figure}${unit ?? ""}` : `${figure}\u00a0${unit}`;
}

function timeOf(ms, rough) {
  const today = lastBeat() === null || day(ms) === day(lastBeat());
  return today ? clock(ms, !rough) : moment(ms, lastBeat());
}
