// The quiet panels of a wall: alerts, their load, feeds, and who stands worst. All nodes stand from the first paint.

import { own, sorted } from "./alerts.js";
import { attr, hide, parts, sign, style, SYSTEM, text } from "./binding.js";
import { ageState, since } from "./clock.js";
import { ofUnits } from "./fair.js";
import { lasting, number, quantity, say, span } from "./format.js";
import { feedState, living } from "./health.js";
import { layerFigure } from "./layers.js";
import { shrink } from "./wall_fit.js";
import { alertsOf, measured, named } from "./wall_incidents.js";

const PLATES = 2;
const ROOM = 20; // letters of a row's title
const SPAN_S = 600;

export class WallAlerts {
  constructor(node, page) {
    this.page = page;
    this.domain = node.dataset.domain;
    this.parts = parts(node);
    this.rows = [...node.querySelectorAll(".alert")].map((row) => ({ node: row, mark: row.querySelector(".sign"), parts: parts(row) }));
  }

  show(state, all) {
    const mine = all.filter((incident) => !this.domain || incident.domain === this.domain);
    const told = this.rows.length > 6 || this.domain ? mine : mine.filter((incident) => incident.level <= own(this.page));
    this.rows.forEach((row, i) => this.fill(row, told[i], i));
    const rest = alertsOf(mine) - alertsOf(told.slice(0, this.rows.length));
    text(this.parts.count, mine.length ? number(alertsOf(mine)) : "");
    hide(this.parts.none, mine.length > 0);
    hide(this.parts.more, rest <= 0);
    text(this.parts.more, rest > 0 ? say("alert.more", { n: number(rest) }) : "");
    this.tick();
  }

  fill(row, incident, i) {
    hide(row.node, !incident);
    row.incident = incident;
    if (!incident) return;
    attr(row.node, "data-severity", incident.system ? null : incident.level);
    row.node.toggleAttribute("data-system", incident.system);
    row.node.toggleAttribute("data-plate", incident.level === 1 && i < PLATES && !incident.system);
    sign(row.mark, incident.system ? SYSTEM : incident.level);
    const whole = named(incident, this.page);
    text(row.parts.title, whole.length <= ROOM ? whole : named(incident, this.page, false));
    shrink(row.parts.title, "--fit");
    text(row.parts.what, [incident.place, measured(incident, this.page)].filter(Boolean).join(", "));
  }

  tick() {
    for (const { incident, parts: part } of this.rows) {
      if (!incident) continue;
      const seconds = since(incident.since) ?? 0;
      const folded = incident.all.length > 1 ? say("wall.folded", { n: incident.all.length }) : "";
      text(part.since, [say("alert.since", { age: folded ? span(seconds) : lasting(seconds) }), folded].filter(Boolean).join(" · "));
    }
  }
}

export class Load {
  constructor(node, page) {
    this.page = page;
    this.parts = parts(node);
    this.flood = Number(node.dataset.flood);
  }

  show(state) {
    this.state = state;
    this.tick();
  }

  tick() {
    if (!this.state) return;
    const n = sorted([...this.state.alerts], this.page.indicators).filter((alert) => (since(Date.parse(alert.since)) ?? Infinity) < SPAN_S).length;
    text(this.parts.n, number(n));
    style(this.parts.needle, "--x", String(Math.min(1, n / (this.flood + 2)).toFixed(3)));
    attr(this.parts.needle, "data-state", n > this.flood ? "flood" : null);
  }
}

export class WallFeeds {
  constructor(node, page) {
    this.page = page;
    this.parts = parts(node);
    this.cells = [...node.querySelectorAll("[data-feed]")];
  }

  show(state) {
    this.state = state;
    this.tick();
  }

  tick() {
    if (!this.state) return;
    const silent = [];
    for (const cell of this.cells) {
      const feed = cell.dataset.feed;
      const state = feedState(this.state.feeds[feed], this.page.feeds[feed]);
      attr(cell, "data-age-state", state);
      hide(cell, !this.state.feeds[feed] && Boolean(this.page.feeds[feed]?.optional)); // nobody waits for what not every place has
      if (this.state.feeds[feed] && (state === "stale" || state === "missing")) silent.push(cell.dataset.name);
    }
    const [alive] = living(this.state, this.page);
    const quiet = alive > 0 && Object.values(this.state.feeds).every((feed) => feed.accepted === 0); // alive, and nothing to tell
    text(this.parts.silent, silent.length ? say("wall.silent", { n: silent.length, name: silent[0] }) : say(quiet ? "wall.alive.empty" : "wall.alive", { n: alive }));
    const { clientWidth, scrollWidth } = this.parts.silent;
    if (silent.length && scrollWidth > clientWidth) text(this.parts.silent, say("wall.silent.count", { n: silent.length }));
  }
}

export class Worst {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.code = node.dataset.indicator;
    this.fact = ofUnits(page.indicators[this.code] ?? {});
    this.parts = parts(node);
    this.rows = [...node.querySelectorAll(".worst")].map((row) => ({ node: row, mark: row.querySelector(".sign"), dot: row.querySelector(".dot"), parts: parts(row) }));
  }

  show(state) {
    this.state = state;
    attr(this.node, "data-version", `${state.epoch}-${state.version}`);
    const known = [];
    let left = 0;
    for (const place of state.order) {
      const figure = layerFigure(state, this.code, place);
      const age = figure?.v === null || !figure ? null : since(figure.atMs) ?? 0;
      const how = ageState(age, this.fact.cadence ?? 60, this.fact.lag ?? 0, figure?.state, this.fact.office);
      if (age === null || how === "stale" || how === "suspect") left += 1;
      else if (figure.v || !this.fact.counts) known.push({ place, ...figure });
    }
    const middle = ((this.fact.low ?? 0) + (this.fact.high ?? 0)) / 2;
    const far = (v) => (this.fact.dir === "up" ? -v : this.fact.dir === "band" ? Math.abs(v - middle) : v);
    known.sort((a, b) => far(b.v) - far(a.v));
    const values = known.map((each) => each.v);
    const scale = scaled(Math.min(...values), Math.max(...values));
    this.rows.forEach((row, i) => this.fill(row, known[i], scale));
    text(this.parts.left, left ? say("wall.unranked", { n: number(left) }) : known.length ? "" : say("wall.nobody"));
    attr(this.node, "data-age-state", known.length ? "live" : "missing");
  }

  fill(row, figure, scale) {
    hide(row.node, !figure);
    if (!figure) return;
    attr(row.node, "data-severity", figure.severity || null);
    attr(row.node, "data-place", figure.place);
    sign(row.mark, figure.severity);
    text(row.parts.name, this.page.names[figure.place] ?? figure.place);
    text(row.parts.value, quantity(figure.v, this.fact));
    style(row.dot, "--x", scale(figure.v));
  }

  tick() {
    if (this.state) this.show(this.state);
  }
}

function scaled(low, high) {
  return (v) => `${(high === low ? 50 : ((v - low) / (high - low)) * 100).toFixed(1)}%`;
}
