// The audit log: rows newest first, narrowed, and whether it is whole. All text from others is textContent.
import { instant, say, speak } from "./format.js";

const API = "/api/v1/audit";
const PAGE = 100;
const facts = JSON.parse(document.getElementById("page-facts").textContent);
speak(facts.words, facts.lang);

const part = (name) => document.querySelector(`[data-part=${name}]`);
const input = (name) => document.querySelector(`[name=${name}]`);
let last = 0;

function element(tag, text = "", className = "") {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

async function ask(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// A sentence told apart (feeds/catalogue/said.py) in the reader's language: its template, and what fills the places.
function sentence(said) {
  const places = said.args ?? {};
  const filled = (name) => (typeof places[name] === "object" ? sentence(places[name]) : (places[name] ?? ""));
  const template = Object.hasOwn(facts.sentences, said.text) ? facts.sentences[said.text] : said.text;
  return template.replace(/\{\{|\}\}|\{(\w+)\}/g, (found, name) => (name ? filled(name) : found[0]));
}

// What was acted on: the log names the kind of thing with one English word, then the thing itself.
function thing(row) {
  const [kind, ...rest] = row.what.split(" ");
  const known = `audit.thing.${kind}`;
  const names = (rest.length > 0 || row.act === "logout") && Object.hasOwn(facts.words, known); // an account may be called `key`
  return names ? [say(known), ...rest].join(" ") : row.what;
}

function drawn(row) {
  const line = element("tr");
  line.dataset.n = row.n;
  line.dataset.outcome = row.outcome;
  const act = element("td", say(`audit.act.${row.act}`));
  if (row.outcome !== "done") act.append(element("small", say(`audit.outcome.${row.outcome}`)));
  const what = element("td", thing(row), "wide");
  if (row.facts.times) what.append(element("small", say("audit.times", { n: row.facts.times })));
  const who = element("td", row.who || say("audit.nobody"));
  if (row.role) who.append(element("small", facts.words[`role.${row.role}`] ?? row.role));
  line.append(
    element("td", String(row.n), "num"),
    element("td", instant(row.at_ms)),
    who, act, what, element("td", row.facts.said ? sentence(row.facts.said) : row.why, "wide"), element("td", row.seat, "quiet"),
  );
  return line;
}

async function show(older) {
  const query = new URLSearchParams({ limit: PAGE });
  for (const name of ["act", "who", "outcome"]) if (input(name).value.trim()) query.set(name, input(name).value.trim());
  if (older) query.set("before", last);
  const { rows } = await ask(`${API}?${query}`);
  if (!older) part("rows").replaceChildren();
  part("rows").append(...rows.map(drawn));
  last = rows.at(-1)?.n ?? 0;
  part("more").hidden = rows.length < PAGE;
  part("none").hidden = part("rows").childElementCount > 0;
}

async function verify() {
  const verdict = part("verdict");
  verdict.textContent = say("audit.checking");
  const found = await ask(`${API}/check`);
  verdict.dataset.whole = found.whole;
  const said = found.problems.slice(0, 10).map((p) => say(`audit.flaw.${p.flaw}`, { n: p.n })).join("; ");
  const told = { n: found.rows, first: found.first, last: found.last, anchors: found.anchors };
  verdict.textContent = found.whole ? say("audit.whole", told) : say("audit.broken", { said });
}

const tell = () => (part("verdict").textContent = say("audit.failed"));
const fresh = () => show(false).catch(tell);

part("narrow").addEventListener("submit", (event) => event.preventDefault());
part("narrow").addEventListener("change", fresh);
part("more").addEventListener("click", () => show(true).catch(tell));
part("verify").addEventListener("click", () => verify().catch(tell));
fresh();
