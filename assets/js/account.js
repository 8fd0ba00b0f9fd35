// One's own account: who is signed in here and where else, another password. All text from others is textContent.
import { instant, say, speak } from "./format.js";
import { post } from "./posting.js";

const facts = JSON.parse(document.getElementById("page-facts").textContent);
speak(facts.words, facts.lang);

const part = (name) => document.querySelector(`[data-part=${name}]`);
const input = (name) => document.querySelector(`[name=${name}]`);

function tell(text, bad = false) {
  part("said").textContent = text;
  part("said").classList.toggle("bad", bad);
}

function cell(text, className = "") {
  return Object.assign(document.createElement("td"), { textContent: text, className });
}

function session(each) {
  const row = document.createElement("tr");
  row.append(cell(instant(each.since_ms, false)), cell(each.seat), cell(each.this ? say("account.this") : "", "quiet"));
  return row;
}

async function show() {
  const answer = await fetch("/session/mine");
  if (answer.status === 401) location.assign("/login?next=/account");
  if (!answer.ok) throw new Error(String(answer.status));
  const told = await answer.json();
  part("login").textContent = told.login;
  part("name").textContent = told.shown;
  part("role").textContent = say(`role.${told.role}`);
  part("units").textContent = told.units ? told.units.map((code) => facts.units[code] ?? code).join(", ") : say("role.nation");
  for (const way of document.querySelectorAll("[data-needs]")) way.hidden = !told.acts.includes(way.dataset.needs);
  for (const box of document.querySelectorAll("[name=login]")) box.value = told.login;
  part("sessions").replaceChildren(...told.sessions.map(session));
  part("signed-in").hidden = told.demo;
  part("leave").hidden = told.demo;
  part("change").hidden = !told.local;
  part("outside").hidden = told.local || told.demo;
  part("demo").hidden = !told.demo;
  part("elsewhere").hidden = !told.local || told.sessions.length < 2;
}

async function sent(path, body, done) {
  const answer = await post(path, body);
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) tell(say(done, { n: told.ended }));
  else tell(facts.words[`account.${told.said}`] ?? say("account.failed"), true);
  return answer.ok;
}

async function doing(form, work) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    if (await work()) form.reset();
    await show();
  } catch {
    tell(say("account.failed"), true);
  } finally {
    button.disabled = false;
  }
}

part("change").addEventListener("submit", (event) => {
  event.preventDefault();
  if (input("fresh").value !== input("again").value) {
    tell(say("account.differ"), true);
    return;
  }
  doing(event.target, () => sent("/session/password", { password: input("password").value, fresh: input("fresh").value }, "account.set"));
});

part("others").addEventListener("submit", (event) => {
  event.preventDefault();
  doing(event.target, () => sent("/session/others", { password: input("proof").value }, "account.ended"));
});

part("leave").addEventListener("click", async () => {
  const answer = await post("/session/end", {});
  location.assign((await answer.json()).to ?? "/login");
});

show().catch(() => tell(say("account.failed"), true));
