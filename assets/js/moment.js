// The slider over the last 24 hours: at its right end the present, else a full hour of the past.

import { attr, parts, text } from "./binding.js";
import { present } from "./clock.js";
import { clock, day, say } from "./format.js";

const HOUR = 3600e3;
const DAY = 24 * HOUR;
const OFFSET = 7 * HOUR;

export class Moment {
  // go(ms): show that hour, null = the present
  constructor(node, go) {
    this.node = node;
    this.parts = parts(node);
    this.slider = this.parts.slider;
    this.steps = Number(this.slider.max);
    this.slider.addEventListener("input", () => go(this.chosen()));
    this.parts.back.addEventListener("click", () => go(null));
    this.at = null;
  }

  // The hour at the step before the present; a link may lead farther back than a day.
  end() {
    const last = Math.floor((present() ?? Date.now()) / HOUR) * HOUR;
    return this.at !== null && this.at <= last - DAY ? this.at : last;
  }

  chosen() {
    const step = Number(this.slider.value);
    return step === this.steps ? null : this.end() - (this.steps - 1 - step) * HOUR;
  }

  show(at) {
    this.at = at;
    const end = this.end();
    const step = at === null ? this.steps : this.steps - 1 - Math.round((end - at) / HOUR);
    if (this.slider.value !== String(step)) this.slider.value = String(step);
    const said = at === null ? say("moment.now") : say("moment.past", { time: spoken(at) });
    text(this.parts.said, said);
    attr(this.slider, "aria-valuetext", said);
    text(this.parts.begin, spoken(end - (this.steps - 1) * HOUR));
    this.parts.back.disabled = at === null;
    this.node.classList.toggle("past", at !== null);
  }
}

// `hết ngày 21/11/2026`, `02:00 hôm nay`, `23:00 hôm qua`, `02:00 20/11/2026`.
export function spoken(ms) {
  const now = present() ?? ms;
  if ((ms + OFFSET) % DAY === 0) return say("moment.end", { day: day(ms - HOUR) }); // a day is known by its name, not by midnight
  if (day(ms) === day(now)) return say("moment.today", { time: clock(ms, false) });
  if (day(ms) === day(now - DAY)) return say("moment.yesterday", { time: clock(ms, false) });
  return `${clock(ms, false)} ${day(ms)}`;
}

// An hour as addresses write it, in Vietnam's time, and back; null for anything else.
export function written(ms) {
  return ms === null ? null : `${new Date(ms + OFFSET).toISOString().slice(0, 13)}:00`;
}

export function read(words) {
  if (!/^20\d\d-[01]\d-[0-3]\dT[0-2]\d:00$/.test(words ?? "")) return null;
  const ms = Date.parse(`${words}:00Z`) - OFFSET;
  return Number.isFinite(ms) ? ms : null;
}
