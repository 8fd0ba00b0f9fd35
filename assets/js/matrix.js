// Who speaks to whom: rows call, columns are called; where two meet, how many calls and how many of them went wrong.

import { attr, chooser, hide, parts, sign, text } from "./binding.js";
import { ageState, since } from "./clock.js";
import { called, number, say } from "./format.js";
import { freshest } from "./standing.js";

const BETWEEN = "→";

export class Matrix {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.parts = parts(node);
    this.template = node.querySelector("template").content.firstElementChild;
    this.belongs = chooser(node);
    this.cells = new Map(); // "from → to" -> the parts of its cell
  }

  tick() {
    if (this.state) this.show(this.state);
  }

  show(state) {
    this.state = state;
    const pairs = [...state.entities.values()].filter((entity) => this.belongs(entity)).map((entity) => ({ entity, ends: this.ends(entity) }));
    const mine = pairs.filter((pair) => pair.ends.length === 2);
    if (mine.some(({ ends }) => !this.cells.has(ends.join()))) this.make(mine);
    const ages = mine.map(({ entity, ends }) => this.fill(this.cells.get(ends.join()), entity));
    attr(this.node, "data-age-state", freshest(ages));
    hide(this.parts.none, mine.length > 0);
    if (!mine.length) text(this.parts.none, say("panel.missing"));
    text(this.parts.count, mine.length ? say("matrix.count", { n: number(mine.length) }) : "");
  }

  ends(entity) {
    const name = called(entity);
    return name.split(BETWEEN).map((end) => end.trim()).filter(Boolean);
  }

  // Rows and columns by name, made anew only when another pair is heard of.
  make(mine) {
    const named = (at) => [...new Set(mine.map(({ ends }) => ends[at]))].sort((a, b) => a.localeCompare(b, "vi"));
    const [from, to] = [named(0), named(1)];
    const spoken = new Set(mine.map(({ ends }) => ends.join()));
    this.cells.clear();
    this.parts.head.replaceChildren(row(heading(this.node.dataset.corner, "col"), ...to.map((name) => heading(name, "col"))));
    this.parts.rows.replaceChildren(...from.map((name) => row(heading(name, "row"), ...to.map((other) => this.cell([name, other].join(), spoken)))));
  }

  cell(pair, spoken) {
    if (!spoken.has(pair)) return document.createElement("td");
    const node = this.template.cloneNode(true);
    this.cells.set(pair, { node, mark: node.querySelector(".sign"), ...parts(node) });
    return node;
  }

  fill(cell, entity) {
    const { counted, wrong } = this.node.dataset;
    const fact = this.page.indicators[wrong] ?? {};
    const [calls, errors] = [entity.values?.[counted], entity.values?.[wrong]];
    const told = typeof calls === "number" ? since(entity.atMs) : null;
    const state = ageState(told, fact.cadence ?? 3600, fact.lag ?? 0, entity.state);
    attr(cell.node, "data-entity", entity.code);
    attr(cell.node, "data-age-state", state);
    sign(cell.mark, state === "stale" ? 0 : entity.severity, state === "suspect");
    text(cell.n, typeof calls === "number" ? number(calls, 0) : "—");
    text(cell.wrong, typeof errors === "number" ? `${number(errors, fact.digits ?? 1)}%` : "");
    return state;
  }
}

function row(...cells) {
  const node = document.createElement("tr");
  node.append(...cells);
  return node;
}

function heading(words, scope) {
  const node = document.createElement("th");
  node.scope = scope;
  text(node, words);
  return node;
}
