// Table of the stations of an open domain: rows are made once when stations become known, then only written into.

import { attr, hide, parts, sign, text } from "./binding.js";
import { ageState, since } from "./clock.js";
import { number, say, span } from "./format.js";

const AT_MOST = 60;

export class Stations {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.parts = parts(node);
    this.template = node.querySelector("template").content.firstElementChild;
    this.columns = node.dataset.columns.split(" ").filter(Boolean);
    this.rows = new Map();
  }

  show(state) {
    if (!this.rows.size) this.make(state);
    for (const [code, row] of this.rows) this.fill(row, state.entities.get(code) ?? {});
    const all = state.entities.size;
    hide(this.parts.none, all > 0);
    text(this.parts.count, all ? say("count.stations", { n: number(all) }) : "");
    hide(this.parts.more, all <= AT_MOST);
    text(this.parts.more, say("count.more", { n: number(all - AT_MOST) }));
  }

  // Worst first at the moment of making; rows stay where they are from then on.
  make(state) {
    const order = [...state.entities.values()].sort((a, b) => (a.severity || 9) - (b.severity || 9) || String(a.vi).localeCompare(String(b.vi), "vi"));
    for (const entity of order.slice(0, AT_MOST)) {
      const node = this.template.cloneNode(true);
      node.dataset.entity = entity.code;
      const cells = new Map([...node.querySelectorAll("[data-value]")].map((cell) => [cell.dataset.value, cell]));
      this.rows.set(entity.code, { node, parts: parts(node), mark: node.querySelector(".sign"), cells });
      this.parts.rows.append(node);
    }
  }

  fill(row, entity) {
    row.entity = entity;
    text(row.parts.name, entity.vi ?? entity.code ?? "");
    text(row.parts.place, this.page.names[entity.place] ?? this.page.names[String(entity.place ?? "").slice(0, 2)] ?? "");
    for (const [code, cell] of row.cells) {
      const value = entity.values?.[code];
      text(cell, value === null || value === undefined ? "—" : number(value, this.page.indicators[code]?.digits ?? 0));
    }
    this.age(row);
  }

  age(row) {
    const fact = this.page.indicators[this.columns[0]] ?? {};
    const age = since(row.entity.atMs);
    const state = ageState(age, fact.cadence ?? 3600, fact.lag ?? 0, row.entity.state);
    attr(row.node, "data-age-state", state);
    sign(row.mark, state === "stale" ? 0 : row.entity.severity, state === "suspect");
    text(row.parts.age, age === null ? "—" : span(age));
  }

  tick() {
    for (const row of this.rows.values()) if (row.entity) this.age(row);
  }

  pick(code) {
    for (const [key, row] of this.rows) row.node.classList.toggle("picked", key === code);
  }
}
