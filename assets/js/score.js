// A score to the point: rates from the figures, points as the server computed them, so that they add up.

import { attr, parts, style, text } from "./binding.js";
import { bare, number, say } from "./format.js";

export class Score {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.code = node.dataset.indicator;
    this.parts = parts(node);
    this.groups = rows(node, "[data-group]");
    this.items = rows(node, "[data-item]");
  }

  show(state) {
    const held = state.indicators[this.code];
    const { items = {}, groups = {} } = held?.extra ?? {};
    attr(this.node, "data-version", `${state.epoch}-${state.version}`);
    const known = Object.keys(groups).length > 0;
    attr(this.node, "data-age-state", known ? held.state ?? "live" : "missing");
    text(this.parts.total, this.total(held, known));
    for (const row of this.groups) this.points(row, groups[row.node.dataset.group]);
    for (const row of this.items) this.item(row, state.indicators[row.node.dataset.item], items[row.node.dataset.item]);
    this.worst(items);
  }

  total(held, known) {
    if (typeof held?.v === "number") {
      const level = held.extra?.level;
      return [say("score.total", { n: number(held.v, 2) }), level && say(`score.class.${level}`)].filter(Boolean).join(" · ");
    }
    return say(known ? "score.partial" : "note.missing");
  }

  // Points of a group or an item, and what is lost of them.
  points(row, points) {
    const most = Number(row.node.dataset.max);
    const known = typeof points === "number";
    const lost = known ? most - points : null;
    text(row.parts.points, known ? number(points, 2) : "—");
    text(row.parts.lost, !known ? "—" : lost < 0.005 ? "0" : number(-lost, 2));
    style(row.node, "--x", `${known ? ((points / most) * 100).toFixed(1) : 0}%`);
    attr(row.node, "data-age-state", known ? "live" : "missing");
  }

  item(row, figure, points) {
    const full = Number(row.node.dataset.full);
    const rate = figure && typeof figure.v === "number" ? figure.v : null;
    const fact = this.page.indicators[row.node.dataset.item] ?? {};
    this.points(row, rate === null ? null : points ?? null);
    text(row.parts.rate, rate === null ? "—" : `${number(rate, fact.digits ?? 1)}%`);
    const left = full - rate;
    text(row.parts.why, rate === null ? say("score.unmeasured") : left <= 0 ? say("score.whole", { n: bare(full) }) : say("score.short", { n: number(left, 2), full: bare(full) }));
  }

  // The component that costs most carries its weight: read first, no colour.
  worst(items) {
    const lost = this.items.map((row) => (typeof items[row.node.dataset.item] === "number" ? Number(row.node.dataset.max) - items[row.node.dataset.item] : 0));
    const most = Math.max(0, ...lost);
    this.items.forEach((row, i) => row.node.classList.toggle("most", most >= 0.5 && lost[i] === most));
  }
}

function rows(node, selector) {
  return [...node.querySelectorAll(selector)].map((row) => ({ node: row, parts: parts(row) }));
}
