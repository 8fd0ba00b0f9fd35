// History by the hour or the day, asked for once for a place or an indicator and shared by tiles, ranking, card and slider.

import { present } from "./clock.js";
import { before, SPANS } from "./spans.js";

const HOUR = 3600e3;
const DAY = 24 * HOUR;
const OFFSET = 7 * HOUR; // days are Vietnam's
const HOURS_KEPT = 88 * DAY; // what is older is known by the day alone
const SUSPECT = 2; // how history marks what a second source contradicted
const AGAIN_MS = 50e3;

export class Hours {
  constructor(place) {
    this.place = place;
    this.asked = new Map();
  }

  // The last full hour of the world shown; null until the server has told its time.
  end() {
    const t = present();
    return t === null ? null : Math.floor(t / HOUR) * HOUR;
  }

  // Every figure of the place: at(code, ms) gives its value then.
  own(end = this.end()) {
    return this.figures(this.grain(end), end, SPANS.day.back);
  }

  // Every figure of the place at the close before the moment: what a month or a year is compared with.
  close(by, ms) {
    const end = before(by, ms);
    return this.figures(DAY, end, 1);
  }

  // Every figure of all places beneath, as they stood at the moment, with how abnormal each was.
  then(ms) {
    const day = this.grain(ms) === DAY;
    return this.once(`/api/v1/then/${this.place}?at=${day ? midnight(ms) : ms}${day ? "&step=day" : ""}`, (told) => ({
      ...told,
      whole: Object.keys(told.columns).length > 0,
    }));
  }

  // One indicator of all places beneath: values and numbers of cases then, the small line up to then, and what it is
  // compared with.
  columns(code, end = this.end(), by = "day") {
    const span = SPANS[by];
    const width = by === "day" ? this.grain(end) : span.width;
    return this.ask(`columns/${this.place}/${encodeURIComponent(code)}`, width, end, width === span.width ? span.back : 2, (told, from) => {
      const seat = new Map(told.order.map((place, i) => [place, i]));
      const value = (place, ms) => valueAt(told.v[seat.get(place)], from, ms, width);
      return {
        by,
        step: width,
        order: told.order,
        whole: told.n.every((counts) => !counts || known(counts.at(-1))) && told.n.some(Boolean),
        at: value,
        before: (place, ms) => value(place, before(by, ms)),
        doubt: (place, ms) => valueAt(told.q?.[seat.get(place)], from, ms, width) === SUSPECT,
        cases: (place, ms) => casesAt(told.n[seat.get(place)], from, ms, width),
        line: (place, ms) => lineUpTo(told.v[seat.get(place)], from, ms, width, span.line),
      };
    });
  }

  // Hours are kept for three months; of what lies farther back the days are known, each by its end.
  grain(end) {
    return end !== null && present() !== null && present() - end > HOURS_KEPT ? DAY : HOUR;
  }

  figures(width, end, back) {
    return this.ask(`hours/${this.place}`, width, end, back, (told, from) => ({
      plan: told.plan,
      whole: Object.values(told.v).some((values) => known(values.at(-1))),
      at: (code, ms) => valueAt(told.v[code], from, ms, width),
      doubt: (code, ms) => valueAt(told.q?.[code], from, ms, width) === SUSPECT,
      line: (code, ms) => lineUpTo(told.v[code], from, ms, width, SPANS.day.line),
    }));
  }

  // One question for each moment and address; what failed, or was not yet written whole, is asked again after a minute.
  ask(path, width, moment, back, read) {
    const end = width === DAY ? midnight(moment) : moment;
    const from = end - back * width;
    return this.once(`/api/v1/${path}?from=${from}&to=${end}${width === DAY ? "&step=day" : ""}`, (told) => read(told, from));
  }

  once(address, read) {
    if (!this.asked.has(address)) {
      if (this.asked.size > 40) this.asked.clear();
      const answer = fetch(address).then((got) => (got.ok ? got.json() : Promise.reject(new Error(String(got.status))))).then(read);
      const forget = () => setTimeout(() => this.asked.delete(address), AGAIN_MS);
      answer.then((found) => found.whole || forget(), forget);
      this.asked.set(address, answer);
    }
    return this.asked.get(address);
  }
}

function midnight(ms) {
  return Math.floor((ms + OFFSET) / DAY) * DAY - OFFSET;
}

function known(value) {
  return value !== null && value !== undefined;
}

// A bucket is named by its start: what stood at 02:00 is the hour that began at 01:00.
function valueAt(values, from, ms, width) {
  return values?.[Math.round((ms - from) / width) - 1] ?? null;
}

// The number of cases then, or the newest known before.
function casesAt(counts, from, ms, width) {
  const last = Math.round((ms - from) / width) - 1;
  for (let i = Math.min(last, (counts?.length ?? 0) - 1); i >= 0; i -= 1) if (known(counts?.[i])) return counts[i];
  return null;
}

// The buckets up to a moment that a small line is drawn of.
function lineUpTo(values, from, ms, width, many) {
  const last = Math.round((ms - from) / width);
  return values ? values.slice(Math.max(0, last - many), last) : [];
}
