// The one chart of an incident: 24 hours, the bands between its limits, every limit in force named at its right end, the
// exceeded one solid, the part beyond it coloured, the value written at its point. An old line ends where it was last
// heard and is hatched from there; with no past the scale stands, with the value alone.

import { attr, hide, parts, text } from "./binding.js";
import { now } from "./clock.js";
import { bare, clock, number, quantity, say, span } from "./format.js";
import { standing } from "./wall_subject.js";
import { made } from "./svg.js";

export const WALL = { wide: 1054, left: 62, right: 850, top: 30, foot: 50, type: 21, dot: 11, hours: 6, above: 2.4 };
export const PHONE = { wide: 350, left: 2, right: 264, top: 10, foot: 22, type: 12, dot: 6, hours: 6, above: 0.8 };
const HUNG = 0.3;
const DAY_MS = 86400e3;
const HOUR_MS = 3600e3;
const OFFSET_MS = 7 * HOUR_MS;

export class Chart {
  constructor(node, page, shape = WALL) {
    this.node = node;
    this.shape = shape;
    this.bottom = shape.wide / 3;
    this.parts = parts(node);
    this.drawing = node.querySelector(".chart-stage svg"); // not the sign of its age
    new ResizeObserver(() => this.told && this.show(...this.told)).observe(this.drawing);
    attr(this.parts.end, "r", shape.dot);
    this.span = this.parts.span?.textContent;
  }

  // `hung`: {fact, points} of what is told from the top downwards, hour by hour.
  show(subject, points, hung = null) {
    this.told = [subject, points, hung];
    const end = now();
    text(this.parts.what, [subject.name, subject.fact.unit].filter(Boolean).join(", "));
    if (end === null) return;
    this.fit();
    const day = bridged(points.filter((point) => point.t >= end - DAY_MS));
    const held = subject.v !== null && !day.some((point) => point.v !== null); // what is said once a month stands for longer
    const drawn = held ? [end - DAY_MS, end].map((t) => ({ t, v: subject.v })) : day;
    const known = drawn.filter((point) => point.v !== null);
    const state = standing(subject);
    const old = state === "stale" || state === "missing";
    attr(this.node, "data-age-state", state);
    attr(this.node, "data-severity", old ? null : subject.level);
    this.node.toggleAttribute("data-held", held);
    hide(this.parts.none, !held && known.length > 1);
    text(this.parts.none, held && subject.atMs ? say("wall.chart.held", { age: span((end - subject.atMs) / 1000) }) : say(known.length ? "wall.chart.one" : "wall.chart.none"));
    const { left, right } = this.shape;
    const x = (t) => left + ((t - end + DAY_MS) / DAY_MS) * (right - left);
    const y = this.heights([...known.map((point) => point.v), ...(subject.limit ? [subject.limit.v] : [])], subject.limits);
    attr(this.parts.line, "d", path(drawn.map((p) => (p.v === null ? null : [x(p.t), y(p.v)]))));
    attr(this.parts.hot, "d", subject.limit && !old && !held ? path(beyond(drawn, subject.limit, x, y)) : null);
    attr(this.parts.now, "d", `M${x(end).toFixed(1)} ${this.shape.top}V${this.bottom}`);
    this.hang(hung, x, end);
    this.last(known.at(-1), subject, x, y, end, old);
    this.scale(subject, y);
    this.times(end, x);
  }

  // Bars from the top, the most at HUNG of the height; its own scale is told by the words above the chart.
  hang(hung, x, end) {
    const { left, top } = this.shape;
    const fallen = (hung?.points ?? []).filter((point) => point.v > 0 && point.t > end - DAY_MS);
    const most = Math.max(...fallen.map((point) => point.v));
    const bars = fallen.map(({ t, v }) => {
      const from = Math.max(left, x(t - HOUR_MS)) + 1.5;
      return { x: from.toFixed(1), y: top, width: Math.max(1, x(Math.min(t, end)) - from - 1.5).toFixed(1), height: ((v / most) * HUNG * (this.bottom - top)).toFixed(1) };
    });
    const key = JSON.stringify(bars);
    if (key !== this.bars) this.parts.hung?.replaceChildren(...bars.map((bar) => made("rect", bar)));
    this.bars = key;
    text(this.parts.span, bars.length ? say("wall.chart.hung", { what: hung.fact.name, most: quantity(most, hung.fact) }) : this.span);
  }

  // The last point known, its value, and the hatch from there to now where it is old.
  last(point, { fact, limit }, x, y, end, old) {
    attr(this.parts.end, "visibility", point ? "visible" : "hidden");
    attr(this.parts.end, "data-hot", limit && !old ? "true" : null);
    attr(this.parts.gap, "visibility", point && old ? "visible" : "hidden");
    text(this.parts.value, point ? number(point.v, fact.digits ?? 0) : "");
    if (!point) return;
    for (const [name, value] of [["cx", x(point.t)], ["cy", y(point.v)]]) attr(this.parts.end, name, value.toFixed(1));
    for (const [name, value] of [["x", x(point.t)], ["y", this.shape.top], ["width", Math.max(0, x(end) - x(point.t))], ["height", this.bottom - this.shape.top]]) attr(this.parts.gap, name, value.toFixed(1));
    const { type } = this.shape;
    attr(this.parts.value, "x", (x(point.t) - type * 0.85).toFixed(1));
    attr(this.parts.value, "y", (y(point.v) - type * 1.1).toFixed(1));
  }

  // The drawing takes the room it has, in steps of its sheet.
  fit() {
    const { clientWidth, clientHeight } = this.drawing;
    if (!clientWidth || clientHeight < 40) return;
    const high = Math.round((this.shape.wide * clientHeight) / clientWidth);
    this.bottom = high - this.shape.foot;
    attr(this.drawing, "viewBox", `0 0 ${this.shape.wide} ${high}`);
  }

  // Bands between limits, figures of the axis, and the limits with their names at the right end, no nearer to each other
  // than a line of type.
  scale(subject, y) {
    const key = JSON.stringify([subject.limits, subject.limit?.v, this.bottom, y.low, y.high]);
    if (key === this.key) return;
    this.key = key;
    this.parts.bands?.replaceChildren(...this.bands(subject.limits, y));
    this.parts.limits.replaceChildren(...this.axis(subject, y), ...this.limits(subject, y));
  }

  bands(limits, y) {
    const up = limits.filter((limit) => limit.up);
    if (!up.length || up.length < limits.length) return [];
    const { left, right, top } = this.shape;
    return up.map((limit, i) => {
      const low = Math.min(this.bottom, Math.max(top, y(limit.v)));
      const high = i + 1 < up.length ? Math.min(this.bottom, Math.max(top, y(up[i + 1].v))) : top;
      return made("rect", { x: left, y: high, width: right - left, height: Math.max(0, low - high), opacity: (i + 1) / up.length });
    });
  }

  axis({ fact }, y) {
    if (!this.shape.left || this.shape === PHONE) return [];
    const { left, right, type } = this.shape;
    return steps(y.low, y.high, fact.digits ?? 0).flatMap((v) => [
      made("path", { d: `M${left} ${y(v).toFixed(1)}H${right}`, class: "grid" }),
      made("text", { x: left - 12, y: (y(v) + type * 0.35).toFixed(1), "text-anchor": "end" }, number(v, Math.min(fact.digits ?? 0, Number.isInteger(v) ? 0 : 2))),
    ]);
  }

  limits(subject, y) {
    const { left, right, top, type } = this.shape;
    const nodes = [];
    let free = Infinity;
    for (const limit of subject.limits) {
      const at = y(limit.v);
      if (at < top - type || at > this.bottom + 1) continue;
      const crossed = subject.limit?.v === limit.v;
      const words = Math.min(at + type * 0.38, free - type * 1.4);
      free = words;
      nodes.push(made("path", { d: `M${left} ${at.toFixed(1)}H${right}`, class: crossed ? "limit crossed" : "limit" }));
      nodes.push(made("text", { x: right + type * 0.65, y: words.toFixed(1), class: crossed ? "crossed" : "" }, this.named(limit, subject)));
    }
    return nodes;
  }

  // The name of a limit with its value; the value alone where both have no room.
  named(limit, { fact, code }) {
    const digits = Math.max(fact.digits ?? 0, Number.isInteger(limit.v * 10) ? 1 : 2);
    const value = Number.isInteger(limit.v) && !code ? bare(limit.v) : number(limit.v, digits);
    const whole = `${limit.name}\u00a0${value}`;
    const { wide, right, type } = this.shape;
    return whole.length * type * 0.52 <= wide - right - type * 0.65 ? whole : value;
  }

  times(end, x) {
    const { left, right, hours, type } = this.shape;
    const step = hours * HOUR_MS;
    const first = Math.ceil((end - DAY_MS + OFFSET_MS) / step) * step - OFFSET_MS;
    const drawn = `${Math.floor(end / 60e3)}|${this.bottom}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const at = this.bottom + type * 1.6;
    const nodes = [made("path", { d: `M${left} ${this.bottom}H${right}`, class: "axis" })];
    for (let t = first; t < end; t += step) {
      if (x(end) - x(t) < type * 9.5 || x(t) - left < type) continue; // the words of the present stand there
      nodes.push(made("path", { d: `M${x(t).toFixed(1)} ${this.bottom}v6`, class: "axis" }));
      nodes.push(made("text", { x: x(t).toFixed(1), y: at.toFixed(1), "text-anchor": "middle" }, clock(t, false)));
    }
    nodes.push(made("text", { x: right, y: at.toFixed(1), "text-anchor": "end", class: "crossed" }, say("wall.now", { time: clock(end, false) })));
    this.parts.times.replaceChildren(...nodes);
  }

  // From values to steps of the sheet; limits near the values belong to the picture.
  heights(values, limits) {
    const all = values.length ? values : limits.map((limit) => limit.v);
    let [low, high] = all.length ? [Math.min(...all), Math.max(...all)] : [0, 1];
    const room = (high - low || Math.abs(high) * 0.1 || 1) * 2;
    for (const { v } of limits) {
      if (v < low && low - v < room) low = v;
      if (v > high && v - high < room) high = v;
    }
    const pad = (high - low || Math.abs(high) * 0.1 || 1) * 0.08;
    const { top } = this.shape;
    const over = pad + ((high - low + pad) * this.shape.above * this.shape.type) / Math.max(1, this.bottom - top); // the last value is written above its point
    const y = (v) => this.bottom - ((v - low + pad) / (high - low + pad + over)) * (this.bottom - top);
    return Object.assign(y, { low: low - pad, high: high + over });
  }
}

// Without the empty hours of a past that was told in a wider rhythm; longer than half as much again as usual is a gap.
export function bridged(points) {
  const known = points.filter((point) => point.v !== null).map((point) => point.t);
  const apart = known.slice(1).map((t, i) => t - known[i]).sort((a, b) => a - b);
  const most = 1.5 * (apart[apart.length >> 1] ?? 0);
  return points.filter(({ t, v }) => v !== null || !(known.find((each) => each > t) - known.findLast((each) => each < t) <= most));
}

// Three or four round figures between two ends; fewer where the figure has not so many digits.
function steps(low, high, digits) {
  const rough = (high - low) / 3;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(10 ** -digits, [1, 2, 5, 10].map((n) => n * size).find((n) => n >= rough));
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: 6 }, (_, i) => Number((first + i * step).toPrecision(12))).filter((v) => v <= high);
}

function beyond(points, limit, x, y) {
  const out = (v) => (limit.up ? v > limit.v : v < limit.v);
  const cut = [];
  points.forEach((point, i) => {
    const last = points[i - 1];
    if (point.v !== null && last && last.v !== null && out(point.v) !== out(last.v)) {
      const share = (limit.v - last.v) / (point.v - last.v);
      const at = [x(last.t + share * (point.t - last.t)), y(limit.v)];
      cut.push(...(out(point.v) ? [null, at] : [at, null]));
    }
    cut.push(point.v !== null && out(point.v) ? [x(point.t), y(point.v)] : null);
  });
  return cut;
}

function path(points) {
  let pen = "M";
  let d = "";
  for (const point of points) {
    if (point) d += `${pen}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    pen = point ? "L" : "M";
  }
  return d;
}
