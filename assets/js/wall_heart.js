// The heart of a wall: every few seconds it tells the server what it shows, so that a frozen one is known. It reloads
// the page only when something in it is broken or a new release is out, and only when the server answers.

import { post } from "./posting.js";

const BEAT_MS = 5000;
const RELOAD_EVERY_MS = 300e3; // a page that breaks again at once must not reload for ever
const BROKEN = 3; // faults of ours within a minute
const MINUTE_MS = 60e3;

export class Heart {
  // told() says what stands: {scene, incident, at, lost}
  constructor(page, told) {
    this.page = page;
    this.told = told;
    this.id = kept("ioc-wall-id", () => crypto.randomUUID());
    this.faults = [];
    this.stale = false; // a new release is out
    setTimeout(() => this.beat(), 1000);
    setInterval(() => this.beat(), BEAT_MS);
    addEventListener("pagehide", () => this.send({ bye: true }));
    addEventListener("error", () => this.fault());
  }

  async beat() {
    const { scene, incident, at, lost } = this.told();
    const size = [innerWidth, innerHeight, devicePixelRatio].map((n) => Math.round(n * 100) / 100);
    const answer = await this.send({ scene, incident, at, lost, size, faults: this.faults.length });
    if (answer && answer.version && answer.version !== this.page.version) this.stale = true;
  }

  async send(body) {
    const { place, wall } = this.page;
    const who = { id: this.id, place, group: wall.group, name: wall.name };
    try {
      const answer = await post("/api/v1/walls/beat", { ...who, ...body }, { keepalive: true });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null; // the picture says itself that the server is not heard
    }
  }

  // Run a piece of drawing; a fault in it is counted, and the rest of the wall goes on.
  guarded(work) {
    try {
      work();
    } catch (error) {
      console.error(error);
      this.fault();
    }
  }

  fault() {
    const t = performance.now();
    this.faults = [...this.faults.filter((at) => t - at < MINUTE_MS), t];
    if (this.faults.length >= BROKEN) this.reload();
  }

  // Only when the page can be had again: a wall keeps its last picture rather than an error of the browser.
  async reload() {
    const last = Number(sessionStorage.getItem("ioc-wall-reloaded") ?? 0);
    if (this.reloading || Date.now() - last < RELOAD_EVERY_MS) return;
    this.reloading = true;
    try {
      const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
      if (!answer.ok) return;
      sessionStorage.setItem("ioc-wall-reloaded", String(Date.now()));
      location.reload();
    } catch {
      // asked again with the next fault or turn
    } finally {
      this.reloading = false;
    }
  }
}

function kept(name, make) {
  const held = sessionStorage.getItem(name);
  if (held) return held;
  const fresh = make();
  sessionStorage.setItem(name, fresh);
  return fresh;
}
