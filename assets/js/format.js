// Words, numbers, ages and times as Vietnamese readers write them. Time is Asia/Ho_Chi_Minh, never the browser's zone.

const OFFSET = 7 * 3600e3; // no summer time since 1975
const MINUS = "\u2212";
const STEPS = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];

let words = {};
let lang = "vi";
let cited = new Map();

// `names` is the English of who and what snapshots cite in the catalogue's own words: senders, laws.
export function speak(table, language, names = {}) {
  words = table;
  lang = language;
  cited = new Map(Object.entries(names));
}

// A station, a place, a sender in the reader's language, as far as it has a name there; else what it is known by.
export function called(thing) {
  return thing?.[lang] || thing?.vi || thing?.name || thing?.code || thing?.key || "";
}

// Who or what a snapshot cites, in the reader's language.
export function cite(source) {
  return cited.get(source) ?? source ?? "";
}

// A text with plural forms (the form of one first) takes the one that fits `n`, which may already be written out.
export function say(key, values) {
  const forms = [words[key] ?? key].flat();
  const text = forms.length > 1 && String(values?.n) !== "1" ? forms[1] : forms[0];
  return values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "") : text;
}

export function number(value, digits = 0) {
  const [whole, part] = Math.abs(value).toFixed(digits).split(".");
  const [thousand, decimal] = lang === "vi" ? [".", ","] : [",", "."];
  const text = whole.replace(/\B(?=(\d{3})+$)/g, thousand) + (part ? decimal + part : "");
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

// A number where there is room for six digits: more of them are told in millions or billions.
export function brief(value, digits = 0) {
  const size = Math.abs(value);
  if (size < 1e6) return number(value, digits);
  return say(size < 1e9 ? "big.million" : "big.billion", { n: number(value / (size < 1e9 ? 1e6 : 1e9), 1) });
}

export function bare(value) {
  const digits = [0, 1, 2].find((d) => Math.abs(value - Number(value.toFixed(d))) < 1e-9) ?? 3;
  return number(value, digits);
}

// A limit as it is told: one that was computed (what is due of a plan, a multiple of the usual) without its crumbs.
export function bound(value, fact) {
  return bare(Number(value.toFixed(Math.max(2, fact?.digits ?? 0))));
}

export function quantity(value, fact) {
  const text = Math.abs(value) < 1e9 ? number(value, fact?.digits ?? 0) : brief(value); // in a line; the card says it whole
  if (!fact?.unit) return text;
  return fact.unit === "%" ? `${text}%` : `${text}\u00a0${fact.unit}`;
}

export function span(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const [size, step] = STEPS.find(([n]) => s >= n) ?? STEPS[3];
  return say(`age.${step}`, { n: number(Math.floor(s / size)) });
}

// How long something lasts, in its two largest units: `6 giờ 30 phút`.
export function lasting(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const first = STEPS.findIndex(([n]) => s >= n);
  const next = STEPS[first + 1];
  const rest = first >= 0 && first < 2 ? Math.floor((s % STEPS[first][0]) / next[0]) : 0;
  return rest ? `${span(s)} ${say(`age.${next[1]}`, { n: number(rest) })}` : span(s);
}

export function clock(ms, seconds = true) {
  const t = new Date(ms + OFFSET);
  const parts = [t.getUTCHours(), t.getUTCMinutes(), t.getUTCSeconds()].map(two);
  return (seconds ? parts : parts.slice(0, 2)).join(":");
}

export function day(ms) {
  const t = new Date(ms + OFFSET);
  return `${two(t.getUTCDate())}/${two(t.getUTCMonth() + 1)}/${t.getUTCFullYear()}`;
}

export function weekday(ms) {
  return say(`weekday.${new Date(ms + OFFSET).getUTCDay()}`);
}

// A moment in full, in the order in which it is said: `10:30 21/11/2026`.
export function instant(ms, seconds = true) {
  return `${clock(ms, seconds)} ${day(ms)}`;
}

// A moment as short as it may be: the time of today, else day and time.
export function moment(ms, now) {
  return day(ms) === day(now) ? clock(ms, false) : `${clock(ms, false)} ${day(ms).slice(0, 5)}`;
}

function two(n) {
  return String(n).padStart(2, "0");
}
