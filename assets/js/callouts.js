// The worst units of the map, at most three, told in the sea: a line from the unit, its sign and name, one line of text.
// Each stands at the free seat nearest to its unit, so that nothing covers the land or the archipelagos.

import { attr, sign, text } from "./binding.js";

const SEATS = [[700, 110], [700, 240], [700, 355], [640, 470], [760, 905], [760, 1030], [640, 1465]]; // in units of the sheet, beside land and frames

const SHEET = 1140; // where the sheet ends

export class Callouts {
  constructor(map) {
    this.nodes = [...map.querySelectorAll("[data-callout]")].map((node) => ({ node, line: node.querySelector("path"), mark: node.querySelector("use"), words: [...node.querySelectorAll("text")] }));
    this.told = "";
  }

  // told: [{place, x, y, level, name, what}], worst first; returns the places that are told here.
  show(told) {
    const shown = told.slice(0, this.nodes.length);
    const key = JSON.stringify(shown);
    if (key === this.told) return new Set(shown.map((one) => one.place));
    this.told = key;
    const free = [...SEATS];
    this.nodes.forEach((slot, i) => this.fill(slot, shown[i], free));
    return new Set(shown.map((one) => one.place));
  }

  fill({ node, line, mark, words }, one, free) {
    attr(node, "class", one ? "on" : null);
    sign(mark, one?.level ?? 0);
    if (!one) return;
    const [x, y] = take(free, one);
    inside(SHEET, words, x, (left) => lay({ line, mark, words }, one, left, y));
  }
}

// Lays words out at x, or as far to the left of it as their last letter needs to stand within `edge`; returns where.
export function inside(edge, words, x, layOut) {
  layOut(x);
  const seen = words.filter((node) => node.checkVisibility({ visibilityProperty: true }));
  const over = Math.max(0, ...seen.map((node) => node.getBBox()).map((box) => box.x + box.width - edge));
  if (over) layOut(x - over);
  return x - over;
}

function lay({ line, mark, words }, one, x, y) {
  attr(line, "d", `M${one.x} ${one.y}L${x - 12} ${y + 14}H${Math.min(x + 330, SHEET)}`);
  attr(mark, "x", x);
  attr(mark, "y", y - 36);
  place(words[0], x + 54, y, one.name);
  place(words[1], x, y + 50, one.what);
}

function take(free, { x, y }) {
  const far = free.map(([sx, sy]) => Math.hypot(sx - x, (sy - y) * 1.6));
  return free.splice(far.indexOf(Math.min(...far)), 1)[0];
}

function place(node, x, y, words) {
  attr(node, "x", x);
  attr(node, "y", y);
  text(node, words);
}
