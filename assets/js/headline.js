// The sentence that is read first: the state of the place, then the worst of it, at most 44 characters.

import { text } from "./binding.js";
import { placeName, sorted, system } from "./alerts.js";
import { lastBeat } from "./clock.js";
import { clock, say } from "./format.js";
import { spoken } from "./moment.js";
import { small } from "./wall_incidents.js";

const LONGEST = 44; // letters that a wall has room for
const ASKS = 3; // levels that ask for action

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
    if (!connected && lastBeat() !== null) return say("headline.lost", { time: clock(lastBeat()) });
    if (!state) return this.node.textContent;
    const place = this.page.nation ? say("nation") : this.page.placeName;
    if (!alive && (all || !state.past)) return say("headline.silent", { place });
    if (state.past && !state.watched) return say("headline.unwatched");
    const open = sorted(state.alerts, this.page.indicators);
    const asking = open.filter((alert) => alert.level <= ASKS);
    const of = (kind) => asking.filter((alert) => system(alert, this.page.indicators) === kind);
    const grave = [...of(0), ...of(1)]; // rule 22: what is wrong with data leads only where nothing else is wrong
    if (!grave.length) return open.length ? say("headline.notices", { place, n: open.length }) : say("headline.calm", { place });
    return fitting(this.tries(grave, place)) ?? cut(say("headline.count", { place, n: grave.length }));
  }

  // The two worst where both fit and are of one rank, else the worst and how many more, each time in fewer words.
  tries(grave, place) {
    const [worst, next] = grave;
    const more = grave.length - 1;
    const full = this.told(worst, true);
    const short = this.told(worst, false);
    const pair = next?.level === worst.level && more === 1 ? [say("headline.two", { one: full, two: small(this.told(next, true)) })] : [];
    const counted = (what) => (more ? [say("headline.more", { what, n: more })] : []);
    return [...pair, ...counted(full), full, ...counted(short), short, say("headline.count", { place, n: grave.length })];
  }

  // `Mực nước cao ở Huế`, `Mực nước ở Huế`.
  told(alert, level) {
    const fact = this.page.indicators[alert.indicator] ?? {};
    const words = { what: fact.wrong ?? fact.name ?? alert[this.page.lang] ?? alert.vi ?? alert.indicator, place: placeName(this.page, alert) };
    return level ? say("headline.worst", { ...words, level: say(`severity.${alert.level}`).toLowerCase() }) : say("headline.at", words);
  }
}

function fitting(tries) {
  return tries.find((sentence) => sentence.length <= LONGEST);
}

function high(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

// Whole words, and a sign that there were more.
function cut(sentence) {
  if (sentence.length <= LONGEST) return sentence;
  const room = sentence.slice(0, LONGEST - 1);
  return `${room.slice(0, room.lastIndexOf(" ") > 0 ? room.lastIndexOf(" ") : room.length)}…`;
}
