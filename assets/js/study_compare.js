// Up to four units on one scale, over two days, a month or a year. Lines differ by ink and dash, each is named at its end; gaps stay gaps.

import { hide, parts, text } from "./binding.js";
import { clock, day, number, say } from "./format.js";
import { SPANS } from "./spans.js";
import { made } from "./svg.js";

const MOST = 4;
const HOUR = 3600e3;
const DAY = 24 * HOUR;
const OFFSET = 7 * HOUR;
const EDGE = { left: 48, right: 150, top: 12, bottom: 26 };
const APART = 18; // between two names

export class Compare {
  constructor(node, page, keep) {
    Object.assign(this, { node, page, keep });
    this.parts = parts(node);
    const names = Object.entries(page.names).sort(([, a], [, b]) => a.localeCompare(b, "vi"));
    for (const [place, name] of names) this.parts.add.append(new Option(name, place));
    this.parts.add.addEventListener("change", () => this.choose([...this.units(), this.parts.add.value]));
    this.parts.chosen.addEventListener("click", (event) => {
      const gone = event.target.closest("[data-drop]")?.dataset.drop;
      if (gone) this.choose(this.units().filter((place) => place !== gone));
    });
    new ResizeObserver(() => this.column && this.draw()).observe(this.parts.chart);
  }

  choose(units) {
    this.parts.add.value = "";
    this.keep({ vs: [...new Set(units)].filter(Boolean).slice(-MOST).join(",") || "none" });
  }

  turn(query) {
    const asked = query.get("vs");
    this.asked = asked === null ? null : asked.split(",").filter((place) => this.page.names[place]).slice(0, MOST);
    this.picked = this.page.names[query.get("pick")] ? query.get("pick") : null;
  }

  // What the address asks for; else the picked unit, the best and the worst.
  units() {
    if (this.asked) return this.asked;
    const { ranking } = this.page;
    const ranked = Object.keys(this.page.names).filter((place) => ranking.range(place));
    ranked.sort((a, b) => ranking.range(a).first - ranking.range(b).first);
    return [...new Set([this.picked, ranked[0], ranked.at(-1)])].filter(Boolean);
  }

  show(column) {
    this.column = column;
    text(this.parts.span, say(`study.span.${column?.by ?? "day"}`));
    const units = this.units();
    if (this.told !== units.join()) {
      this.told = units.join();
      this.parts.chosen.replaceChildren(...units.map((place) => this.chip(place)));
    }
    this.draw();
  }

  chip(place) {
    const item = document.createElement("li");
    const button = item.appendChild(document.createElement("button"));
    button.type = "button";
    button.dataset.drop = place;
    button.setAttribute("aria-label", say("study.drop", { name: this.page.names[place] }));
    text(button, `${this.page.names[place]} ×`);
    return item;
  }

  draw() {
    const { column, page } = this;
    const hour = page.desk?.hours.end() ?? null;
    const lines = column && hour !== null ? this.units().map((place) => ({ place, points: points(column, place, hour) })) : [];
    const known = lines.filter((line) => line.points.some(([, v]) => v !== null));
    const empty = known.length > 0 && known.every(({ place }) => column.cases(place, hour) === 0);
    hide(this.parts.none, known.length > 0 && !empty);
    text(this.parts.none, empty ? say("note.empty") : this.units().length ? (column ? say("study.nohours") : "") : say("study.choose", { n: number(MOST) }));
    this.parts.chart.replaceChildren(...(known.length ? this.drawn(known, column) : []));
  }

  drawn(lines, column) {
    const { clientWidth: width, clientHeight: height } = this.parts.chart;
    const fact = this.page.ranking.fact;
    const values = lines.flatMap((line) => line.points.map(([, v]) => v)).filter((v) => v !== null);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const pad = (high - low || Math.abs(high) || 1) * 0.06;
    const end = lines[0].points.at(-1)[0];
    const whole = lines[0].points.length * column.step;
    const x = (ms) => EDGE.left + (1 - (end - ms) / whole) * (width - EDGE.left - EDGE.right);
    const when = (ms) => (column.step === DAY ? day(ms - HOUR).slice(0, 5) : `${clock(ms, false)} ${day(ms).slice(0, 5)}`); // a day is known by its name
    const y = (v) => height - EDGE.bottom - ((v - low + pad) / (high - low + 2 * pad)) * (height - EDGE.top - EDGE.bottom);
    const marks = [low, (low + high) / 2, high].flatMap((v) => [made("path", { d: `M${EDGE.left} ${y(v)}H${width - EDGE.right}`, class: "grid" }), word(number(v, fact.digits ?? 0), EDGE.left - 6, y(v) + 4, "end")]);
    for (const ms of [end - whole, end - whole / 2, end]) marks.push(word(when(ms), x(ms), height - 6, ms === end ? "end" : "start"));
    const ends = spread(lines.map((line) => y(line.points.findLast(([, v]) => v !== null)[1])));
    lines.forEach((line, i) => marks.push(...this.line(line, i, x, y, ends[i], fact)));
    return marks;
  }

  line({ place, points }, i, x, y, nameAt, fact) {
    const [ms, last] = points.findLast(([, v]) => v !== null);
    const name = word(`${number(last, fact.digits ?? 0)} ${this.page.names[place]}`, x(ms) + 10, nameAt + 4, "start");
    const kind = `kind-${i}`;
    return [made("path", { d: path(points, x, y), class: `line ${kind}` }), made("circle", { cx: x(ms), cy: y(last), r: 4, class: `end ${kind}` }), name];
  }
}

// The ends of the buckets that are shown, each with what stood then.
function points(column, place, hour) {
  const end = column.step === DAY ? Math.floor((hour + OFFSET) / DAY) * DAY - OFFSET : hour;
  const many = column.by === "day" ? SPANS.day.back : SPANS[column.by].line;
  return Array.from({ length: many }, (_, i) => end - (many - 1 - i) * column.step).map((ms) => [ms, column.at(place, ms)]);
}

function path(points, x, y) {
  let pen = "M";
  let d = "";
  for (const [ms, v] of points) {
    if (v !== null) d += `${pen}${x(ms).toFixed(1)} ${y(v).toFixed(1)}`;
    pen = v === null ? "M" : "L";
  }
  return d;
}

// Where names may stand so that none covers another, each as near to its point as can be.
function spread(wanted) {
  const order = wanted.map((at, i) => [at, i]).sort(([a], [b]) => a - b);
  const placed = [];
  let free = -Infinity;
  for (const [at, i] of order) {
    placed[i] = Math.max(at, free);
    free = placed[i] + APART;
  }
  return placed;
}

function word(words, x, y, anchor) {
  return made("text", { x, y, "text-anchor": anchor }, words);
}
