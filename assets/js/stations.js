// Tables of the stations of an open domain: rows are made once when stations become known, then only written into.

import { attr, chooser, hide, parts, sign, style, text } from "./binding.js";
import { classOf } from "./classes.js";
import { ageState, since } from "./clock.js";
import { bare, called, number, say, span } from "./format.js";

const AT_MOST = 200;
const FIRST = 16; // rows shown before somebody asks for all; the stylesheet hides the rest
const RANK = (level) => level || 9;

export class Stations {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.parts = parts(node);
    this.template = node.querySelector("template").content.firstElementChild;
    this.columns = node.dataset.columns.split(" ").filter(Boolean);
    this.belongs = chooser(node);
    this.rows = new Map();
    this.parts.more.addEventListener("click", () => {
      this.node.toggleAttribute("data-all", true);
      hide(this.parts.more, true);
    });
  }

  // Of this panel: its feed, and what its stations say of themselves.
  show(state) {
    const mine = [...state.entities.values()].filter((entity) => this.belongs(entity));
    if (this.rows.size < Math.min(mine.length, AT_MOST)) this.make(mine);
    for (const [code, row] of this.rows) this.fill(row, state.entities.get(code) ?? {});
    const all = mine.length;
    hide(this.parts.none, all > 0);
    if (!all && state.entities.size) text(this.parts.none, say("stations.none"));
    const wrong = mine.filter((entity) => entity.severity && entity.severity < 4).length;
    const counted = this.node.dataset.what ? number(all) : say("count.stations", { n: number(all) });
    text(this.parts.count, all ? (wrong ? say("count.beyond", { n: counted, wrong: number(wrong) }) : counted) : "");
    const more = this.node.hasAttribute("data-all") ? all - AT_MOST : all - FIRST;
    hide(this.parts.more, more <= 0);
    text(this.parts.more, say("count.more", { n: number(more) }));
  }

  // Worst first at the moment of making; rows stay where they are from then on, later stations follow.
  make(mine) {
    const order = mine.filter((entity) => !this.rows.has(entity.code));
    order.sort((a, b) => RANK(a.severity) - RANK(b.severity) || this.worse(b) - this.worse(a) || called(a).localeCompare(called(b), "vi"));
    for (const entity of order.slice(0, AT_MOST - this.rows.size)) {
      const node = this.template.cloneNode(true);
      node.dataset.entity = entity.code;
      const cells = new Map([...node.querySelectorAll("[data-value]")].map((cell) => [cell.dataset.value, kept(cell)]));
      this.rows.set(entity.code, { node, parts: parts(node), mark: node.querySelector(".sign"), cells });
      this.parts.rows.append(node);
    }
    this.pick(this.picked);
  }

  worse(entity) {
    const fact = this.page.indicators[this.columns[0]] ?? {};
    const value = entity.values?.[this.columns[0]];
    return typeof value !== "number" ? -Infinity : fact.dir === "up" ? -value : value;
  }

  fill(row, entity) {
    row.entity = entity;
    text(row.parts.name, called(entity));
    const type = entity.fields?.type;
    text(row.parts.type, this.page.labels?.[this.node.dataset.feed]?.[type] ?? "");
    text(row.parts.place, this.page.names[entity.place] ?? this.page.names[String(entity.place ?? "").slice(0, 2)] ?? "");
    for (const [code, cell] of row.cells) this.cell(cell, this.page.indicators[code] ?? {}, entity, entity.values?.[code] ?? null);
    this.age(row);
  }

  cell(cell, fact, entity, value) {
    text(cell.n, value === null ? "—" : number(value, fact.digits ?? 0));
    if (cell.key) {
      const kind = value === null ? {} : classOf(value, fact, this.page.scales);
      style(cell.key, "background", kind.colour ?? "transparent");
      cell.key.classList.toggle("on", Boolean(kind.colour));
      text(cell.word, kind.word ?? "");
    }
    if (cell.scale) this.rungs(cell, fact, entity, value);
  }

  // The station's own levels as ticks, the value as a mark, and the next level in words.
  rungs(cell, fact, entity, value) {
    const steps = Object.entries(fact.rungs ?? {}).map(([field, name]) => ({ at: Number(entity.fields?.[field] ?? NaN), name }));
    const known = steps.filter((step) => Number.isFinite(step.at));
    cell.scale.hidden = !known.length || value === null;
    const next = known.find((step) => step.at > value);
    text(cell.next, value === null || !known.length ? "" : next ? `${next.name} ${bare(next.at)}` : say("rungs.above", { name: known.at(-1).name }));
    if (cell.scale.hidden) return;
    const [first, last] = [known[0].at, known.at(-1).at];
    const low = known.length > 1 ? first - (last - first) * 1.5 : Math.min(0, value);
    const high = last + (last - low) * 0.12;
    const share = (v) => `${(Math.min(1, Math.max(0, (v - low) / (high - low || 1))) * 100).toFixed(1)}%`;
    cell.ticks.forEach((tick, i) => {
      tick.hidden = !Number.isFinite(steps[i]?.at);
      if (!tick.hidden) style(tick, "left", share(steps[i].at));
    });
    style(cell.needle, "width", share(value));
  }

  age(row) {
    const fact = this.page.indicators[this.columns[0]] ?? {};
    const age = since(row.entity.atMs);
    const state = ageState(age, fact.cadence ?? 3600, fact.lag ?? 0, row.entity.state);
    attr(row.node, "data-age-state", state);
    const level = state === "stale" ? 0 : row.entity.severity;
    sign(row.mark, level, state === "suspect");
    attr(row.node, "data-severity", level || null);
    text(row.parts.age, age === null ? "—" : state === "stale" ? say("age.stale", { age: span(age) }) : span(age));
  }

  tick() {
    for (const row of this.rows.values()) if (row.entity) this.age(row);
  }

  pick(code) {
    this.picked = code;
    for (const [key, row] of this.rows) row.node.classList.toggle("picked", key === code);
  }
}

// The pieces of a cell: number, and where it has them a legal key with its word, or a scale with levels.
function kept(cell) {
  const piece = (name) => cell.querySelector(`[data-cell="${name}"]`);
  const scale = cell.querySelector(".rungs");
  return {
    n: piece("n"), word: piece("word"), next: piece("next"), key: cell.querySelector(".legal-key"),
    scale, ticks: scale ? [...scale.querySelectorAll("u")] : [], needle: scale?.querySelector("s"),
  };
}
