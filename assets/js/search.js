// One box for places and indicators: the server answers, marks or no marks.

import { hide, text } from "./binding.js";
import { say } from "./format.js";

const PAUSE_MS = 120;

export class Search {
  constructor(node, page, go) {
    this.page = page;
    this.go = go;
    this.input = node.querySelector("input");
    this.list = node.querySelector("ul");
    this.at = -1;
    this.input.addEventListener("input", () => this.soon());
    this.input.addEventListener("keydown", (event) => this.key(event));
    node.addEventListener("focusout", (event) => !node.contains(event.relatedTarget) && this.close());
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(this.input.value.trim()), PAUSE_MS);
  }

  async ask(words) {
    if (!words) return this.close();
    try {
      const answer = await fetch(`/api/v1/search?q=${encodeURIComponent(words)}&lang=${this.page.lang}`);
      if (answer.ok && this.input.value.trim() === words) this.show((await answer.json()).results ?? []);
    } catch {
      this.close(); // not heard: the link state says so
    }
  }

  show(results) {
    this.at = results.length ? 0 : -1;
    this.list.replaceChildren(...(results.length ? results.map((result) => this.row(result)) : [empty()]));
    this.mark();
    hide(this.list, false);
    this.input.setAttribute("aria-expanded", "true");
  }

  row(result) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    const link = document.createElement("a");
    link.href = this.address(result);
    const [name, kind] = [document.createElement("span"), document.createElement("span")];
    text(name, result[this.page.lang] ?? result.vi ?? result.name ?? result.key);
    text(kind, result.within ?? say(`search.${result.kind === "indicator" ? "indicator" : "place"}`));
    link.append(name, kind);
    item.append(link);
    return item;
  }

  address(result) {
    const code = result.key ?? result.code;
    if (result.kind === "indicator") return this.page.href(this.page.nation ? null : this.page.place, this.page.indicators[code]?.domain, code);
    const [unit, commune] = String(code).split("/");
    if (unit === "vn") return this.page.href(null);
    return this.page.href(unit, null, null, commune ? code : null);
  }

  key(event) {
    const rows = this.list.querySelectorAll("[role=option]");
    if (event.key === "Escape") return this.close();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.at = (this.at + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % (rows.length || 1);
      this.mark();
    }
    const chosen = rows[this.at]?.querySelector("a");
    if (event.key === "Enter" && chosen) {
      this.close();
      this.go(chosen.href);
    }
  }

  mark() {
    this.list.querySelectorAll("[role=option]").forEach((row, i) => row.setAttribute("aria-selected", String(i === this.at)));
  }

  close() {
    hide(this.list, true);
    this.input.setAttribute("aria-expanded", "false");
  }
}

function empty() {
  const item = document.createElement("li");
  const words = document.createElement("p");
  text(words, say("search.none"));
  item.append(words);
  return item;
}
