// Signs on a map of one place, worst first, with name and value beside those that have room for them: the first in the size
// that the farthest seat reads, the others for who sits nearer (rule 1: on 55 inches 62 steps at six metres, 41 at four, 31
// at three).

import { own } from "./alerts.js";
import { quantity } from "./format.js";
import { MapPanel } from "./map.js";
import { made } from "./svg.js";

const FAR = { sign: 62, name: 41, value: 62 };
const NEAR = { sign: 41, name: 24, value: 31 };
const NAMED = 4; // places with words; more would cover each other
const MARKED = 12;
const LETTERS = 26; // of a name
const LETTER = 0.55; // how wide one is, in its own size

// The nodes of `told`: [{x, y, level, name, value}], places in units of the sheet, of which a step of the wall takes `px`.
// `box` is what is seen of the sheet, `fixed` what other words cover of it.
export function signs(told, { px, box, fixed = [] }) {
  const marked = told.slice(0, MARKED).map((one, i) => ({ ...one, ...scaled(i ? NEAR : FAR, px) }));
  const taken = [...fixed];
  const words = [];
  for (const one of marked) if (words.length < 2 * NAMED) words.push(...beside(one, marked, taken, { px, box }));
  return [...marked.toReversed().map(mark), ...words];
}

function scaled({ sign, name, value }, px) {
  return { size: sign * px, small: name * px, large: value * px };
}

function mark({ x, y, level, size }) {
  return made("use", { href: `#sev-${level}`, x: x - size / 2, y: y - size / 2, width: size, height: size, class: "on" });
}

// Two lines on the side of the mark where nothing else stands; the worst is named in any case.
function beside(one, marked, taken, sheet) {
  const told = { ...one, name: short(one.name) };
  const sides = [1, -1].map((side) => room(side, told, marked, taken, sheet));
  const best = sides.sort((a, b) => a.over - b.over)[0];
  if (best.over && one !== marked[0]) return [];
  taken.push(best.room);
  const place = { x: best.start, "text-anchor": best.side < 0 ? "end" : "start" };
  return [
    made("text", { ...place, y: one.y - one.large * 0.12, "font-size": one.small }, told.name),
    made("text", { ...place, y: one.y + one.large * 0.82, "font-size": one.large, class: "value" }, one.value),
  ];
}

// What words on that side of a mark take, and how much they would cover.
function room(side, { x, y, name, value, size, small, large }, marked, taken, { px, box }) {
  const start = x + side * (size * 0.62 + 4 * px);
  const end = start + side * LETTER * Math.max(name.length * small, value.length * large);
  const [left, right, top, bottom] = [Math.min(start, end), Math.max(start, end), y - large * 0.12 - small, y + large];
  const out = left < box.x || right > box.x + box.width;
  const hit = marked.filter((other) => other.x !== x || other.y !== y).filter((other) => {
    const half = other.size / 2;
    return other.x > left - half && other.x < right + half && other.y > top - half && other.y < bottom + half;
  });
  const met = taken.filter((other) => left < other[2] && other[0] < right && top < other[3] && other[1] < bottom);
  return { side, start, room: [left, top, right, bottom], over: (out ? 100 : 0) + hit.length + 10 * met.length };
}

function short(name) {
  return name.length <= LETTERS ? name : `${name.slice(0, LETTERS - 1)}…`;
}

// The map of a province on a wall: its places as dots; those in trouble are signed and named.
export class PlacesMap extends MapPanel {
  show(state) {
    super.show(state);
    this.told ??= this.sheet.appendChild(made("g", { class: "told-places" }));
    const { a } = this.sheet.getScreenCTM() ?? {};
    if (!a) return; // not seen: it is drawn when it is its turn
    const { clientWidth, clientHeight } = document.querySelector(".whole");
    const px = Math.min(clientWidth / 1920, clientHeight / 1080) / a;
    const places = this.grave(own(this.page)).map((figure) => this.tell(figure));
    const key = JSON.stringify([px, places]);
    if (key === this.key) return;
    this.key = key;
    this.told.replaceChildren(...signs(places, { px, box: this.sheet.viewBox.baseVal }));
  }

  tell({ place, v, severity }) {
    const shape = this.shapes.get(place);
    const [x, y] = ["cx", "cy"].map((name) => Number(shape.getAttribute(name)));
    return { x, y, level: severity, name: this.page.names[place] ?? place, value: quantity(v, this.fact) };
  }
}
