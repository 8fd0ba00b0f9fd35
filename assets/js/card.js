// "Nguồn gốc": where the figure that was clicked comes from. Catalogue and snapshot together, nothing else.

import { hide, parts, text } from "./binding.js";
import { now, since } from "./clock.js";
import { clock, day, moment, number, quantity, say, span } from "./format.js";

let definitions = null;

export class Card {
  constructor(node, page, state) {
    this.node = node;
    this.page = page;
    this.state = state; // scope -> store state
    this.parts = parts(node);
    node.querySelector("[data-close]").addEventListener("click", () => this.close());
  }

  async open(code, scope) {
    this.code = code;
    this.scope = scope;
    this.fill({});
    hide(this.node, false);
    this.node.querySelector("[data-close]").focus({ preventScroll: true });
    definitions ??= fetch(`/definitions/${this.page.lang}`).then((answer) => (answer.ok ? answer.json() : {}));
    try {
      this.fill((await definitions)[code] ?? {});
    } catch {
      definitions = null; // asked for again with the next click
    }
  }

  close() {
    hide(this.node, true);
  }

  tick() {
    if (!this.node.hidden) this.fill(this.definition ?? {});
  }

  fill(definition) {
    this.definition = definition;
    const fact = this.page.indicators[this.code] ?? {};
    const held = this.state(this.scope)?.indicators[this.code];
    const known = held && held.v !== null && held.v !== undefined;
    text(this.parts.name, definition.full ?? fact.full);
    text(this.parts.figure, known ? number(held.v, fact.digits ?? 0) : "—");
    text(this.parts.unit, fact.unit ?? "");
    text(this.parts.place, this.page.placeName);
    text(this.parts.source, lines(held?.source, definition.feed, definition.owner));
    text(this.parts.observed, known && held.atMs ? `${day(held.atMs)} ${clock(held.atMs)}` : say("card.nothing"));
    text(this.parts.received, received(held));
    text(this.parts.age, known ? say("card.cadence", { age: span(since(held.atMs) ?? 0), cadence: span(held.cadence ?? fact.cadence) }) : "—");
    text(this.parts.formula, lines(definition.formula, definition.basis && say("card.basis", { basis: definition.basis })));
    text(this.parts.limits, limits(definition));
    text(this.parts.check, check(held, fact));
    this.parts.open.setAttribute("href", this.page.here({ i: this.code }));
  }
}

function lines(...texts) {
  return texts.filter(Boolean).join("\n") || "—";
}

function received(held) {
  if (!held?.received) return "—";
  const ms = Date.parse(held.received);
  return say("card.lag", { time: moment(ms, now() ?? ms).includes("/") ? moment(ms, now() ?? ms) : clock(ms), lag: span((ms - held.atMs) / 1000) });
}

function limits(definition) {
  const rows = (definition.limits ?? []).map((limit) => `${say(`severity.${limit.level}`)}: ${limit.limit} · ${limit.source}`);
  return rows.join("\n") || "—";
}

function check(held, fact) {
  if (!held?.second) return say("card.single");
  const key = held.state === "suspect" ? "card.differ" : "card.agree";
  return say(key, { source: held.second.source ?? "", value: quantity(held.second.v, fact) });
}
