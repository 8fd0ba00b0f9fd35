// The card of the unit that is selected on map or ranking: figure, range of ranks, last 24 hours, cases, age, way in.
// In the gallery it stands without a map.

import { attr, hide, parts, style, text } from "./binding.js";
import { changed } from "./change.js";
import { now, since } from "./clock.js";
import { number, say, span } from "./format.js";
import { layerFigure } from "./layers.js";
import { drawSpark } from "./spark.js";

export class PlaceCard {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    this.parts = parts(node);
    this.sheet = page.map?.node.querySelector(".sheet");
    if (page.map) new ResizeObserver(() => this.lead()).observe(page.map.node);
  }

  // `column`: hours of the chosen indicator, null while they are not known.
  show(place, column) {
    const { map, ranking } = this.page;
    this.place = ranking.state && (!map || map.shapes.has(place)) ? place : null;
    hide(this.node, !this.place);
    if (!this.place) return this.lead();
    const { fact } = ranking;
    const figure = ranking.figure(place);
    const known = figure.v !== null;
    attr(this.node, "data-unit", place);
    attr(this.node, "data-age-state", figure.state);
    attr(this.node, "data-severity", figure.state === "stale" ? null : figure.severity || null);
    text(this.parts.name, this.page.names[place]);
    text(this.parts.communes, say("study.communes", { n: number(this.page.communes?.[place] ?? 0) }));
    const none = figure.state === "forbidden" ? say("state.forbidden") : "—";
    text(this.parts.figure, known ? number(figure.v, fact.per ? Math.max(1, fact.digits ?? 0) : (fact.digits ?? 0)) : none);
    text(this.parts.unit, !known ? "" : fact.per ? say("study.per", { n: number(fact.perTimes) }) : (fact.unit ?? ""));
    text(this.parts.rank, figure.state === "forbidden" ? "" : this.ranks(place));
    text(this.parts.cases, counted(figure.n));
    this.history(place, column, figure, fact);
    text(this.parts.age, known ? aged(figure) : say(figure.state === "forbidden" ? "note.forbidden" : "note.missing"));
    attr(this.parts.open, "href", this.page.href(place));
    this.lead();
  }

  ranks(place) {
    const range = this.page.ranking.range(place);
    if (!range) return say("study.unranked");
    if (range.first === range.last) return say("study.rank", range);
    return say("study.ranks", range);
  }

  history(place, column, figure, fact) {
    const at = now();
    const line = column && at !== null ? column.line(place, at) : [];
    const { ranking } = this.page;
    const own = column ? layerFigure(ranking.state, ranking.code, place)?.v : null; // as it came, told per nothing
    const then = column && at !== null ? column.before(place, at) : null;
    const said = own === null || own === undefined ? "" : changed(own, then, fact);
    text(this.parts.change, said ? `${said} ${say(`change.${column.by}`)}` : "");
    drawSpark(this.parts.spark, { spark: line, v: fact.per ? undefined : figure.v, limit: null }, fact, figure.state);
  }

  // A line from the unit to its card, in the sheet's own units.
  lead() {
    const { map } = this.page;
    if (!map) return;
    const shape = this.place && map.shapes.get(this.place);
    const path = map.parts.lead;
    if (!shape || this.node.hidden || getComputedStyle(this.node).position !== "absolute") return attr(path, "d", null);
    const seat = map.values.get(this.place) ?? shape;
    const matrix = this.sheet.getScreenCTM()?.inverse();
    const card = this.node.getBoundingClientRect();
    if (!matrix || !card.width) return attr(path, "d", null);
    const end = new DOMPoint(card.left, card.top + card.height / 2).matrixTransform(matrix);
    attr(path, "d", `M${seat.getAttribute("x")} ${seat.getAttribute("y") - 8}L${end.x.toFixed(1)} ${end.y.toFixed(1)}`);
    style(path, "visibility", "visible");
  }
}

// How old it is, and what else an eye should know before it trusts the figure.
function aged(figure) {
  const age = span(since(figure.atMs) ?? 0);
  if (figure.state === "suspect") return `${say("state.suspect")} · ${age}`;
  return figure.state === "stale" ? say("age.stale", { age }) : age;
}

function counted(n) {
  if (n === null || n === undefined) return "";
  return n ? `n\u00a0=\u00a0${number(n)}` : say("note.empty");
}
