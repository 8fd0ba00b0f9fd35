// The hours behind figures and the slider of an overview; and what belongs to the nation's map alone: list of
// indicators, head, card of a unit.

import { attr, parts, sign, text } from "./binding.js";
import { now, standAt } from "./clock.js";
import { Figure } from "./figure.js";
import { bare, number, quantity, say } from "./format.js";
import { Hours } from "./hours.js";
import { ABNORMAL, nationFigure } from "./layers.js";
import { Looks, spanOf } from "./study_looks.js";
import { Moment, read, spoken, written } from "./moment.js";
import { before } from "./spans.js";
import { stateAt } from "./past.js";
import { PlaceCard } from "./place_card.js";

const LOOK_MS = 60e3; // how often it is looked whether history has more; asked for only then
const WAIT_MS = 800; // history is asked for once the live figures stand

export class Study {
  // live(): the newest state of the page's scope; show(state): write a state into the page's panels
  // ahead(href): a page that may be opened next is fetched before it is
  constructor(page, { go, ahead, live, show }) {
    Object.assign(this, { page, go, ahead, live, show });
    this.hours = new Hours(page.place);
    const one = (kind, make) => [document.querySelector(`[data-panel="${kind}"]`)].filter(Boolean).map(make)[0] ?? null;
    this.moment = one("moment", (node) => new Moment(node, (ms) => this.choose(ms)));
    this.list = one("indicators", (node) => new Indicators(node, page, go));
    this.head = one("head", (node) => new Head(node, page));
    this.card = one("place", (node) => new PlaceCard(node, page));
    this.looks = one("looks", (node) => new Looks(node, page, (changes) => this.keep(changes)));
    this.past = null; // the state of a past hour while one is shown
    this.column = null;
    if (page.study) for (const panel of [page.map, page.ranking]) panel.node.addEventListener("click", (event) => this.select(event));
    this.timer = setTimeout(() => this.compare(), WAIT_MS);
  }

  stop() {
    clearTimeout(this.timer);
    standAt(null);
    document.body.removeAttribute("data-past");
  }

  // The address has changed: indicator, unit, hour.
  turn(code, query) {
    this.head?.colourBy(code);
    this.list?.mark(code);
    this.picked = query.get("pick");
    this.by = this.page.study ? spanOf(query) : "day";
    if (this.card && this.page.names[this.picked]) this.ahead(this.page.href(this.picked));
    this.stand(read(query.get("at")));
    this.looks?.turn(query);
    this.learn(code);
  }

  // Which look, at which units: the address keeps it, and nothing else of the page is drawn again.
  keep(changes) {
    history.replaceState(null, "", this.page.here(changes));
    const query = new URLSearchParams(location.search);
    const by = this.by;
    this.by = spanOf(query);
    this.looks.turn(query);
    if ("at" in changes) this.stand(read(changes.at));
    if (this.by !== by) this.compare();
  }

  // A live state has been written into the page's own panels.
  wrote(state, version, touched) {
    this.list?.show(state, touched);
    if (this.head && (!touched || touched.has(this.head.code) || this.head.fact.counts)) this.head.show(nationFigure(this.page, state, this.head.code), version, state.feeds[this.head.fact.feed]);
    this.card?.show(this.picked, this.column);
    this.looks?.wrote();
  }

  second() {
    this.head?.age();
    this.looks?.tick(this.at ?? null);
    const end = this.hours.end();
    if (end !== null && end !== this.hour) {
      this.hour = end;
      this.moment?.show(this.at ?? null);
    }
    if (performance.now() - this.looked > LOOK_MS) this.compare(); // a full hour has passed, or history was not yet whole
  }

  // A click on a unit selects it; a second one on the same opens it, as does the card.
  select(event) {
    const place = event.target.closest("[data-place]")?.dataset.place;
    if (!place || event.ctrlKey || event.metaKey || event.shiftKey || event.button || !this.page.names[place]) return;
    event.preventDefault();
    this.go(this.picked === place ? this.page.href(place) : this.page.here({ pick: place }));
  }

  // Cases behind the shares, and the hours of all units, of the indicator that is shown.
  async learn(code) {
    const { ranking } = this.page;
    const by = this.by;
    if (this.learnt !== code + by) this.column = null;
    this.learnt = code + by;
    this.card?.show(this.picked, this.column);
    this.looks?.show(this.column);
    if (code === ABNORMAL || this.hours.end() === null) return;
    try {
      const column = await this.hours.columns(code, this.at ? this.moment.end() : undefined, by);
      if (this.page.ranking.code !== code || this.by !== by) return;
      this.column = column;
      const at = now();
      ranking.know(new Map(column.order.map((place) => [place, column.cases(place, at)])));
      this.card?.show(this.picked, column);
      this.looks?.show(column);
    } catch {
      // without history there are no cases to tell: the dots stand without their intervals
    }
  }

  // What stood a day or a period before and what is due of the plans, for tiles and head.
  async compare() {
    clearTimeout(this.timer);
    this.looked = performance.now();
    if (this.hours.end() === null) {
      this.timer = setTimeout(() => this.compare(), WAIT_MS);
      return;
    }
    try {
      const by = this.by;
      const own = await this.hours.own(this.at ? this.moment.end() : undefined);
      const then = before(by, now());
      const held = by === "day" ? own : await this.hours.close(by, now());
      if (this.by === by) for (const figure of [...this.page.figures, ...(this.head ? [this.head] : [])]) figure.compare((code) => held.at(code, then), own.plan, by);
    } catch {
      // nothing to compare with: the tiles say nothing
    }
    this.learn(this.page.indicator);
  }

  // The slider was moved: the address keeps the hour.
  choose(ms) {
    history.replaceState(null, "", this.page.here({ at: written(ms) }));
    this.looks?.turn(new URLSearchParams(location.search));
    this.stand(ms);
  }

  async stand(ms) {
    const same = ms === (this.at ?? null) && !(ms && this.past && this.past.code !== this.page.indicator);
    this.at = ms;
    this.moment?.show(ms);
    if (same) return;
    standAt(ms);
    document.body.toggleAttribute("data-past", ms !== null);
    if (ms === null) {
      const was = this.past;
      this.past = null;
      if (was) this.show(this.live());
      this.compare();
      return;
    }
    await this.fetch(ms);
  }

  async fetch(ms) {
    const code = this.page.indicator;
    try {
      const state = await stateAt(this.page, this.hours, this.live(), code, ms, this.moment.end());
      if (this.at !== ms || this.page.indicator !== code) return; // moved on meanwhile
      this.past = { ...state, code };
      this.show(this.past);
      this.compare();
    } catch {
      if (this.at !== ms) return;
      text(this.moment.parts.said, say("moment.failed", { time: spoken(ms) }));
    }
  }
}

// The list at the left: national values beside the names, the chosen one marked, one group open.
class Indicators {
  constructor(node, page, go) {
    this.page = page;
    this.entries = [...node.querySelectorAll("[data-entry]")].map((link) => ({ link, code: link.dataset.entry, value: parts(link).value, sign: link.querySelector(".sign") }));
    this.groups = [...node.querySelectorAll("details[data-domain]")].map((group) => ({ node: group, sign: group.querySelector("summary .sign"), domain: group.dataset.domain }));
    node.addEventListener("click", (event) => {
      const code = event.target.closest("[data-entry]")?.dataset.entry;
      if (!code || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      go(page.here({ i: code }));
    });
    node.addEventListener("keydown", (event) => this.walk(event, [...node.querySelectorAll("summary, [data-entry]")]));
  }

  // Arrows go from line to line, over groups that are closed.
  walk(event, lines) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const seen = lines.filter((line) => line.checkVisibility());
    const at = seen.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    seen[(at + step + seen.length) % seen.length].focus();
  }

  mark(code) {
    for (const { link, code: own } of this.entries) {
      attr(link, "aria-current", own === code ? "true" : null);
      const more = own === code && link.closest("details[data-more]");
      if (more && !more.open) more.open = true;
    }
    const domain = this.page.indicators[code]?.domain;
    for (const { node, domain: own } of this.groups) if (own === domain && !node.open) node.open = true;
  }

  show(state, touched) {
    if (touched && !this.entries.some(({ code }) => touched.has(code))) return;
    const worst = new Map();
    for (const { code, value, sign: mark } of this.entries) {
      const held = nationFigure(this.page, state, code);
      const fact = this.page.indicators[code];
      const known = held && held.v !== null && held.v !== undefined;
      text(value, known ? (fact.unit === "%" ? quantity(held.v, fact) : number(held.v, fact.digits ?? 0)) : "—");
      const level = known && held.state !== "stale" ? (held.severity ?? 0) : 0;
      sign(mark, level, held?.state === "suspect");
      if (level && level < (worst.get(fact.domain) ?? 9)) worst.set(fact.domain, level);
    }
    for (const { sign: mark, domain } of this.groups) sign(mark, worst.get(domain) ?? 0);
  }
}

// The chosen figure above the map: it changes with the choice, where the tiles stay what they are.
class Head extends Figure {
  colourBy(code) {
    if (code === this.code && this.titled) return;
    this.titled = true;
    this.code = code;
    this.fact = this.page.indicators[code];
    this.note = aim(this.fact);
    this.then = this.plan = undefined;
    for (const name of ["data-indicator"]) attr(this.node, name, code);
    for (const node of this.node.querySelectorAll("[data-card]")) attr(node, "data-card", code);
    this.parts.origin.hidden = code === ABNORMAL;
    this.node.classList.toggle("worded", Boolean(this.fact.scale));
    text(this.parts.title, this.fact.full);
    text(this.parts.unit, this.fact.scale ? "" : (this.fact.unit ?? ""));
  }

  show(held, version) {
    super.show(held, version);
    const cases = held && held.n !== null && held.n !== undefined && held.n > 0;
    text(this.parts.cases, cases ? `n\u00a0=\u00a0${number(held.n)}` : "");
  }
}

// What a figure is held against, in words.
function aim(fact) {
  if (fact.target !== undefined) return say("study.target", { sign: { up: "≥\u00a0", down: "≤\u00a0" }[fact.dir] ?? "", n: bare(fact.target) });
  if (fact.low !== undefined && fact.high !== undefined) return say("study.normal", { low: bare(fact.low), high: bare(fact.high) });
  const bound = fact.low ?? fact.high;
  return bound === undefined ? "" : say("note.limit", { limit: bare(bound) });
}
