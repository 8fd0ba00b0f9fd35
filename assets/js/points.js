// Stations on the map of an open domain: a dot each, made once, then only its class changes.

import { attr, part } from "./binding.js";
import { ageState, since } from "./clock.js";

const NS = "http://www.w3.org/2000/svg";
const AT_MOST = 600;

export class Points {
  constructor(map, page) {
    this.page = page;
    this.sheet = map.querySelector(".sheet");
    this.group = part(map, "points");
    this.dots = new Map();
  }

  show(state) {
    const fact = this.page.indicators[this.page.indicator] ?? {};
    for (const [code, entity] of state.entities) {
      const dot = this.dots.get(code) ?? this.make(code, entity);
      if (!dot) continue;
      const old = ageState(since(entity.atMs), fact.cadence ?? 3600, fact.lag ?? 0) === "stale";
      attr(dot, "class", old ? "stale" : null);
      attr(dot, "data-severity", old ? null : entity.severity || null);
    }
  }

  make(code, entity) {
    if (entity.lat === null || entity.lat === undefined || this.dots.size >= AT_MOST) return null;
    const { k, scale, lon0, lat1 } = this.sheet.dataset;
    const dot = document.createElementNS(NS, "circle");
    dot.setAttribute("cx", ((entity.lon - lon0) * k * scale).toFixed(1));
    dot.setAttribute("cy", ((lat1 - entity.lat) * scale).toFixed(1));
    dot.setAttribute("r", this.group.dataset.size);
    dot.setAttribute("data-entity", code);
    const title = document.createElementNS(NS, "title");
    title.textContent = entity.vi ?? code;
    dot.append(title);
    this.group.append(dot);
    this.dots.set(code, dot);
    return dot;
  }
}
