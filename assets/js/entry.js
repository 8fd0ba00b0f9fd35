// Typed figures: the form, the Excel template, and what waits for a second person. All text from others is textContent.
import { bare, clock, day, say, speak } from "./format.js";
import { post } from "./posting.js";

const API = "/api/v1/figures";
const facts = JSON.parse(document.getElementById("page-facts").textContent);
speak(facts.words, facts.lang);

const part = (name) => document.querySelector(`[data-part=${name}]`);
const input = (name) => document.querySelector(`[name=${name}]`);
const bareUnit = (row) => (row.in_unit === "–" ? "" : facts.lang === "en" ? row.in_unit_en : row.in_unit);
const named = (thing) => thing[facts.lang] ?? thing.vi;
let known = { fields: [], places: [] };

function tell(text, bad = false) {
  part("said").textContent = text;
  part("said").classList.toggle("bad", bad);
}

function element(tag, text = "", props = {}) {
  return Object.assign(document.createElement(tag), { textContent: text }, props);
}

function fill(select, rows) {
  select.replaceChildren(...rows.map(([value, text]) => element("option", text, { value })));
}

function choose() {
  const feed = input("feed").value;
  fill(input("param"), known.fields.filter((f) => f.feed === feed).map((f) => [f.param, named(f)]));
  aim();
}

function aim() {
  const field = known.fields.find((f) => f.feed === input("feed").value && f.param === input("param").value);
  part("unit").textContent = (facts.lang === "en" ? field?.unit_en : field?.unit) ?? "";
  const place = input("place").value.replace("2025:", "");
  part("template").href = `${API}/template.xlsx?feed=${encodeURIComponent(input("feed").value)}&place=${place}`;
}

async function ask(path, body) {
  const answer = await (body ? post(path, body) : fetch(path));
  const told = await answer.json();
  if (told.rejected?.length) throw new Error(told.rejected.slice(0, 5).map((r) => place(r)).join(" "));
  if (!answer.ok) throw new Error(told.error ?? say("entry.failed"));
  return told;
}

const place = (why) => (/^\d+$/.test(why.where) ? "" : `${why.where}: `) + (facts.lang === "en" ? why.reason_en : why.reason);

async function doing(work) {
  try {
    await work();
  } catch (error) {
    tell(error.message || say("entry.failed"), true);
  }
  await refresh().catch(() => tell(say("entry.failed"), true));
}

// "1.234,5" as Vietnamese write it, "1234.5" and "1234,5" as keyboards give it
export function amount(text, lang = facts.lang) {
  const plain = text.trim().replace(/[\s\u00a0]/g, "").replace("\u2212", "-");
  const grouped = lang === "vi" ? /^-?\d{1,3}(\.\d{3})+(,\d+)?$/ : /^-?\d{1,3}(,\d{3})+(\.\d+)?$/;
  const value = grouped.test(plain) ? plain.replaceAll(lang === "vi" ? "." : ",", "") : plain;
  return /^-?\d+([.,]\d+)?$/.test(value) ? Number(value.replace(",", ".")) : NaN;
}

async function send(event) {
  event.preventDefault();
  const value = amount(input("value").value);
  if (Number.isNaN(value)) return tell(say("entry.number"), true);
  const figure = { value, at: `${input("at").value}:00+07:00`.replace(/(:\d\d:\d\d):00\+/, "$1+"), note: input("note").value };
  for (const name of ["feed", "param", "place"]) figure[name] = input(name).value;
  await doing(async () => {
    const told = await ask(API, { by: input("by").value, figures: [figure] });
    tell(say("entry.sent", { n: told.numbers.length }));
    input("value").value = "";
  });
}

async function sendFile() {
  const [file] = part("file").files;
  if (!file) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  part("file").value = "";
  await doing(async () => {
    const told = await ask(API, { by: input("by").value, sheet: btoa(text) });
    tell(say("entry.sent", { n: told.numbers.length }));
  });
}

const decide = (row, act, why) =>
  doing(async () => {
    await ask(`${API}/${row.id}`, { act, by: input("by").value, why });
    tell(say(act === "approve" ? "entry.approved" : "entry.refused", { n: row.id }));
  });

function acts(row) {
  const cell = element("td", "");
  const room = element("div", "", { className: "entry-acts" });
  cell.append(room);
  if (row.state !== "waiting") {
    room.append(element("span", [row.decided_by, row.why].filter(Boolean).join(": ")));
    return cell;
  }
  const why = element("input", "", { placeholder: say("entry.why"), maxLength: 500, ariaLabel: say("entry.why") });
  if (!may.decide || row.by === may.me) return cell; // a second person decides
  for (const act of ["approve", "refuse"]) {
    const button = element("button", say(`entry.${act}`), { type: "button", className: "button" });
    button.dataset.act = act;
    button.addEventListener("click", () => decide(row, act, why.value));
    room.append(button);
  }
  room.append(why);
  return cell;
}

function drawn(row) {
  const line = element("tr");
  line.dataset.state = row.state;
  line.dataset.figure = row.id;
  const what = element("td", named(row));
  what.append(element("small", facts.lang === "en" ? row.place_en : row.place_vi), element("small", row.note));
  const state = row.state === "approved" && !row.live ? "kept" : row.state;
  line.append(
    what,
    element("td", `${bare(row.value)} ${bareUnit(row)}`.trim(), { className: "num" }),
    element("td", `${clock(row.at, false)} ${day(row.at)}`),
    element("td", row.by),
    element("td", say(`entry.state.${state}`)),
    acts(row),
  );
  return line;
}

const may = { decide: true, me: null };

// Who is it, and may they decide? In the demo people type who they are.
async function meet() {
  const answer = await fetch("/session");
  if (!answer.ok) return;
  const told = await answer.json();
  may.decide = told.acts.includes("decide");
  if (told.demo) return;
  may.me = told.name;
  input("by").value = told.name;
  input("by").readOnly = true;
}

async function refresh() {
  const { figures } = await ask(`${API}?limit=50`);
  const waiting = (row) => (row.state === "waiting" ? 0 : 1);
  figures.sort((a, b) => waiting(a) - waiting(b) || b.id - a.id);
  part("rows").replaceChildren(...figures.map(drawn));
  part("none").hidden = figures.length > 0;
}

async function begin() {
  known = await ask(`${API}/fields`);
  const feeds = new Map(known.fields.map((f) => [f.feed, f[`feed_${facts.lang}`]]));
  fill(input("feed"), [...feeds]);
  fill(input("place"), known.places.map((p) => [p.code, named(p)]));
  input("at").value = new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 16);
  input("feed").addEventListener("change", choose);
  for (const name of ["param", "place"]) input(name).addEventListener("change", aim);
  part("form").addEventListener("submit", send);
  part("file").addEventListener("change", sendFile);
  choose();
  await meet();
  await refresh();
}

begin().catch(() => tell(say("entry.failed"), true));
