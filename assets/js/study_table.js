// The units as a table: value, cases, change against the day or period before, range of ranks, age. Rows are made once, when it is first
// looked at; they move when somebody sorts, never by themselves.

import { attr, hide, sign, text } from "./binding.js";
import { changed } from "./change.js";
import { now } from "./clock.js";
import { number, say, span } from "./format.js";
import { made } from "./svg.js";

const COLUMNS = ["value", "n", "change", "rank", "age"];

export class UnitsTable {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.body = node.querySelector("tbody");
    this.rows = [];
    this.by = "name";
    this.change = node.querySelector("[data-sort=change]");
    node.querySelector("thead").addEventListener("click", (event) => this.sort(event.target.closest("[data-sort]")?.dataset.sort));
  }

  show(column) {
    const { ranking } = this.page;
    if (!ranking.state) return;
    text(this.change, say(`study.col.change.${column?.by ?? "day"}`));
    if (!this.rows.length) this.rows = Object.keys(this.page.names).map((place) => this.make(place));
    for (const row of this.rows) this.fill(row, column);
  }

  make(place) {
    const node = this.body.appendChild(document.createElement("tr"));
    node.dataset.place = place;
    const name = node.appendChild(document.createElement("td"));
    const mark = name.appendChild(made("svg", { class: "sign small", "aria-hidden": "true" }));
    mark.append(made("use", {}));
    const link = name.appendChild(document.createElement("a"));
    link.href = this.page.href(place);
    text(link, this.page.names[place]);
    const cells = Object.fromEntries(COLUMNS.map((key) => [key, node.appendChild(document.createElement("td"))]));
    for (const cell of Object.values(cells)) cell.className = "num";
    const value = cells.value.appendChild(document.createElement("button"));
    Object.assign(value, { type: "button", title: say("study.origin") });
    value.dataset.card = "";
    return { node, place, mark, cells: { ...cells, value }, told: {} };
  }

  fill(row, column) {
    const { ranking } = this.page;
    const { fact } = ranking;
    const figure = ranking.figure(row.place);
    const known = figure.v !== null;
    const level = known && figure.state !== "stale" ? figure.severity || 0 : 0;
    const at = now();
    const before = column && at !== null && !fact.per ? column.before(row.place, at) : null;
    const range = ranking.range(row.place);
    row.told = { name: this.page.names[row.place], value: figure.v, n: figure.n ?? null, change: known && before !== null ? figure.v - before : null, rank: range?.first ?? null, age: known ? figure.age : null };
    attr(row.node, "data-age-state", figure.state);
    sign(row.mark, level, figure.state === "suspect");
    hide(row.node, Boolean(ranking.only) && !ranking.only.has(row.place));
    text(row.cells.value, known ? number(figure.v, fact.per ? Math.max(1, fact.digits ?? 0) : (fact.digits ?? 0)) : "—");
    text(row.cells.n, figure.n === null || figure.n === undefined ? "" : number(figure.n));
    text(row.cells.change, row.told.change === null ? "" : changed(figure.v, before, fact));
    text(row.cells.rank, !range ? "" : range.first === range.last ? number(range.first) : `${number(range.first)} – ${number(range.last)}`);
    text(row.cells.age, !known ? say("note.missing") : figure.state === "stale" ? say("age.stale", { age: span(figure.age) }) : span(figure.age));
  }

  // By name, or by a column: largest first, then the other way round; what has no figure stays below.
  sort(by) {
    if (!by) return;
    this.down = this.by === by ? !this.down : by !== "name" && by !== "rank";
    this.by = by;
    const sign = this.down ? -1 : 1;
    const compare = ({ told: { [by]: a } }, { told: { [by]: b } }) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * (by === "name" ? a.localeCompare(b, "vi") : a - b);
    };
    this.body.append(...[...this.rows].sort(compare).map((row) => row.node));
    for (const head of this.node.querySelectorAll("[data-sort]")) attr(head.parentElement, "aria-sort", head.dataset.sort === by ? (this.down ? "descending" : "ascending") : null);
  }
}
