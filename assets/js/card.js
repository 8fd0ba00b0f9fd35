// "Nguồn gốc": where a figure comes from. Catalogue, snapshot and the origin the server knows, together; for figures in
// tiles, rankings, station lists and on the map alike. A dialog: the keyboard stays inside until it is closed.

import { attr, hide, parts, sign, text } from "./binding.js";
import { classOf } from "./classes.js";
import { ageState, now, since } from "./clock.js";
import { NATION } from "./fair.js";
import { called, cite, clock, day, instant, moment, number, quantity, say, span } from "./format.js";
import { ABNORMAL, tellingFigure } from "./layers.js";
import { ageBar, apart, checkBar, draw, limitBar, whose } from "./origin.js";
import { spoken, written } from "./moment.js";
import { unitFigure } from "./store.js";

const UNIT = /^\d\d$/;
const OLD_S = 30; // the country's figures are taken again when they are older
let definitions = null;

export class Card {
  constructor(node, page, state, peek) {
    this.node = node;
    this.page = page;
    this.state = state; // scope -> store state
    this.peek = peek; // asks for a scope's snapshot
    this.parts = parts(node);
    this.mark = node.querySelector(".sign");
    this.hovered = null;
    node.querySelector("[data-close]").addEventListener("click", () => this.close());
    const main = node.closest("main"); // the pointer or the keyboard, whichever came last, says which figure is meant
    main.addEventListener("pointerover", (event) => (this.hovered = event.target));
    main.addEventListener("focusin", () => (this.hovered = null));
  }

  click(event) {
    const figure = event.target.closest?.("[data-card], .communes [data-place]");
    if (figure) this.about(figure);
    else if (!this.node.hidden && !this.node.contains(event.target)) this.close(false);
  }

  // Escape closes; Tab stays inside; I asks about the figure under the pointer or in focus.
  key(event) {
    if (!this.node.hidden) {
      if (event.key === "Escape") this.close();
      if (event.key === "Tab") this.trap(event);
      return;
    }
    if (event.key !== "i" || event.ctrlKey || event.metaKey || event.altKey || /input|select|textarea/i.test(event.target.tagName)) return;
    const focused = document.activeElement?.closest("main") && document.activeElement;
    const found = [this.hovered, focused].map((node) => node?.closest?.("[data-card], [data-place], [data-entity]") ?? node?.querySelector?.("[data-place]"));
    const figure = found.find(Boolean);
    if (figure) this.about(figure);
  }

  trap(event) {
    const stops = [...this.node.querySelectorAll("button, a[href]")].filter((stop) => !stop.hidden);
    const [first, last] = [stops[0], stops.at(-1)];
    const end = event.shiftKey ? first : last;
    if (document.activeElement !== end && this.node.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }

  // The figure that is asked about stands framed beside its card.
  asks(opener) {
    for (const node of document.querySelectorAll("[data-asked]")) node.removeAttribute("data-asked");
    opener?.closest("[data-panel=tile], [data-panel=other], [data-panel=gauge], [data-panel=limit]")?.setAttribute("data-asked", "");
  }

  // Which figure an element shows: of the page's place, of a unit or commune in a list or on the map, of a station.
  about(element) {
    const entity = element.closest("[data-entity]")?.dataset.entity ?? null;
    const columns = element.closest("[data-columns]")?.dataset.columns.split(" ") ?? [];
    const listed = columns.includes(this.page.indicator) ? this.page.indicator : columns[0];
    let code = element.dataset.card || element.closest("[data-indicator]")?.dataset.indicator || listed || this.page.indicator;
    const scope = element.closest("[data-scope]")?.dataset.scope ?? this.page.scope;
    const place = element.closest("[data-place]")?.dataset.place ?? element.closest("[data-unit]")?.dataset.unit ?? scope.split(":")[0];
    const beneath = this.state(this.page.scope);
    if (code === ABNORMAL && beneath) code = tellingFigure(this.page, beneath, place); // a count is no figure of the catalogue
    if (!this.page.indicators[code]?.domain) return;
    this.open(code, place, entity, element);
  }

  async open(code, place, entity, opener) {
    Object.assign(this, { code, place, entity, opener: opener.closest("button, a") ?? opener, origin: null });
    if (this.definition?.code !== code) this.definition = {};
    attr(this.node, "data-indicator", code);
    this.fill();
    this.asks(opener);
    hide(this.node, false);
    this.node.scrollTop = 0;
    this.node.querySelector("[data-close]").focus({ preventScroll: true });
    if (!this.past() && !entity && place !== this.page.scope && !place.includes("/") && !this.state(place)) this.peek(place);
    const whole = this.state(NATION);
    if (place !== NATION && this.beside(this.page.indicators[code]) && (!whole || since(whole.atMs) > OLD_S)) this.peek(NATION).then(() => this.tick());
    const asked = `${place}|${code}|${entity}`;
    const same = () => !this.node.hidden && asked === `${this.place}|${this.code}|${this.entity}`;
    const [definition, origin] = await Promise.all([this.defined(code), this.asked(place, code, entity)]);
    if (!same()) return;
    Object.assign(this, { definition: { ...whose(definition, place), code }, origin });
    this.fill();
  }

  // The state of the hour shown, while the page shows one of the past.
  past() {
    return this.page.desk?.past ?? null;
  }

  async defined(code) {
    definitions ??= fetch(`/definitions/${this.page.lang}`).then((answer) => (answer.ok ? answer.json() : {}));
    try {
      return (await definitions)[code] ?? {};
    } catch {
      definitions = null; // asked for again with the next click
      return {};
    }
  }

  async asked(place, code, entity) {
    try {
      const query = new URLSearchParams({ ...(entity && { in: entity }), ...(this.past() && { at: written(this.past().atMs) }) });
      const answer = await fetch(`/api/v1/origin/${place}/${code}${query.size ? `?${query}` : ""}`);
      return answer.ok ? await answer.json() : {};
    } catch {
      return {};
    }
  }

  close(back = true) {
    if (this.node.hidden) return;
    hide(this.node, true);
    this.asks(null);
    if (back && this.opener?.isConnected) this.opener.focus?.({ preventScroll: true });
  }

  tick() {
    if (!this.node.hidden) this.fill();
  }

  // The figure as it stands: {v, atMs, severity, state, ...}, or null.
  held() {
    const page = this.page;
    if (this.entity) {
      const entity = this.state(page.entityScope)?.entities.get(this.entity);
      return entity && { ...entity, v: entity.values?.[this.code] ?? null };
    }
    if (this.past() && this.place !== page.scope) return unitFigure(this.past(), this.code, this.place);
    const own = this.state(this.place)?.indicators[this.code];
    if (own || this.place === page.scope) return own ?? null;
    const state = this.state(page.scope);
    return state ? unitFigure(state, this.code, this.place) : null;
  }

  fill() {
    const { page, parts, definition } = this;
    const fact = page.indicators[this.code] ?? {};
    const held = this.held();
    const known = held && held.v !== null && held.v !== undefined;
    const age = known ? since(held.atMs) : null;
    const [cadence, lag] = [held?.cadence ?? fact.cadence ?? 60, held?.lag ?? fact.lag ?? 0];
    const state = ageState(age, cadence, lag, held?.state, fact.office);
    attr(this.node, "data-age-state", state);
    text(parts.name, definition.full ?? fact.full);
    text(parts.figure, known ? number(held.v, fact.digits ?? 0) : "—");
    text(parts.unit, fact.scale && known ? classOf(held.v, fact, page.scales).word : (fact.unit ?? ""));
    text(parts.place, this.where());
    sign(this.mark, known && state !== "stale" ? held.severity : 0, state === "suspect");
    this.told(held, fact, known, state, age, cadence, lag);
    this.found(held, fact, known);
    this.ways();
  }

  where() {
    const page = this.page;
    const named = page.names[this.place] ?? (this.place === page.place ? page.placeName : this.place);
    if (this.past()) return say("card.then", { place: named, time: spoken(this.past().atMs) });
    if (!this.entity) return named;
    return called(this.state(page.entityScope)?.entities.get(this.entity)) || this.entity;
  }

  // What the snapshot and the catalogue say.
  told(held, fact, known, state, age, cadence, lag) {
    const { parts, definition } = this;
    const newest = this.origin?.newest;
    const sender = cite(held?.source);
    const own = sender === definition.owner ? "" : sender; // who sends it has a row of its own
    const answered = "full" in definition; // nothing is said of what has not been told yet
    const otherwise = (key) => (answered ? say(key) : "—");
    const source = own || definition.feed || newest?.source || otherwise("card.own");
    text(parts.source, source);
    text(parts["source-more"], definition.feed !== source ? definition.feed ?? "" : "");
    text(parts.sender, definition.owner || otherwise("card.own"));
    text(parts["sender-more"], newest && newest.seq !== null ? say("card.seq", { source: newest.source, n: number(newest.seq) }) : (newest?.source ?? ""));
    text(parts.observed, known && held.atMs ? instant(held.atMs) : say("card.nothing"));
    text(parts["observed-more"], received(held, newest));
    text(parts.age, `${say(`card.state.${state}`, { age: age === null ? "" : span(age) })} · ${say("card.every", { cadence: span(cadence) })}`);
    if (age === null) draw(parts["age-drawing"]);
    else ageBar(parts["age-drawing"], age, cadence, lag);
    text(parts.formula, definition.formula ?? "—");
    text(parts["formula-more"], lines(this.counted(held), definition.basis && say("card.basis", { basis: definition.basis })));
    limitBar(parts["limits-drawing"], known ? held.v : null, definition, fact.unit);
    text(parts.limits, limits(definition) || otherwise("card.no.limits"));
    this.checked(held, fact, known, otherwise("card.single"));
    this.nation(fact);
    this.quality(definition);
  }

  // Beside a province's figure that of the whole country, where there is one that is made of many: the nation's frames
  // for a province's staff hold no other.
  nation(fact) {
    const { parts } = this;
    const held = this.beside(fact) ? this.state(NATION)?.indicators[this.code] : null;
    const known = held && held.v !== null && held.v !== undefined;
    for (const node of this.node.querySelectorAll("[data-row=nation]")) hide(node, !known);
    if (!known) return;
    text(parts.nation, quantity(held.v, fact));
    text(parts["nation-more"], held.atMs ? instant(held.atMs) : "");
  }

  beside(fact) {
    return UNIT.test(this.place) && !this.entity && !this.past() && !fact.one && !fact.local && !fact.system;
  }

  counted(held) {
    const origin = this.origin;
    if (origin?.parts) return say("card.parts", { num: number(origin.parts.num), den: number(origin.parts.den) });
    return held?.n ? say("card.n", { n: number(held.n) }) : "";
  }

  checked(held, fact, known, single) {
    const { parts, definition } = this;
    const check = definition.check;
    const then = !this.past() || this.place === this.page.scope;
    const other = held?.second ?? (check && then && this.state(this.place)?.indicators[check.code]);
    const v = other?.v ?? null;
    if (!known || !check || v === null) {
      draw(parts["check-drawing"]);
      text(parts.check, held?.second ? `${cite(held.second.source)} ${quantity(held.second.v, fact)}` : single);
      return;
    }
    const allowed = check.relative ? check.tolerance * Math.max(Math.abs(held.v), Math.abs(v)) : check.tolerance;
    checkBar(parts["check-drawing"], held.v, v, [fact.name, check.name], allowed, fact);
    text(parts.check, apart(held.v, v, allowed, fact));
  }

  // What the door counted of the feed today.
  quality(definition) {
    const fact = this.page.indicators[this.code] ?? {};
    const feed = this.state(this.page.scope)?.feeds[fact.feed];
    const show = Boolean(feed?.accepted) && !this.past(); // the door counted today, not then
    for (const node of this.node.querySelectorAll("[data-row=quality]")) hide(node, !show);
    if (!show) return;
    const percent = (part, rest) => quantity((part / (part + rest || 1)) * 100, { digits: 1, unit: "%" });
    text(this.parts.quality, `${say("card.full", { v: percent(feed.accepted, feed.gaps ?? 0) })} · ${say("card.clean", { v: percent(feed.accepted, feed.rejected ?? 0) })}`);
    const counts = ["accepted", "rejected", "duplicates", "gaps"].map((name) => [name, number(feed[name] ?? 0)]);
    text(this.parts["quality-more"], say("card.door", Object.fromEntries(counts)));
  }

  // What only the records know: what is missing, what was corrected.
  found(held, fact) {
    const { origin, parts } = this;
    const missing = origin?.missing;
    for (const node of this.node.querySelectorAll("[data-row=missing]")) hide(node, !missing);
    if (missing) {
      const names = missing.names.map(called).join(", ");
      const all = missing.n > missing.names.length ? say("card.others", { names, n: number(missing.n - missing.names.length) }) : names;
      const whole = say("card.whole", { n: number(missing.all), all: number(missing.all) });
      text(parts.missing, `${missing.n ? say("card.lost", { n: number(missing.n), all: number(missing.all), names: all }) : whole} ${say(`card.${missing.what}`)}`.trim());
    }
    const digits = fact.digits ?? 0;
    const seen = (origin?.revisions ?? []).filter((r) => r.new === null || number(r.old, digits) !== number(r.new, digits)).slice(0, 3);
    text(parts.revisions, seen.map((revision) => revised(revision, digits)).join("\n") || (origin ? say("card.never") : "—"));
  }

  ways() {
    const { page, origin, parts } = this;
    const unit = this.place.split("/")[0];
    const domain = page.indicators[this.code]?.domain;
    const query = new URLSearchParams([...new URLSearchParams(location.search)].filter(([name]) => name === "theme" || name === "lang"));
    query.set("i", this.code);
    if (this.entity || this.place !== unit) query.set("in", this.entity ?? this.place);
    if (this.past() && !origin?.present) query.set("at", written(this.past().atMs));
    attr(parts.records, "href", `${unit === NATION ? `/d/${domain}` : `/p/${unit}/${domain}`}/r?${query}`);
    const n = origin?.n;
    if (origin?.present) text(parts.records, say("card.records.now"));
    else text(parts.records, n === undefined ? this.plain() : say(origin.more ? "card.records.more" : "card.records", { n: number(n) }));
    attr(parts.open, "href", page.here({ i: this.code, pick: null }));
  }

  plain() {
    return (this.label ??= this.parts.records.textContent);
  }
}

function lines(...texts) {
  return texts.filter(Boolean).join("\n");
}

function received(held, newest) {
  const said = held?.received ?? newest?.received;
  const at = held?.received ? held.atMs : Date.parse(newest?.at);
  if (!said || !at) return "";
  const ms = Date.parse(said);
  const time = moment(ms, now() ?? ms).includes("/") ? moment(ms, now() ?? ms) : clock(ms);
  return say("card.received", { time, lag: span((ms - at) / 1000) });
}

function limits(definition) {
  const rows = (definition.limits ?? []).map((limit) => lines(`${say(`severity.${limit.level}`)}: ${limit.limit}`, lines(limit.source, limit.since).replace("\n", ", ")).replace("\n", " · "));
  return rows.join("\n");
}

function revised(revision, digits) {
  const at = Date.parse(revision.at);
  const t = Date.parse(revision.t);
  const of = revision.step === 60 ? `${clock(t, false)} ${day(t).slice(0, 5)}` : day(t).slice(0, 5);
  const said = say("card.revised", { time: `${clock(at, false)} ${day(at).slice(0, 5)}`, of, old: number(revision.old, digits), new: revision.new === null ? "—" : number(revision.new, digits) });
  const counted = revision.n_old !== null && revision.n_new !== null && revision.n_old !== revision.n_new;
  return counted ? `${said}; ${say("card.revised.n", { old: number(revision.n_old), new: number(revision.n_new) })}` : said;
}
