// What belongs together is one row: alerts of one place and one domain, told by the worst of them. And the sentence
// that is read first, at most 44 characters.

import { sorted, system, unitOf } from "./alerts.js";
import { classOf } from "./classes.js";
import { say } from "./format.js";

const LONGEST = 44;
const SHORT = 12; // letters of a band's word that still make a headline

// Incidents, worst and newest first: {key, unit, place, domain, level, since, head, all}.
export function incidents(alerts, page) {
  const found = new Map();
  for (const alert of sorted([...(alerts ?? [])], page.indicators)) {
    const unit = unitOf(alert);
    const domain = page.indicators[alert.indicator]?.domain ?? "";
    const key = `${unit ?? "vn"}|${domain}`;
    const since = Date.parse(alert.since);
    const held = found.get(key);
    if (!held) found.set(key, { key, unit, place: nameOf(page, alert, unit), domain, level: alert.level, since, head: alert, all: [alert], system: Boolean(system(alert, page.indicators)) });
    else {
      held.all.push(alert);
      if (alert.level === held.level) held.since = Math.min(held.since, since);
    }
  }
  return [...found.values()];
}

export function nameOf(page, alert, unit) {
  return page.units[unit] ?? alert.place_vi ?? say("nation");
}

// From which level up a page of this rank speaks: the nation of what is high, a province of what is medium.
export function own(page) {
  return page.nation ? 2 : 3;
}

// The state of the place in a sentence; `all` are its incidents, `name` what is calm when none is grave.
export function sentence(all, page, name) {
  const asking = all.filter((incident) => incident.level <= own(page));
  const grave = [...asking.filter((each) => !each.system), ...asking.filter((each) => each.system)]; // rule 22
  const fits = (tries) => tries.find((text) => text.length <= LONGEST);
  if (!grave.length) {
    const calm = say("headline.calm", { place: name });
    return (all.length && fits([say("wall.calm.more", { calm, n: all.length })])) || fits([calm]) || cut(calm);
  }
  const [first, second] = grave;
  const more = (text, n) => (n > 0 ? say("wall.more", { what: text, n }) : text);
  const whole = phrase(first, page, true);
  const tries = [];
  if (second && !second.system) { // the two worst are named; how many there are stands beside the list
    for (const [a, b] of [[true, true], [true, false], [false, false]]) {
      tries.push(say("wall.two", { a: phrase(first, page, a), b: small(phrase(second, page, b)) }));
    }
  }
  tries.push(more(whole, grave.length - 1), more(phrase(first, page, false), grave.length - 1), whole, phrase(first, page, false));
  return fits(tries) ?? cut(say("headline.one", { place: first.place, what: say(`severity.${first.level}`).toLowerCase() }));
}

// `how`: with the word for which way it is wrong.
export function phrase(incident, page, how) {
  const what = page.indicators[incident.head.indicator]?.name ?? incident.head.indicator;
  const words = [what, how ? wrong(incident, page) : ""].filter(Boolean).join(" ");
  return incident.place === page.placeName && !page.nation ? words : say("wall.at", { what: words, place: incident.place });
}

// What is wrong with a figure: too low, too high, too many, or the word of its legal band. A level is no such word: a share
// of dossiers on time that is "high" would be good news.
function wrong({ head, level }, page) {
  const fact = page.indicators[head.indicator] ?? {};
  if (head.value === null || head.value === undefined) return "";
  if (fact.scale) {
    const { word } = classOf(head.value, fact, page.scales);
    return word && word.length <= SHORT ? word.toLowerCase() : "";
  }
  if (head.limit === null || head.limit === undefined || head.value === head.limit) return "";
  const way = head.value > head.limit ? (fact.sum ? "many" : "high") : fact.sum ? "few" : "low";
  const said = say(`wall.word.${way}`);
  return level === 1 ? say("wall.word.very", { word: said }) : said;
}

// As it stands within a sentence: `Mực nước` becomes `mực nước`, `VN_AQI`, `PM2,5` stay as they are.
export function small(text) {
  return /^.[a-zà-ỹ]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
}

function cut(text) {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).replace(/\s+\S*$/, "")}…`;
}
