// How a whole block stands: late, stale, doubtful, missing or forbidden, by its feeds or by the figures it shows. The age
// of a figure is that of what was observed; the age of a feed is when it was last heard.

import { attr, hide, part, text } from "./binding.js";
import { ageState, since, sinceNow } from "./clock.js";
import { say, span } from "./format.js";
import { feedState } from "./health.js";

const QUIET_S = 300; // a scope is written anew at least so often
const WORSE = ["live", "late", "suspect", "stale", "missing"];
const REFUSED = { 403: "forbidden", 404: "missing" }; // what the server answers for a scope

// How a board stands: as the freshest of what it shows; nothing shown is missing.
export const freshest = (states) => WORSE.find((state) => states.includes(state)) ?? "missing";

export class Standing {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.feeds = listed(node.dataset.feeds);
    this.figures = listed(node.dataset.rests);
    this.sign = part(node, "standing");
    this.words = part(node, "standing-age");
    this.said = part(node, "said");
    attr(node, "data-standing", "loading");
  }

  show(state) {
    this.state = state;
    this.refused = null;
    this.tick();
  }

  refuse(status) {
    this.refused = this.state ? null : (REFUSED[status] ?? null);
    if (this.refused) this.tick();
  }

  tick() {
    if (!this.state && !this.refused) return;
    const [kind, known] = this.refused ? [this.refused, null] : this.worst();
    const age = this.state?.past && kind === "live" ? null : known; // as old as the hour looked at, which the page says
    attr(this.node, "data-standing", kind);
    this.node.toggleAttribute("data-refused", Boolean(this.refused));
    hide(this.sign, kind !== "suspect" && (age === null || (!this.rests && kind === "live")));
    text(this.words, kind === "suspect" ? say("state.suspect") : kind === "stale" ? say("age.stale", { age: span(age) }) : age === null ? "" : span(age));
    hide(this.said, !this.refused);
    text(this.said, this.refused ? say(`standing.${kind}${kind === "forbidden" && this.node.dataset.owner ? ".owner" : ""}`, { owner: this.node.dataset.owner }) : "");
  }

  // The oldest of what the block rests on; one that rests on everything is as old as its snapshot.
  worst() {
    const all = this.feeds.map((code) => this.feed(code));
    const told = this.figures.map((code) => this.figure(code));
    all.push(...(told.some(known) ? told.filter(known) : told)); // a line that is missing says so itself
    const figure = this.node.dataset.indicator;
    if (figure && this.state.indicators[figure]) all.push(this.figure(figure));
    all.sort((a, b) => WORSE.indexOf(b[0]) - WORSE.indexOf(a[0]) || b[1] - a[1]);
    this.rests = all.length > 0;
    return all[0] ?? [ageState(since(this.state.atMs), QUIET_S, 0, this.state.state), since(this.state.atMs)];
  }

  feed(code) {
    const feed = this.state.feeds[code];
    const state = feed?.state === "suspect" ? "suspect" : feedState(feed, this.page.feeds[code]);
    return [state, feed ? sinceNow(feed.atMs) : null]; // feeds are told as of now, whatever hour is shown
  }

  figure(code) {
    const held = this.state.indicators[code];
    const fact = this.page.indicators[code] ?? {};
    const age = held?.v === null || held?.v === undefined ? null : since(held.atMs);
    if (age === null) return ["missing", null];
    return [ageState(age, held.cadence ?? fact.cadence, held.lag ?? fact.lag, held.state, fact.office), age];
  }
}

function known([, age]) {
  return age !== null;
}

function listed(codes) {
  return (codes ?? "").split(" ").filter(Boolean);
}
