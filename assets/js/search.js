// One box for places, indicators and stations: the server answers, marks or no marks.

import { attr, hide, text } from "./binding.js";
import { called, say } from "./format.js";

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
      const answer = await fetch(`/api/v1/search?q=${encodeURIComponent(words)}&limit=8`);
      const places = answer.ok ? listed(await answer.json()) : [];
      if (this.input.value.trim() === words) this.show([...this.indicators(words), ...places]);
    } catch {
      this.close(); // not heard: the link state says so
    }
  }

  show(results) {
    this.at = results.length ? 0 : -1;
    this.list.replaceChildren(...(results.length ? results.map((result, i) => this.row(result, i)) : [empty()]));
    this.mark();
    hide(this.list, false);
    this.input.setAttribute("aria-expanded", "true");
  }

  // Indicators of the catalogue are in the page already.
  indicators(words) {
    const wanted = fold(words);
    const found = Object.entries(this.page.indicators).filter(([, fact]) => ` ${fold(`${fact.name} ${fact.full}`)}`.includes(` ${wanted}`));
    return found.slice(0, 6).map(([key, fact]) => ({ kind: "indicator", key, vi: fact.full, en: fact.full, domain: fact.domain }));
  }

  row(result, i) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.id = `${this.list.id}-${i}`;
    const link = document.createElement("a");
    link.href = this.address(result);
    const [name, kind] = [document.createElement("span"), document.createElement("span")];
    text(name, called(result));
    text(kind, this.belongs(result));
    link.append(name, kind);
    item.append(link);
    return item;
  }

  // What tells two of one name apart: the domain of an indicator, the place around another place, both of a station.
  belongs(result) {
    const domain = this.page.domains[result.domain] ?? "";
    const around = result[`parent_${this.page.lang}`] ?? "";
    if (result.kind === "indicator") return domain;
    return result.kind === "station" ? [domain, around].filter(Boolean).join(" · ") : around;
  }

  address(result) {
    if (result.kind === "station") return this.page.href(/^\d\d$/.test(result.unit) ? result.unit : null, result.domain, null, result.key);
    if (result.kind === "indicator") return this.page.href(this.page.nation ? null : this.page.place, result.domain, result.key);
    const [unit, commune] = String(result.key).split("/");
    if (!/^\d\d$/.test(unit)) return this.page.href(null);
    return this.page.href(unit, null, null, commune ? result.key : null);
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

  // The focus stays in the box: what is chosen is told by its name.
  mark() {
    const rows = [...this.list.querySelectorAll("[role=option]")];
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === this.at)));
    attr(this.input, "aria-activedescendant", rows[this.at]?.id ?? null);
  }

  close() {
    hide(this.list, true);
    this.input.setAttribute("aria-expanded", "false");
    attr(this.input, "aria-activedescendant", null);
  }
}

function listed(found) {
  return Array.isArray(found) ? found : (found.results ?? []);
}

// Lower case, no marks: what "hue" and "Huế" have in common.
export function fold(words) {
  return words.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "").replace(/[^0-9a-z]+/g, " ").trim();
}

function empty() {
  const item = document.createElement("li");
  const words = document.createElement("p");
  text(words, say("search.none"));
  item.append(words);
  return item;
}
