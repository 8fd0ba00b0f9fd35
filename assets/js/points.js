// Stations on the map of an open domain: a dot each, made once; then only its class, its number and its words change.

import { attr, part, sign, text } from "./binding.js";
import { classOf } from "./classes.js";
import { ageState, since } from "./clock.js";
import { called, number, quantity, say, span } from "./format.js";
import { made } from "./svg.js";

const AT_MOST = 400; // of more stations than this only the abnormal ones are drawn
const WORDED = 14; // so few stations carry the word of their legal band too
const SIGNED = 3; // levels that have a sign; what is only noted has none
const LETTERS = 4; // of a label, in radii of a dot
const NUMBERED = 80; // more stations than this carry no number: they would cover each other

export class Points {
  constructor(map, page) {
    this.page = page;
    this.sheet = map.querySelector(".sheet");
    this.group = part(map, "points");
    this.dots = new Map();
    this.map = map;
  }

  show(state) {
    this.state = state;
    this.fact = this.page.indicators[this.page.indicator] ?? {};
    const numbered = !this.page.nation && state.entities.size <= NUMBERED;
    const crowd = state.entities.size > AT_MOST;
    for (const [code, entity] of state.entities) {
      const point = this.dots.get(code) ?? (crowd && !entity.severity ? null : this.make(code, entity));
      if (point) this.paint(point, entity, numbered);
    }
    this.settle();
  }

  // No label covers another: the worst keeps its word, the next has its number, the last only its dot.
  settle() {
    const placed = [];
    const points = [...this.dots.values()].sort((a, b) => (a.level || 9) - (b.level || 9));
    for (const point of points) {
      const fits = (point.words ?? []).find((words) => !placed.some((other) => overlap(boxOf(point, words), other)));
      text(point.label, fits ?? "");
      if (fits) placed.push(boxOf(point, fits));
    }
  }

  paint(point, entity, numbered) {
    const value = entity.values?.[this.page.indicator] ?? null;
    const old = this.age(entity) === "stale";
    const kind = old ? { name: "stale" } : classOf(value, this.fact, this.page.scales);
    attr(point.dot, "class", kind.name);
    if (point.colour !== kind.colour) point.dot.style.fill = point.colour = kind.colour ?? "";
    point.level = old || entity.severity > SIGNED ? 0 : entity.severity || 0;
    attr(point.dot, "data-severity", kind.colour || entity.by !== this.page.indicator ? null : point.level || null);
    this.mark(point, Boolean(kind.colour));
    const said = numbered && value !== null && !old ? number(value, this.fact.digits ?? 0) : "";
    point.words = [said && kind.word && this.dots.size <= WORDED ? `${said} ${kind.word}` : "", said].filter(Boolean);
  }

  // Colour is never alone: the sign stands over a dot, or beside one that wears the colour of a legal scale.
  mark(point, legal) {
    const [x, y] = [point.cx - (legal ? 3.2 : 1.6) * point.size, point.cy - 1.6 * point.size];
    attr(point.sign, "x", x.toFixed(1));
    attr(point.sign, "y", y.toFixed(1));
    sign(point.sign, point.level);
  }

  // How severe, and of which figure when it is not the one that is shown.
  severe(entity) {
    const level = entity.severity <= SIGNED && this.age(entity) !== "stale" && entity.severity;
    if (!level) return "";
    const by = entity.by === this.page.indicator ? "" : this.page.indicators[entity.by]?.name;
    return [say(`severity.${level}`), by].filter(Boolean).join(" · ");
  }

  age(entity) {
    return ageState(since(entity.atMs), this.fact.cadence ?? 3600, this.fact.lag ?? 0, entity.state, this.fact.office);
  }

  // What the card beside the pointer says of a station: name, figure, word, age.
  describe(code) {
    const entity = this.state?.entities.get(code);
    if (!entity) return null;
    const value = entity.values?.[this.page.indicator] ?? null;
    const age = since(entity.atMs);
    return {
      name: called(entity) || code,
      figure: value === null ? "—" : quantity(value, this.fact),
      word: value === null ? say("state.missing") : classOf(value, this.fact, this.page.scales).word || this.severe(entity),
      age: age === null ? "" : span(age),
    };
  }

  pick(code) {
    for (const [key, { dot }] of this.dots) dot.classList.toggle("picked-dot", key === code);
  }

  make(code, entity) {
    if (entity.lat === null || entity.lat === undefined || this.dots.size >= AT_MOST) return null;
    if (this.page.insets.includes(entity.place)) return null; // the archipelagos stand in their frames, not on the sheet
    const { k, scale, lon0, lat1 } = this.sheet.dataset;
    const size = Number(this.group.dataset.size);
    const [x, y] = [(entity.lon - lon0) * k * scale, (lat1 - entity.lat) * scale];
    const em = size * LETTERS;
    const dot = made("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: size, "data-entity": code });
    const mark = made("use", { width: size * 3.2, height: size * 3.2, class: "station-sign" });
    const label = made("text", { x: (x + size * 1.8).toFixed(1), y: (y + em * 0.35).toFixed(1), "font-size": em });
    this.group.append(dot, mark, label);
    this.map.classList.add("has-points"); // communes step back where stations stand
    const point = { dot, label, sign: mark, size, cx: x, cy: y, colour: undefined, x: x + size * 1.8, y: y + em * 0.35, em };
    this.dots.set(code, point);
    return point;
  }
}

// Where a label would stand, in the sheet's own units; letters of this weight are about 0.6 em wide.
function boxOf({ x, y, em }, words) {
  return [x, y - em, x + words.length * em * 0.6, y + em * 0.2];
}

function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
