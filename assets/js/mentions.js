// The latest published items. What was written goes in as text, and links are not followed from here.

import { hide, parts, text } from "./binding.js";
import { now } from "./clock.js";
import { moment } from "./format.js";

export class Mentions {
  constructor(node, page) {
    this.page = page;
    this.items = [...node.querySelectorAll(".items li")].map((row) => ({ node: row, parts: parts(row) }));
    this.none = node.querySelector('[data-part="none"]');
  }

  show(state) {
    const items = state.items ?? [];
    this.items.forEach((slot, i) => this.item(slot, items[i]));
    hide(this.none, items.length > 0);
  }

  item(slot, item) {
    hide(slot.node, !item);
    if (!item) return;
    const at = Date.parse(item.at);
    text(slot.parts.paper, item.paper ?? item.source ?? "");
    text(slot.parts.topic, this.page.topics[item.topic] ?? "");
    text(slot.parts.time, moment(at, now() ?? at));
    text(slot.parts.text, item.text ?? "");
  }
}
