// Records in parts: rows by how much is overdue, the rest of them in one. Rows keep their nodes and are written into.

import { attr, hide, style, text } from "./binding.js";
import { AskedRows } from "./asked.js";
import { called, number, say } from "./format.js";

export class Breakdown extends AskedRows {
  constructor(node, page) {
    const { feed, by, measures, names, place } = node.dataset;
    const query = new URLSearchParams({ place, by, ...(measures && place !== "vn" ? { measures } : {}) });
    super(node, page, () => `/api/v1/breakdown/${feed}?${query}`);
    this.names = names.split(",").filter(Boolean);
    this.measures = measures.split(",").filter(Boolean);
  }

  // Named parts, then what is left of them in one row.
  show(answer) {
    const most = Number(this.node.dataset.rows);
    const rows = this.node.classList.contains("brief") ? answer.rows.filter((row) => row.overdue > 0) : answer.rows;
    const shown = rows.slice(0, rows.length > most + 1 ? most : most + 1);
    const rest = rows.slice(shown.length);
    const all = rest.length ? [...shown, together(rest)] : shown;
    const longest = Math.max(1, ...shown.map((row) => row.overdue));
    this.room(all.length);
    this.rows.forEach((row, i) => this.fill(row, all[i], longest, i === shown.length ? rest.length : 0));
    const total = together(answer.rows);
    this.asked.noted = say("breakdown.note", { overdue: number(total.overdue), open: number(total.open) });
    if (!all.length) text(this.parts.none, say(answer.rows.length ? "breakdown.punctual" : "breakdown.none", { n: number(answer.rows.length) }));
    return all.length;
  }

  fill(row, part, longest, rest) {
    hide(row.node, !part);
    if (!part) return;
    const own = part.key?.endsWith("/");
    const name = rest ? say("breakdown.rest", { n: number(rest) }) : own ? say("breakdown.own") : called(part);
    text(row.parts.name, name);
    attr(row.node, "data-at", !rest && part.key?.includes("/") && !own ? part.key : null);
    row.node.classList.toggle("rest", Boolean(rest));
    text(row.parts.overdue, number(part.overdue));
    text(row.parts.open, number(part.open));
    this.count(row, part);
    style(row.node, "--x", `${((Math.min(part.overdue, longest) / longest) * 100).toFixed(1)}%`);
  }

  // What a measure counts in the period; on time is the share of what ended, and of few it says how few.
  count(row, part) {
    const found = Object.fromEntries(this.names.map((name, i) => [name, part.counts?.[this.measures[i]] ?? null]));
    for (const name of ["received", "ended"]) text(row.parts[name], found[name] === null ? "—" : number(found[name]));
    const share = found.ended ? `${number((found.good / found.ended) * 100, 1)}%` : "—";
    text(row.parts.ontime, share);
  }

  pick(place) {
    for (const row of this.rows) row.node.classList.toggle("picked", Boolean(place) && row.node.dataset.at === place);
  }
}

function together(rows) {
  const sum = { overdue: 0, open: 0, counts: {} };
  for (const row of rows) {
    sum.overdue += row.overdue;
    sum.open += row.open;
    for (const [name, n] of Object.entries(row.counts ?? {})) sum.counts[name] = (sum.counts[name] ?? 0) + n;
  }
  return sum;
}
