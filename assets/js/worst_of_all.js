// The worst incident on a phone: its figure large, how far beyond the limit, what an hour changed, its course. Shown while
// one of level 1 or 2 is open; everything it needs beside the page's own scope is asked for only then, and only here.

import { own, unitOf } from "./alerts.js";
import { attr, hide, part, parts, sign, style, text } from "./binding.js";
import { since } from "./clock.js";
import { lasting, number, quantity, say, span } from "./format.js";
import { Chart, PHONE } from "./wall_chart.js";
import { incidents, named } from "./wall_incidents.js";
import { asked, beyondLimit, Course, hourly, signed, standing, subject } from "./wall_subject.js";

const ROOM = 8; // letters of a figure in its full size

export class WorstOfAll {
  // `get` gives what the store holds of a scope; `follow` asks the stream for scopes beside the page's own.
  constructor(node, page, { get, follow }) {
    Object.assign(this, { node, page, get, follow });
    this.parts = parts(node);
    this.mark = node.querySelector(".worst-head .sign");
    this.chart = new Chart(part(node, "chart"), page, PHONE);
    this.course = new Course(() => this.draw());
    this.scopes = [];
  }

  show(state) {
    const [worst] = incidents(state.alerts, this.page).filter((each) => !each.system && each.level <= own({ nation: true }));
    this.incident = worst ?? null;
    this.state = state;
    hide(this.node, !worst);
    this.node.parentElement.classList.toggle("told", Boolean(worst));
    if (!worst) return this.want([]);
    this.list(this.page.alerts.open.length);
    this.want(worst.unit ? [`${worst.unit}:${worst.domain}`] : []);
    if (this.bounds) this.draw();
    else this.limits();
  }

  // Of the list behind it stays the first alert that is not told above; the rest is counted.
  list(open) {
    const list = this.page.alerts;
    const told = new Set(this.incident.all);
    const next = list.rows.find((row) => row.alert && !told.has(row.alert));
    for (const row of list.rows) row.node.classList.toggle("folded", row !== next);
    const rest = open - told.size - (next ? 1 : 0);
    hide(list.parts.more, rest <= 0);
    text(list.parts.more, rest > 0 ? say("alert.more", { n: rest }) : "");
  }

  want(scopes) {
    if (scopes.join() === this.scopes.join()) return;
    this.scopes = scopes;
    this.follow(scopes);
  }

  // Limits are in the definitions of indicators, which a page asks for when somebody wants to know.
  async limits() {
    if (this.asking) return;
    this.asking = true;
    const found = (await asked(`/definitions/${this.page.lang}`)) ?? {};
    this.bounds = Object.fromEntries(Object.entries(found).map(([code, each]) => [code, each.bounds ?? []]));
    this.draw();
  }

  draw() {
    const { incident, page, parts: p } = this;
    if (!incident || !this.bounds || this.node.hidden) return;
    const unit = page.nation ? this.figures(incident) : this.state;
    const held = subject(incident, this.get(this.scopes[0]), unit, { ...page, limits: this.bounds });
    const points = this.course.points(held, incident, unit);
    const fact = held.fact;
    attr(this.node, "data-severity", incident.level);
    attr(this.node, "data-age-state", standing(held));
    sign(this.mark, incident.level);
    text(p.title, named(incident, page, false));
    const digits = held.v === null ? "—" : number(held.v, fact.digits ?? 0);
    text(p.reading, digits);
    style(this.node, "--fit", Math.min(1, ROOM / digits.length).toFixed(3));
    text(p.unit, held.v === null ? "" : fact.unit ?? "");
    const beyond = beyondLimit(held);
    const limit = incident.head.limit ?? null;
    text(p.against, beyond ? say(beyond.figure.startsWith("+") ? "worst.above" : "worst.below", { over: measured(beyond.figure, fact), limit: held.limit.name }) : limit === null ? "" : say("alert.limit", { limit: quantity(limit, fact) }));
    attr(p.open, "href", page.href(incident.unit ?? undefined, fact.domain, incident.head.indicator, incident.head.entity, Date.parse(incident.head.since)));
    attr(p.behind, "href", page.behind(unitOf(incident.head), fact, incident.head.indicator, incident.head.entity, Date.parse(incident.head.since)));
    this.chart.show(held, points);
    this.held = { held, points };
    this.tick();
  }

  tick() {
    if (!this.incident || !this.held) return;
    const { held, points } = this.held;
    const change = hourly(held, points);
    const way = change ? say("worst.hourly", { change: measured(signed(change.rate, held.fact.digits ?? 0), held.fact) }) : "";
    const age = since(held.atMs);
    text(this.parts.change, [way, age === null ? "" : span(age)].filter(Boolean).join(" · "));
    const where = [this.incident.place, say("alert.since", { age: lasting(since(this.incident.since) ?? 0) })].join(", ");
    text(this.parts.where, [where, held.station].filter(Boolean).join(" · "));
  }

  // The nation's page knows a unit's figures by their columns; its past is that of the unit's own scope.
  figures({ unit, head }) {
    return unit ? this.get(unit) ?? { indicators: { [head.indicator]: column(this.state, head.indicator, unit) } } : this.state;
  }
}

function column(state, code, unit) {
  const i = state.place.get(unit);
  const v = i === undefined ? null : state.columns[code]?.[i] ?? null;
  return { v, atMs: state.unitAt?.[code]?.[i] ?? null, state: state.units?.state?.[code]?.[i] ?? null };
}

function measured(figure, { unit }) {
  return unit === "%" || !unit ? `${figure}${unit ?? ""}` : `${figure}\u00a0${unit}`;
}
