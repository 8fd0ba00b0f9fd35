// Ranking by the indicator that colours the map. Rows keep their nodes; only their place, dot and words change.

import { attr, hide, part, parts, sign, style, text } from "./binding.js";
import { classOf } from "./classes.js";
import { ageState, since } from "./clock.js";
import { bare, number, say, span } from "./format.js";
import { unitFigure } from "./store.js";

const RANKED = new Set(["live", "late"]);
const BELOW = ["suspect", "stale", "missing", "loading"];

export class Ranking {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.rows = [...node.querySelectorAll(".rank")].map((row) => ({ node: row, place: row.dataset.place, parts: parts(row), dot: row.querySelector(".dot"), limit: row.querySelector(".limit"), mark: row.querySelector(".sign") }));
    this.rule = part(node, "rule");
    this.colourBy(page.indicator);
  }

  colourBy(code) {
    this.code = code;
    this.fact = this.page.indicators[code];
    attr(this.node, "data-indicator", code);
    if (this.state) this.show(this.state);
  }

  show(state) {
    this.state = state;
    attr(this.node, "data-version", `${state.epoch}-${state.version}`);
    this.tick();
  }

  tick() {
    if (!this.state) return;
    const figures = new Map(this.rows.map((row) => [row, this.figure(row.place)]));
    const ranked = this.rows.filter((row) => RANKED.has(figures.get(row).state)).sort((a, b) => this.better(figures.get(a).v, figures.get(b).v));
    const rest = this.rows.filter((row) => !RANKED.has(figures.get(row).state));
    rest.sort((a, b) => BELOW.indexOf(figures.get(a).state) - BELOW.indexOf(figures.get(b).state));
    const scale = this.axis(ranked.map((row) => figures.get(row).v));
    ranked.forEach((row, i) => this.place(row, figures.get(row), i, String(i + 1), scale));
    rest.forEach((row, i) => this.place(row, figures.get(row), ranked.length + i + (ranked.length ? 0.2 : 0), "", scale));
    hide(this.rule, !ranked.length || !rest.length);
    style(this.rule, "--at", String(ranked.length + 0.1));
    attr(this.node, "data-age-state", ranked.length ? "live" : "stale");
  }

  // Best first; where neither is better, more first.
  better(a, b) {
    if (this.fact.dir === "down") return a - b;
    if (this.fact.dir === "band" && this.fact.low !== undefined) {
      const middle = (this.fact.low + this.fact.high) / 2;
      return Math.abs(a - middle) - Math.abs(b - middle);
    }
    return b - a;
  }

  figure(place) {
    const found = unitFigure(this.state, this.code, place);
    if (!found || found.v === null) return { v: null, state: "missing", severity: 0 };
    const age = since(found.atMs) ?? 0;
    return { ...found, age, state: ageState(age, this.fact.cadence, this.fact.lag, found.state, this.fact.office) };
  }

  place(row, figure, at, pos, scale) {
    style(row.node, "--at", String(at));
    attr(row.node, "data-age-state", figure.state);
    const level = figure.state === "stale" ? 0 : figure.severity;
    attr(row.node, "data-severity", level || null);
    const shown = level && level <= (this.page.nation ? 2 : 3) ? level : 0;
    sign(row.mark, shown, figure.state === "suspect");
    text(row.parts.pos, pos);
    text(row.parts.value, figure.v === null ? "—" : number(figure.v, this.fact.digits ?? 0));
    text(row.parts.age, figure.state === "missing" ? say("note.missing") : figure.state === "suspect" ? say("state.suspect") : span(figure.age));
    if (figure.v === null) return;
    style(row.dot, "--x", `${scale(figure.v).toFixed(1)}%`);
    row.dot.classList.toggle("hollow", figure.state === "suspect" || figure.state === "late");
    const kind = classOf(figure.v, this.fact, this.page.scales);
    row.node.classList.toggle("legal", Boolean(kind.colour));
    if (kind.colour) style(row.node, "--legal", kind.colour);
  }

  // The ends are round and the nearest limit is named; returns value -> per cent.
  axis(values) {
    const limit = this.fact.low ?? this.fact.high ?? null;
    const all = limit === null ? values : [...values, limit];
    let [low, high] = all.length ? [Math.min(...all), Math.max(...all)] : [0, 1];
    if (low >= 0 && low < (high - low) * 0.5) low = 0;
    const pad = (high - low || 1) * 0.04;
    const scale = (v) => Math.min(100, Math.max(0, ((v - low + pad) / (high - low + 2 * pad)) * 100));
    const ticks = { low: [low, bare(rounded(low))], high: [high, bare(rounded(high))] };
    if (limit !== null) ticks.limit = [limit, say("rank.limit", { n: bare(limit) })];
    for (const end of ["low", "limit", "high"]) this.tickAt(end, ticks[end], scale, ticks.limit && scale(limit));
    for (const row of this.rows) style(row.limit, "--limit", limit === null ? "-9rem" : `${scale(limit).toFixed(1)}%`);
    return scale;
  }

  tickAt(end, tick, scale, limitAt) {
    const node = part(this.node, `tick-${end}`);
    const near = end !== "limit" && tick && limitAt !== undefined && Math.abs(scale(tick[0]) - limitAt) < 25;
    text(node, tick && !near ? tick[1] : "");
    if (tick) style(node, "--x", `${scale(tick[0]).toFixed(1)}%`);
  }

  pick(place) {
    for (const row of this.rows) row.node.classList.toggle("picked", row.place === place);
  }
}

function rounded(value) {
  return Number(value.toPrecision(3));
}
