// The desk of a group of walls. Its word goes to the server, which tells every wall over the stream; what the walls say
// of themselves is asked for every few seconds, by desks alone.

import { attr, facts, hide, part, text } from "./binding.js";
import { lastBeat, now } from "./clock.js";
import { clock, day, say, speak, span, weekday } from "./format.js";
import { living } from "./health.js";
import { connect } from "./link.js";
import { post } from "./posting.js";
import { Store } from "./store.js";
import { scheduled } from "./wall_turns.js";
import * as watch from "./watch.js";

const ASK_MS = 3000;
const page = facts();
speak(page.words, page.lang, page.cited);
const store = new Store();
const link = connect(receive, page.version);
const address = `/api/v1/walls/${page.place}/${page.wall.group}`;
const nodes = Object.fromEntries(["state", "rows", "none", "count", "alive", "date", "clock"].map((name) => [name, part(document, name)]));
const names = new Map(page.turns.map((turn) => [turn.code, turn.name]));
let failed = false;

link.follow(page.scopes);

function receive({ type, data }) {
  watch.hear(type === "beat" ? data : null);
  if (type === "beat") return;
  const change = type === "snapshot" ? store.put(data) : store.apply(data);
  if (change === "gap") link.follow(page.scopes);
  else if (change?.scope === page.wall.scope) second();
}

function word() {
  return store.get(page.wall.scope)?.wall ?? { mode: "auto", scene: null, at: 0 };
}

// The page that the group shows now, by the same rule as the walls themselves.
function current() {
  const said = word();
  if (said.mode === "hold") return said.scene;
  return now() === null ? null : scheduled(page.turns, said, now()).turn.code;
}

// One step through the pages as they are listed: what returns between others is met once.
function neighbour(step) {
  const usable = [...new Set(page.turns.filter((turn) => turn.layout !== "incident").map((turn) => turn.code))];
  return usable[(usable.indexOf(current()) + step + usable.length) % usable.length];
}

async function tell(mode, scene) {
  try {
    const answer = await post(address, { mode, scene });
    failed = !answer.ok;
  } catch {
    failed = true;
  }
  second();
}

const ACTS = {
  pause: () => tell("hold", current()),
  play: () => tell("auto", current()),
  next: () => tell(word().mode, neighbour(1)),
  previous: () => tell(word().mode, neighbour(-1)),
};

addEventListener("click", (event) => {
  const act = event.target.closest?.("[data-act]")?.dataset.act;
  const go = event.target.closest?.("[data-go]")?.dataset.go;
  if (act) ACTS[act]();
  if (go) tell("hold", go);
});

function second() {
  const t = watch.connected() ? now() : lastBeat();
  if (t !== null) {
    text(nodes.clock, clock(t));
    text(nodes.date, `${weekday(t)}, ${day(t)}`);
  }
  const state = store.get(page.scope);
  if (state && now() !== null) {
    const [alive, all] = living(state, page);
    text(nodes.alive, say("feeds.alive", { n: alive, all }));
  }
  const said = word();
  const held = said.mode === "hold" ? say("wall.state.hold", { scene: names.get(said.scene) ?? said.scene }) : say("wall.state.auto");
  text(nodes.state, failed ? say("wall.failed") : held);
  const code = current();
  for (const button of document.querySelectorAll("[data-go]")) attr(button, "aria-current", button.dataset.go === code ? "true" : null);
  for (const button of document.querySelectorAll("[data-act]")) {
    const idle = (button.dataset.act === "pause" && said.mode === "hold") || (button.dataset.act === "play" && said.mode !== "hold");
    if (button.disabled !== idle) button.disabled = idle;
  }
}

async function ask() {
  if (document.hidden) return;
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (answer.ok) show((await answer.json()).walls);
  } catch {
    // the bar above says that the server is not heard
  }
}

function show(walls) {
  hide(nodes.none, walls.length > 0);
  text(nodes.count, walls.length ? say("wall.screens", { alive: walls.filter((wall) => wall.state === "live").length, all: walls.length }) : "");
  while (nodes.rows.children.length > walls.length) nodes.rows.lastChild.remove();
  while (nodes.rows.children.length < walls.length) nodes.rows.append(row());
  walls.forEach((wall, i) => {
    const line = nodes.rows.children[i];
    attr(line, "data-state", wall.state);
    attr(line, "data-screen", wall.name || wall.id);
    const scene = wall.scene ? (names.get(wall.scene) ?? wall.scene) : "—";
    const size = wall.size?.length ? `${wall.size[0]} × ${wall.size[1]}` : "—";
    const cells = [wall.name || say("wall.unnamed", { id: wall.id.slice(0, 4) }), wall.incident ? say("wall.alarm", { scene }) : scene, heard(wall), size];
    cells.forEach((words, column) => text(line.children[column], words));
  });
}

function heard(wall) {
  if (wall.state === "away") return "—";
  if (wall.state === "frozen") return say("wall.frozen", { time: clock(Date.parse(wall.heard)) });
  return wall.state === "lost" ? say("wall.lost") : say("wall.live", { age: span(wall.heard_s) });
}

function row() {
  const line = document.createElement("tr");
  for (let i = 0; i < 4; i++) line.append(document.createElement("td"));
  return line;
}

watch.onChange(second);
watch.start();
setInterval(second, 1000);
setInterval(ask, ASK_MS);
ask();
