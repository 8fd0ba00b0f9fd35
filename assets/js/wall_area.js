// The area of an incident: the unit among its neighbours, its stations as dots; those in trouble with mark, name, figure.

import { attr, part, text } from "./binding.js";
import { number, quantity, say } from "./format.js";
import { made } from "./svg.js";

const NAMED = 4; // stations with words; more would cover each other
const MARKED = 12; // stations with a mark
const DOTS = 80;
const LETTERS = 26; // of a name
const LEVELS = 3; // a unit shows what is medium and worse
const SHAPE = 1.43; // width to height of the stage

export class Area {
  constructor(node, page) {
    this.page = page;
    this.node = node;
    this.units = part(node, "units");
    this.sheet = this.units.ownerSVGElement; // not the sign of its heading
    this.points = part(node, "points");
    this.count = part(node, "count");
  }

  show(incident, stations, own) {
    if (!incident.unit) return;
    if (this.unit !== incident.unit) this.frame(incident.unit);
    const found = [...(stations?.entities?.values() ?? [])].filter((each) => Number.isFinite(each.lat) && !this.page.insets.includes(each.place));
    found.sort((a, b) => (a.code === own ? -1 : b.code === own ? 1 : (a.severity || 9) - (b.severity || 9)));
    const key = JSON.stringify(found.slice(0, DOTS).map((each) => [each.code, each.severity, each.values]));
    text(this.count, found.length ? say("count.stations", { n: number(found.length) }) : "");
    if (key === this.key) return;
    this.key = key;
    this.draw(found.slice(0, DOTS), incident.domain);
  }

  frame(unit) {
    this.unit = unit;
    this.key = null;
    const [x, y, w, h] = this.page.boxes[unit];
    const width = Math.max(w * 1.25, h * 1.2 * SHAPE);
    const height = width / SHAPE;
    this.px = width / 760; // a step of the sheet in units of this frame
    attr(this.sheet, "viewBox", [x + w / 2 - width / 2, y + h / 2 - height / 2, width, height].map((n) => n.toFixed(1)).join(" "));
    this.sheet.style.setProperty("--px", this.px.toFixed(4));
    this.units.replaceChildren(...Object.keys(this.page.boxes).map((code) => made("use", { href: `#unit-${code}`, class: code === unit ? "unit own" : "unit back" })));
  }

  draw(stations, domain) {
    const nodes = [];
    const taken = [];
    for (const station of [...stations].reverse()) {
      const [x, y] = this.at(station);
      nodes.push(made("circle", { cx: x, cy: y, r: (5 * this.px).toFixed(2) }));
    }
    const grave = stations.filter((each) => each.severity && each.severity <= LEVELS).slice(0, MARKED);
    for (const station of [...grave].reverse()) {
      const [x, y] = this.at(station);
      const size = 30 * this.px;
      nodes.push(made("use", { href: `#sev-${station.severity}`, x: x - size / 2, y: y - size / 2, width: size, height: size, class: "on" }));
    }
    for (const station of grave) {
      const [x, y] = this.at(station);
      if (taken.length < NAMED && this.free(taken, x, y)) nodes.push(...this.words(station, domain, x, y, taken));
    }
    this.points.replaceChildren(...nodes);
  }

  // Two lines beside the mark, on the side where there is more room.
  words(station, domain, x, y, taken) {
    taken.push([x, y]);
    const [left, , width] = this.sheet.getAttribute("viewBox").split(" ").map(Number);
    const onLeft = x - left > width * 0.55;
    const place = { x: x + (onLeft ? -24 : 24) * this.px, "text-anchor": onLeft ? "end" : "start" };
    const worst = Object.keys(station.values ?? {}).find((code) => this.page.indicators[code]?.domain === domain && station.values[code] !== null);
    const value = worst ? quantity(station.values[worst], this.page.indicators[worst]) : "";
    return [
      made("text", { ...place, y: y - 2 * this.px, "font-size": 22 * this.px }, short(station.vi ?? station.code)),
      made("text", { ...place, y: y + 24 * this.px, "font-size": 22 * this.px, class: "value" }, value),
    ];
  }

  free(taken, x, y) {
    return taken.every(([tx, ty]) => Math.abs(ty - y) > 54 * this.px || Math.abs(tx - x) > 300 * this.px);
  }

  at(station) {
    const { lon0, lat1, k, scale } = this.page.projection;
    return [(station.lon - lon0) * k * scale, (lat1 - station.lat) * scale];
  }
}

function short(name) {
  return name.length <= LETTERS ? name : `${name.slice(0, LETTERS - 1)}…`;
}
