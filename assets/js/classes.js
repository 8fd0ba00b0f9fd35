// Which class a value falls into: five greys, more ink the further from the target, or the bands of a legal scale.

import { bare } from "./format.js";

export function classOf(value, fact, scales, breaks = fact.breaks) {
  if (value === null || value === undefined) return { name: "none" };
  const scale = scales[fact.scale];
  if (scale) {
    const at = scale.bands.findIndex((band) => band.upto === null || band.upto === undefined || value <= band.upto);
    const band = scale.bands[at < 0 ? scale.bands.length - 1 : at];
    return { name: band.colour ? "legal" : "ground", colour: band.colour || undefined, word: band.word };
  }
  return { name: `c${inkOf(value, fact, breaks ?? [])}` };
}

// Levels that are counted one by one say their number in their word.
export function counted(scale) {
  return scale.bands.every(({ upto }, i) => !i || upto === null || upto === undefined || upto - scale.bands[i - 1].upto === 1);
}

function inkOf(value, fact, breaks) {
  if (fact.dir === "up") return breaks.filter((b) => value < b).length;
  const distance = fact.dir === "band" && fact.low !== undefined ? Math.abs(value - (fact.low + fact.high) / 2) : value;
  return breaks.filter((b) => distance > b).length;
}

// Labels of the classes in the order of growing ink.
export function labels(fact, scales, breaks = fact.breaks) {
  const scale = scales[fact.scale];
  if (scale) {
    return scale.bands.map((band, i) => ({ name: band.colour ? "legal" : "ground", colour: band.colour, label: bandLabel(scale.bands, i, fact.digits ? 0 : 1), word: band.word }));
  }
  const b = breaks ?? [];
  if (fact.counts) return [...b, null].map((_, i) => ({ name: `c${i}`, label: countLabel(b, i) }));
  const ordered = fact.dir === "up" ? [...b].reverse() : b;
  const text = ordered.map(bare);
  const [open, close] = fact.dir === "up" ? ["≥\u00a0", "<\u00a0"] : ["≤\u00a0", ">\u00a0"];
  const names = text.map((t, i) => (i === 0 ? open + t : t));
  const sign = fact.dir === "band" ? "±\u00a0" : "";
  return [...names, close + text.at(-1)].map((label, i) => ({ name: `c${i}`, label: sign + label }));
}

// Counted things: `0`, `1`, `2 – 3`, `≥ 7`.
function countLabel(breaks, i) {
  const from = i === 0 ? 0 : breaks[i - 1] + 1;
  if (i === breaks.length) return `≥\u00a0${bare(from)}`;
  return from === breaks[i] ? bare(from) : `${bare(from)}\u00a0–\u00a0${bare(breaks[i])}`;
}

// Whole numbers begin one above the band before.
function bandLabel(bands, i, step) {
  const from = i === 0 ? null : bands[i - 1].upto + step;
  const to = bands[i].upto ?? null;
  if (to === null) return from === null ? "" : `≥\u00a0${bare(from)}`;
  if (from === null) return `≤\u00a0${bare(to)}`;
  return from === to ? bare(to) : `${bare(from)}\u00a0–\u00a0${bare(to)}`;
}

// Communes differ from provinces by a hundred times: their counts are cut into five equal shares instead.
export function quantiles(values) {
  const known = values.filter((v) => v !== null && v !== undefined).sort((a, b) => a - b);
  if (known.length < 5) return [];
  const cuts = [1, 2, 3, 4].map((k) => known[Math.floor((k * known.length) / 5)]);
  return [...new Set(cuts)];
}
