// One figure in a tile, gauge or line: value, sign, note, 24 hours, age. Only text and attributes of nodes that stand.

import { attr, parts, sign, style, text } from "./binding.js";
import { changed } from "./change.js";
import { classOf } from "./classes.js";
import { ageState, now, since } from "./clock.js";
import { bare, bound, brief, clock, number, say, span } from "./format.js";
import { Pace } from "./pace.js";
import { reason } from "./reason.js";
import { drawSpark } from "./spark.js";

const ROOM = 8; // signs of a figure that stand at its full size
const BRIEF = 7; // signs that a narrow line has room for; longer figures are told in millions or billions there

export class Figure {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.code = node.dataset.indicator;
    this.scope = node.dataset.scope;
    this.fact = page.indicators[this.code] ?? {};
    this.parts = parts(node);
    this.note = this.parts.note?.textContent ?? "";
    this.held = undefined;
    this.pace = new Pace();
    this.most = node.classList.contains("brief-figure") ? BRIEF : Infinity;
    if (this.fact.scale) node.classList.add("worded"); // a band's word stands where others have their unit
  }

  // News of the stream: at the pace of who reads it; what changes its level or its state is written at once.
  hear(held, ...told) {
    const same = held?.severity === this.held?.severity && held?.state === this.held?.state;
    if (same) this.pace.hear(() => this.show(held, ...told));
    else this.show(held, ...told);
  }

  // The snapshot's entry of this indicator; undefined while nothing is known. `feed`: what is known of its source.
  show(held, version, feed) {
    this.pace.drop();
    this.held = held ?? null;
    this.feed = { ...feed, name: this.node.dataset.sender };
    attr(this.node, "data-version", version);
    const known = this.held && this.held.v !== null && this.held.v !== undefined;
    const none = this.held?.state === "forbidden" ? say("state.forbidden") : "—";
    const whole = known ? number(this.held.v, this.fact.digits ?? 0) : none;
    const said = known && whole.length > this.most ? brief(this.held.v) : whole;
    const long = said.length + (said === whole ? 0 : 3); // letters are wider than digits
    attr(this.parts.figure, "title", said === whole ? null : whole);
    this.parts.figure?.classList.toggle("long", Boolean(known) && long > ROOM);
    text(this.parts.figure, said);
    if (known) style(this.parts.figure, "--fit", long > ROOM ? (ROOM / long).toFixed(2) : "1"); // whole, if smaller
    if (this.fact.scale) text(this.parts.unit, known ? classOf(this.held.v, this.fact, this.page.scales).word : "");
    this.state = null; // level, note and line are written anew
    this.age();
    this.gauge();
  }

  // Called each second: only the age moves, and the state when a bound is passed.
  age() {
    this.pace.flush();
    if (this.held === undefined || now() === null) return;
    const held = this.held;
    if (held?.state === "forbidden") {
      text(this.parts.age, "");
      if (this.state !== "forbidden") this.turn("forbidden");
      return;
    }
    const seconds = held && held.v !== null && held.v !== undefined ? since(held.atMs) : null;
    const cadence = held?.cadence ?? this.fact.cadence ?? 60;
    const state = ageState(seconds, cadence, held?.lag ?? this.fact.lag ?? 0, held?.state, this.fact.office);
    if (state === "missing") text(this.parts.age, "");
    else if (held.past) text(this.parts.age, clock(held.atMs, false)); // of a past hour the hour says more than its age
    else text(this.parts.age, aged(state, seconds, held.simulated));
    if (state !== this.state) this.turn(state);
  }

  turn(state) {
    this.state = state;
    const level = state === "stale" || state === "missing" || state === "forbidden" ? 0 : this.held?.severity ?? 0;
    attr(this.node, "data-age-state", state);
    attr(this.node, "data-severity", level || null);
    sign(this.parts.mark, level, state === "suspect");
    this.tell();
    const where = this.held?.where ?? this.held?.note;
    text(this.parts.where, where && state !== "missing" ? `· ${where}` : "");
    this.change();
    drawSpark(this.parts.spark, this.held, this.fact, state);
  }

  // What the figure was a day or a period before, and how much of its plan is due: at(code), plan by code.
  compare(at, plan, by = "day") {
    this.by = by;
    this.then = at(this.code);
    this.plan = plan[this.code];
    if (this.state === undefined || this.state === null) return;
    this.tell();
    this.change();
  }

  change() {
    const told = this.state === "stale" || this.state === "missing" ? "" : changed(this.held?.v, this.then, this.fact);
    text(this.parts.change, told);
    const waits = !told && this.by && this.by !== "day" && this.state !== "missing"; // a period nobody knows is said
    text(this.parts.since, told ? say(`change.${this.by ?? "day"}`) : waits ? say(`change.${this.by}.none`) : "");
  }

  level() {
    return Number(this.node.dataset.severity ?? 0);
  }

  // The note and, where it may be cut, the whole of it on hover.
  tell() {
    const why = reason(this.state, this.held, this.fact, this.feed);
    const said = this.remark(why);
    text(this.parts.note, said);
    attr(this.parts.note, "title", why ? said : null);
  }

  remark(why) {
    const held = this.held;
    if (this.node.dataset.panel === "limit") return why || this.note; // whose limit it is, unless something is wrong
    if (held?.note) return why ? `${why}, ${held.note}` : held.note; // another figure stands in for this one
    if (why) return why;
    if (held.v === 0 && held.n === 0) return say("note.empty");
    if (held.where && !this.parts.where) return say("standin.worst", { place: held.where });
    if (held.limit !== undefined && held.limit !== null && held.severity) return say("note.limit", { limit: bound(held.limit, this.fact) });
    const due = this.plan?.due ?? this.fact.due;
    const aim = this.plan || !this.node.classList.contains("tile") ? this.note : ""; // a tile has room for one of the two
    return due === undefined ? this.note : [aim, say("note.pace", { due: bare(Number(due.toPrecision(3))) })].filter(Boolean).join(", ");
  }

  // Where it stands on its scale; beyond an end the needle lies outside and points on, and words say so.
  gauge() {
    const { needle, beyond } = this.parts;
    const known = this.held && this.held.v !== null && this.held.v !== undefined;
    if (needle) {
      const { from, to } = this.node.dataset;
      const share = known ? (this.held.v - from) / (to - from || 1) : 0;
      needle.classList.toggle("on", Boolean(known));
      attr(needle, "x", `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`);
      const way = share > 1 ? "over" : share < 0 ? "under" : null;
      attr(needle, "data-beyond", way);
      const end = bare(Number(way === "over" ? to : from));
      text(beyond, way ? say(way === "over" ? "scale.over" : "scale.under", { end }) : "");
    }
    this.against(known);
  }

  // How much of the limit that is, and which station says so: of what stands beside its limit.
  against(known) {
    if (this.node.dataset.panel !== "limit") return;
    const limit = this.fact.low === undefined || this.fact.high === undefined ? this.fact.high ?? this.fact.low : null;
    text(this.parts.share, known && limit ? say("limits.share", { n: brief((this.held.v / limit) * 100) }) : "");
    const station = this.held?.extra?.entity;
    text(this.parts.where, known && station ? (this.page.entityName(station) ?? station) : "");
  }
}

// How old a figure is; one that was made up among real ones says so before its age.
function aged(state, seconds, simulated) {
  const age = state === "stale" ? say("age.stale", { age: span(seconds) }) : span(seconds);
  return simulated ? say("age.simulated", { age }) : age;
}
