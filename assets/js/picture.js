// The first picture of the trend, drawn at once from history, until the chart that is studied has been loaded.

import { now } from "./clock.js";
import { clock, number } from "./format.js";

const HOUR = 36e5;
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 110, 28, 36];
const SVG = "http://www.w3.org/2000/svg";

// Draws over `entry` and leaves by itself when the chart stands there.
export async function drawPicture(entry, page) {
  const until = now() ?? Date.now();
  const hours = Number(new URLSearchParams(location.search).get("hours")) || 24;
  const query = new URLSearchParams({ from: Math.round(until - hours * HOUR), to: Math.round(until), step: "hour" });
  try {
    const answer = await fetch(`/api/v1/series/${page.place}/${page.indicator}?${query}`);
    const history = answer.ok ? await answer.json() : null;
    if (history && entry.isConnected && !charted(entry)) show(entry, page.indicators[page.indicator], history);
  } catch {
    // the chart itself says what is wrong
  }
}

const charted = (entry) => entry.querySelector(".js-plotly-plot .main-svg path, .empty");

function show(entry, fact, { t, v }) {
  const points = t.map((time, i) => [Date.parse(time), v[i]]);
  const known = points.filter(([, value]) => value !== null);
  if (known.length < 2) return;
  const picture = node("svg", { class: "picture", "aria-hidden": "true" });
  const paint = () => picture.replaceChildren(...drawn(picture, points, known, fact));
  entry.after(picture);
  paint();
  const room = new ResizeObserver(paint);
  room.observe(picture);
  const done = new MutationObserver(() => {
    if (!charted(entry)) return;
    for (const watcher of [room, done]) watcher.disconnect();
    picture.remove();
  });
  done.observe(entry, { childList: true, subtree: true });
}

function* drawn(picture, points, known, fact) {
  const { width, height } = picture.getBoundingClientRect();
  const values = known.map(([, value]) => value);
  const bounds = [fact.low, fact.high].filter((bound) => typeof bound === "number");
  const ticks = nice(Math.min(...values), Math.max(...values));
  const x = (ms) => LEFT + ((ms - points[0][0]) / (points.at(-1)[0] - points[0][0] || 1)) * (width - LEFT - RIGHT);
  const y = (value) => height - BOTTOM - ((value - ticks[0]) / (ticks.at(-1) - ticks[0] || 1)) * (height - TOP - BOTTOM);
  for (const tick of ticks) {
    yield node("path", { class: "grid", d: `M${LEFT} ${y(tick)}H${width - RIGHT}` });
    yield words(number(tick, decimals(ticks)), LEFT - 8, y(tick) + 4, "end");
  }
  for (const bound of bounds.filter((value) => value >= ticks[0] && value <= ticks.at(-1)))
    yield node("path", { class: "limit", d: `M${LEFT} ${y(bound)}H${width - RIGHT}` });
  const every = HOUR * (points.at(-1)[0] - points[0][0] > 30 * HOUR ? 24 : 6);
  for (let ms = Math.ceil(points[0][0] / every) * every - 7 * HOUR; ms <= points.at(-1)[0]; ms += every)
    if (ms >= points[0][0]) yield words(clock(ms, false), x(ms), height - BOTTOM + 20, "middle");
  yield node("path", { class: "line", d: path(points, x, y) });
  const [ms, value] = known.at(-1);
  yield node("circle", { class: "end", cx: x(ms), cy: y(value), r: 4.5 });
  yield words(number(value, fact.digits ?? 1), x(ms) + 9, y(value) + 5, "start", "value");
}

// A gap stays a gap.
function path(points, x, y) {
  let pen = "M";
  let d = "";
  for (const [ms, value] of points) {
    if (value === null) pen = "M";
    else {
      d += `${pen}${x(ms).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = "L";
    }
  }
  return d;
}

// Three to five round numbers around what is shown.
function nice(low, high) {
  const span = high - low || Math.abs(high) * 0.1 || 1;
  const power = 10 ** Math.floor(Math.log10(span / 3));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => span / n <= 4);
  const first = Math.floor(low / step);
  return Array.from({ length: Math.ceil(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

const decimals = (ticks) => Math.max(0, -Math.floor(Math.log10(Math.abs(ticks[1] - ticks[0]) || 1)));

function words(content, x, y, anchor, kind = "tick") {
  const made = node("text", { x, y, "text-anchor": anchor, class: kind });
  made.textContent = content;
  return made;
}

function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
