// The small drawings of the card of origin: how old, where between its limits, how far from its second source.

import { concerning, NATION } from "./fair.js";
import { bare, number, quantity, say } from "./format.js";
import { made } from "./svg.js";

export function draw(svg, ...nodes) {
  svg.classList.toggle("none", !nodes.length);
  svg.replaceChildren(...nodes);
}

// Live up to 1.5 cadences, late up to 3, stale beyond; a triangle stands at now.
export function ageBar(svg, age, cadence, lag) {
  const [late, stale] = [1.5 * cadence + lag, 3 * cadence + lag];
  const end = stale * 1.35;
  const at = Math.min(99, (age / end) * 100);
  const x = (seconds) => (seconds / end) * 100;
  draw(svg,
    box("z-live", 0, x(late)), box("z-late", x(late), x(stale)), box("z-stale", x(stale), 100),
    triangle(at),
    label(x(late), 29, length(late), "quiet", "middle"), label(100, 29, say("card.since.stale", { age: length(stale) }), "quiet", "end"));
}

// A definition as it holds at the place.
export function whose(definition, place) {
  const limits = Object.fromEntries(["limits", "zones"].map((name) => [name, concerning(definition[name], place)]));
  return { ...definition, ...limits, extent: definition.extent?.[place === NATION ? "nation" : "units"] };
}

// The scale of a figure with what is abnormal on it, and the figure.
export function limitBar(svg, value, definition, unit) {
  const { zones = [], extent = [] } = definition;
  if (!zones.length) return draw(svg);
  const bounds = zones.flatMap((zone) => [zone.from, zone.to]).filter((bound) => bound !== null);
  const [low, high] = ends([...extent, ...bounds, ...(value === null ? [] : [value])]);
  const x = (v) => Math.min(100, Math.max(0, ((v - low) / (high - low)) * 100));
  const marks = [...new Set(bounds)].map((bound) => label(x(bound), 29, bare(bound), "", "middle"));
  const [first, last] = extent;
  const free = (at) => bounds.every((bound) => Math.abs(x(bound) - at) > 14);
  draw(svg,
    box("z-0", 0, 100),
    ...zones.map((zone) => box(`z-${zone.level}`, zone.from === null ? 0 : x(zone.from), zone.to === null ? 100 : x(zone.to))),
    ...(value === null ? [] : [made("rect", { class: "at-now", x: `calc(${x(value).toFixed(2)}% - 1px)`, y: 0, width: 2.5, height: 16 })]),
    ...marks, ...(free(0) && low === first ? [label(0, 29, bare(low), "quiet", "start")] : []), ...(free(100) && high === last ? [label(100, 29, bare(high), "quiet", "end")] : []));
}

// Two sources of one figure as dots; the band is how far they may differ.
export function checkBar(svg, first, second, names, allowed, fact) {
  const apart = Math.abs(first - second);
  const reach = Math.max(allowed * 1.6, apart * 1.25) || 1;
  const x = (v) => 52 + ((v - first + reach) / (2 * reach)) * 32;
  const digits = fact.digits ?? 0;
  draw(svg,
    made("rect", { class: "band", x: `${x(first - allowed)}%`, y: 0, width: `${x(first + allowed) - x(first - allowed)}%`, height: 30 }),
    made("circle", { class: "dot", cx: `${x(first)}%`, cy: 8, r: 4 }), made("circle", { class: "dot second", cx: `${x(second)}%`, cy: 23, r: 3.6 }),
    label(0, 12, names[0], "", "start"), label(0, 27, names[1], "", "start"),
    label(100, 12, number(first, digits), "", "end"), label(100, 27, number(second, digits), "", "end"));
}

export function apart(first, second, allowed, fact) {
  const key = Math.abs(first - second) > allowed ? "card.apart.out" : "card.apart.in";
  const unit = { ...fact, unit: fact.unit === "%" ? "" : fact.unit };
  return say(key, { d: quantity(Math.abs(first - second), unit), t: bare(allowed) });
}

// A length of time in its largest unit, with a decimal where it is not whole.
function length(seconds) {
  const [size, step] = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].find(([n]) => seconds >= n) ?? [1, "second"];
  return say(`age.${step}`, { n: number(seconds / size, seconds % size ? 1 : 0) });
}

function ends(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? [low - 1, high + 1] : [low, high];
}

function box(name, from, to) {
  return made("rect", { class: name, x: `${from.toFixed(2)}%`, y: 5, width: `${Math.max(0, to - from - 0.4).toFixed(2)}%`, height: 6 });
}

function triangle(at) {
  const mark = made("svg", { x: `${at.toFixed(2)}%`, y: 13, overflow: "visible" });
  mark.append(made("path", { class: "at-now", d: "M0 0-5 8H5Z" }));
  return mark;
}

function label(x, y, words, name, anchor) {
  const node = made("text", { class: `t ${name}`, x: `${x.toFixed(2)}%`, y, "text-anchor": anchor });
  node.textContent = words;
  return node;
}
