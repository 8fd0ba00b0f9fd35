// Four looks at the units of the map's page, what they are narrowed to and by what time they are compared; the address
// keeps all of it: ?tab, region, only, vs, by.

import { attr, hide, parts, text } from "./binding.js";
import { present } from "./clock.js";
import { day, number, say } from "./format.js";
import { read, spoken } from "./moment.js";
import { before, period, SPANS } from "./spans.js";
import { Compare } from "./study_compare.js";
import { UnitsTable } from "./study_table.js";

const TABS = ["ranking", "table", "trend", "compare"];
const DOUBTFUL = new Set(["stale", "missing", "suspect"]);

// By what time the address compares: day, month or year.
export function spanOf(query) {
  const asked = query.get("by");
  return SPANS[asked] ? asked : "day";
}

export class Looks {
  constructor(node, page, keep) {
    this.page = page;
    this.keep = keep; // keep(changes): write them into the address and turn the page
    this.tabs = [...node.querySelectorAll("[data-tab]")];
    this.sheets = [...node.querySelectorAll("[data-sheet]")];
    this.table = new UnitsTable(node.querySelector("[data-panel=units]"), page);
    this.compare = new Compare(node.querySelector("[data-panel=compare]"), page, keep);
    const filters = document.querySelector("[data-panel=filters]");
    this.parts = parts(filters);
    this.selects = [...filters.querySelectorAll("[data-filter]")];
    this.spans = [...filters.querySelectorAll("[data-by]")];
    this.closes = [...filters.querySelectorAll("[data-closes]")];
    node.addEventListener("click", (event) => this.click(event.target.closest("[data-tab]")?.dataset.tab));
    node.querySelector("[role=tablist]").addEventListener("keydown", (event) => this.step(event));
    filters.addEventListener("change", ({ target }) => keep({ [target.dataset.filter]: target.value || null }));
    filters.addEventListener("click", ({ target }) => target.dataset.by && keep({ by: target.dataset.by === "day" ? null : target.dataset.by, at: null }));
    this.parts.clear.addEventListener("click", () => keep({ region: null, only: null, at: null, by: null }));
  }

  click(tab) {
    if (tab) this.keep({ tab: tab === TABS[0] ? null : tab });
  }

  // Arrows go from tab to tab, round the ends, as everywhere.
  step(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = this.tabs.indexOf(event.target);
    if (!steps || at < 0) return;
    const next = this.tabs.at((at + steps) % this.tabs.length);
    next.focus();
    this.click(next.dataset.tab);
  }

  turn(query) {
    const asked = query.get("tab");
    this.tab = TABS.includes(asked) ? asked : TABS[0];
    for (const tab of this.tabs) attr(tab, "aria-selected", String(tab.dataset.tab === this.tab));
    for (const sheet of this.sheets) hide(sheet, sheet.dataset.sheet !== this.tab);
    this.region = this.page.regions[query.get("region")] ? query.get("region") : "";
    this.only = ["abnormal", "doubtful"].includes(query.get("only")) ? query.get("only") : "";
    this.at = query.get("at") ?? "";
    this.by = spanOf(query);
    for (const button of this.spans) attr(button, "aria-pressed", String(button.dataset.by === this.by));
    for (const group of this.closes) group.hidden = group.disabled = group.dataset.closes !== this.by;
    for (const select of this.selects) select.value = this[select.dataset.filter];
    this.named();
    hide(this.parts.clear, !this.region && !this.only && !this.at && this.by === "day");
    this.compare.turn(query);
    this.narrow();
    this.show(this.column);
  }

  // What is compared with what, by its days, once the server has told its time.
  tick(at) {
    const moment = at ?? present();
    if (moment === null || !this.by) return;
    if (this.by === "day") return text(this.parts.period, say("study.by.day"));
    const inside = at === null ? moment : moment - 1; // a close belongs to the period that it ends
    text(this.parts.period, say("study.by.period", { ...period(this.by, inside), close: day(before(this.by, moment) - 1) }));
  }

  // An hour that no name of the list is meant by stands in it by itself.
  named() {
    const days = this.selects.find((select) => select.selectedIndex < 0);
    const ms = read(this.at);
    if (!days) return;
    if (ms !== null) {
      text(this.parts.hour, spoken(ms));
      this.parts.hour.value = this.at;
    }
    days.value = ms === null ? "" : this.at;
  }

  // Ranking and map are told which units are looked at.
  narrow() {
    const { ranking, map } = this.page;
    const kept = this.region || this.only ? new Set(Object.keys(this.page.names).filter((place) => this.wanted(place))) : null;
    ranking.narrow(kept);
    map.narrow(kept);
    const all = Object.keys(this.page.names).length;
    text(this.parts.left, !kept ? "" : kept.size ? say("study.left", { n: number(kept.size), of: number(all) }) : say("study.nobody"));
  }

  wanted(place) {
    const { ranking, regions } = this.page;
    if (this.region && !regions[this.region].includes(place)) return false;
    if (!this.only || !ranking.state) return true;
    const figure = ranking.figure(place);
    if (this.only === "doubtful") return DOUBTFUL.has(figure.state);
    return Boolean(figure.severity) && figure.state !== "stale";
  }

  wrote() {
    if (this.only) this.narrow();
    this.show(this.column);
  }

  // `column`: hours of the chosen indicator, null while they are not known.
  show(column) {
    this.column = column ?? null;
    if (this.tab === "table") this.table.show(this.column);
    if (this.tab === "compare") this.compare.show(this.column);
  }
}
