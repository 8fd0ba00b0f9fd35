// By what time is looked at and compared: days, the state's reporting months (15th to 14th) and years (15/12 to 14/12),
// the same borders as feeds/compute/periods.py.

import { day } from "./format.js";

const HOUR = 3600e3;
const DAY = 24 * HOUR;
const OFFSET = 7 * HOUR;
const CUT = 15; // on this day the next reporting month begins
const LAST_MONTH = 11; // a reporting year ends in December

// step: the grain of history that is asked for; back: how much of it; line: how much of that a small line shows
export const SPANS = {
  day: { step: "hour", width: HOUR, back: 48, line: 24 },
  month: { step: "day", width: DAY, back: 32, line: 30 },
  year: { step: "day", width: DAY, back: 367, line: 365 },
};

// With what the figures of a moment are compared: the hour a day before, or the close of the period before.
export function before(by, ms) {
  if (by === "day") return ms - DAY;
  const close = border(by, ms);
  return close < ms ? close : border(by, ms - DAY);
}

// The last border of a period that is not after the moment.
export function border(by, ms) {
  const here = new Date(ms + OFFSET);
  let [year, month] = [here.getUTCFullYear(), here.getUTCMonth()];
  if (here.getUTCDate() < CUT) month -= 1;
  if (by === "year" && month < LAST_MONTH) [year, month] = [year - 1, LAST_MONTH];
  return Date.UTC(year, month, CUT) - OFFSET;
}

// The period a moment lies in, by its first and last day: `15/11/2026 – 14/12/2026`.
export function period(by, ms) {
  const first = border(by, ms);
  const next = new Date(first + OFFSET);
  const end = Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + (by === "year" ? 12 : 1), CUT) - OFFSET;
  return { first: day(first), last: day(end - HOUR) };
}
