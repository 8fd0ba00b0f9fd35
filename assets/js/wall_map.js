// The alarm map: land is grey until something is wrong; then the unit takes its fill, and a line leads into the sea to
// its mark, its name and one line of words. Five places at most; the list beside the map has the rest.

import { attr, parts, sign, text } from "./binding.js";
import { quantity } from "./format.js";
import { own } from "./wall_incidents.js";

const SLOTS = [80, 235, 390, 885, 1045]; // heights of the sea that no archipelago's frame takes
const CAPE = 700; // from here on the land reaches farther into the sea
const LEFT = (y) => (y < CAPE ? 690 : 760);
const RIGHT = 1112;
const WORDS = (y) => (y < CAPE ? 24 : 19); // letters that fit into the sea

export class AlarmMap {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.shapes = new Map([...node.querySelectorAll(".units [data-place]")].map((shape) => [shape.dataset.place, shape]));
    this.labels = new Map([...node.querySelectorAll("[data-label]")].map((label) => [label.dataset.label, label]));
    this.callouts = [...node.querySelectorAll("[data-callout]")].map((group) => ({ node: group, parts: parts(group) }));
  }

  show(state, all) {
    attr(this.node, "data-version", `${state.epoch}-${state.version}`);
    const worst = new Map();
    for (const incident of all) if (this.shapes.has(incident.unit) && !incident.system && incident.level <= own(this.page) && !worst.has(incident.unit)) worst.set(incident.unit, incident);
    for (const [code, shape] of this.shapes) attr(shape, "data-severity", worst.get(code)?.level);
    this.call([...worst.values()].slice(0, this.callouts.length));
  }

  call(told) {
    const placed = place(told.map((incident) => ({ incident, y: this.page.labels[incident.unit][1] })));
    const named = new Set(told.map((incident) => incident.unit));
    for (const [code, label] of this.labels) label.classList.toggle("told", named.has(code));
    this.callouts.forEach((callout, i) => this.write(callout, placed[i]));
    const lines = placed.map(({ incident, at }) => [...this.page.labels[incident.unit], LEFT(at), at + 18]);
    for (const [code, label] of this.labels) label.classList.toggle("crossed", !named.has(code) && lines.some((line) => crosses(line, box(label))));
  }

  write(callout, placed) {
    callout.node.classList.toggle("on", Boolean(placed));
    if (!placed) return;
    const { incident, at } = placed;
    const left = LEFT(at);
    const [x, y] = this.page.labels[incident.unit];
    const fact = this.page.indicators[incident.head.indicator] ?? {};
    attr(callout.node, "data-severity", incident.level);
    attr(callout.parts.line, "d", `M${x} ${y}L${left} ${at + 18}H${RIGHT}`);
    sign(callout.parts.mark, incident.level);
    attr(callout.parts.mark, "x", left);
    attr(callout.parts.mark, "y", at - 44);
    for (const [part, dx, dy] of [["name", 70, 0], ["what", 0, 66]]) {
      attr(callout.parts[part], "x", left + dx);
      attr(callout.parts[part], "y", at + dy);
    }
    text(callout.parts.name, incident.place);
    text(callout.parts.what, shortest(fact, incident.head, WORDS(at)));
  }
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

function shortest(fact, alert, most) {
  const known = alert.value !== null && alert.value !== undefined;
  const value = known ? quantity(alert.value, fact) : "";
  const whole = [fact.name, value].filter(Boolean).join(" ");
  if (whole.length <= most) return whole;
  const room = most - (known ? value.length + 2 : 1);
  const name = (fact.name ?? "").slice(0, Math.max(0, room)).replace(/\s+\S*$/, "");
  return [name && `${name}…`, value].filter(Boolean).join(" ");
}
