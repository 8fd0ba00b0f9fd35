// The alarm map: land is grey until something is wrong; then the unit takes its fill, and a line leads into the sea to
// its mark, its name and one line of words. Five places at most; the list beside the map has the rest.

import { own } from "./alerts.js";
import { attr, parts, sign, text } from "./binding.js";
import { inside } from "./callouts.js";
import { bandOf, measured, named } from "./wall_incidents.js";

// Heights of the sea that no archipelago's frame takes, where words begin there, and how far towards the land they may go.
const SEATS = [[80, 690, 550], [235, 690, 610], [390, 690, 480], [905, 760, 640], [1065, 760, 660]];
const SLOTS = SEATS.map(([y]) => y);
const RIGHT = 1112;

export class AlarmMap {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.shapes = new Map([...node.querySelectorAll(".units [data-place]")].map((shape) => [shape.dataset.place, shape]));
    this.labels = new Map([...node.querySelectorAll("[data-label]")].map((label) => [label.dataset.label, label]));
    this.callouts = [...node.querySelectorAll("[data-callout]")].map((group) => ({ node: group, parts: parts(group) }));
    document.fonts.addEventListener("loadingdone", () => this.told && this.call(this.told)); // words are measured
  }

  show(state, all) {
    attr(this.node, "data-version", `${state.epoch}-${state.version}`);
    const worst = new Map();
    for (const incident of all) if (this.shapes.has(incident.unit) && !incident.system && incident.level <= own(this.page) && !worst.has(incident.unit)) worst.set(incident.unit, incident);
    for (const [code, shape] of this.shapes) attr(shape, "data-severity", worst.get(code)?.level);
    this.told = [...worst.values()].slice(0, this.callouts.length);
    this.call(this.told);
  }

  call(told) {
    const placed = place(told.map((incident) => ({ incident, y: this.page.labels[incident.unit][1] })));
    const named = new Set(told.map((incident) => incident.unit));
    for (const [code, label] of this.labels) label.classList.toggle("told", named.has(code));
    const begun = this.callouts.map((callout, i) => this.write(callout, placed[i]));
    const lines = placed.map(({ incident, at }, i) => [...this.page.labels[incident.unit], begun[i], at + below(this.callouts[i].parts.name)]);
    for (const [code, label] of this.labels) label.classList.toggle("crossed", !named.has(code) && lines.some((line) => crosses(line, box(label))));
  }

  // Returns where the words begin.
  write(callout, placed) {
    callout.node.classList.toggle("on", Boolean(placed));
    if (!placed) return null;
    const { incident, at } = placed;
    attr(callout.node, "data-severity", incident.level);
    sign(callout.parts.mark, incident.level);
    text(callout.parts.name, incident.place);
    const [, start, least] = SEATS[SLOTS.indexOf(at)];
    let begun = start;
    for (const words of tellings(incident, this.page)) {
      text(callout.parts.what, words);
      begun = inside(RIGHT, [callout.parts.name, callout.parts.what], start, (left) => this.lay(callout.parts, placed, left));
      if (begun >= least) break; // fewer words only where more of them would cover the land
    }
    return begun;
  }

  lay({ line, mark, name, what }, { incident, at }, left) {
    const [x, y] = this.page.labels[incident.unit];
    attr(line, "d", `M${x} ${y}L${left} ${at + below(name)}H${RIGHT}`);
    for (const [node, dx, dy] of [[mark, 0, -44], [name, 70, 0], [what, 0, 66]]) {
      attr(node, "x", left + dx);
      attr(node, "y", at + dy);
    }
  }
}

// Where a line runs below a name of its size: clear of the marks under its letters.
function below(name) {
  return 0.36 * Number.parseFloat(getComputedStyle(name).fontSize);
}

// A slot for each, in the order of the country from north to south, as near as may be, no two lines crossing.
export function place(told) {
  const order = [...told].sort((a, b) => a.y - b.y);
  let best = null;
  for (const slots of choices(SLOTS, order.length)) {
    const cost = order.reduce((sum, each, i) => sum + Math.abs(each.y - slots[i]), 0);
    if (!best || cost < best.cost) best = { cost, slots };
  }
  return order.map((each, i) => ({ incident: each.incident, at: best.slots[i] }));
}

// Where the words of a label stand, by its place and letters: nothing is measured.
function box(label) {
  const [x, y, wide] = [Number(label.getAttribute("x")), Number(label.getAttribute("y")), label.textContent.length * 17];
  const left = { start: x, middle: x - wide / 2, end: x - wide }[label.getAttribute("text-anchor")] ?? x;
  return [left - 8, y - 30, left + wide + 8, y + 12];
}

// Does the line from a unit to its words, and on under them, run through a box?
function crosses([x, y, bx, by], [left, top, right, bottom]) {
  if (right > bx && by > top && by < bottom) return true;
  for (let i = 0; i <= 40; i++) {
    const [px, py] = [x + ((bx - x) * i) / 40, y + ((by - y) * i) / 40];
    if (px > left && px < right && py > top && py < bottom) return true;
  }
  return false;
}

function choices(list, n) {
  if (!n) return [[]];
  return list.flatMap((first, i) => choices(list.slice(i + 1), n - 1).map((rest) => [first, ...rest]));
}

// What is said of an incident: with the word of its legal band, then in fewer and fewer words of the figure's name.
function* tellings(incident, page) {
  const fact = page.indicators[incident.head.indicator] ?? {};
  const value = measured(incident, page);
  const band = bandOf(incident, page);
  const words = (value === band ? named(incident, page, false) : fact.name ?? "").split(/\s+/).filter(Boolean);
  const figure = value.startsWith(fact.name) ? value.slice(fact.name.length).trim() : value;
  if (band && band !== value) yield `${[...words, figure].join(" ")}, ${band}`;
  yield [...words, figure].filter(Boolean).join(" ");
  for (let n = words.length - 1; n > 0; n--) yield [`${words.slice(0, n).join(" ")}…`, figure].filter(Boolean).join(" ");
  yield figure;
}
