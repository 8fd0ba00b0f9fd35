// The last 24 hours of a figure in a box of 100 x 100 that stretches; gaps stay gaps, a stale part is hatched.

import { attr, style } from "./binding.js";

export function drawSpark(node, held, fact, state) {
  if (!node) return;
  const lines = (node.lines ??= Object.fromEntries([...node.querySelectorAll("[data-line]")].map((n) => [n.dataset.line, n])));
  const values = withNow(held, state);
  const known = values.filter((v) => v !== null && v !== undefined);
  if (known.length < 2) {
    for (const name of ["line", "hot", "end", "limit"]) attr(lines[name], "d", null);
    attr(lines.band, "height", 0);
    style(node, "--gap", "100%");
    return;
  }
  const low = fact.low ?? null;
  const high = held.limit ?? fact.high ?? null;
  const scale = frame(known, low, high);
  const points = values.map((v, i) => (v === null || v === undefined ? null : [(i / (values.length - 1)) * 98, scale(v)]));
  attr(lines.line, "d", path(points));
  attr(lines.hot, "d", held.severity && state !== "stale" ? path(beyond(points, low && scale(low), high && scale(high))) : null);
  const end = points.filter(Boolean).at(-1);
  attr(lines.end, "d", `M${xy(end)}h.01`);
  style(node, "--gap", state === "stale" ? `${Math.min(99, end[0] + 1)}%` : "100%");
  band(lines, low, high, scale);
}

// The figure itself is the last point while it is fresh: the line ends at now.
function withNow(held, state) {
  const values = held?.spark ?? [];
  if (!values.length || (state !== "live" && state !== "suspect") || typeof held.v !== "number") return values;
  return values.at(-1) === null || values.at(-1) === undefined ? [...values.slice(0, -1), held.v] : [...values, held.v];
}

// Value to height; a limit is drawn when it lies near what is shown, so that a calm line is not squeezed flat.
function frame(known, low, high) {
  let [least, most] = [Math.min(...known), Math.max(...known)];
  const room = (most - least || Math.abs(most) * 0.05 || 1) * 1.5;
  for (const bound of [low, high]) {
    if (bound === null) continue;
    if (bound < least && least - bound < room) least = bound;
    if (bound > most && bound - most < room) most = bound;
  }
  const pad = (most - least || 1) * 0.08;
  return (v) => 94 - ((v - least + pad) / (most - least + 2 * pad)) * 88;
}

function band(lines, low, high, scale) {
  const inside = (y) => Math.min(100, Math.max(0, y));
  const top = high === null ? 0 : inside(scale(high));
  const bottom = low === null ? 100 : inside(scale(low));
  const bounded = low !== null || high !== null;
  attr(lines.band, "y", bounded ? top.toFixed(1) : 0);
  attr(lines.band, "height", bounded ? Math.max(0, bottom - top).toFixed(1) : 100);
  const seen = [low, high].filter((b) => b !== null && scale(b) > 0 && scale(b) < 100);
  attr(lines.limit, "d", seen.map((b) => `M0 ${scale(b).toFixed(1)}H100`).join(""));
}

function path(points) {
  let pen = "M";
  let d = "";
  for (const point of points) {
    if (!point) {
      pen = "M";
      continue;
    }
    d += pen + xy(point);
    pen = "L";
  }
  return d;
}

// The stretches beyond the limits, cut where the line crosses them. Heights grow downwards.
function beyond(points, low, high) {
  const out = ([, y]) => (high !== null && y < high) || (low !== null && y > low);
  const cut = [];
  points.forEach((point, i) => {
    const before = points[i - 1];
    if (point && before && out(point) !== out(before)) cut.push(...crossing(before, point, [low, high], out(point)));
    cut.push(point && out(point) ? point : null);
  });
  return cut;
}

function crossing(a, b, bounds, leaving) {
  const bound = bounds.find((y) => y !== null && (a[1] - y) * (b[1] - y) <= 0);
  if (bound === undefined || a[1] === b[1]) return [];
  const share = (bound - a[1]) / (b[1] - a[1]);
  const point = [a[0] + share * (b[0] - a[0]), bound];
  return leaving ? [null, point] : [point, null];
}

function xy([x, y]) {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
