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
    const earlier = (before ?? "").split(" ").filter(Boolean).map(Number);
    const since = this.from - Math.max(0, ...earlier) * DAY_MS;
    try {
      const answer = await fetch(`/api/v1/series/${scope}/${indicator}?from=${since}&to=${this.to}&step=${step}`);
      if (!answer.ok) return this.fail(answer.status === 403 ? "forbidden" : "failed");
      const { t, v } = await answer.json();
      const points = t.map((at, i) => [Date.parse(at), v[i]]);
      this.points = points.filter(([ms]) => ms >= this.from);
      this.earlier = [];
      this.back = earlier.find((days) => (this.earlier = shifted(points, days * DAY_MS, this.from, this.to)).length);
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
    const began = young ? say("past.since", { day: grain === HOUR_MS ? clock(first[0], false) : day(first[0]) }) : "";
    text(this.parts.none, known ? [this.same(), began].filter(Boolean).join(" · ") : say("past.none"));
    if (!known) return;
    const limit = this.held?.limit ?? this.fact.high ?? this.fact.low;
    drawLines(this.parts.chart, {
      lines: [...(this.earlier.length ? [{ points: this.earlier, name: this.ago() }] : []), { points: all }],
      from: this.from, to: this.to, when: (ms) => (grain === HOUR_MS ? clock(ms, false) : day(ms).slice(0, 5)),
      limits: limit === null || limit === undefined ? [] : [{ value: limit, name: bare(limit), hot: Boolean(this.held?.severity) }],
      tick: bare,
      label: (v) => number(v, this.fact.digits && Math.abs(v) < 1000 ? Math.min(1, this.fact.digits) : 0),
    });
  }

  ago() {
    return say(this.back === 7 ? "past.week" : "past.before");
  }

  // What stood there at this hour, and how far today is from it.
  same() {
    const value = this.held?.v;
    const then = this.earlier.length && typeof value === "number" ? at(this.earlier, now() ?? this.to) : null;
    if (then === null) return "";
    const share = then ? ` (${value >= then ? "+" : ""}${number(((value - then) / then) * 100, 0)}%)` : "";
    return say("past.same", { when: this.ago(), value: number(then, this.fact.digits ?? 0) + share });
  }

  stop() {
    this.eye.disconnect();
    this.size.disconnect();
  }
}

// The points of so much earlier, moved to where they are compared; none where history knows nothing of them.
function shifted(points, by, from, to) {
  const moved = points.map(([ms, value]) => [ms + by, value]).filter(([ms]) => ms >= from && ms <= to);
  return moved.some(([, value]) => value !== null && value !== undefined) ? moved : [];
}

// Between two hours in proportion; a counter that began anew in between stands at the hour before.
function at(points, ms) {
  const after = points.findIndex(([t]) => t > ms);
  const [a, b] = [points[after - 1], points[after]];
  if (!a || a[1] === null || a[1] === undefined) return null;
  if (!b || b[1] === null || b[1] === undefined || b[1] < a[1]) return a[1];
  return a[1] + ((b[1] - a[1]) * (ms - a[0])) / (b[0] - a[0]);
}
