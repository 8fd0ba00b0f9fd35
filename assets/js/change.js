// Change of a figure against the same hour of the day before, in words: `+0,2 điểm`, `không đổi`.

import { brief, number, say } from "./format.js";

export function changed(now, then, fact) {
  if (typeof now !== "number" || typeof then !== "number") return "";
  const digits = fact.digits ?? 0;
  const by = Math.abs(now - then) < 1e9 ? number(now - then, digits) : brief(now - then);
  if (!/[1-9]/.test(by)) return say("change.none");
  const signed = now > then ? `+${by}` : by;
  if (fact.unit === "%") return say("change.points", { n: signed });
  return fact.unit && !fact.scale && fact.unit.length < 7 ? `${signed}\u00a0${fact.unit}` : signed;
}
