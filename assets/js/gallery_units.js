// The gallery's panels of the nation's map: what ranking and history would tell them of its units, made up.

import { ageState, now, since } from "./clock.js";
import { unitFigure } from "./store.js";
import { Compare } from "./study_compare.js";
import { PlaceCard } from "./place_card.js";
import { UnitsTable } from "./study_table.js";

const HOUR = 3600e3;
const LISTED = 6;
const COMPARED = 3;
const CASES = 41_207;
const RANKED = ["live", "late"];

export const STUDIED = {
  place(node, page) {
    const [first, ...others] = Object.keys(page.names);
    const own = on(page, { [first]: page.placeName }, { communes: { [first]: others.length + 1 } });
    const card = new PlaceCard(node, own);
    node.hidden = false; // it was picked
    return { show: (state) => card.show(first, own.tell(state)) };
  },
  units(node, page) {
    const own = on(page, some(page.names, LISTED));
    const table = new UnitsTable(node, own);
    return { show: (state) => table.show(own.tell(state)) };
  },
  compare(node, page) {
    const names = some(page.names, COMPARED);
    const own = on(page, names);
    const compared = new Compare(node, own, () => {});
    compared.turn(new URLSearchParams({ vs: Object.keys(names).join(",") }));
    return { show: (state) => compared.show(own.tell(state)) };
  },
};

// A page of these units, with a ranking that has no rows, no map, and the hours that a state tells.
function on(page, names, more = {}) {
  const ranking = new Ranked(page, Object.keys(names));
  const end = () => Math.floor(now() / HOUR) * HOUR;
  const tell = (state) => column(ranking, (ranking.state = state), end);
  return { ...page, ...more, names, ranking, desk: { hours: { end } }, tell };
}

function some(names, many) {
  return Object.fromEntries(Object.entries(names).slice(0, many));
}

class Ranked {
  constructor(page, places) {
    this.code = page.leads[0];
    this.fact = page.indicators[this.code];
    this.places = places;
    this.only = null;
  }

  figure(place) {
    const held = unitFigure(this.state, this.code, place);
    if (!held || held.v === null) return { v: null, state: this.state.indicators[this.code]?.state ?? "missing", severity: 0 };
    const age = since(held.atMs);
    return { ...held, n: held.v ? CASES : 0, age, state: ageState(age, this.fact.cadence, this.fact.lag, held.state) };
  }

  range(place) {
    const first = this.places.indexOf(place) + 1;
    return RANKED.includes(this.figure(place).state) ? { first, last: first + 2, of: this.places.length + 2 } : null;
  }
}

// The unit's hours run as the page's own figure does, as far above it as the unit's figure is now.
function column(ranking, state, end) {
  const own = state.indicators[ranking.code] ?? {};
  const values = own.spark ?? [];
  const over = (place) => ranking.figure(place).v - own.v;
  const at = (place, ms) => {
    const v = values[values.length - 1 - Math.round((end() - ms) / HOUR)] ?? null;
    return v === null ? null : v + over(place);
  };
  return {
    by: "day", step: HOUR, at,
    before: (place, ms) => at(place, ms - 24 * HOUR),
    cases: (place) => ranking.figure(place).n ?? null,
    line: (place) => values.map((v) => (v === null ? null : v + over(place))),
  };
}
