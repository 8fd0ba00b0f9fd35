// Accounts and roles: who is there, what waits for a second person, the screens of walls. All text from others is
// textContent; links are shown once and kept nowhere.
import { instant, number, say, speak } from "./format.js";
import { post } from "./posting.js";

const API = "/api/v1";
const facts = JSON.parse(document.getElementById("page-facts").textContent);
speak(facts.words, facts.lang);

const part = (name) => document.querySelector(`[data-part=${name}]`);
const input = (name) => document.querySelector(`[name=${name}]`);
const names = new Map(facts.units);
let me = "";
let admins = 0; // the last one can neither be closed nor given a new link

function tell(text, bad = false) {
  part("said").textContent = text;
  part("said").classList.toggle("bad", bad);
}

function element(tag, text = "", props = {}) {
  return Object.assign(document.createElement(tag), { textContent: text }, props);
}

async function ask(path, body) {
  const answer = await (body ? post(API + path, body) : fetch(API + path));
  if (answer.status === 401) location.assign("/login?next=/people");
  const told = await answer.json();
  if (!answer.ok) throw new Error(fault(told.error ?? ""));
  return told;
}

// "3: units" of a file names the row and what is wrong with it
function fault(error) {
  const [, row, code] = error.match(/^(?:(\d+): )?(\w+)$/) ?? [];
  const text = code && facts.words[`people.fault.${code}`];
  return text ? (row ? `${row}: ${text}` : text) : say("people.failed");
}

async function doing(work) {
  try {
    await work();
    tell(say("people.done"));
  } catch (error) {
    tell(error.message || say("people.failed"), true);
  }
  await refresh().catch(() => tell(say("people.failed"), true));
}

const moment = (ms) => (ms ? instant(ms, false) : "");
const role = (name) => (name ? say(`role.${name}`) : say("people.role.none"));
const where = (units) => (units ? units.map((code) => names.get(code) ?? code).join(", ") : say("role.nation"));

function button(text, act, sure = "") {
  const made = element("button", text, { type: "button", className: "button" });
  made.addEventListener("click", () => {
    if (!sure || confirm(say("people.sure", { act: text, name: sure }))) doing(act);
  });
  return made;
}

// `over`: it is no longer in force, and stands in grey.
function row(cells, acts = [], over = false) {
  const made = element("tr");
  made.dataset.state = over ? "over" : "waiting";
  for (const cell of cells) {
    const td = element("td", typeof cell === "string" ? cell : "");
    if (typeof cell !== "string") td.append(...cell);
    made.append(td);
  }
  const last = element("td");
  const room = element("span", "", { className: "entry-acts" });
  room.append(...acts);
  last.append(room);
  made.append(last);
  return made;
}

function withSmall(text, small) {
  return [document.createTextNode(text), element("small", small)];
}

function waiting(grants) {
  part("waiting").replaceChildren(...grants.map((grant) => {
    const decide = (act) => () => ask(`/people/grants/${grant.id}`, { act });
    const mine = grant.by === me || grant.login === me;
    const acts = mine ? [] : [button(say("people.approve"), decide("approve")), button(say("people.refuse"), decide("refuse"))];
    return row([grant.login, withSmall(role(grant.role), where(grant.units)), grant.by, moment(grant.at), grant.why], acts);
  }));
  part("waiting-none").hidden = grants.length > 0;
}

function person(account, asked) {
  const at = `/people/account/${encodeURIComponent(account.login)}`;
  const states = say(`people.state.${account.state}`);
  const change = button(say("people.ask"), () =>
    ask(`${at}/role`, { role: input("role").value, units: chosen(), why: input("why").value }), account.login);
  const renew = button(say("people.link"), async () => links(await ask(`${at}/link`, { why: input("why").value })), account.login);
  const shut = button(say("people.disable"), () => ask(`${at}/disable`, {}), account.login);
  const out = button(say("people.out"), () => ask(`${at}/out`, {}), account.login);
  const held = withSmall(role(account.role), account.role ? where(account.units) : asked ? say("people.role.asked", { role: role(asked.role) }) : "");
  const last = account.role === "admin" && admins < 2;
  const closes = last || account.state === "disabled" ? [] : [shut];
  const renews = last || (!account.role && !asked) ? [] : [renew]; // a link is for a role that is held or asked for
  const acts = account.login === me ? [] : [change, ...renews, ...closes, ...(account.sessions ? [out] : [])];
  return row([account.login, account.name, held, states, withSmall(String(account.sessions ?? "?"), moment(account.signed_in))], acts, account.state === "disabled");
}

function screen(each) {
  const state = each.revoked ? "revoked" : each.exchanged ? "open" : "new";
  const at = `/screens/${encodeURIComponent(each.name)}`;
  const renew = button(say("people.renew"), async () => {
    const told = await ask(`${at}/renew`, {});
    links({ invited: [{ login: told.name, link: told.link }] });
  }, each.name);
  const revoke = button(say("people.revoke"), () => ask(`${at}/revoke`, {}), each.name);
  const place = each.place === "vn" ? say("role.nation") : names.get(each.place) ?? each.place;
  return row([each.name, place, say(`people.screen.${state}`), moment(each.heard) || say("people.never")], [renew, ...(each.revoked ? [] : [revoke])], Boolean(each.revoked));
}

function key(each) {
  const revoke = button(say("people.revoke"), () => ask(`/keys/${encodeURIComponent(each.name)}/revoke`, {}), each.name);
  const named = withSmall(each.name, (each.sources ?? []).join(", "));
  const opens = withSmall(each.feeds.join(", "), say("people.key.rate", { n: number(each.rate) }));
  const state = say(`people.key.${each.revoked ? "revoked" : "open"}`);
  return row([named, opens, where(each.units), state, moment(each.used) || say("people.never")], each.revoked ? [] : [revoke], Boolean(each.revoked));
}

function links(told) {
  part("links").replaceChildren(...told.invited.map((each) => row([each.login, location.origin + each.link])));
  part("links-shown").hidden = false;
}

function chosen() {
  const codes = [...input("units").selectedOptions].map((option) => option.value);
  return codes.length ? codes : null;
}

async function refresh() {
  const [told, walls, opened] = await Promise.all([ask("/people"), ask("/screens"), ask("/keys")]);
  me = told.me;
  part("me").textContent = me;
  admins = told.accounts.filter((account) => account.role === "admin" && account.state === "active").length;
  const asked = new Map(told.waiting.map((grant) => [grant.login, grant]));
  waiting(told.waiting);
  part("accounts").replaceChildren(...told.accounts.map((account) => person(account, asked.get(account.login))));
  part("screens").replaceChildren(...walls.screens.map(screen));
  part("screens-none").hidden = walls.screens.length > 0;
  part("keys").replaceChildren(...opened.keys.map(key));
  part("keys-none").hidden = opened.keys.length > 0;
}

part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = Object.fromEntries(["login", "name", "role", "why"].map((name) => [name, input(name).value]));
  doing(async () => {
    links(await ask("/people", { ...given, units: chosen() }));
    event.target.reset();
  });
});

part("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) doing(async () => links(await ask("/people/import", { csv: await file.text() })));
  event.target.value = "";
});

part("leave").addEventListener("click", async () => {
  const answer = await post("/session/end", {});
  location.assign((await answer.json()).to ?? "/login");
});

input("units").replaceChildren(...facts.units.map(([code, name]) => element("option", name, { value: code })));
refresh().catch(() => tell(say("people.failed"), true));
