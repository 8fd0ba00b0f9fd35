// Feeds: age against cadence, what the door counted, how many live.

import { attr, parts, text } from "./binding.js";
import { ageState, since } from "./clock.js";
import { number, say, span } from "./format.js";

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
    if (!this.state) return;
    for (const row of this.rows) {
      const feed = this.state.feeds[row.feed];
      const age = feed ? since(feed.atMs) : null;
      const state = feedState(this.state.feeds[row.feed]);
      attr(row.node, "data-age-state", state);
      text(row.parts.age, age === null ? "—" : state === "stale" ? say("age.stale", { age: span(age) }) : span(age));
    }
    const [alive, all] = living(this.state);
    text(this.parts.alive, say("feeds.alive", { n: alive, all }));
  }
}

export function feedState(feed) {
  return feed ? ageState(since(feed.atMs), feed.cadence ?? 60, feed.lag ?? 0) : "missing";
}

export function living(state) {
  const feeds = Object.values(state.feeds);
  return [feeds.filter((feed) => ["live", "late"].includes(feedState(feed))).length, feeds.length];
}
