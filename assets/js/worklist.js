// Records by when they are due: the longest overdue first, page by page. What sources wrote goes in as text.

import { attr, hide, style, text } from "./binding.js";
import { AskedRows } from "./asked.js";
import { now } from "./clock.js";
import { day, number, say } from "./format.js";

const DAY_MS = 86400e3;
const HOUR_MS = 3600e3;

export class Worklist extends AskedRows {
  constructor(node, page) {
    super(node, page, () => this.address());
    this.labels = page.labels?.[node.dataset.feed] ?? {};
    this.page_ = { cursor: null, from: 0 };
    this.place = node.dataset.place;
    this.parts.next.addEventListener("click", () => this.turn({ cursor: this.next, from: this.page_.from + this.shown }));
    this.parts.first.addEventListener("click", () => this.turn({ cursor: null, from: 0 }));
  }

  address() {
    const { feed, rows } = this.node.dataset;
    const query = new URLSearchParams({ place: this.place, open: "1", order: "due", limit: rows });
    if (this.page_.cursor) query.set("cursor", this.page_.cursor);
    return `/api/v1/records/${feed}?${query}`;
  }

  turn(to) {
    this.page_ = to;
    this.asked.again();
  }

  show(answer) {
    const rows = answer.rows;
    this.next = answer.next;
    this.shown = rows.length;
    const t = Math.floor((now() ?? Date.now()) / HOUR_MS) * HOUR_MS; // counted by the hour, as in every figure
    const late = rows.map((row) => t - Date.parse(row.late_from));
    const longest = Math.max(DAY_MS, ...late);
    this.room(rows.length);
    this.rows.forEach((row, i) => this.fill(row, rows[i], late[i], longest));
    const from = this.page_.from;
    text(this.parts.shown, rows.length ? say("worklist.shown", { from: number(from + 1), to: number(from + rows.length) }) : "");
    hide(this.parts.next, !answer.next);
    hide(this.parts.first, from === 0);
    if (!rows.length) text(this.parts.none, say("worklist.none"));
    this.note();
    return rows.length;
  }

  // How many are overdue at all, as the figure says that this panel stands behind.
  note() {
    const name = this.place === this.node.dataset.place ? "" : this.page.names[this.place] ?? this.place;
    const held = name ? null : this.held;
    const total = typeof held?.v === "number" ? say("worklist.total", { n: number(held.v), unit: this.page.indicators[this.node.dataset.indicator]?.unit ?? "" }) : "";
    this.asked.noted = [name, total].filter(Boolean).join(" · ");
    this.asked.age();
  }

  figure(held) {
    this.held = held ?? null;
    this.note();
  }

  fill(row, record, late, longest) {
    hide(row.node, !record);
    if (!record) return;
    const what = record.fields?.[this.node.dataset.what];
    text(row.parts.record, record.id);
    attr(row.parts.record, "href", this.recordHref(record.id));
    text(row.parts.what, this.named(what) || record.type);
    text(row.parts.due, record.due ? day(Date.parse(record.due)) : "—");
    text(row.parts.overdue, overdue(late));
    text(row.parts.step, this.named(record.state));
    style(row.node, "--x", `${Math.max(0, (late / longest) * 100).toFixed(1)}%`);
    attr(row.node, "data-late", late > 14 * DAY_MS ? "long" : late >= 0 ? "yes" : null);
  }

  // The page of one record: everything that happened to it.
  recordHref(id) {
    const { page } = this;
    const [path, query] = page.href(page.nation ? null : page.place, page.domain, this.node.dataset.indicator).split("?");
    return `${path}/r/${encodeURIComponent(id).replaceAll("%2F", "/")}${query ? `?${query}` : ""}`;
  }

  named(code) {
    return this.labels[code] ?? code ?? "";
  }

  // A commune that is picked narrows the list to itself.
  pick(place) {
    const to = place && this.page.names[place] ? place : this.node.dataset.place;
    if (to === this.place) return;
    this.place = to;
    this.turn({ cursor: null, from: 0 });
  }
}

// `19 ngày`, `5 giờ`; what is not due yet says so.
function overdue(ms) {
  const days = Math.floor(Math.abs(ms) / DAY_MS);
  const n = days ? say("age.day", { n: number(days) }) : say("age.hour", { n: number(Math.floor(Math.abs(ms) / HOUR_MS)) });
  return ms >= 0 ? n : say("worklist.left", { n });
}
