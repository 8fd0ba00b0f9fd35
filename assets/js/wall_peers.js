// Where this place stands among all others by the same figure: a dot for each, its own large, the ends named.

import { attr, hide, part, parts, style, text } from "./binding.js";
import { quantity, say } from "./format.js";

const FEW = 3; // places without which there is nothing to compare

export class Peers {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.parts = parts(node);
    this.track = part(node, "track");
  }

  // `state` is the whole of which `place` is a part.
  show(state, code, place) {
    const column = state?.columns?.[code] ?? [];
    const known = (state?.order ?? []).map((each, i) => ({ place: each, v: column[i] ?? null })).filter((each) => each.v !== null);
    const own = known.find((each) => each.place === place);
    hide(this.node, !place);
    const fact = this.page.indicators[code] ?? {};
    if (!own || known.length < FEW) return this.none();
    known.sort((a, b) => a.v - b.v);
    const [low, high] = [known[0], known.at(-1)];
    const x = (v) => (high.v === low.v ? 50 : ((v - low.v) / (high.v - low.v)) * 100);
    while (this.track.children.length < known.length) this.track.append(document.createElement("i"));
    while (this.track.children.length > known.length) this.track.lastChild.remove();
    known.forEach((each, i) => {
      style(this.track.children[i], "--x", `${x(each.v).toFixed(1)}%`);
      attr(this.track.children[i], "class", each === own ? "own" : null);
    });
    const more = known.filter((each) => each.v > own.v).length;
    text(this.parts.rank, say(more ? "wall.peers.above" : "wall.peers.top", { n: more, all: known.length, what: fact.name ?? "" }));
    text(this.parts.low, `${this.page.names[low.place] ?? low.place} ${quantity(low.v, fact)}`);
    text(this.parts.high, `${this.page.names[high.place] ?? high.place} ${quantity(high.v, fact)}`);
  }

  none() {
    this.track.replaceChildren();
    text(this.parts.rank, say("wall.peers.none"));
    for (const end of ["low", "high"]) text(this.parts[end], "");
  }
}
