// A small chart of lines over time, drawn into an SVG that keeps its room: gaps stay gaps, limits are dotted and named
// at their end, the last value stands at its point. Drawn again only when what it shows, or its width, has changed.

import { made } from "./svg.js";

const EDGE = { left: 38, right: 64, top: 14, bottom: 22 };

// lines: [{points: [[ms, value or null]], name?}]; limits: [{value, name, hot?}]; from, to: ms; label(value), when(ms)
export function drawLines(svg, { lines, limits = [], from, to, label, tick = label, when }) {
  const width = svg.clientWidth || 300;
  const height = svg.clientHeight || 150;
  const known = lines.flatMap((line) => line.points.map(([, v]) => v)).filter((v) => v !== null);
  const kept = nearby(limits, known);
  const [low, high] = ends([...known, ...kept.map((limit) => limit.value)]);
  const x = (ms) => EDGE.left + ((ms - from) / (to - from || 1)) * (width - EDGE.left - EDGE.right);
  const y = (v) => height - EDGE.bottom - ((v - low) / (high - low || 1)) * (height - EDGE.top - EDGE.bottom);
  const marks = [];
  for (const at of ticks(low, high)) {
    marks.push(made("path", { d: `M${EDGE.left} ${y(at)}H${width - EDGE.right}`, class: "grid" }));
    marks.push(word(tick(at), EDGE.left - 6, y(at) + 4, "end"));
  }
  for (const limit of kept) {
    marks.push(made("path", { d: `M${EDGE.left} ${y(limit.value)}H${width - EDGE.right}`, class: limit.hot ? "limit hot" : "limit" }));
    marks.push(word(limit.name, width - EDGE.right + 6, y(limit.value) + 4, "start"));
  }
  const named = lines.filter((line) => line.name).map((line) => line.points.findLast(([, v]) => v !== null)?.[1]).filter((v) => v !== undefined);
  for (const line of lines) marks.push(...drawn(line, x, y, label, kept, line.name ? [] : named));
  marks.push(word(when(from), EDGE.left, height - 4, "start"), word(when(to), width - EDGE.right, height - 4, "end"));
  svg.replaceChildren(...marks);
}

function drawn(line, x, y, label, limits, others) {
  let pen = "M";
  let d = "";
  for (const [ms, v] of line.points) {
    if (v === null) pen = "M";
    else {
      d += `${pen}${x(ms).toFixed(1)} ${y(v).toFixed(1)}`;
      pen = "L";
    }
  }
  const last = line.points.findLast(([, v]) => v !== null);
  if (!last) return [];
  const taken = [...limits.map((limit) => y(limit.value)), ...others.map((other) => y(other))];
  const near = taken.some((at) => Math.abs(at - y(last[1])) < 13);
  if (line.name) return [made("path", { d, class: "line second" }), word(line.name, x(last[0]) + 8, y(last[1]) + 4, "start")];
  const end = made("circle", { cx: x(last[0]), cy: y(last[1]), r: 4, class: "end" });
  const alone = d.indexOf("L") < 0 ? line.points.filter(([, v]) => v !== null).map(([ms, v]) => made("circle", { cx: x(ms), cy: y(v), r: 2.5, class: "end" })) : [];
  const name = word(label(last[1]), x(last[0]) + 8, Math.max(EDGE.top, y(last[1]) + (near ? -10 : 4)), "start", "last");
  return [made("path", { d, class: "line" }), ...alone, end, name];
}

// A limit far from everything shown would press the line flat: it is left to the words.
function nearby(limits, known) {
  if (!known.length) return limits;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = Math.max(high - low, Math.abs(high) * 0.25, 1e-9) * 2;
  return limits.filter(({ value }) => value >= low - room && value <= high + room);
}

function ends(values) {
  if (!values.length) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const pad = (high - low || Math.abs(high) || 1) * 0.08;
  return [low >= 0 && low - pad < 0 ? 0 : low - pad, high + pad];
}

function ticks(low, high) {
  const step = nice((high - low) / 3);
  const found = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-6; v += step) found.push(Number(v.toPrecision(10)));
  return found;
}

function nice(rough) {
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  return [1, 2, 2.5, 5, 10].map((m) => m * power).find((step) => step >= rough);
}

function word(words, x, y, anchor, kind = "") {
  const node = made("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor, class: kind });
  node.textContent = words;
  return node;
}
