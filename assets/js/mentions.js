// Topics by count and the latest items. What people wrote goes in as text, and links are not followed from here.

import { hide, parts, style, text } from "./binding.js";
import { now } from "./clock.js";
import { moment, number } from "./format.js";

export class Mentions {
  constructor(node, page) {
    this.page = page;
    this.topics = [...node.querySelectorAll(".topics li")].map(row);
    this.items = [...node.querySelectorAll(".items li")].map(row);
    this.none = node.querySelector('[data-part="none"]');
  }

  show(state) {
    const topics = [...(state.topics ?? [])].sort((a, b) => b.n - a.n);
    const most = topics[0]?.n || 1;
    this.topics.forEach((slot, i) => this.topic(slot, topics[i], most));
    const items = state.items ?? [];
    this.items.forEach((slot, i) => this.item(slot, items[i]));
    hide(this.none, topics.length + items.length > 0);
  }

  topic(slot, topic, most) {
    hide(slot.node, !topic);
    if (!topic) return;
    text(slot.parts.name, this.page.topics[topic.code] ?? topic.code);
    text(slot.parts.n, number(topic.n));
    style(slot.node, "--x", `${((topic.n / most) * 100).toFixed(1)}%`);
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

function row(node) {
  return { node, parts: parts(node) };
}
