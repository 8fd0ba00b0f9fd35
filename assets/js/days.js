// A figure over days: history by the day or the hour from the reader, the present from the stream. What counts from
// midnight is shown from midnight to midnight: what has come of today beside the whole of a day before.

import { attr, hide, parts, text } from "./binding.js";
import { now } from "./clock.js";
import { bare, bound, clock, day, number, say, weekday } from "./format.js";
import { drawLines } from "./lines.js";

const DAY_MS = 86400e3;
const HOUR_MS = 3600e3;
const OFFSET_MS = 7 * HOUR_MS; // days are Vietnam's
const AGAIN_MS = 600e3;
const YOUNG_MS = 30e3; // a history that begins within the span may not be told to its beginning yet

export class Past {
  constructor(node, page) {
    this.node = node;
    this.parts = parts(node);
    this.fact = page.indicators[node.dataset.indicator] ?? {};
    this.grain = node.dataset.step === "hour" ? HOUR_MS : DAY_MS;
    this.today = node.dataset.whole !== undefined;
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
    if (!this.seen || document.hidden || now() === null || (performance.now() < this.due && !(this.today && now() > this.to))) return;
    this.due = performance.now() + AGAIN_MS;
    this.ask();
  }

  async ask() {
    const { scope, indicator, step, before } = this.node.dataset;
    const { from, to } = Object.assign(this, this.span());
    const earlier = this.alike((before ?? "").split(" ").filter(Boolean).map(Number));
    const since = from - Math.max(0, ...earlier) * DAY_MS;
    try {
      const answer = await fetch(`/api/v1/series/${scope}/${indicator}?from=${since}&to=${Math.min(to, upTo(now(), this.grain))}&step=${step}`);
      if (!answer.ok) return this.fail(answer.status === 403 ? "forbidden" : "failed");
      const { t, v } = await answer.json();
      const points = ends(t, v, this.grain);
      this.points = this.part(points, 0).filter(([ms]) => ms <= now()); // an hour that runs is not history yet
      this.back = earlier.find((days) => known(this.part(points, days * DAY_MS)));
      this.earlier = this.back ? this.part(points, this.back * DAY_MS) : [];
      this.draw();
    } catch {
      this.fail("failed");
    }
  }

  // The last days up to the next full hour or day; of what counts from midnight the whole of today.
  span() {
    const to = this.today ? upTo(now() + OFFSET_MS + 1, DAY_MS) - OFFSET_MS : upTo(now(), this.grain);
    return { from: to - Number(this.node.dataset.days) * DAY_MS, to };
  }

  // What lies within the span when it is moved there from so much earlier; a counter begins its day with nothing.
  part(points, by) {
    const moved = points.map(([ms, value]) => [ms + by, value]).filter(([ms]) => ms <= this.to && (this.today ? ms > this.from : ms >= this.from));
    return this.today ? [[this.from, 0], ...moved] : moved;
  }

  // Days of the same kind as the page's day; of a page that was drawn on another day only the same weekday is left.
  alike(earlier) {
    const drawn = this.node.dataset.day;
    const today = new Date(now() + OFFSET_MS).toISOString().slice(0, 10);
    return !drawn || drawn === today ? earlier : earlier.filter((days) => days % 7 === 0);
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
    const points = this.points.filter(([ms, v]) => v !== null && !(this.today && ms === this.from));
    const fresh = this.held && typeof this.held.v === "number" && this.held.state !== "stale" ? [[now() ?? this.to, this.held.v]] : [];
    const { grain } = this;
    const all = [...this.points.filter(([ms]) => !fresh.length || ms < fresh[0][0] - (this.today ? 0 : grain / 2)), ...fresh];
    const first = points[0] ?? fresh[0];
    hide(this.parts.chart, !first);
    attr(this.node, "data-age-state", first ? "live" : "missing");
    const young = first && first[0] - this.from > 2 * grain;
    if (young) this.due = Math.min(this.due, performance.now() + YOUNG_MS);
    const began = young ? say("past.since", { day: grain === HOUR_MS ? clock(first[0], false) : day(first[0]) }) : "";
    text(this.parts.none, first ? [this.same(), began].filter(Boolean).join(" · ") : say("past.none"));
    if (!first) return;
    const limit = this.held?.limit ?? this.fact.high ?? this.fact.low;
    drawLines(this.parts.chart, {
      lines: [...(this.earlier.length ? [{ points: this.earlier, name: this.ago() }] : []), { points: all }],
      from: this.from, to: this.to, when: (ms) => this.when(ms),
      limits: limit === null || limit === undefined ? [] : [{ value: limit, name: bound(limit, this.fact), hot: Boolean(this.held?.severity) }],
      tick: bare,
      label: (v) => number(v, this.fact.digits && Math.abs(v) < 1000 ? Math.min(1, this.fact.digits) : 0),
    });
  }

  when(ms) {
    if (this.grain === DAY_MS) return day(ms).slice(0, 5);
    return this.today && ms === this.to ? "24:00" : clock(ms, false);
  }

  ago() {
    if (!this.node.dataset.day) return say(this.back === 7 ? "past.week" : "past.before");
    const then = (now() ?? this.to) - this.back * DAY_MS;
    return say("past.on", { weekday: weekday(then), day: day(then).slice(0, 5) });
  }

  // What stood there at this hour, and how far today is from it.
  same() {
    if (this.node.dataset.day && !this.earlier.length) return say("past.alone");
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

// Points as [ms, value or null]. What stood at the end of an hour is told under its start; a day is known by its name.
function ends(t, v, grain) {
  return t.map((at, i) => [Date.parse(at) + (grain === HOUR_MS ? HOUR_MS : 0), v[i] ?? null]);
}

// Whether history says more of it than that a day begins with nothing.
function known(points) {
  return points.slice(1).some(([, value]) => value !== null);
}

function upTo(ms, grain) {
  return Math.ceil(ms / grain) * grain;
}

// Between two hours in proportion; unknown beside a gap.
function at(points, ms) {
  const after = points.findIndex(([t]) => t >= ms);
  const [a, b] = [points[after - 1], points[after]];
  if (!a || a[1] === null || b[1] === null) return null;
  return a[1] + ((b[1] - a[1]) * (ms - a[0])) / (b[0] - a[0]);
}
