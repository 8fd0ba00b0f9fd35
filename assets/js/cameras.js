// Camera stills, asked for only while they are in view. The first six in view are kept fresh; the others are asked for
// once. Each shows the time of its own picture, and a picture older than its feed allows is never shown as live.

import { attr, hide, parts, text } from "./binding.js";
import { present, sinceNow } from "./clock.js";
import { called, clock, moment, number, say, span } from "./format.js";

const LIVE_MS = 10e3;
const STILL_MS = 120e3;
const DARK = new Set(["offline"]); // nothing can be seen through these now

export class Cameras {
  constructor(node, page) {
    this.page = page;
    this.parts = parts(node);
    this.live = Number(node.dataset.live);
    this.fresh = Number(node.dataset.fresh);
    this.tiles = [...node.querySelectorAll(".camera")].map((tile) => ({ node: tile, image: tile.querySelector("img"), parts: parts(tile), mark: tile.querySelector(".sign"), seen: false, asked: -Infinity, at: null }));
    this.from = 0;
    this.parts.next?.addEventListener("click", () => this.turn(this.from + this.tiles.length));
    this.parts.first?.addEventListener("click", () => this.turn(0));
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) this.tiles.find((tile) => tile.node === entry.target).seen = entry.isIntersecting;
      this.tick();
    });
    for (const tile of this.tiles) this.observer.observe(tile.node);
  }

  show(state) {
    const cameras = [...state.entities.values()];
    this.state = state;
    if (!this.chosen?.length) this.chosen = this.wanted(cameras).slice(this.from, this.from + this.tiles.length).map((camera) => camera.code);
    this.tiles.forEach((tile, i) => this.fill(tile, state.entities.get(this.chosen[i])));
    const on = cameras.filter((camera) => stateOf(camera) === "online").length;
    text(this.parts.count, cameras.length ? say("camera.count", { on: number(on), all: number(cameras.length) }) : say("camera.nobody"));
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
    for (const tile of this.tiles) Object.assign(tile, { asked: -Infinity, at: null });
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
    if (tile.camera?.code !== camera?.code) Object.assign(tile, { asked: -Infinity, at: null });
    tile.camera = camera;
    if (!camera) return;
    if (tile.at === null) attr(tile.image, "src", null); // another camera's picture is nobody's
    attr(tile.node, "data-state", stateOf(camera));
    picture(tile.mark, stateOf(camera));
    attr(tile.node, "data-camera", camera.code);
    text(tile.parts.name, called(camera));
  }

  tick() {
    let left = this.live;
    for (const tile of this.tiles) {
      if (!tile.camera) continue;
      const state = stateOf(tile.camera);
      const live = tile.seen && !DARK.has(state) && left > 0;
      if (live) left -= 1;
      tile.node.toggleAttribute("data-live", live);
      if (tile.seen && !DARK.has(state) && !document.hidden && performance.now() - tile.asked > (live ? LIVE_MS : STILL_MS)) this.ask(tile);
      this.say(tile, state);
    }
  }

  // What a tile says of its picture: nothing newer than the picture's own time.
  say(tile, state) {
    const age = tile.at === null ? null : sinceNow(tile.at);
    const dark = DARK.has(state);
    const shown = age !== null && !dark;
    const old = shown && age > this.fresh;
    tile.image.classList.toggle("on", shown);
    attr(tile.node, "data-age-state", tile.at === null && !dark ? "missing" : dark || old ? "stale" : "live");
    text(tile.parts.time, tile.at === null ? "" : timeOf(tile.at));
    text(tile.parts.none, dark ? say(`camera.${state}`) : shown || tile.asked === -Infinity ? "" : say("camera.none"));
    text(tile.parts.state, old ? say("camera.old", { age: span(age) }) : say(`camera.${state}`));
  }

  // The picture with its time; the same picture again costs no bytes, its address is kept by its mark.
  async ask(tile) {
    tile.asked = performance.now();
    const code = tile.camera.code;
    try {
      const answer = await fetch(`/frames/${encodeURIComponent(code)}`, { cache: "no-cache" });
      if (tile.camera?.code !== code) return;
      if (answer.status !== 200) return this.put(tile, null, null);
      const at = Number(answer.headers.get("x-frame-at"));
      if (at !== tile.at) this.put(tile, await answer.blob(), at);
    } catch {
      // not heard: the picture that stands grows old by itself
    }
  }

  put(tile, picture, at) {
    if (tile.url) URL.revokeObjectURL(tile.url);
    tile.url = picture && URL.createObjectURL(picture);
    tile.at = at || null;
    attr(tile.image, "src", tile.url);
    this.say(tile, stateOf(tile.camera));
  }

  stop() {
    this.observer.disconnect();
    for (const tile of this.tiles) if (tile.url) URL.revokeObjectURL(tile.url);
  }
}

function timeOf(ms) {
  const said = moment(ms, present() ?? ms);
  return said.includes("/") ? said : clock(ms);
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
