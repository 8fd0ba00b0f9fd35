// When a chart comes into view a picture of it is drawn at once; Dash and Plotly are loaded once that stands, or with the
// first touch. From then on Dash answers to the address itself.
// New points are added to the standing chart: never a redraw, never a lost zoom.

import { drawPicture } from "./picture.js";

const EXTEND_MS = 20e3;
const SOON_MS = 400; // the picture is painted before the libraries take the thread
const MARK = "data-of"; // the path that what Dash has mounted is of
let started = false;
let extended = 0;
let eye = null;

export function watchChart(page) {
  const entry = document.getElementById("react-entry-point");
  eye?.disconnect();
  eye = null; // or it would keep the page that was left
  if (entry?.hasAttribute("data-waits")) wait(entry);
  if (!entry || started) return;
  eye = new IntersectionObserver((entries) => {
    if (!entries.some((e) => e.isIntersecting)) return;
    eye?.disconnect();
    const begin = () => entry.isConnected && start(entry);
    if (!entry.closest("[data-panel=trend]")) begin(); // a list of records is no chart
    else drawPicture(entry, page).then(() => setTimeout(begin, SOON_MS));
  });
  eye.observe(entry);
}

// A page that is read says that it is being opened until Dash has mounted what belongs to this address.
let waits = null;

function wait(entry) {
  const path = location.pathname.replace(/\/r\/.*/, "/r/"); // a record's name is not repeated in the mark
  const stands = () => entry.querySelector(`[${MARK}]`)?.getAttribute(MARK) === path;
  waits?.disconnect();
  waits = new MutationObserver(() => {
    if (!stands()) return;
    waits.disconnect();
    entry.removeAttribute("data-waits");
  });
  waits.observe(entry, { childList: true, subtree: true, attributes: true, attributeFilter: [MARK] });
}

function start(entry) {
  if (started) return;
  started = true;
  entry.dataset.dash = "true";
  const template = document.getElementById("dash-scripts");
  const loads = loadAll(template);
  if (!entry.dataset.panel) for (const href of template.dataset.ahead.split(" ")) fetchAhead(href);
  Promise.all([...loads, libraries()]).then(() => new window.DashRenderer(), () => {
    started = false; // tried again when it next comes into view
  });
}

// What lists of records need beyond Dash itself: loaded once, only where such a list stands, and never before Dash.
let desk = null;

export function libraries() {
  if (!started || document.getElementById("react-entry-point")?.dataset.desk === undefined) return Promise.resolve();
  const template = document.getElementById("desk-scripts");
  if (!desk) fetchAhead(template.dataset.ahead);
  desk ??= Promise.all(loadAll(template));
  desk.catch(() => (desk = null));
  return desk;
}

function loadAll(template) {
  return [...template.content.querySelectorAll("script[src]")].map((script) => load(script.getAttribute("src")));
}

function fetchAhead(href) {
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "script", href });
  document.head.append(link);
}

function load(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.async = false; // downloaded together, run in order
    script.onload = resolve;
    script.onerror = reject;
    document.body.append(script);
  });
}

// The newest value of the charted figure goes onto the first line.
export function extendChart(held) {
  if (!held || held.v === null || held.v === undefined || !window.Plotly) return;
  const plot = document.querySelector("#trend .js-plotly-plot");
  const line = plot?.data?.[0];
  if (!line?.x?.length || performance.now() - extended < EXTEND_MS || !(Date.parse(held.at) > Date.parse(line.x.at(-1)))) return;
  extended = performance.now();
  window.Plotly.extendTraces(plot, { x: [[held.at]], y: [[held.v]] }, [0]);
  const dot = plot.data.findIndex((trace) => trace.meta === "end");
  if (dot > 0) window.Plotly.restyle(plot, { x: [[held.at]], y: [[held.v]] }, [dot]);
}
