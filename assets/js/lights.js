// A board of lights: working, late, down or silent; those that do not work are named.

import { attr, chooser, hide, parts, text } from "./binding.js";
import { ageState, since } from "./clock.js";
import { called, number, quantity, say } from "./format.js";
import { freshest } from "./standing.js";

const GONE = ["stale", "missing"];
const AT_MOST = 12; // names of those that are down
const NAMED = 30; // so few have their names beside their lights

export class Lights {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.parts = parts(node);
    this.belongs = chooser(node);
    this.cells = new Map();
  }

  // A light that is no longer heard goes out by itself.
  tick() {
    if (this.state) this.show(this.state);
  }

  show(state) {
    this.state = state;
    const mine = [...state.entities.values()].filter((entity) => this.belongs(entity));
    if (mine.some((entity) => !this.cells.has(entity.code))) this.make(mine);
    this.named = mine.length <= NAMED;
    this.parts.cells.classList.toggle("named", this.named);
    const told = mine.map((entity) => [entity, this.light(entity)]);
    for (const [entity, light] of told) this.fill(this.cells.get(entity.code), entity, light);
    const up = told.filter(([, light]) => light === "up" || light === "late").length;
    const wrong = told.filter(([, light]) => light === "down" || light === "silent");
    attr(this.node, "data-age-state", freshest(mine.map((entity) => this.age(entity))));
    hide(this.parts.none, mine.length > 0);
    if (!mine.length) text(this.parts.none, say("panel.missing"));
    text(this.parts.count, mine.length ? say("lights.count", { n: number(up), all: number(mine.length), what: this.node.dataset.what }) : "");
    const names = wrong.slice(0, AT_MOST).map(([entity]) => this.name(entity)).join(", ");
    const more = wrong.length > AT_MOST ? ` ${say("count.more", { n: number(wrong.length - AT_MOST) })}` : "";
    text(this.parts.wrong, wrong.length ? say("lights.wrong", { names: names + more }) : "");
  }

  light(entity) {
    const value = entity.values?.[this.node.dataset.figure];
    const age = this.age(entity);
    if (GONE.includes(age)) return "silent";
    if (value < 1) return "down";
    return age === "late" || this.slow(entity) !== null ? "late" : "up";
  }

  age(entity) {
    const fact = this.page.indicators[this.node.dataset.figure] ?? {};
    const told = typeof entity.values?.[this.node.dataset.figure] === "number";
    return ageState(told ? since(entity.atMs) : null, fact.cadence ?? 3600, fact.lag ?? 0, entity.state);
  }

  // How slow one that works is, where that lies beyond the limits of the second figure; null where it does not.
  slow(entity) {
    const fact = this.page.indicators[this.node.dataset.slow];
    const value = entity.values?.[this.node.dataset.slow];
    return fact && typeof value === "number" && (value > fact.high || value < fact.low) ? quantity(value, fact) : null;
  }

  make(mine) {
    const order = [...mine].sort((a, b) => this.name(a).localeCompare(this.name(b), "vi"));
    this.parts.cells.replaceChildren(
      ...order.map((entity) => {
        const cell = this.cells.get(entity.code) ?? document.createElement("li");
        cell.dataset.entity = entity.code;
        this.cells.set(entity.code, cell);
        return cell;
      }),
    );
  }

  fill(cell, entity, light) {
    attr(cell, "data-light", light);
    const slow = light === "late" ? this.slow(entity) : null;
    const said = `${this.name(entity)}: ${say(`lights.${light}`)}${slow === null ? "" : ` (${slow})`}`;
    attr(cell, "title", said);
    text(cell, this.named && light === "up" ? this.name(entity) : said);
  }

  name(entity) {
    return called(entity);
  }
}
