// A small chart of lines over time, drawn into an SVG that keeps its room: gaps stay gaps, limits are dotted and named
// at their end, the last value stands at its point. Drawn again only when what it shows, or its width, has changed.

import { made } from "./svg.js";

const EDGE = { left: 38, right: 64, top: 14, bottom: 22 }; // at letters of 12 pixels, or as much as the words beside it need
const LETTER = 12;
const HIGH = 13; // what a word takes from the next
const ASIDE = [0, -14, 14, -21, 21, -28, 28]; // how far from its point the last value may stand

// lines: [{points: [[ms, value or null]], name?}]; limits: [{value, name, hot?}]; from, to: ms; label(value), when(ms)
export function drawLines(svg, { lines, limits = [], from, to, label, tick = label, when }) {
  const width = svg.clientWidth || 300;
  const height = svg.clientHeight || 150;
  const known = lines.flatMap((line) => line.points.map(([, v]) => v)).filter((v) => v !== null);
  const kept = nearby(limits, known);
  const [low, high] = ends([...known, ...kept.map((limit) => limit.value)]);
  const steps = ticks(low, high).map((at) => ({ at, name: tick(at) }));
  const edge = edges(svg, width, steps, [...kept.map((limit) => limit.name), ...lines.map((line) => line.name ?? lastOf(line, label))]);
  const x = (ms) => edge.left + ((ms - from) / (to - from || 1)) * (width - edge.left - edge.right);
  const y = (v) => height - edge.bottom - ((v - low) / (high - low || 1)) * (height - edge.top - edge.bottom);
  const marks = [];
  for (const { at, name } of steps) {
    marks.push(made("path", { d: `M${edge.left} ${y(at)}H${width - edge.right}`, class: "grid" }));
    marks.push(word(name, edge.left - 6 * edge.em, y(at) + 4 * edge.em, "end"));
  }
  for (const limit of kept) {
    marks.push(made("path", { d: `M${edge.left} ${y(limit.value)}H${width - edge.right}`, class: limit.hot ? "limit hot" : "limit" }));
    marks.push(word(limit.name, width - edge.right + 6 * edge.em, y(limit.value) + 4 * edge.em, "start"));
  }
  const named = lines.filter((line) => line.name).map((line) => line.points.findLast(([, v]) => v !== null)?.[1]).filter((v) => v !== undefined);
  for (const line of lines) marks.push(...drawn(line, x, y, label, kept, line.name ? [] : named, edge));
  marks.push(word(when(from), edge.left, height - 4 * edge.em, "start"), word(when(to), width - edge.right, height - 4 * edge.em, "end"));
  svg.replaceChildren(...marks);
}

// Room for the words left and right of the lines, in the letters of the screen.
function edges(svg, width, steps, beside) {
  const em = parseFloat(getComputedStyle(svg).fontSize) / LETTER || 1;
  const left = Math.max(EDGE.left * em, widest(svg, steps.map((step) => step.name), "") + 8 * em);
  const right = Math.max(EDGE.right * em, widest(svg, beside, "last") + 10 * em);
  return { em, left: Math.min(left, width * 0.4), right: Math.min(right, width * 0.4), top: EDGE.top * em, bottom: EDGE.bottom * em };
}

function widest(svg, words, kind) {
  const nodes = words.filter(Boolean).map((each) => word(each, 0, 0, "start", kind));
  svg.append(...nodes);
  const widths = nodes.map((node) => node.getComputedTextLength());
  for (const node of nodes) node.remove();
  return Math.max(0, ...widths);
}

function lastOf(line, label) {
  const last = line.points.findLast(([, v]) => v !== null);
  return last ? label(last[1]) : "";
}

function drawn(line, x, y, label, limits, others, { em, top }) {
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
  if (line.name) return [made("path", { d, class: "line second" }), word(line.name, x(last[0]) + 8 * em, y(last[1]) + 4 * em, "start")];
  const end = made("circle", { cx: x(last[0]), cy: y(last[1]), r: 4 * em, class: "end" });
  const alone = d.indexOf("L") < 0 ? line.points.filter(([, v]) => v !== null).map(([ms, v]) => made("circle", { cx: x(ms), cy: y(v), r: 2.5 * em, class: "end" })) : [];
  const name = word(label(last[1]), x(last[0]) + 8 * em, free(y(last[1]), taken, top, em) + 4 * em, "start", "last");
  return [made("path", { d, class: "line" }), ...alone, end, name];
}

// The middle of a word as near to its point as other words of the edge leave room: beside it, above or below.
function free(at, taken, top, em) {
  const rooms = ASIDE.map((step) => at + step * em).filter((middle) => middle >= top - 4 * em);
  return rooms.find((middle) => taken.every((other) => Math.abs(other - middle) >= HIGH * em)) ?? at;
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
