// The sentence that is read first: the state of the place, then the worst of it, at most 44 characters.

import { text } from "./binding.js";
import { placeName, sorted } from "./alerts.js";
import { lastBeat } from "./clock.js";
import { clock, say } from "./format.js";

const LONGEST = 44;

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
    if (!connected && lastBeat() !== null) return say("headline.lost", { time: clock(lastBeat()) });
    if (!state) return this.node.textContent;
    const place = this.page.nation ? say("nation") : this.page.placeName;
    if (all && !alive) return say("headline.silent", { place });
    const open = sorted(state.alerts);
    const grave = open.filter((alert) => alert.level <= 3);
    if (!grave.length) return open.length ? say("headline.notices", { place, n: open.length }) : say("headline.calm", { place });
    return fitting(this.worst(grave[0]), grave.length - 1);
  }

  worst(alert) {
    const fact = this.page.indicators[alert.indicator] ?? {};
    const level = say(`severity.${alert.level}`).toLowerCase();
    const where = alert.entity_vi ?? placeName(this.page, alert);
    return [
      say("headline.one", { place: where, what: `${fact.name ?? alert.indicator}, ${level}` }),
      say("headline.one", { place: where, what: fact.name ?? alert.indicator }),
    ];
  }
}

function fitting([long, short], more) {
  const tries = more ? [say("headline.more", { what: long, n: more }), long, say("headline.more", { what: short, n: more }), short] : [long, short];
  return tries.find((sentence) => sentence.length <= LONGEST) ?? short;
}
