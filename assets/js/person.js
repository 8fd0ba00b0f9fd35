// Who is signed in, and the way out; in the demo, whom to be. A session that has ended says so where it is noticed.
import { say } from "./format.js";
import { post } from "./posting.js";

const ROLES = ["demo", "leader", "staff", "operator", "admin"];

async function go(path, body) {
  const answer = await post(path, body);
  if (answer.ok) location.assign((await answer.json()).to);
}

function element(tag, text, props = {}) {
  return Object.assign(document.createElement(tag), { textContent: text }, props);
}

// A province's staff are those of the province that is open, or of the capital.
function unitOf(place) {
  return /^\d\d/.test(place) ? place.slice(0, 2) : "01";
}

function play(told, place) {
  const chooser = element("select", "", { title: say("person.play"), ariaLabel: say("person.play") });
  for (const role of ROLES) chooser.append(element("option", say(`role.${role}`), { value: role, selected: role === told.role }));
  chooser.addEventListener("change", () => {
    const role = chooser.value;
    go("/session/role", role === "staff" ? { role, unit: unitOf(place) } : { role });
  });
  return [chooser];
}

function signedIn(told) {
  const leave = element("button", say("person.leave"), { type: "button" });
  leave.addEventListener("click", () => go("/session/end", {}));
  const own = element("a", told.shown || told.name, { href: "/account", title: `${say("person.own")} · ${say(`role.${told.role}`)}` });
  return [own, leave];
}

export async function person(place) {
  const room = document.querySelector("[data-part=person]");
  if (!room) return;
  const answer = await fetch("/session");
  if (!answer.ok) return;
  const told = await answer.json();
  document.documentElement.dataset.may = [...(told.acts ?? []), ...(told.units ? [] : ["nation"])].join(" "); // what the stylesheet leaves out for others
  room.replaceChildren(...(told.demo ? play(told, place) : signedIn(told)));
}

// The stream was refused: when it is because nobody is signed in any more, the page says so and leads to the door.
export async function ended() {
  const answer = await fetch("/session").catch(() => null);
  if (answer?.status !== 401) return;
  const to = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  const link = element("a", say("person.ended"), { href: to, className: "session-ended" });
  if (document.querySelector(".session-ended")) return;
  document.querySelector("main")?.replaceChildren(); // what was shown to who was signed in does not stay on the screen
  document.body.append(link);
}
