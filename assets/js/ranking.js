// Ranking by the indicator that colours the map, fair: told per what could have been hit, with the interval of each
// share, few cases hollow, and no rank for what is stale, missing or in doubt. Rows keep their nodes.

import { own } from "./alerts.js";
import { attr, hide, part, parts, sign, style, text } from "./binding.js";
import { ageState, since } from "./clock.js";
import { goodness, measure, ofUnits, rankRanges, wholeName, wholeOf } from "./fair.js";
import { bare, brief, number, say, span } from "./format.js";
import { layerFigure } from "./layers.js";

const TICK_PX = 72;
const SHORT = 6; // letters of a unit that have room over its column
const RANKED = new Set(["live", "late"]);
const SILENT = 8; // more places than this that never told anything are one line
const BELOW = ["suspect", "stale", "missing", "loading"];

export class Ranking {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.rows = [...node.querySelectorAll(".rank")].map((row) => ({ node: row, place: row.dataset.place, parts: parts(row), dot: row.querySelector(".dot"), bar: row.querySelector(".sure"), few: row.querySelector(".few"), limit: row.querySelector(".limit"), mark: row.querySelector(".sign") }));
    this.parts = parts(node);
    this.rule = part(node, "rule");
    this.only = null;
    this.cases = null; // place -> number of cases, once history has told them
    this.apart = 36; // per cent of the axis that the words of the limit and of an end take
    const track = this.rows[0]?.node.querySelector(".track");
    if (track) new ResizeObserver(([{ contentRect }]) => (this.apart = contentRect.width ? (TICK_PX / contentRect.width) * 100 : 36)).observe(track);
    this.colourBy(page.indicator);
  }

  colourBy(code) {
    if (code !== this.code) this.cases = null;
    this.code = code;
    this.fact = ofUnits(this.page.indicators[code]);
    attr(this.node, "data-indicator", code);
    text(this.parts.basis, this.basis());
    const unit = this.fact.per ? "" : (this.fact.unit ?? "");
    text(this.parts.unit, unit.length > SHORT ? "" : unit); // the legend says a long one
    this.head();
    if (this.state) this.show(this.state);
  }

  // Cases behind each place's figure, where they are told; null where nobody has told them.
  known() {
    return this.state?.cases?.[this.code] ?? this.cases;
  }

  head() {
    text(this.parts.note, this.note());
    text(this.parts.cases, this.counted() ? "n" : "");
  }

  counted() {
    return Boolean(this.fact.per || (this.fact.share && this.known()));
  }

  // What makes the comparison fair, or says that it is not.
  note() {
    const { fact } = this;
    if (fact.per) return say("rank.per", { n: number(fact.perTimes), of: wholeName(this.page, fact) });
    if (fact.unpeopled && this.page.nation) return say("rank.unpeopled");
    if (fact.share && this.known()) return say("rank.interval");
    return say(fact.sum && this.page.nation ? "rank.raw" : "rank.plain");
  }

  // The law behind the figure, and behind its limit where another says that one.
  basis() {
    const { basis = "", limitBy = "" } = this.fact;
    const own = limitBy && !basis.includes(limitBy) ? say("rank.basis.limit", { source: limitBy }) : "";
    return [basis && say("rank.basis", { basis }), own].filter(Boolean).join(" · ");
  }

  show(state) {
    this.state = state;
    this.head();
    attr(this.node, "data-version", `${state.epoch}-${state.version}`);
    this.tick();
  }

  // How many cases stand behind each place's figure.
  know(cases) {
    this.cases = cases;
    this.head();
    this.tick();
  }

  // Only these places are ranked, among themselves; null for all.
  narrow(places) {
    if ([...(places ?? [])].join() === [...(this.only ?? [])].join() && !places === !this.only) return;
    this.only = places;
    for (const row of this.rows) hide(row.node, Boolean(places) && !places.has(row.place));
    this.tick();
  }

  tick() {
    if (!this.state) return;
    const absent = this.page.absent?.[this.fact.domain] ?? []; // who has no such service lacks nothing
    const looked = this.only ? this.rows.filter((row) => this.only.has(row.place)) : this.rows;
    const rows = looked.filter((row) => !absent.includes(row.place));
    for (const row of looked) if (absent.includes(row.place)) hide(row.node, true);
    const figures = new Map(rows.map((row) => [row, this.figure(row.place)]));
    const ranked = rows.filter((row) => RANKED.has(figures.get(row).state));
    const goods = new Map(ranked.map((row) => [row, goodness(figures.get(row), this.fact)]));
    const middle = (row) => goodness({ v: figures.get(row).v }, this.fact)[0];
    ranked.sort((a, b) => middle(b) - middle(a));
    for (const row of ranked) hide(row.node, false);
    this.ranges = new Map();
    rankRanges(ranked.map((row) => goods.get(row))).forEach((range, i) => this.ranges.set(ranked[i].place, range));
    const rest = rows.filter((row) => !RANKED.has(figures.get(row).state));
    rest.sort((a, b) => BELOW.indexOf(figures.get(a).state) - BELOW.indexOf(figures.get(b).state));
    const scale = this.axis(ranked.map((row) => figures.get(row)));
    let pos = 0;
    ranked.forEach((row, i) => {
      if (i === 0 || middle(row) !== middle(ranked[i - 1])) pos = i + 1; // equal figures share a rank
      this.place(row, figures.get(row), i, String(pos), scale);
    });
    const told = this.fold(rest, figures);
    told.forEach((row, i) => this.place(row, figures.get(row), ranked.length + i + (ranked.length ? 0.2 : 0), "", scale));
    this.close(ranked.length + told.length, rest.length - told.length);
    hide(this.rule, !ranked.length || !rest.length);
    style(this.rule, "--at", String(ranked.length + 0.1));
    this.order([...ranked, ...told]);
    attr(this.node, "data-age-state", ranked.length ? "live" : "stale");
    this.count = ranked.length;
  }

  // Who walks through with the keyboard or listens meets the rows as they are seen; not while one of them has the focus.
  order(rows) {
    const order = rows.map((row) => row.place).join();
    const list = this.node.querySelector(".ranks");
    if (order === this.ordered || list.contains(document.activeElement)) return;
    this.ordered = order;
    list.append(...rows.map((row) => row.node), this.rule, this.parts.folded);
  }

  // Of many places that never told anything there is one line, not one each.
  fold(rest, figures) {
    const silent = rest.filter((row) => figures.get(row).state === "missing");
    const folded = silent.length > SILENT ? new Set(silent) : new Set();
    for (const row of rest) hide(row.node, folded.has(row));
    return rest.filter((row) => !folded.has(row));
  }

  close(rows, folded) {
    hide(this.parts.folded, !folded);
    text(this.parts.folded, folded ? say("rank.folded", { n: number(folded) }) : "");
    style(this.parts.folded, "--at", String(rows + 0.4));
    style(this.node.querySelector(".ranks"), "--rows", String(rows + (folded ? 1.4 : 0)));
  }

  // First and last rank a place may have, of how many; null where it has none.
  range(place) {
    const found = this.ranges?.get(place);
    return found ? { first: found[0], last: found[1], of: this.count } : null;
  }

  figure(place) {
    const found = layerFigure(this.state, this.code, place);
    if (!found || found.v === null) return { v: null, state: "missing", severity: 0 };
    const age = since(found.atMs) ?? 0;
    const state = ageState(age, this.fact.cadence, this.fact.lag, found.state, this.fact.office);
    const whole = this.fact.per ? wholeOf(this.page, this.fact, place, (code) => layerFigure(this.state, code, place)) : null;
    const cases = this.known()?.get(place);
    const measured = measure(found.v, this.fact, cases, whole);
    if (measured.v === null) return { ...found, ...measured, age, state: "missing", severity: 0 };
    return { ...found, ...measured, age, state };
  }

  place(row, figure, at, pos, scale) {
    style(row.node, "--at", String(at));
    attr(row.node, "data-age-state", figure.state);
    const level = figure.state === "stale" ? 0 : figure.severity;
    attr(row.node, "data-severity", level || null);
    const shown = level && level <= own(this.page) ? level : 0;
    row.node.classList.toggle("marked", Boolean(shown));
    sign(row.mark, shown, figure.state === "suspect");
    text(row.parts.pos, pos);
    const digits = this.fact.per ? Math.max(1, this.fact.digits ?? 0) : (this.fact.digits ?? 0);
    text(row.parts.value, figure.v === null ? "—" : brief(figure.v, digits));
    if (figure.v !== null && Math.abs(figure.v) >= 1e6) attr(row.parts.value, "title", number(figure.v, digits));
    text(row.parts.age, this.beside(figure));
    const few = figure.v !== null && figure.n !== null && figure.n < this.fact.few && RANKED.has(figure.state);
    text(row.few, few ? say("rank.few") : "");
    row.dot.classList.toggle("hollow", few || figure.state === "suspect" || figure.state === "late");
    row.bar.hidden = figure.low === undefined || !RANKED.has(figure.state);
    if (figure.v === null) return;
    style(row.dot, "--x", `${scale(figure.v).toFixed(1)}%`);
    if (!row.bar.hidden) this.bar(row, scale(figure.low), scale(figure.v), scale(figure.high));
  }

  // The interval, and the word for few cases on the side that has room for it.
  bar(row, from, at, to) {
    style(row.bar, "--a", `${from.toFixed(1)}%`);
    style(row.bar, "--b", `${to.toFixed(1)}%`);
    const before = from > 28 || (to > 72 && at > 50);
    row.few.classList.toggle("after", !before);
    style(row.few, "--a", `${(from > 28 ? from : at - 3).toFixed(1)}%`);
    style(row.few, "--b", `${(to < 72 ? to : at + 3).toFixed(1)}%`);
  }

  // The last column: cases behind a fresh figure, else what is wrong with it.
  beside(figure) {
    const counted = this.counted();
    if (this.state.past && !counted && RANKED.has(figure.state)) return ""; // everything is as old as the hour looked at
    if (figure.state === "missing") return say("note.missing");
    if (figure.state === "suspect") return say("state.suspect");
    if (figure.state === "stale") return say("age.stale", { age: span(figure.age) });
    if (counted) return figure.n === null || figure.n === undefined ? "" : number(figure.n);
    return span(figure.age);
  }

  // The ends are round and the nearest limit is named; returns value -> per cent.
  axis(figures) {
    const limit = this.fact.per ? null : (this.fact.low ?? this.fact.high ?? null);
    const sure = figures.filter((f) => f.low !== undefined && f.n >= this.fact.few).flatMap((f) => [f.low, f.high]);
    const values = figures.map((f) => f.v);
    const all = limit === null ? [...values, ...sure] : [...values, ...sure, limit];
    let [low, high] = values.length ? [Math.min(...all), Math.max(...all)] : [0, 1];
    if (low >= 0 && low < (high - low) * 0.5) low = 0;
    const pad = (high - low || 1) * 0.04;
    const scale = (v) => Math.min(100, Math.max(0, ((v - low + pad) / (high - low + 2 * pad)) * 100));
    const ticks = { low: [low, short(rounded(low))], high: [high, short(rounded(high))] };
    if (limit !== null) ticks.limit = [limit, say("rank.limit", { n: bare(limit) })];
    for (const end of ["low", "limit", "high"]) this.tickAt(end, ticks[end], scale, ticks.limit && scale(limit));
    for (const row of this.rows) {
      hide(row.limit, limit === null);
      if (limit !== null) style(row.limit, "--limit", `${scale(limit).toFixed(1)}%`);
    }
    return scale;
  }

  tickAt(end, tick, scale, limitAt) {
    const node = part(this.node, `tick-${end}`);
    const near = end !== "limit" && tick && limitAt !== undefined && Math.abs(scale(tick[0]) - limitAt) < this.apart;
    text(node, tick && !near ? tick[1] : "");
    if (tick) style(node, "--x", `${scale(tick[0]).toFixed(1)}%`);
  }

  pick(place) {
    for (const row of this.rows) row.node.classList.toggle("picked", row.place === place);
  }
}

function short(value) {
  return Math.abs(value) < 1e6 ? bare(value) : brief(value);
}

function rounded(value) {
  return Number(value.toPrecision(3));
}
