// How many are in which state, and which of them the stills are narrowed to.

import { attr, hide, parts, style, text } from "./binding.js";
import { number, say } from "./format.js";

export class States {
  // narrow(state): show only those in it, or all
  constructor(node, page, narrow) {
    this.node = node;
    this.parts = parts(node);
    this.field = node.dataset.field;
    this.rows = [...node.querySelectorAll("[data-state]")].map((row) => ({ node: row, state: row.dataset.state, parts: parts(row), button: row.querySelector("button") }));
    this.only = null;
    for (const row of this.rows) {
      row.button.addEventListener("click", () => {
        this.only = this.only === row.state ? null : row.state;
        for (const other of this.rows) attr(other.button, "aria-pressed", other.state === this.only ? "true" : "false");
        narrow(this.only);
      });
    }
  }

  show(state) {
    const mine = [...state.entities.values()].filter((entity) => !entity.feed || entity.feed === this.node.dataset.feed);
    const found = new Map();
    for (const entity of mine) found.set(entity.fields?.[this.field], (found.get(entity.fields?.[this.field]) ?? 0) + 1);
    for (const row of this.rows) {
      const n = found.get(row.state) ?? 0;
      text(row.parts.n, number(n));
      style(row.node, "--x", `${mine.length ? ((n / mine.length) * 100).toFixed(1) : 0}%`);
      row.node.classList.toggle("nobody", n === 0);
    }
    attr(this.node, "data-age-state", mine.length ? "live" : "missing");
    hide(this.parts.none, mine.length > 0);
    if (!mine.length) text(this.parts.none, say("panel.missing"));
    const silent = found.get(undefined) ?? 0;
    text(this.parts.count, silent ? say("states.silent", { n: number(silent) }) : "");
  }
}
