// The one chart of an incident: 24 hours, every limit in force named at its right end, the exceeded one solid, the part
// beyond it coloured, the value written at its point.

import { attr, hide, parts, text } from "./binding.js";
import { now } from "./clock.js";
import { bare, clock, number, say } from "./format.js";
import { made } from "./svg.js";

const WIDE = 1054; // steps of the sheet
const BOX = { left: 8, right: 850, top: 62, bottom: 350 };
const DAY_MS = 86400e3;
const STEP_MS = 6 * 3600e3;
const OFFSET_MS = 7 * 3600e3;

export class Chart {
  constructor(node) {
    this.parts = parts(node);
    this.drawing = node.querySelector("svg");
  }

  show(subject, points) {
    const end = now();
    const fact = subject.fact;
    text(this.parts.what, [subject.name, fact.unit].filter(Boolean).join(", "));
    const drawn = points.filter((point) => end !== null && point.t >= end - DAY_MS);
    const known = drawn.filter((point) => point.v !== null);
    const enough = known.length > 1;
    hide(this.parts.none, enough);
    this.drawing.style.opacity = enough ? "" : "0";
    if (!enough) return;
    this.fit();
    const x = (t) => BOX.left + ((t - end + DAY_MS) / DAY_MS) * (BOX.right - BOX.left);
    const y = heights(known.map((point) => point.v), subject.limits);
    attr(this.parts.line, "d", path(drawn.map((p) => (p.v === null ? null : [x(p.t), y(p.v)]))));
    attr(this.parts.hot, "d", subject.limit ? path(beyond(drawn, subject.limit, x, y)) : null);
    const last = known.at(-1);
    attr(this.parts.now, "d", `M${x(end).toFixed(1)} ${BOX.top}V${BOX.bottom}`);
    for (const [name, value] of [["cx", x(last.t)], ["cy", y(last.v)]]) attr(this.parts.end, name, value.toFixed(1));
    attr(this.parts.end, "visibility", "visible");
    attr(this.parts.value, "x", (x(last.t) - 18).toFixed(1));
    attr(this.parts.value, "y", Math.max(BOX.top + 24, y(last.v) - 24).toFixed(1));
    text(this.parts.value, number(last.v, fact.digits ?? 0));
    this.limits(subject, y);
    this.times(end, x);
  }

  // The drawing takes the room it has, in steps of the sheet.
  fit() {
    const { clientWidth, clientHeight } = this.drawing;
    if (!clientWidth || clientHeight < 40) return;
    const high = Math.round((WIDE * clientHeight) / clientWidth);
    BOX.bottom = high - 50;
    attr(this.drawing, "viewBox", `0 0 ${WIDE} ${high}`);
  }

  // Names of limits stand at the right end, no nearer to each other than a line of type.
  limits(subject, y) {
    const key = JSON.stringify([subject.limits, subject.limit?.v, subject.limits.map((l) => Math.round(y(l.v)))]);
    if (key === this.key) return;
    this.key = key;
    const nodes = [];
    let free = Infinity;
    for (const limit of subject.limits) {
      const at = y(limit.v);
      if (at < BOX.top - 20) continue;
      const crossed = subject.limit?.v === limit.v;
      const words = Math.min(at + 8, free - 30);
      free = words;
      nodes.push(made("path", { d: `M${BOX.left} ${at.toFixed(1)}H${BOX.right}`, class: crossed ? "limit crossed" : "limit" }));
      nodes.push(made("text", { x: BOX.right + 14, y: words.toFixed(1), class: crossed ? "crossed" : "" }, `${limit.name} ${bare(limit.v)}`));
    }
    this.parts.limits.replaceChildren(...nodes);
  }

  times(end, x) {
    const first = Math.ceil((end - DAY_MS + OFFSET_MS) / STEP_MS) * STEP_MS - OFFSET_MS;
    const drawn = `${Math.floor(end / 60e3)}|${BOX.bottom}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const nodes = [made("path", { d: `M${BOX.left} ${BOX.bottom}H${BOX.right}`, class: "axis" })];
    for (let t = first; t < end; t += STEP_MS) {
      if (x(end) - x(t) < 150) continue;
      nodes.push(made("text", { x: x(t).toFixed(1), y: BOX.bottom + 34, "text-anchor": "middle" }, clock(t, false)));
    }
    nodes.push(made("text", { x: BOX.right, y: BOX.bottom + 34, "text-anchor": "end", class: "crossed" }, say("wall.now", { time: clock(end, false) })));
    this.parts.times.replaceChildren(...nodes);
  }
}

function heights(values, limits) {
  let [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || Math.abs(high) * 0.1 || 1) * 2;
  for (const { v } of limits) {
    if (v < low && low - v < room) low = v;
    if (v > high && v - high < room) high = v;
  }
  const pad = (high - low || 1) * 0.08;
  return (v) => BOX.bottom - ((v - low + pad) / (high - low + 2 * pad)) * (BOX.bottom - BOX.top);
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
