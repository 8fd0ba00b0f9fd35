// History by the hour, asked for once for a place or an indicator and shared by tiles, ranking, card and slider.

import { present } from "./clock.js";

const HOUR = 3600e3;
const SUSPECT = 2; // how history marks what a second source contradicted
const AGAIN_MS = 50e3;
const BACK = 48; // hours: the last day, and the day before to compare it with

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
    return this.ask(`/api/v1/hours/${this.place}`, end, (told, from) => ({
      plan: told.plan,
      whole: Object.values(told.v).some((values) => known(values.at(-1))),
      at: (code, ms) => valueAt(told.v[code], from, ms),
      doubt: (code, ms) => valueAt(told.q?.[code], from, ms) === SUSPECT,
      day: (code, ms) => dayBefore(told.v[code], from, ms),
    }));
  }

  // One indicator of all places beneath: values and numbers of cases then.
  columns(code, end = this.end()) {
    return this.ask(`/api/v1/columns/${this.place}/${encodeURIComponent(code)}`, end, (told, from) => {
      const seat = new Map(told.order.map((place, i) => [place, i]));
      return {
        order: told.order,
        whole: told.n.every((counts) => !counts || known(counts.at(-1))) && told.n.some(Boolean),
        at: (place, ms) => valueAt(told.v[seat.get(place)], from, ms),
        doubt: (place, ms) => valueAt(told.q?.[seat.get(place)], from, ms) === SUSPECT,
        cases: (place, ms) => casesAt(told.n[seat.get(place)], from, ms),
        day: (place, ms) => dayBefore(told.v[seat.get(place)], from, ms),
      };
    });
  }

  // One question for each hour and address; what failed, or was not yet written whole, is asked again after a minute.
  ask(path, end, read) {
    const from = end - BACK * HOUR;
    const address = `${path}?from=${from}&to=${end}`;
    if (!this.asked.has(address)) {
      if (this.asked.size > 40) this.asked.clear();
      const answer = fetch(address).then((got) => (got.ok ? got.json() : Promise.reject(new Error(String(got.status))))).then((told) => read(told, from));
      const forget = () => setTimeout(() => this.asked.delete(address), AGAIN_MS);
      answer.then((found) => found.whole || forget(), forget);
      this.asked.set(address, answer);
    }
    return this.asked.get(address);
  }
}

function known(value) {
  return value !== null && value !== undefined;
}

// A bucket is named by its start: what stood at 02:00 is the hour that began at 01:00.
function valueAt(values, from, ms) {
  return values?.[Math.round((ms - from) / HOUR) - 1] ?? null;
}

// The number of cases then, or the newest known before.
function casesAt(counts, from, ms) {
  for (let i = Math.round((ms - from) / HOUR) - 1; i >= 0; i -= 1) if (known(counts?.[i])) return counts[i];
  return null;
}

// The 24 hours up to a moment.
function dayBefore(values, from, ms) {
  const last = Math.round((ms - from) / HOUR);
  return values ? values.slice(Math.max(0, last - 24), last) : [];
}
