// Every commune in one table. Rows are made once, when the table comes into view; from then on only what changed is
// written. They move when somebody sorts, never by themselves.

import { attr, hide, parts, text } from "./binding.js";
import { classOf } from "./classes.js";
import { ageState, since } from "./clock.js";
import { number, say, span } from "./format.js";
import { unitFigure } from "./store.js";
import { made } from "./svg.js";

export class Communes {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.parts = parts(node);
    this.columns = node.dataset.columns.split(" ").filter(Boolean);
    this.rows = [];
    this.sorted = { by: "name", down: false };
    this.eye = new IntersectionObserver((entries) => {
      this.seen = entries.at(-1).isIntersecting;
      this.tick();
    }, { rootMargin: "300px" });
    this.eye.observe(node);
    this.parts.find.addEventListener("input", () => this.filter());
    node.querySelector("thead").addEventListener("click", (event) => {
      const by = event.target.closest("[data-sort]")?.dataset.sort;
      if (by) this.sort(by);
    });
  }

  show(state) {
    this.state = state;
    this.tick();
  }

  // Told without waiting to be seen.
  made(state) {
    this.seen = true;
    this.show(state);
  }

  tick() {
    if (!this.state || !this.seen || document.hidden) return;
    if (!this.rows.length) this.make();
    for (const [code, heads] of this.heads()) for (const head of heads) hide(head, !this.shown.has(code));
    let fresh = 0;
    for (const row of this.rows) for (const [code, cell] of row.cells) fresh += this.fill(row, cell, code);
    attr(this.node, "data-age-state", fresh ? "live" : "missing");
    hide(this.parts.none, fresh > 0);
    if (!fresh) text(this.parts.none, say("panel.missing"));
  }

  // Columns somebody has a figure of.
  get shown() {
    return new Set(this.columns.filter((code) => (this.state.columns[code] ?? []).some((value) => value !== null)));
  }

  heads() {
    return this.columns.map((code) => [code, this.node.querySelectorAll(`[data-column="${code}"]`)]);
  }

  make() {
    for (const place of this.state.order) {
      const node = document.createElement("tr");
      node.dataset.at = place;
      const name = node.appendChild(document.createElement("td"));
      name.textContent = this.page.names[place] ?? place;
      const cells = this.columns.map((code) => [code, this.cell(node, code)]);
      this.rows.push({ node, place, name: name.textContent, plain: plain(name.textContent), cells: new Map(cells) });
      this.parts.rows.append(node);
    }
    this.pick(this.picked);
  }

  cell(row, code) {
    const node = row.appendChild(document.createElement("td"));
    node.className = "num";
    node.dataset.column = code;
    const said = node.appendChild(document.createElement("span"));
    return { node, said, level: 0, v: null };
  }

  // Writes one cell; 1 when there is a figure.
  fill(row, cell, code) {
    const fact = this.page.indicators[code] ?? {};
    const found = unitFigure(this.state, code, row.place);
    const known = found !== null && found.v !== null;
    cell.v = known ? found.v : null;
    const age = known ? since(found.atMs) ?? 0 : null;
    const state = known ? ageState(age, fact.cadence, fact.lag, found.state, fact.office) : "missing";
    attr(cell.node, "data-age-state", state);
    const kind = known ? classOf(found.v, fact, this.page.scales) : {};
    text(cell.said, known ? [number(found.v, fact.digits ?? 0), kind.word].filter(Boolean).join(" ") : "—");
    attr(cell.node, "title", state === "stale" || state === "late" ? span(age) : null);
    this.mark(cell, state === "stale" || !known ? 0 : found.severity || 0);
    return known ? 1 : 0;
  }

  mark(cell, level) {
    if (cell.level === level) return;
    cell.level = level;
    cell.sign?.remove();
    cell.sign = level && level <= 3 ? signed(level) : null;
    if (cell.sign) cell.node.prepend(cell.sign);
  }

  // By name, or by a figure: what is worse first, then the other way round; what has no figure stays below.
  sort(by) {
    this.sorted = { by, down: this.sorted.by === by && !this.sorted.down };
    const up = by === "name" || this.page.indicators[by]?.dir === "up";
    const sign = up === this.sorted.down ? -1 : 1;
    const value = (row) => row.cells.get(by)?.v ?? null;
    const order = [...this.rows].sort((a, b) => {
      if (by === "name") return sign * a.name.localeCompare(b.name, "vi");
      const [x, y] = [value(a), value(b)];
      if (x === null || y === null) return (x === null) - (y === null);
      return sign * (x - y);
    });
    this.parts.rows.append(...order.map((row) => row.node));
    for (const head of this.node.querySelectorAll("[data-sort]")) {
      attr(head.parentElement, "aria-sort", head.dataset.sort === by ? (sign > 0 ? "ascending" : "descending") : null);
    }
  }

  filter() {
    const wanted = plain(this.parts.find.value);
    for (const row of this.rows) hide(row.node, wanted !== "" && !row.plain.includes(wanted));
  }

  pick(place) {
    this.picked = place;
    for (const row of this.rows) row.node.classList.toggle("picked", row.place === place);
  }

  stop() {
    this.eye.disconnect();
  }
}

function plain(words) {
  return words.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().trim();
}

function signed(level) {
  const svg = made("svg", { class: "sign small on", "aria-hidden": "true" });
  svg.append(made("use", { href: `#sev-${level}` }));
  return svg;
}
