// Coming in: the form of signing in, and the form that a link opens. It imports one file alone, because strangers may
// read no other; what the server says is shown as text.
import { post as sent } from "./posting.js";

const facts = JSON.parse(document.getElementById("page-facts").textContent);
const part = (name) => document.querySelector(`[data-part=${name}]`);
const input = (name) => document.querySelector(`[name=${name}]`);
const words = (key, values = {}) =>
  String(facts.words[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

// The language that was asked for here is that of the pages behind (habits.js keeps it for those).
if (new URLSearchParams(location.search).has("lang")) {
  document.cookie = `lang=${facts.lang}; path=/; max-age=31536000; samesite=lax`;
}

function tell(text, good = false) {
  part("said").textContent = text;
  part("said").classList.toggle("good", good);
}

async function post(path, body) {
  const answer = await sent(path, body);
  const told = await answer.json().catch(() => ({}));
  return { ok: answer.ok, status: answer.status, told };
}

// Only to a page of ours: what stands in an address may be anybody's.
export function onward(wanted, home) {
  if (!wanted) return home;
  const there = new URL(wanted, location.origin);
  return there.origin === location.origin && /^\/(?![\/\\])/.test(wanted) ? there.pathname + there.search : home;
}

async function signIn() {
  const body = { login: input("login").value, password: input("password").value, code: input("code").value };
  const { ok, told } = await post("/login", body);
  if (ok) {
    location.replace(onward(new URLSearchParams(location.search).get("next"), told.to));
    return;
  }
  input("password").setAttribute("aria-invalid", told.said === "wrong");
  if (told.said === "code") {
    part("code").hidden = false;
    input("code").focus();
  }
  tell(words(`login.${told.said ?? "failed"}`, { n: told.seconds }) || words("login.failed"), told.said === "code");
}

const token = location.hash.slice(1);

async function open() {
  const { ok, told } = await post("/login/link/open", { token });
  if (!ok) {
    tell(words("welcome.void"));
    document.querySelector(".enter").disabled = true;
    return;
  }
  part("first").hidden = Boolean(told.login);
  part("whose").textContent = told.login ? words("welcome.whose", { name: told.name, login: told.login }) : words("welcome.first");
  part("telephone").hidden = !told.totp;
  if (told.totp) {
    part("secret").textContent = told.totp.match(/.{1,4}/g).join(" ");
    part("picture").replaceChildren(document.importNode(picture(told.picture), true));
  }
}

// The picture is drawn by our server; it is parsed as a picture, never as a page.
function picture(svg) {
  return new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
}

async function takeUp() {
  const given = Object.fromEntries(["login", "name", "password", "code"].map((name) => [name, input(name).value]));
  if (given.password !== input("again").value) {
    tell(words("welcome.differ"));
    return;
  }
  const { ok, told } = await post("/login/link", { token, ...given });
  if (ok) location.replace(told.to);
  else tell(words(`welcome.${told.said ?? "failed"}`) || words("login.failed"));
}

part("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = document.querySelector(".enter");
  button.disabled = true;
  tell("", true);
  try {
    await (facts.kind === "link" ? takeUp() : signIn());
  } catch {
    tell(words("login.failed"));
  } finally {
    button.disabled = false;
  }
});
if (facts.kind === "link") open();
else if (new URLSearchParams(location.search).get("said") === "waiting") tell(words("login.waiting"));
