// Camera stills, asked for only while they are in view, at most twelve, each with the time of its picture.

import { attr, hide, parts, text } from "./binding.js";
import { since } from "./clock.js";
import { clock, number, say, span } from "./format.js";

const EVERY_MS = 10e3;
const OLD_S = 180;

export class Cameras {
  constructor(node, page) {
    this.page = page;
    this.parts = parts(node);
    this.tiles = [...node.querySelectorAll(".camera")].map((tile) => ({ node: tile, image: tile.querySelector("img"), parts: parts(tile), mark: tile.querySelector(".sign"), seen: false, asked: -Infinity }));
    this.from = 0;
    this.parts.next?.addEventListener("click", () => this.turn(this.from + this.tiles.length));
    this.parts.first?.addEventListener("click", () => this.turn(0));
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) this.tiles.find((tile) => tile.node === entry.target).seen = entry.isIntersecting;
      this.tick();
    });
    for (const tile of this.tiles) {
      this.observer.observe(tile.node);
      tile.image.addEventListener("load", () => tile.image.classList.add("on"));
      tile.image.addEventListener("error", () => tile.image.classList.remove("on"));
    }
  }

  show(state) {
    const cameras = [...state.entities.values()];
    this.state = state;
    if (!this.chosen?.length) this.chosen = this.wanted(cameras).slice(this.from, this.from + this.tiles.length).map((camera) => camera.code);
    this.tiles.forEach((tile, i) => this.fill(tile, state.entities.get(this.chosen[i])));
    const on = cameras.filter((camera) => stateOf(camera) === "online").length;
    text(this.parts.count, cameras.length ? say("camera.count", { on: number(on), all: number(cameras.length) }) : "");
    this.pages(this.wanted(cameras).length);
    this.tick();
  }

  // All in the order they came, or only those in the state somebody asks for.
  wanted(cameras) {
    return this.only ? cameras.filter((camera) => stateOf(camera) === this.only) : cameras;
  }

  narrow(state) {
    this.only = state;
    this.turn(0);
  }

  // The next tiles of all there are.
  turn(from) {
    this.from = from;
    this.chosen = null;
    for (const tile of this.tiles) tile.asked = -Infinity;
    if (this.state) this.show(this.state);
  }

  pages(all) {
    const more = all - this.from - this.tiles.length;
    hide(this.parts.next, more <= 0);
    text(this.parts.next, more > 0 ? say("camera.next", { n: number(Math.min(more, this.tiles.length)) }) : "");
    hide(this.parts.first, this.from === 0);
  }

  fill(tile, camera) {
    hide(tile.node, !camera);
    tile.camera = camera;
    if (!camera) return;
    attr(tile.node, "data-state", stateOf(camera));
    picture(tile.mark, stateOf(camera));
    attr(tile.node, "data-camera", camera.code);
    text(tile.parts.name, camera.vi ?? camera.code);
  }

  tick() {
    for (const tile of this.tiles) {
      if (!tile.camera) continue;
      const age = since(tile.camera.atMs);
      const state = stateOf(tile.camera);
      const old = age === null || age > OLD_S || state === "offline";
      attr(tile.node, "data-age-state", age === null ? "missing" : old ? "stale" : "live");
      text(tile.parts.time, tile.camera.atMs ? clock(tile.camera.atMs) : say("camera.none"));
      text(tile.parts.state, old && age !== null ? say("camera.old", { age: span(age) }) : say(`camera.${state}`));
      if (tile.seen && !document.hidden && performance.now() - tile.asked > EVERY_MS) this.ask(tile);
    }
  }

  ask(tile) {
    tile.asked = performance.now();
    attr(tile.image, "src", `/frames/${encodeURIComponent(tile.camera.code)}?t=${tile.camera.atMs ?? 0}`);
  }

  stop() {
    this.observer.disconnect();
  }
}

// The sign of what is wrong with the picture; none while it is well.
function picture(mark, state) {
  const href = document.getElementById(`state-${state}`) ? `#state-${state}` : null;
  attr(mark?.firstElementChild, "href", href);
  mark?.classList.toggle("on", href !== null);
}

function stateOf(camera) {
  return camera.fields?.state ?? (camera.values?.online === 0 ? "offline" : "online");
}
