// Signs on a map of one place, worst first, with name and value beside those that have room for them: the first marked in
// the size that the farthest seat sees, its value for four metres, the others for three (rule 1: on 55 inches 62, 41 and 31
// steps).

import { own } from "./alerts.js";
import { quantity } from "./format.js";
import { MapPanel } from "./map.js";
import { made } from "./svg.js";

const FAR = { sign: 62, name: 31, value: 41 };
const NEAR = { sign: 41, name: 24, value: 31 };
const LIFTS = [0, -1, 1, -2, 2, -3, 3]; // heights beside the mark at which words may stand, in lines of the value
const REACHES = [0, 2, 4]; // ... and how far from it those of the worst, in halves of the mark, when what is nearer is taken
const CLEAR = 6; // steps between words and another's mark: they are not its words
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
  for (const one of marked) if (taken.length - fixed.length < NAMED) words.push(...beside(one, marked, taken, { px, box }));
  const lines = words.filter((node) => node.matches("path")); // under the marks
  return [...lines, ...marked.toReversed().map(mark), ...words.filter((node) => !lines.includes(node))];
}

// How many pixels of the screen a step of the wall is (`--u` of wall.css).
export function step() {
  const whole = document.querySelector(".whole");
  if (!whole) return Number.parseFloat(getComputedStyle(document.querySelector("main")).getPropertyValue("--u")) || 1; // a gallery
  return Math.min(whole.clientWidth / 1920, whole.clientHeight / 1080);
}

function scaled({ sign, name, value }, px) {
  return { size: sign * px, small: name * px, large: value * px };
}

function mark({ x, y, level, size }) {
  return made("use", { href: `#sev-${level}`, x: x - size / 2, y: y - size / 2, width: size, height: size, class: "on" });
}

// Two lines beside the mark where nothing else stands, or a little higher or lower; the worst is named in any case.
function beside(one, marked, taken, sheet) {
  const told = { ...one, name: short(one.name) };
  const ways = (one === marked[0] ? REACHES : [0]).flatMap((reach) => LIFTS.map((lift) => ({ reach, lift })));
  const rooms = ways.flatMap((way) => [1, -1].map((side) => room({ ...way, side }, told, marked, taken, sheet)));
  const best = rooms.sort((a, b) => a.over - b.over)[0];
  if (best.over >= 1 && one !== marked[0]) return [];
  taken.push(best.room);
  const place = { x: best.start, "text-anchor": best.side < 0 ? "end" : "start" };
  const line = best.y === one.y && !best.reach ? [] : [made("path", { d: `M${one.x} ${one.y}L${best.start} ${best.y}`, class: "leader" })];
  return [
    ...line,
    made("text", { ...place, y: best.y - one.large * 0.12, "font-size": one.small }, told.name),
    made("text", { ...place, y: best.y + one.large * 0.82, "font-size": one.large, class: "value" }, one.value),
  ];
}

// What words on that side of a mark take, and how much they would cover.
function room({ side, lift, reach }, { x, y: middle, name, value, size, small, large }, marked, taken, { px, box }) {
  const y = middle + lift * large;
  const start = x + side * (size * (0.62 + reach / 2) + 4 * px);
  const end = start + side * LETTER * Math.max(name.length * small, value.length * large);
  const [left, right, top, bottom] = [Math.min(start, end), Math.max(start, end), y - large * 0.12 - small, y + large];
  const out = left < box.x || right > box.x + box.width || top < box.y || bottom > box.y + box.height;
  const hit = marked.filter((other) => other.x !== x || other.y !== middle).filter((other) => {
    const half = other.size / 2 + CLEAR * px;
    return other.x > left - half && other.x < right + half && other.y > top - half && other.y < bottom + half;
  });
  const met = taken.filter((other) => left < other[2] && other[0] < right && top < other[3] && other[1] < bottom);
  return { side, start, y, reach, room: [left, top, right, bottom], over: (out ? 100 : 0) + hit.length + 10 * met.length + (Math.abs(lift) + reach) / 20 };
}

function short(name) {
  return name.length <= LETTERS ? name : `${name.slice(0, LETTERS - 1)}…`;
}

// The map of a province on a wall: its places as dots; those in trouble are signed and named.
export class PlacesMap extends MapPanel {
  constructor(...given) {
    super(...given);
    new ResizeObserver(() => this.state && this.signs()).observe(this.sheet); // a step is another part of it then
  }

  show(state) {
    super.show(state);
    this.signs();
  }

  signs() {
    this.told ??= this.sheet.appendChild(made("g", { class: "told-places" }));
    const { a } = this.sheet.getScreenCTM() ?? {};
    if (!a) return; // not seen: it is drawn when it is its turn
    const px = step() / a;
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
