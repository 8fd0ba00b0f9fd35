// What belongs together is one row: alerts of one place and one domain, told by the worst of them. And the sentence
// that is read first, at most 44 characters.

import { own, sorted, system, unitOf } from "./alerts.js";
import { classOf, counted } from "./classes.js";
import { number, quantity, say } from "./format.js";

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

// Alerts behind rows: the number that every page calls open alerts, however they are folded.
export function alertsOf(all) {
  return all.reduce((sum, incident) => sum + incident.all.length, 0);
}

// The unit's name; what is no unit's is the whole country's, by the one name it has.
export function nameOf(page, alert, unit) {
  if (!unit) return say("nation");
  return unit === page.place ? page.placeName : ((page.units ?? page.names)[unit] ?? alert.place_vi ?? unit);
}

// The state of the place in a sentence; `all` are its incidents, `name` what is calm when none is grave.
export function sentence(all, page, name) {
  const asking = all.filter((incident) => incident.level <= own(page));
  const grave = [...asking.filter((each) => !each.system), ...asking.filter((each) => each.system)]; // rule 22
  const fits = (tries) => tries.find((text) => text.length <= LONGEST);
  if (!grave.length) {
    const calm = say("headline.calm", { place: name });
    return (all.length && fits([say("wall.calm.more", { calm, n: number(alertsOf(all)) })])) || fits([calm]) || cut(calm);
  }
  const [first, second] = grave;
  const more = (text, n) => (n > 0 ? say("wall.more", { what: text, n }) : text);
  const tries = [];
  if (second && !second.system) { // the two worst are named; how many there are stands beside the list
    for (const how of [[true, true], [true, false], [false, false]]) {
      const [a, b] = [first, second].map((each, i) => phrase(each, page, how[i] || !factOf(each, page).wrong));
      tries.push(say("wall.two", { a, b: small(b) }));
    }
  }
  const level = say(`severity.${first.level}`).toLowerCase();
  const short = phrase(first, page, false); // of a figure's name alone nobody knows what is wrong
  const ways = [told(first, page), phrase(first, page, true), factOf(first, page).wrong ? short : say("alert.at", { what: short, place: say("wall.level", { level }) })];
  tries.push(...ways.map((way) => more(way, grave.length - 1)), ...ways);
  return fits(tries) ?? cut(say("headline.one", { place: first.place, what: level }));
}

// One incident whole: what, where, and the word of its legal band: `Lũ ở Huế, trên báo động III`.
export function told(incident, page) {
  const fact = factOf(incident, page);
  const band = fact.wrong ? bandOf(incident, page) : "";
  return band ? say("alert.at", { what: phrase(incident, page, false), place: band }) : phrase(incident, page, true);
}

// `how`: with the word for how grave it is, or which way it is wrong.
export function phrase(incident, page, how) {
  const words = named(incident, page, how);
  const here = incident.unit ? !page.nation && incident.unit === page.place : true; // said of the place that the page is of
  return here ? words : say("wall.at", { what: words, place: incident.place });
}

// What is wrong, in people's words where the catalogue has them, else the figure's name and which way it is wrong.
export function named(incident, page, how = true) {
  const fact = factOf(incident, page);
  if (fact.wrong) return how && incident.level === 1 ? large(say("wall.grave", { what: small(fact.wrong) })) : fact.wrong;
  return [fact.name ?? incident.head.indicator, how ? wrong(incident, page) : ""].filter(Boolean).join(" ");
}

// What was measured: a figure with its unit, or the word of its legal band where the band is counted; a bare number is
// named, unless what is wrong is called by that name.
export function measured(incident, page) {
  const { value } = incident.head;
  const fact = factOf(incident, page);
  if (value === null || value === undefined) return "";
  const scale = page.scales[fact.scale];
  const band = scale && counted(scale) ? bandOf(incident, page) : "";
  return band || [fact.wrong && !fact.unit ? fact.name : "", quantity(value, fact)].filter(Boolean).join(" ");
}

// A figure by its name: `PM2,5 24 giờ 95,2 µg/m³`, or what is wrong with the word of its band: `Lũ trên báo động III`.
export function reading(head, page, name) {
  const fact = page.indicators[head.indicator] ?? {};
  const value = measured({ head }, page);
  const banded = value && value === bandOf({ head }, page);
  if (banded) return [fact.wrong ?? name, value].join(" ");
  return [name, value.startsWith(name) ? value.slice(name.length).trim() : value].filter(Boolean).join(" ");
}

// The word of the legal band in which the figure lies; nothing where there is none, or beyond the last of them.
export function bandOf({ head: { indicator, value } }, page) {
  const fact = page.indicators[indicator] ?? {};
  const scale = page.scales[fact.scale];
  if (!scale || value === null || value === undefined || value > (scale.bands.at(-1).upto ?? Infinity)) return "";
  return small(classOf(value, fact, page.scales).word ?? "");
}

function factOf(incident, page) {
  return page.indicators[incident.head.indicator] ?? {};
}

// What is wrong with a figure: too low, too high, too many, or the word of its legal band. A level is no such word: a share
// of dossiers on time that is "high" would be good news.
function wrong(incident, page) {
  const { head, level } = incident;
  const fact = factOf(incident, page);
  if (head.value === null || head.value === undefined) return "";
  if (fact.scale) {
    const word = bandOf(incident, page);
    return word.length <= SHORT ? word : "";
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

function large(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function cut(text) {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).replace(/\s+\S*$/, "")}…`;
}
