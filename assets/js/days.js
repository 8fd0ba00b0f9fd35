// A figure over days: history by the day from the reader, today's value from the stream.

import { attr, hide, parts, text } from "./binding.js";
import { now } from "./clock.js";
import { bare, clock, day, number, say } from "./format.js";
import { drawLines } from "./lines.js";

const DAY_MS = 86400e3;
const HOUR_MS = 3600e3;
const AGAIN_MS = 600e3;

export class Past {
  constructor(node, page) {
    this.node = node;
    this.parts = parts(node);
    this.fact = page.indicators[node.dataset.indicator] ?? {};
    this.points = null;
    this.earlier = [];
    this.due = 0;
    this.eye = new IntersectionObserver((entries) => {
      this.seen = entries.at(-1).isIntersecting;
      this.tick();
    });
    this.eye.observe(node);
    this.size = new ResizeObserver(() => this.points && this.draw());
    this.size.observe(this.parts.chart);
  }

  figure(held, version) {
    attr(this.node, "data-version", version);
    const before = this.held;
    this.held = held ?? null;
    if (this.points && (before?.v !== held?.v || before?.limit !== held?.limit)) this.draw();
  }

  tick() {
    if (!this.seen || document.hidden || now() === null || performance.now() < this.due) return;
    this.due = performance.now() + AGAIN_MS;
    this.ask();
  }

  async ask() {
    const { scope, indicator, days, step, before } = this.node.dataset;
    const grain = step === "hour" ? HOUR_MS : DAY_MS;
    this.to = Math.ceil(now() / grain) * grain;
    this.from = this.to - Number(days) * DAY_MS;
    const since = this.from - Number(before ?? 0) * DAY_MS;
    try {
      const answer = await fetch(`/api/v1/series/${scope}/${indicator}?from=${since}&to=${this.to}&step=${step}`);
      if (!answer.ok) return this.fail(answer.status === 403 ? "forbidden" : "failed");
      const { t, v } = await answer.json();
      const points = t.map((at, i) => [Date.parse(at), v[i]]);
      this.points = points.filter(([ms]) => ms >= this.from);
      const shift = Number(before ?? 0) * DAY_MS;
      this.earlier = shift ? points.filter(([ms]) => ms < this.from).map(([ms, value]) => [ms + shift, value]) : [];
      this.draw();
    } catch {
      this.fail("failed");
    }
  }

  // What history says, given instead of asked for.
  made(points, held) {
    this.to = now();
    this.from = this.to - Number(this.node.dataset.days) * DAY_MS;
    this.points = points.filter(([ms]) => ms >= this.from);
    this.held = held ?? null;
    this.draw();
  }

  fail(why) {
    if (this.points) return; // what stands stays
    attr(this.node, "data-age-state", why === "forbidden" ? why : "missing");
    text(this.parts.none, say(`panel.${why}`));
  }

  draw() {
    const points = this.points.filter(([, v]) => v !== null && v !== undefined);
    const fresh = this.held && typeof this.held.v === "number" && this.held.state !== "stale" ? [[now() ?? this.to, this.held.v]] : [];
    const grain = this.node.dataset.step === "hour" ? HOUR_MS : DAY_MS;
    const all = [...this.points.filter(([ms]) => !fresh.length || ms < fresh[0][0] - grain / 2), ...fresh];
    const known = points.length + fresh.length;
    hide(this.parts.chart, !known);
    attr(this.node, "data-age-state", known ? "live" : "missing");
    const first = all.find(([, v]) => v !== null);
    const young = first && first[0] - this.from > 2 * grain;
    text(this.parts.none, known ? (young ? say("past.since", { day: grain === HOUR_MS ? clock(first[0], false) : day(first[0]) }) : "") : say("past.none"));
    if (!known) return;
    const limit = this.held?.limit ?? this.fact.high ?? this.fact.low;
    drawLines(this.parts.chart, {
      lines: [...(this.earlier.length ? [{ points: this.earlier, name: say("past.before") }] : []), { points: all }],
      from: this.from, to: this.to, when: (ms) => (grain === HOUR_MS ? clock(ms, false) : day(ms).slice(0, 5)),
      limits: limit === null || limit === undefined ? [] : [{ value: limit, name: bare(limit), hot: Boolean(this.held?.severity) }],
      tick: bare,
      label: (v) => number(v, this.fact.digits && Math.abs(v) < 1000 ? Math.min(1, this.fact.digits) : 0),
    });
  }

  stop() {
    this.eye.disconnect();
    this.size.disconnect();
  }
}
