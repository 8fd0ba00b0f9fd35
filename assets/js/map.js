// The live map: a shape changes its class only when its class changes. Zoom, selection and choice stay through updates.

import { own, sorted, unitOf } from "./alerts.js";
import { attr, part, parts, sign, style, text } from "./binding.js";
import { Callouts } from "./callouts.js";
import { classOf, labels, quantiles } from "./classes.js";
import { ageState, since } from "./clock.js";
import { goodness, ofUnits } from "./fair.js";
import { number, quantity, say, span } from "./format.js";
import { layerFigure, nationFigure } from "./layers.js";
import { reading } from "./wall_incidents.js";
import { Zoom } from "./zoom.js";

const NAMED = 10; // more marks than this carry no names: they would cover each other

export class MapPanel {
  constructor(node, page, choose) {
    this.node = node;
    this.page = page;
    this.parts = parts(node);
    this.sheet = node.querySelector(".sheet");
    const holder = page.nation ? ".units" : ".communes";
    this.shapes = new Map([...node.querySelectorAll(`${holder} [data-place]`)].map((s) => [s.dataset.place, s]));
    this.coast();
    this.labels = keyed(node, "label");
    this.marks = keyed(node, "mark");
    this.values = keyed(node, "value");
    this.drawn = new Map();
    this.callouts = new Callouts(node);
    this.zoom = new Zoom(this.sheet, node.querySelectorAll("[data-zoom]"));
    this.parts.chooser?.addEventListener("change", (event) => choose(event.target.value));
    this.listen();
    this.colourBy(page.indicator);
  }

  // One line around the whole land, beneath the units: their own outlines, so that the page carries each of them once.
  // On a wall many maps share them: a unit there uses the outline that stands elsewhere.
  coast() {
    const shapes = [...this.node.querySelectorAll(".units [data-place]")];
    const outlines = shapes.map((shape) => (shape.matches("use") ? document.querySelector(shape.getAttribute("href")) : shape));
    attr(this.parts.coast, "d", outlines.map((shape) => shape?.getAttribute("d") ?? "").join(""));
  }

  colourBy(code) {
    this.code = code;
    this.fact = ofUnits(this.page.indicators[code]);
    this.breaks = this.fact.breaks;
    attr(this.node, "data-indicator", code);
    this.node.classList.toggle("counts", Boolean(this.fact.counts));
    if (this.parts.chooser && this.parts.chooser.value !== code) this.parts.chooser.value = code;
    this.legend();
    if (this.state) this.show(this.state);
  }

  show(state) {
    this.state = state;
    attr(this.node, "data-version", `${state.epoch}-${state.version}`);
    if (!this.page.nation && this.fact.sum) this.cut(state.columns[this.code] ?? []);
    for (const [place, shape] of this.shapes) this.paint(place, shape);
    this.callOut();
    this.sheet.classList.toggle("crowded", this.sheet.querySelectorAll(".marks use.on").length > NAMED);
    this.sheet.classList.toggle("has-values", Boolean(this.fact.scale) && this.page.nation);
    this.age();
  }

  // Units that are not looked at step back.
  narrow(places) {
    for (const [place, shape] of this.shapes) attr(shape, "data-off", places && !places.has(place) ? "true" : null);
  }

  cut(column) {
    const breaks = quantiles(column);
    if (breaks.join() === this.cuts) return;
    this.cuts = breaks.join();
    this.breaks = breaks;
    this.legend();
  }

  // Only what changed since it was last drawn touches the document.
  paint(place, shape) {
    const figure = this.figure(place);
    const kind = figure.state === "stale" ? { name: "stale" } : classOf(figure.v, this.fact, this.page.scales, this.breaks);
    const level = figure.state === "stale" ? 0 : figure.severity;
    const look = `${kind.name}|${kind.colour ?? ""}|${level}|${this.fact.scale ? figure.v : ""}|${figure.state === "suspect"}`;
    if (this.drawn.get(place) === look) return;
    this.drawn.set(place, look);
    shape.setAttribute("class", `${this.page.nation ? "unit" : "commune"} ${kind.name}`);
    shape.style.fill = kind.colour ?? "";
    attr(shape, "data-severity", level || null);
    this.mark(place, level, figure.state === "suspect");
    if (this.values.has(place)) text(this.values.get(place), this.fact.scale && kind.colour ? number(figure.v) : "");
  }

  mark(place, level, suspect) {
    const shown = level && level <= own(this.page) ? level : 0;
    sign(this.marks.get(place), this.fact.scale ? 0 : shown, suspect);
    this.labels.get(place)?.classList.toggle("on", Boolean(shown));
  }

  // The worst units are told in the sea; their names and signs at the place itself step back.
  callOut() {
    if (!this.callouts.nodes.length) return;
    const told = this.callouts.show(this.grave(2).map((figure) => this.callout(figure)));
    for (const [place, label] of this.labels) label.classList.toggle("told", told.has(place));
    this.sheet.classList.toggle("calling", told.size > 0);
  }

  // Places of that level and worse, worst first; what is old has no level.
  grave(level) {
    const found = [...this.shapes.keys()].map((place) => ({ place, ...this.figure(place) })).filter((f) => f.severity && f.severity <= level && f.state !== "stale");
    const good = (figure) => goodness(figure, this.fact)[0] * (this.fact.dir === "none" ? -1 : 1);
    return found.sort((a, b) => a.severity - b.severity || good(a) - good(b));
  }

  callout({ place, v, severity }) {
    const seat = this.marks.get(place);
    const [x, y] = [Number(seat.getAttribute("x")) + 21, Number(seat.getAttribute("y")) + 27];
    const alert = this.fact.counts && sorted(this.state.alerts, this.page.indicators).find((a) => unitOf(a) === place);
    const head = alert ?? { indicator: this.code, value: v };
    const { name } = this.page.indicators[head.indicator] ?? this.fact;
    return { place, x, y, level: severity, name: this.page.names[place], what: reading(head, this.page, name) };
  }

  figure(place) {
    const found = this.state && layerFigure(this.state, this.code, place);
    if (!found || found.v === null) return { v: null, state: "missing", severity: 0 };
    const state = ageState(since(found.atMs) ?? 0, this.fact.cadence, this.fact.lag, found.state, this.fact.office);
    return { ...found, state };
  }

  age() {
    const own = this.state && nationFigure(this.page, this.state, this.code);
    const state = own ? ageState(since(own.atMs), own.cadence ?? this.fact.cadence, own.lag ?? this.fact.lag, own.state, this.fact.office) : "missing";
    attr(this.node, "data-age-state", state);
  }

  // Shapes whose figures have grown old, once in a while.
  tick() {
    if (!this.state) return;
    for (const [place, shape] of this.shapes) this.paint(place, shape);
    this.age();
  }

  pick(place) {
    const shape = place && this.shapes.get(place);
    attr(this.parts.picked, "d", shape?.getAttribute("d"));
    for (const [key, other] of this.shapes) other.classList.toggle("picked-dot", key === place && !this.page.nation);
  }

  legend() {
    const fact = this.fact;
    const scale = this.page.scales[fact.scale];
    const key = fact.counts ? "counts" : scale ? "scale" : fact.dir === "none" || !fact.dir ? "more" : "grey";
    const name = scale || !fact.unit ? fact.full : `${fact.full} (${fact.unit})`;
    text(this.parts["legend-title"], say(`legend.${key}`, { name, source: scale?.source }));
    const classes = labels(fact, this.page.scales, this.breaks);
    this.node.classList.toggle("plain", !scale);
    this.parts.swatches.querySelectorAll("[data-swatch]").forEach((swatch, i) => {
      const entry = classes[i];
      swatch.hidden = !entry;
      if (!entry) return;
      const [ground, label, word] = swatch.children;
      swatch.className = `swatch ${entry.colour ? "legal" : ""}`;
      ground.className = entry.name;
      ground.style.background = entry.colour ?? "";
      text(label, entry.label);
      text(word, entry.word ?? "");
    });
  }

  // The card beside the pointer.
  listen() {
    const stage = this.node.querySelector(".map-stage");
    const card = stage.querySelector(".hover-card");
    stage.addEventListener("pointermove", (event) => {
      const said = this.pointed(event.target);
      card.hidden = !said;
      if (!said) return;
      for (const [what, words] of Object.entries(said)) text(part(this.node, `hover-${what}`), words);
      const box = stage.getBoundingClientRect();
      const x = Math.min(event.clientX - box.left + 16, box.width - card.offsetWidth);
      const y = Math.min(event.clientY - box.top + 16, box.height - card.offsetHeight);
      style(card, "transform", `translate(${Math.max(0, x)}px, ${Math.max(0, y)}px)`);
    });
    stage.addEventListener("pointerleave", () => (card.hidden = true));
  }

  pointed(target) {
    const station = target.closest("[data-entity]");
    if (station) return this.page.points?.describe(station.dataset.entity);
    const place = target.closest("[data-place]")?.dataset.place;
    return this.shapes.has(place) ? this.describe(place) : null;
  }

  describe(place) {
    const name = this.page.names[place] ?? place;
    const figure = this.figure(place);
    if (figure.v === null) return { name, figure: "—", word: say("state.missing"), age: "" };
    const word = classOf(figure.v, this.fact, this.page.scales).word ?? (figure.severity ? say(`severity.${figure.severity}`) : "");
    return { name, figure: quantity(figure.v, this.fact), word, age: span(since(figure.atMs) ?? 0) };
  }
}

function keyed(root, name) {
  return new Map([...root.querySelectorAll(`[data-${name}]`)].map((node) => [node.dataset[name], node]));
}
