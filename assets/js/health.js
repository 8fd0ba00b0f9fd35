// Feeds: age against cadence, what the door counted, how many live.

import { attr, parts, text } from "./binding.js";
import { ageState, present, sinceNow } from "./clock.js";
import { number, say, span } from "./format.js";

const CLOSED_S = 4 * 86400; // a long weekend
const COUNTS = ["accepted", "rejected", "duplicates", "gaps"];

export class Health {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.parts = parts(node);
    this.rows = [...node.querySelectorAll("[data-feed]")].map((row) => ({ node: row, feed: row.dataset.feed, parts: parts(row) }));
  }

  show(state) {
    this.state = state;
    for (const row of this.rows) {
      const feed = state.feeds[row.feed];
      for (const count of COUNTS) if (row.parts[count]) text(row.parts[count], feed ? number(feed[count] ?? 0) : "—");
    }
    this.tick();
  }

  tick() {
    if (!this.state || present() === null) return; // without the server's time nobody knows which of them are late
    for (const row of this.rows) {
      const feed = this.state.feeds[row.feed];
      const age = feed ? sinceNow(feed.atMs) : null;
      const state = feedState(feed, this.page.feeds[row.feed]);
      attr(row.node, "data-age-state", state);
      row.node.hidden = !feed && Boolean(this.page.feeds[row.feed]?.optional); // nobody waits for what not every place has
      text(row.parts.age, age === null ? "—" : state === "stale" ? say("age.stale", { age: span(age) }) : span(age));
    }
    const [alive, all] = living(this.state, this.page);
    text(this.parts.alive, say("feeds.alive", { n: alive, all }));
  }
}

// A feed of offices is told in its figures' states, not here: closed for the night it counts as living.
export function feedState(feed, fact) {
  if (!feed) return "missing";
  const state = ageState(sinceNow(feed.atMs), feed.cadence ?? 60, feed.lag ?? 0);
  return fact?.office && state === "stale" && sinceNow(feed.atMs) < CLOSED_S ? "late" : state;
}

export function living(state, page) {
  const feeds = Object.entries(state.feeds);
  const alive = feeds.filter(([code, feed]) => ["live", "late"].includes(feedState(feed, page.feeds[code])));
  const awaited = Object.values(page.feeds).filter((feed) => !feed.optional).length; // of those nobody has heard yet too
  return [alive.length, feeds.length || awaited];
}
