// The sentence that is read first, on desks and phones as on walls: what stands against trusting the page, else the state of
// its place, at most 44 characters.

import { text } from "./binding.js";
import { lastBeat } from "./clock.js";
import { clock, say } from "./format.js";
import { spoken } from "./moment.js";
import { incidents, sentence, small } from "./wall_incidents.js";

export class Headline {
  constructor(node, page) {
    this.node = node.querySelector("h1");
    this.page = page;
  }

  // `alive` feeds of `all`: silent feeds are said before calm is claimed.
  show(state, connected, alive, all) {
    text(this.node, this.sentence(state, connected, alive, all));
  }

  sentence(state, connected, alive, all) {
    const said = this.present(state, connected, alive, all);
    const named = !this.page.nation && said.startsWith(this.page.placeName); // a place keeps its capital
    return state?.past ? high(say("headline.past", { time: spoken(state.atMs), said: named ? said : small(said) })) : said;
  }

  present(state, connected, alive, all) {
    const calm = state && !state.past && !this.open(state.alerts).length;
    const trouble = untold(this.page, connected, alive, all, calm);
    if (trouble && (state || !connected)) return trouble;
    if (!state) return this.node.textContent;
    if (state.past && !state.watched) return say("headline.unwatched");
    return sentence(this.open(state.alerts), this.page, whole(this.page));
  }

  // A page asks each second; its alerts change seldom.
  open(alerts) {
    if (this.alerts !== alerts) Object.assign(this, { alerts, all: incidents(alerts, this.page) });
    return this.all;
  }
}

// What a page must say before it may say how its place stands: the server is not heard, or no feed is; where none ever
// was, that stands against calm alone. Else nothing.
export function untold(page, connected, alive, all, calm = false) {
  if (!connected && lastBeat() !== null) return say("headline.lost", { time: clock(lastBeat()) });
  return !alive && (all || calm) ? say("headline.silent", { place: whole(page) }) : "";
}

// What a page is of, as a sentence names it.
export function whole(page) {
  return page.nation ? say("nation") : page.placeName;
}

function high(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
