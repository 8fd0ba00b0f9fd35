// What a panel asks a JSON door for by itself: now, then every minute while it is seen. It says when it may not see,
// when it cannot read, and how old what stands is; what stood before stays until something newer is there.

import { attr, hide, parts, text } from "./binding.js";
import { since } from "./clock.js";
import { say, span } from "./format.js";

const EVERY_MS = 60e3;
const OLD_S = 180;

export class Asked {
  // address(): where to ask; show(answer): write it; both belong to the panel
  constructor(node, parts, address, show) {
    Object.assign(this, { node, parts, address, show });
    this.atMs = null;
    this.seen = false;
    this.due = 0;
    this.eye = new IntersectionObserver((entries) => {
      this.seen = entries.at(-1).isIntersecting;
      this.tick();
    }, { rootMargin: "200px" });
    this.eye.observe(node);
  }

  // Ask at once, as after a click.
  again() {
    this.due = 0;
    this.tick();
  }

  tick() {
    this.age();
    if (!this.seen || document.hidden || performance.now() < this.due) return;
    this.due = performance.now() + EVERY_MS;
    this.ask();
  }

  async ask() {
    const address = (this.asked = this.address());
    try {
      const answer = await fetch(address);
      if (this.asked !== address) return; // a later question came first
      if (answer.ok) this.take(await answer.json());
      else this.fail(answer.status === 403 ? "forbidden" : answer.status === 404 ? "missing" : "failed");
    } catch {
      if (this.asked === address) this.fail("failed");
    }
  }

  take(answer) {
    this.atMs = answer.at ? Date.parse(answer.at) : Date.now();
    const found = this.show(answer);
    attr(this.node, "data-age-state", found ? "live" : "empty");
    hide(this.parts.none, Boolean(found));
    this.age();
  }

  fail(why) {
    if (why !== "failed") this.atMs = null;
    if (this.atMs !== null) return this.age(); // what stands grows old in sight
    attr(this.node, "data-age-state", why === "failed" ? "missing" : why);
    text(this.parts.none, say(`panel.${why}`));
    hide(this.parts.none, false);
  }

  age() {
    const age = this.atMs === null ? null : since(this.atMs);
    if (age === null) return;
    const old = age > OLD_S;
    if (this.node.dataset.ageState !== "empty") attr(this.node, "data-age-state", old ? "stale" : "live");
    text(this.parts.note, old ? say("age.stale", { age: span(age) }) : this.noted ?? "");
  }

  stop() {
    this.eye.disconnect();
    this.asked = null;
  }
}

// A panel whose rows a JSON door tells: rows keep their nodes and are written into.
export class AskedRows {
  constructor(node, page, address) {
    this.node = node;
    this.page = page;
    this.parts = parts(node);
    this.template = node.querySelector("template").content.firstElementChild;
    this.rows = [];
    this.asked = new Asked(node, this.parts, address, (answer) => this.show(answer));
  }

  // At least so many rows.
  room(count) {
    while (this.rows.length < count) {
      const node = this.template.cloneNode(true);
      this.parts.rows.append(node);
      this.rows.push({ node, parts: parts(node) });
    }
  }

  tick() {
    this.asked.tick();
  }

  stop() {
    this.asked.stop();
  }
}
