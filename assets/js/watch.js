// Is the server heard? `data-connected` turns false within five seconds of silence, and says so in words.

import { beat, lastBeat, wellNow } from "./clock.js";
import { clock, say } from "./format.js";
import { part, text } from "./binding.js";

const SILENT_MS = 4400; // two beats missed
let heard = null;
let linked = true; // the server itself may have lost its Redis
let listeners = [];

export function onChange(listener) {
  listeners.push(listener);
}

export function hear(data) {
  if (!data && heard === null) return; // figures before the server has told its time have no age yet
  heard = performance.now();
  if (data) {
    beat(data.ms);
    linked = data.link !== false;
    document.body.dataset.world = data.world ?? document.body.dataset.world;
    sayProcesses(data.processes ?? {});
    if (linked && (data.processes?.aggregator ?? "running") === "running") wellNow();
  }
  show();
}

export function connected() {
  return heard !== null && linked && performance.now() - heard < SILENT_MS;
}

export function start() {
  setInterval(show, 250);
}

let trouble = "";

function sayProcesses(processes) {
  const ill = Object.entries(processes).find(([, state]) => state !== "running");
  trouble = ill ? say("link.process", { name: say(`process.${ill[0]}`), state: say(`process.${ill[1]}`) }) : "";
}

function show() {
  const on = connected();
  const was = document.body.dataset.connected === "true";
  document.body.dataset.connected = String(on);
  document.body.toggleAttribute("data-lost", heard !== null && !on);
  const link = part(document, "link");
  if (heard === null) text(link, say("link.waiting"));
  else if (on) text(link, trouble || say("link.on"));
  else text(link, say("link.since", { time: clock(lastBeat() ?? 0) }));
  if (on !== was) for (const listener of listeners) listener(on);
}
