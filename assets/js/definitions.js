// The catalogue: narrows the list of indicators to what is typed, marks or no marks; the address keeps the words.

import { hide, part, text } from "./binding.js";
import { say } from "./format.js";
import { fold } from "./search.js";

const PAUSE_MS = 80;

export class Definitions {
  constructor(node) {
    this.node = node;
    this.wanted = part(node, "wanted");
    this.rows = [...node.querySelectorAll("[data-find]")];
    this.sections = [...node.querySelectorAll("section[data-domain]")];
    this.wanted.value = new URLSearchParams(location.search).get("q") ?? "";
    this.wanted.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.narrow(), PAUSE_MS);
    });
    this.narrow();
    this.open();
  }

  // Every word must stand somewhere in the row, at the beginning of a word of it.
  narrow() {
    const words = fold(this.wanted.value).split(" ").filter(Boolean);
    let left = 0;
    for (const row of this.rows) {
      const found = words.every((word) => ` ${row.dataset.find}`.includes(` ${word}`));
      hide(row, !found);
      left += found;
    }
    for (const section of this.sections) this.count(section);
    text(part(this.node, "count"), say("definition.count", { n: left }));
    hide(part(this.node, "none"), left > 0);
    this.keep(words.length ? this.wanted.value.trim() : "");
  }

  count(section) {
    const n = section.querySelectorAll("[data-find]:not([hidden])").length;
    hide(section, !n);
    const entry = this.node.querySelector(`[data-of="${section.dataset.domain}"]`);
    text(part(entry, "n"), String(n));
    hide(entry.parentElement, !n);
  }

  keep(words) {
    const query = new URLSearchParams(location.search);
    words ? query.set("q", words) : query.delete("q");
    const href = `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`;
    if (href !== location.pathname + location.search + location.hash) history.replaceState(history.state, "", href);
  }

  // The card an address names stands open.
  open() {
    const row = location.hash.startsWith("#i-") && document.getElementById(location.hash.slice(1));
    if (!row || !this.node.contains(row)) return;
    row.open = true;
    row.scrollIntoView({ block: "center" });
  }
}
