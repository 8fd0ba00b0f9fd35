// Why a figure cannot be taken as it stands, in one line: who owes what is missing, since when nothing has come, which
// second source says otherwise. Empty for a figure that stands, and for one that is merely late: its clock says that.

import { now } from "./clock.js";
import { cite, moment, number, say, span } from "./format.js";

const WHYS = { forbidden: () => say("note.forbidden"), missing, stale, suspect };

// held: the snapshot's entry or null; feed: what is known of its feed, with its name.
export function reason(state, held, fact, feed = {}) {
  return WHYS[state]?.(held, fact, feed) ?? "";
}

function missing(held, _fact, { name, atMs }) {
  if (held?.past) return say("note.past");
  if (!name) return say("note.missing");
  return say(atMs ? "note.missing.part" : "note.missing.silent", { source: name });
}

function stale(held, fact) {
  return say("note.stale", { cadence: span(held.cadence ?? fact.cadence), time: moment(held.atMs, now()) });
}

function suspect(held, fact) {
  const { second } = held;
  return second ? say("note.suspect", { source: cite(second.source), value: number(second.v, fact.digits ?? 0) }) : say("note.doubt");
}
