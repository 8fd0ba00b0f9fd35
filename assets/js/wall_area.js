// The area of an incident: the unit among its neighbours, its stations as dots; those in trouble with mark, name, figure;
// a scale of kilometres, and the legal level in force where the law names one.

import { attr, hide, part, parts, style, text } from "./binding.js";
import { classOf, counted } from "./classes.js";
import { called, number, quantity, say } from "./format.js";
import { made } from "./svg.js";
import { signs, step } from "./wall_signs.js";

const DOTS = 80;
const LEVELS = 3; // a unit shows what is medium and worse
const SHAPE = 1.43; // width to height of the stage, until it is known
const SEEN = 12; // corners of a neighbour in the picture, for its name to stand there
const INTO = 0.22;
const WIDE = 746; // steps of the stage, until it is known
const KM = 111.2; // of a degree of latitude
const LENGTHS = [100, 50, 20, 10, 5, 2];

export class Area {
  constructor(node, page) {
    this.page = page;
    this.node = node;
    this.fixed = []; // rooms of the neighbours' names
    this.units = part(node, "units");
    this.sheet = this.units.ownerSVGElement; // not the sign of its heading
    this.points = part(node, "points");
    this.words = part(node, "neighbours");
    this.parts = parts(node);
  }

  show(incident, stations, subject, unit) {
    const somewhere = Boolean(this.page.boxes[incident.unit]);
    hide(this.sheet.parentElement, !somewhere);
    hide(this.parts.none, somewhere);
    if (!somewhere) { // what is wrong in the whole country has no area of its own
      text(this.parts.count, "");
      hide(this.parts.legal, true);
      return;
    }
    this.frame(incident.unit);
    const found = [...(stations?.entities?.values() ?? [])].filter((each) => Number.isFinite(each.lat) && !this.page.insets.includes(each.place));
    const named = incident.head.entity; // the station that it is about is the first
    found.sort((a, b) => (a.code === named ? -1 : b.code === named ? 1 : (a.severity || 9) - (b.severity || 9)));
    const key = JSON.stringify([this.framed, subject.indicator, found.slice(0, DOTS).map((each) => [each.code, each.severity, each.values])]);
    text(this.parts.count, found.length ? say("count.stations", { n: number(found.length) }) : "");
    this.legal(incident, unit);
    if (key === this.key) return;
    this.key = key;
    this.draw(found.slice(0, DOTS), incident.domain, subject.indicator);
  }

  // The domain's legal level of this place: its colour with outline, number and word (rules 9 and 10).
  legal(incident, unit) {
    const { indicators, scales } = this.page;
    const found = Object.entries(indicators)
      .filter(([, fact]) => fact.domain === incident.domain && scales[fact.scale])
      .map(([code, fact]) => ({ fact, held: unit?.indicators?.[code] }))
      .filter(({ held }) => held && held.v !== null && held.v !== undefined && held.state !== "stale")
      .map(({ fact, held }) => ({ fact, held, kind: classOf(held.v, fact, scales) }))
      .filter(({ kind, held }) => kind.colour && held.severity);
    const worst = found.sort((a, b) => a.held.severity - b.held.severity)[0];
    hide(this.parts.legal, !worst);
    if (!worst) return;
    text(this.parts["legal-name"], worst.fact.name);
    const value = counted(scales[worst.fact.scale]) ? "" : number(worst.held.v, worst.fact.digits ?? 0);
    text(this.parts["legal-word"], [value, worst.kind.word].filter(Boolean).join(" "));
    style(this.parts["legal-word"], "--legal", worst.kind.colour);
    attr(this.parts["legal-word"], "data-ground", light(worst.kind.colour) ? "light" : "dark");
  }

  frame(unit) {
    const { clientWidth, clientHeight } = this.sheet;
    const shape = clientWidth && clientHeight ? clientWidth / clientHeight : SHAPE;
    const framed = `${unit}|${shape.toFixed(3)}|${clientWidth}`;
    if (framed === this.framed) return;
    this.framed = framed;
    const [x, y, w, h] = this.page.boxes[unit];
    const width = Math.max(w * 1.25, h * 1.16 * shape);
    const box = { x: x + w / 2 - width / 2, y: y + h / 2 - width / shape / 2, width, height: width / shape };
    this.px = clientWidth ? (width * step()) / clientWidth : width / WIDE; // a step of the wall in units of the sheet
    this.box = box;
    attr(this.sheet, "viewBox", [box.x, box.y, box.width, box.height].map((n) => n.toFixed(1)).join(" "));
    this.sheet.style.setProperty("--px", this.px.toFixed(4));
    this.units.replaceChildren(...Object.keys(this.page.boxes).map((code) => made("use", { href: `#unit-${code}`, class: code === unit ? "unit own" : "unit back" })));
    this.words.replaceChildren(...this.neighbours(unit, box), ...this.kilometres(box));
  }

  // Names of the units around: at their own place, or in the middle of what is seen of them.
  neighbours(unit, box) {
    const seats = Object.keys(this.page.boxes).filter((code) => code !== unit).map((code) => [code, this.seat(code, box, unit)]).filter(([, seat]) => seat);
    this.fixed = seats.map(([code, [x, y]]) => [x - this.page.units[code].length * 6 * this.px, y - 20 * this.px, x + this.page.units[code].length * 6 * this.px, y + 6 * this.px]);
    return seats.map(([code, [x, y]]) => made("text", { x, y, "text-anchor": "middle", "font-size": 20 * this.px, class: "neighbour" }, this.page.units[code]));
  }

  seat(code, box, own) {
    const [x, y] = this.page.labels[code];
    if (within(x, y, box, 60 * this.px)) return [x, y];
    const [left, top, wide, high] = this.page.boxes[code];
    if (left > box.x + box.width || left + wide < box.x || top > box.y + box.height || top + high < box.y) return null;
    const seen = rings(code).flat().filter(([px, py]) => within(px, py, box, 0));
    if (seen.length < SEEN) return null;
    const middle = [0, 1].map((i) => seen.reduce((sum, point) => sum + point[i], 0) / seen.length);
    const at = [middle[0] + (x - middle[0]) * INTO, middle[1] + (y - middle[1]) * INTO]; // from the border into the unit
    return within(...at, box, 60 * this.px) && !inside(at, rings(own)) ? at : null;
  }

  kilometres(box) {
    const km = this.page.projection.scale / KM; // steps of the sheet
    const length = LENGTHS.find((n) => n * km < box.width * 0.16) ?? LENGTHS.at(-1);
    const [x, y] = [box.x + 20 * this.px, box.y + box.height - 22 * this.px];
    const tick = (6 * this.px).toFixed(2);
    return [
      made("path", { d: `M${x.toFixed(1)} ${y.toFixed(1)}v${tick}h${(length * km).toFixed(1)}v-${tick}`, class: "rule" }),
      made("text", { x: x + length * km + 10 * this.px, y: y + 8 * this.px, "font-size": 20 * this.px }, `${length}\u00a0km`),
    ];
  }

  draw(stations, domain, asked) {
    const dots = stations.toReversed().map((station) => {
      const [cx, cy] = this.at(station);
      return made("circle", { cx, cy, r: (5 * this.px).toFixed(2) });
    });
    const grave = stations.filter((each) => each.severity && each.severity <= LEVELS).map((each) => this.tell(each, domain, asked));
    this.points.replaceChildren(...dots, ...signs(grave, { px: this.px, box: this.box, fixed: this.fixed }));
  }

  // A station tells the figure that the incident is about; one that has not got it, its own first.
  tell(station, domain, asked) {
    const [x, y] = this.at(station);
    const known = Object.keys(station.values ?? {}).filter((code) => this.page.indicators[code]?.domain === domain && station.values[code] !== null);
    const shown = known.includes(asked) ? asked : known[0];
    const value = shown ? quantity(station.values[shown], this.page.indicators[shown]) : "";
    return { x, y, level: station.severity, name: called(station), value };
  }

  at(station) {
    const { lon0, lat1, k, scale } = this.page.projection;
    return [(station.lon - lon0) * k * scale, (lat1 - station.lat) * scale];
  }
}

// Rings of a unit's outline as it is written: a start, then steps from corner to corner.
function rings(code) {
  const found = [];
  let [x, y] = [0, 0];
  const d = document.getElementById(`unit-${code}`)?.getAttribute("d") ?? "";
  for (const [, move, a, b] of d.matchAll(/([MlL]?)\s*(-?[\d.]+)[\s,]+(-?[\d.]+)/g)) {
    const fresh = move === "M" || move === "L";
    [x, y] = fresh ? [Number(a), Number(b)] : [x + Number(a), y + Number(b)];
    if (move === "M") found.push([]);
    found.at(-1)?.push([x, y]);
  }
  return found;
}

function inside([x, y], outlines) {
  let odd = false;
  for (const ring of outlines) {
    ring.forEach(([ax, ay], i) => {
      const [bx, by] = ring[(i + 1) % ring.length];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
    });
  }
  return odd;
}

function within(x, y, box, edge) {
  return x > box.x + edge && x < box.x + box.width - edge && y > box.y + edge / 2 && y < box.y + box.height - edge / 2;
}

function light(colour) {
  const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 110;
}
