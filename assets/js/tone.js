// Topics by volume and tone. Which of them stand out is what the figure of the page says; nothing is judged here.

import { attr, hide, parts, sign, style, text } from "./binding.js";
import { number, say } from "./format.js";

export class Tone {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.parts = parts(node);
    this.tones = node.dataset.tones.split(",").filter(Boolean);
    this.rows = [...node.querySelectorAll(".tones > li")].map((row) => ({ node: row, parts: parts(row), mark: row.querySelector(".sign"), bars: [...row.querySelectorAll(".split-bar i")] }));
    this.topics = [];
    this.spikes = { topics: [], level: 0 };
  }

  get code() {
    return this.node.dataset.spikes;
  }

  show(state) {
    this.known = Array.isArray(state.topics);
    this.topics = state.topics ?? [];
    this.draw();
  }

  // The figure that counts what stands out, and names it.
  figure(held) {
    this.spikes = { topics: held?.extra?.topics ?? [], level: held?.severity || 3 };
    this.draw();
  }

  draw() {
    const told = this.topics.filter((topic) => topic.code !== null);
    const few = this.topics.find((topic) => topic.code === null);
    const shown = told.slice(0, few ? this.rows.length - 1 : this.rows.length);
    const most = Math.max(1, ...shown.map((topic) => topic.n));
    const all = few ? [...shown, few] : shown;
    this.rows.forEach((row, i) => this.fill(row, all[i], most));
    attr(this.node, "data-age-state", all.length ? "live" : this.known ? "empty" : "missing");
    hide(this.parts.none, all.length > 0);
    if (!all.length) text(this.parts.none, say(this.known ? "tone.none" : "panel.missing"));
  }

  fill(row, topic, most) {
    hide(row.node, !topic);
    if (!topic) return;
    const stands = topic.code !== null && this.spikes.topics.includes(topic.code);
    sign(row.mark, stands ? this.spikes.level : 0);
    attr(row.node, "data-severity", stands ? this.spikes.level : null);
    text(row.parts.name, topic.code === null ? say("tone.few") : this.page.topics[topic.code] ?? topic.code);
    text(row.parts.n, number(topic.n));
    const split = this.tones.map((tone) => topic[tone] ?? null);
    const whole = split.reduce((sum, n) => sum + (n ?? 0), 0);
    row.bars.forEach((bar, i) => style(bar, "width", `${(((split[i] ?? 0) / most) * 100).toFixed(1)}%`));
    text(row.parts.share, whole ? `${number((split.at(-1) / whole) * 100)}%` : "—");
    text(row.parts.hour, topic.hour === undefined ? "" : hourly(topic, stands));
  }
}

// `12 trong giờ này, thường 4,2`; of what stands out how many times the usual that is.
function hourly(topic, stands) {
  const said = say("tone.now", { n: number(topic.hour), usual: number(topic.usual, 1) });
  return stands && topic.usual > 0 ? `${said} · ${say("tone.times", { n: number(topic.hour / topic.usual, 1) })}` : said;
}
