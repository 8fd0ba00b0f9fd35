// How sure a share is, and which ranks it allows: the rules of feeds/compute/interval.py, where the papers are named.

import { say } from "./format.js";

export const PEOPLE = "population";
export const NATION = "vn";
const Z = 1.959963984540054;

// The 95 % score interval of a share (0 to 1) of n cases.
export function wilson(share, n) {
  if (!(n > 0)) return [0, 1];
  const spread = (Z * Z) / n;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((share * (1 - share)) / n + spread / (4 * n));
  return [Math.max(0, Math.min(share, centre - half)), Math.min(1, Math.max(share, centre + half))];
}

// For each interval (more is better) the first and last rank its place may have; equal points share theirs.
export function rankRanges(intervals) {
  return intervals.map(([low, high]) => {
    const ahead = intervals.filter(([other]) => other > high).length;
    const behind = intervals.filter(([, other]) => other < low).length;
    return [1 + ahead, intervals.length - behind];
  });
}

// What a place is ranked by: its value (told per what could have been hit, where the catalogue says so), the cases
// behind it, and its interval where it is a share of counted cases.
export function measure(v, fact, cases, whole) {
  if (v === null || v === undefined) return { v: null, n: null };
  if (fact.per) {
    if (!(whole > 0)) return { v: null, n: whole };
    const [low, high] = wilson(Math.min(1, v / whole), whole);
    return { v: (v / whole) * fact.perTimes, n: whole, low: low * fact.perTimes, high: high * fact.perTimes };
  }
  if (!fact.share || !(cases > 0)) return { v, n: null };
  const [low, high] = wilson(Math.min(1, Math.max(0, v / fact.share)), cases);
  return { v, n: cases, low: low * fact.share, high: high * fact.share };
}

// Limits that concern the place: some are said of the nation alone, or of its units alone.
export function concerning(rows, place) {
  const mine = place === NATION ? "nation" : "units";
  return (rows ?? []).filter(({ only }) => !only || only === mine);
}

// A figure as map and ranking know it: units may be held against other limits than the page's own figure.
export function ofUnits(fact) {
  return fact?.units ? { ...fact, low: undefined, high: undefined, ...fact.units } : fact;
}

// Interval by which more is better, whatever the direction of the indicator; a point where no interval can be told.
export function goodness({ v, low, high }, fact) {
  if (fact.dir === "band" && fact.low !== undefined && fact.high !== undefined) {
    const far = -Math.abs(v - (fact.low + fact.high) / 2);
    return [far, far];
  }
  const [from, to] = [low ?? v, high ?? v];
  return fact.dir === "down" ? [-to, -from] : [from, to];
}

// What a place's figure is told per: its people, or its own count of what could have been hit.
export function wholeOf(page, fact, place, counted) {
  return fact.per === PEOPLE ? (page.population?.[place] ?? null) : (counted(fact.per)?.v ?? null);
}

// How the whole is called in a sentence.
export function wholeName(page, fact) {
  return fact.per === PEOPLE ? say("rank.people") : page.indicators[fact.per].full.toLowerCase();
}
