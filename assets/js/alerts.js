// Open alerts, worst first and newest of equals first, in rows that stand from the first paint.

import { attr, hide, part, parts, sign, SYSTEM, text } from "./binding.js";
import { since } from "./clock.js";
import { bound, number, quantity, say, span } from "./format.js";
import { living } from "./health.js";

const PLATES = 2; // at most two tinted plates on a page

export class Alerts {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.domain = node.dataset.domain;
    this.parts = parts(node);
    this.rows = [...node.querySelectorAll(".alert")].map((row) => ({ node: row, link: row.querySelector("a"), mark: row.querySelector(".sign"), parts: parts(row) }));
  }

  show(state) {
    const open = sorted(state.alerts, this.page.indicators).filter((a) => !this.domain || this.page.indicators[a.indicator]?.domain === this.domain);
    this.open = open;
    this.rows.forEach((row, i) => this.fill(row, open[i], i));
    const rest = open.length - this.rows.length;
    text(this.parts.count, open.length ? number(open.length) : "");
    hide(this.parts.none, open.length > 0);
    this.calm ??= this.parts.none.textContent;
    const unheard = state.past ? !state.watched && "alert.unwatched" : !living(state, this.page)[0] && "alert.unheard";
    text(this.parts.none, unheard ? say(unheard) : this.calm); // silence is not calm
    hide(this.parts.more, rest <= 0);
    text(this.parts.more, rest > 0 ? say("alert.more", { n: number(rest) }) : "");
    this.age();
  }

  fill(row, alert, i) {
    hide(row.node, !alert);
    row.alert = alert;
    if (!alert) return;
    const fact = this.page.indicators[alert.indicator] ?? {};
    attr(row.node, "data-severity", fact.system ? null : alert.level);
    attr(row.node, "data-alert", alert.id);
    row.node.toggleAttribute("data-system", Boolean(fact.system));
    row.node.toggleAttribute("data-plate", alert.level === 1 && i < PLATES && !fact.system);
    sign(row.mark, fact.system ? SYSTEM : alert.level);
    text(row.parts.title, fact.name ?? alert[this.page.lang] ?? alert.vi ?? alert.indicator);
    text(row.parts.what, say("alert.at", { what: alert.entity_vi ?? placeName(this.page, alert), place: measured(alert, fact) }));
    text(row.parts.value, row.node.hasAttribute("data-plate") ? measured(alert, fact) : "");
    const since = Date.parse(alert.since);
    attr(row.link, "href", this.page.href(unitOf(alert), fact.domain, alert.indicator, alert.entity, since));
    attr(row.parts.behind, "href", this.page.behind(unitOf(alert), fact, alert.indicator, alert.entity, since));
  }

  age() {
    for (const row of this.rows) {
      if (!row.alert) continue;
      const seconds = since(Date.parse(row.alert.since));
      const age = say("alert.since", { age: span(seconds ?? 0) });
      const limit = row.alert.limit ?? null;
      text(row.parts.since, age); // what finds no room in the line is left out whole: the sign has the level's letter too
      text(row.parts.limit, limit === null ? "" : `· ${say("alert.limit", { limit: bound(limit, this.page.indicators[row.alert.indicator]) })}`);
      text(row.parts.level, `· ${say(`severity.${row.alert.level}`)}`);
    }
  }
}

// From which level up a page of this rank speaks, marks and colours: the nation of what is high, a province of what is medium.
export function own(page) {
  return page.nation ? 2 : 3;
}

// Worst first; of one level what happens in the country before what happens to its data, then the newest, then by name: one
// order on walls, desks and phones, in whatever order alerts came (feeds/engine/alarms.py keeps the same). The nation's own
// alert is left out where its figure is that of one unit, whose alert says it already.
export function sorted(alerts, indicators) {
  const told = new Set(alerts.filter(unitOf).map((a) => a.indicator));
  const kept = alerts.filter((a) => unitOf(a) || !(indicators[a.indicator]?.one && told.has(a.indicator)));
  return kept.sort((a, b) => a.level - b.level || system(a, indicators) - system(b, indicators) || Date.parse(b.since) - Date.parse(a.since) || (a.id < b.id ? -1 : 1));
}

// An alarm of the centre's own data: told after those of the country, never as its state.
export function system(alert, indicators) {
  return Number(Boolean(indicators[alert.indicator]?.system));
}

export function placeName(page, alert) {
  if (alert.place === page.place) return page.placeName;
  return page.names[alert.place] ?? alert.place_vi ?? alert.place;
}

// The unit of 2025 an alert belongs to; null for the nation's own.
export function unitOf(alert) {
  const code = String(alert.place ?? "").replace("2025:", "").slice(0, 2);
  return /^\d\d$/.test(code) ? code : null;
}

function measured(alert, fact) {
  if (alert.value === null || alert.value === undefined) return say(`severity.${alert.level}`);
  return quantity(alert.value, fact);
}
