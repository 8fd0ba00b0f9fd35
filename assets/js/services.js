// All services: of each domain how many figures are live, late, stale or missing, and which is worst.

import { attr, part, parts, sign, text } from "./binding.js";
import { ageState, since } from "./clock.js";
import { number, quantity, say, span } from "./format.js";

const COUNTS = ["live", "late", "stale", "missing"];
const CALM = { live: "services.calm", late: "services.calm", stale: "services.stale", missing: "services.silent" };

export class Services {
  constructor(node, page) {
    this.page = page;
    this.sum = part(node, "sum");
    this.rows = [...node.querySelectorAll("tr[data-codes]")].map((row) => ({
      node: row,
      codes: row.dataset.codes.split(" ").filter(Boolean),
      parts: parts(row),
    }));
  }

  show(state) {
    this.state = state;
    this.tick();
  }

  // Ages move by themselves: a list that hears nothing empties from live to stale.
  tick() {
    if (!this.state) return;
    const every = this.rows.map((row) => row.codes.map((code) => this.stand(code)));
    this.rows.forEach((row, i) => this.write(row, every[i]));
    this.total(every);
  }

  // All services in one sentence: what can be trusted, and how many have something abnormal.
  total(every) {
    const kinds = Object.fromEntries(COUNTS.map((kind) => [kind, number(every.flat().filter((stand) => stand.kind === kind).length)]));
    const abnormal = every.filter((stands) => stands.some((stand) => stand.level)).length;
    text(this.sum, say("services.sum", { n: number(every.length), abnormal: number(abnormal), ...kinds }));
  }

  stand(code) {
    const held = this.state.indicators[code];
    const fact = this.page.indicators[code] ?? {};
    const known = held && held.v !== null && held.v !== undefined;
    const age = known ? since(held.atMs) : null;
    const kind = ageState(age, held?.cadence ?? fact.cadence ?? 60, held?.lag ?? fact.lag ?? 0, held?.state, fact.office);
    const level = kind === "stale" || kind === "missing" ? 0 : (held?.severity ?? 0);
    return { code, fact, held, age, kind: kind === "suspect" ? "late" : kind, level };
  }

  write(row, stands) {
    for (const kind of COUNTS) {
      const n = stands.filter((stand) => stand.kind === kind).length;
      text(row.parts[kind], number(n));
      row.parts[kind].classList.toggle("nobody", n === 0);
    }
    const worst = stands.filter((stand) => stand.level).sort((one, other) => one.level - other.level)[0];
    const ages = stands.map((stand) => stand.age).filter((age) => age !== null);
    text(row.parts.age, ages.length ? span(Math.min(...ages)) : "—");
    const kind = ["live", "late", "stale"].find((one) => stands.some((stand) => stand.kind === one)) ?? "missing";
    sign(row.parts.mark, worst?.level ?? 0);
    attr(row.node, "data-severity", worst?.level ?? null);
    attr(row.node, "data-age-state", kind);
    text(row.parts.worst, worst ? worst.fact.full : "");
    attr(row.parts.worst, "href", worst ? this.page.href(this.page.nation ? null : this.page.place, worst.fact.domain, worst.code) : null);
    text(row.parts.value, worst ? quantity(worst.held.v, worst.fact) : "");
    text(row.parts.note, worst ? say(`severity.${worst.level}`) : say(CALM[kind]));
  }
}
