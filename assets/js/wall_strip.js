// The four figures of an incident, in the state each is in: what it is, how far beyond its limit, what an hour changed,
// how long it has lasted. Where one cannot be said, another figure of the same domain stands in its place.

import { attr, parts, sign, text } from "./binding.js";
import { now, since } from "./clock.js";
import { cite, clock, day, lasting, number, say, span } from "./format.js";
import { beyondLimit, hourly, signed, standing } from "./wall_subject.js";
import { fit, keepFitting, named } from "./wall_fit.js";

const WITHOUT = new Set(["stale", "missing"]); // states in which a figure has no severity

export class Strip {
  constructor(nodes, page) {
    this.page = page;
    this.cells = [...nodes].map((node) => ({ node, mark: node.querySelector(".sign"), parts: parts(node) }));
    for (const cell of this.cells) keepFitting(cell.node);
  }

  show(told) {
    this.told = told;
    const { subject, points, incident } = told;
    const first = [this.main(told), this.against(subject, incident), this.change(subject, points)].filter(Boolean);
    const room = this.cells.length - 1;
    const figures = [...first, ...this.others(told)].slice(0, room);
    this.cells.forEach((cell, i) => this.write(cell, i === room ? this.since(incident) : figures[i]));
  }

  tick() {
    if (!this.told) return;
    this.write(this.cells[0], this.main(this.told));
    this.write(this.cells.at(-1), this.since(this.told.incident));
  }

  write(cell, told) {
    const state = told ? (told.state ?? "live") : "missing";
    const level = WITHOUT.has(state) ? 0 : told?.level;
    attr(cell.node, "data-age-state", state);
    attr(cell.node, "data-severity", level || null);
    sign(cell.mark, 0, state === "suspect");
    text(cell.parts.note, told?.note ?? "");
    const written = `${told?.name ?? ""} ${told?.figure ?? ""} ${told?.unit ?? ""}`;
    if (written === cell.written) return;
    cell.written = written;
    named(cell.node, told?.name ?? "", told?.brief);
    text(cell.parts.figure, told?.figure ?? "");
    for (const name of ["unit", "aside"]) text(cell.parts[name], told?.unit ?? "");
    fit(cell.node);
  }

  main({ subject, incident }) {
    if (subject.v === null) return { name: subject.name, brief: subject.brief, figure: "—", unit: "", note: say("note.missing"), state: "missing" };
    const state = standing(subject);
    const age = since(subject.atMs);
    const aged = age === null ? "" : state === "stale" ? say("age.stale", { age: span(age) }) : span(age);
    const sure = state === "suspect" && subject.second ? say("note.suspect", { source: cite(subject.second.source), value: number(subject.second.v, subject.fact.digits ?? 0) }) : "";
    const who = subject.code ?? (subject.n ? `n\u00a0=\u00a0${number(subject.n)}` : "");
    return { name: subject.name, brief: subject.brief, figure: number(subject.v, subject.fact.digits ?? 0), unit: subject.fact.unit, note: [aged, sure || who].filter(Boolean).join(" · "), level: incident.level, state };
  }

  against(subject, incident) {
    const beyond = beyondLimit(subject);
    return beyond && { name: say("wall.against", { limit: subject.limit.plain ? say("wall.limit.any") : subject.limit.name }), figure: beyond.figure, unit: subject.fact.unit, note: beyond.said, level: incident.level, state: standing(subject) };
  }

  change(subject, points) {
    const change = hourly(subject, points);
    if (!change) return null;
    const { by, from } = change;
    const digits = subject.fact.digits ?? 0;
    const seen = Number(by.toFixed(digits)); // what is not seen in its digits has not changed
    const key = seen > 0 ? "wall.rising" : seen < 0 ? "wall.falling" : "wall.steady";
    return { name: say(key), figure: signed(seen, digits), unit: subject.fact.unit, note: say("wall.since", { time: clock(from.t, false), value: number(from.v, digits) }), state: standing(subject) };
  }

  since(incident) {
    const t = now();
    if (t === null) return null;
    const seconds = Math.max(0, (t - incident.since) / 1000);
    const [figure, ...rest] = lasting(seconds).split(/[\s\u00a0]/); // whole minutes that have passed: `5 giờ 33 phút`
    const many = incident.all.length;
    return { name: say("wall.open.since", { time: clock(incident.since, false) }), figure, unit: rest.join(" "), note: many > 1 ? say("wall.folded", { n: many }) : day(incident.since) };
  }

  // The unit's other figures of the same domain, the worst first.
  others({ unit, incident, subject }) {
    const codes = Object.entries(this.page.indicators).filter(([code, fact]) => fact.domain === incident.domain && code !== subject.indicator);
    const held = codes.map(([code, fact]) => ({ fact, held: unit?.indicators?.[code] })).filter(({ held }) => held && held.v !== null && held.v !== undefined);
    held.sort((a, b) => (a.held.severity || 9) - (b.held.severity || 9));
    return held.slice(0, this.cells.length).map(({ fact, held }) => ({
      name: fact.name, figure: number(held.v, fact.digits ?? 0), unit: fact.unit, level: held.severity || 0,
      note: [incident.place, span(since(held.atMs) ?? 0)].join(" · "), state: standing({ v: held.v, atMs: held.atMs, fact, said: held.state }),
    }));
  }
}
