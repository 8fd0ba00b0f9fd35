// What the galleries tell their panels: a snapshot in which everything is in one state. Nothing streams there.

import { now } from "./clock.js";

export const AGES = { live: 0.4, late: 2.2, stale: 9, suspect: 0.5, empty: 0.4, simulated: 0.3 }; // of the cadence
export const SNAPSHOT_S = 300; // cadence of snapshot and feeds

let page = null;

// Whose indicators, places and feeds are made up.
export function of(facts) {
  page = facts;
}

// A whole snapshot in which everything is in one state.
export function told(mood) {
  const places = Object.keys(page.names);
  const empty = mood === "empty";
  const indicators = mood === "missing" ? {} : Object.fromEntries(Object.keys(page.indicators).map((code) => [code, figure(code, mood)]));
  const each = (make) => Object.fromEntries(Object.keys(page.indicators).map((code) => [code, places.map((_, i) => make(code, i))]));
  const units = {
    order: places,
    columns: each((code, i) => (mood === "missing" || mood === "forbidden" ? null : empty ? 0 : value(code) + ((i * 7) % 11) / 4)),
    age: each((code) => Math.max(0, (AGES[mood] ?? 0) * (page.indicators[code].cadence - SNAPSHOT_S))),
    severity: each((_, i) => (!empty && i % 9 === 4 ? 2 : 0)),
    state: each((_, i) => (mood === "suspect" && i % 3 === 0 ? "suspect" : null)),
  };
  return { state: mood === "suspect" ? mood : null, indicators, units, alerts: empty ? [] : alerts(mood), feeds: feeds(mood), entities: empty ? [] : entities(mood), ...spoken(empty) };
}

// The last figures of a day are missing where the feed fell silent.
const SILENT = { late: 3, stale: 12 };

function figure(code, mood) {
  if (mood === "forbidden") return { state: "forbidden" };
  const fact = page.indicators[code];
  const at = new Date(now() - (AGES[mood] ?? 0) * fact.cadence * 1000).toISOString();
  const v = mood === "empty" ? 0 : value(code);
  const known = 48 - (SILENT[mood] ?? 0);
  const spark = Array.from({ length: 48 }, (_, i) => (i >= known ? null : mood === "empty" ? 0 : v + (1 - i / 48) * 3.4 + Math.sin(i / 3) * 0.35));
  const doubt = mood === "suspect" ? { state: "suspect", second: { source: page.made.second, v: v - 3.4 } } : {};
  return { v, at, cadence: fact.cadence, n: mood === "empty" ? 0 : 1200, severity: ["empty", "suspect"].includes(mood) ? 0 : 2, spark, simulated: mood === "simulated", ...doubt };
}

export function value(code) {
  const fact = page.indicators[code];
  if (fact.low !== undefined) return fact.low - 0.8;
  return fact.high !== undefined ? fact.high * 1.04 : 42;
}

function feeds(mood) {
  const known = mood === "missing" || mood === "forbidden" ? null : 0; // as old as the snapshot
  const state = mood === "suspect" ? { state: "suspect" } : {};
  return Object.fromEntries(Object.keys(page.feeds).map((code) => [code, { age: known, cadence: SNAPSHOT_S, accepted: mood === "empty" ? 0 : 18240, rejected: 0, duplicates: 0, gaps: 0, ...state }]));
}

function alerts(mood) {
  const [place] = Object.keys(page.names);
  const since = new Date(now() - 5400e3).toISOString();
  return [1, 2, 3].map((level) => ({ id: `${mood}${level}`, place, indicator: page.leads[level - 1] ?? page.leads[0], level, since, value: value(page.leads[0]), limit: 95 }));
}

function entities(mood) {
  const at = (i) => new Date(now() - ((AGES[mood] ?? 0) + i * 0.02) * 300e3).toISOString();
  const values = Object.fromEntries(Object.keys(page.indicators).map((code) => [code, value(code)]));
  return Object.entries(page.names).slice(0, 4).map(([place, vi], i) => ({ code: `${mood}-${i}`, vi, place, at: at(i), values, fields: { state: "online" }, severity: i === 1 ? 2 : 0, state: mood === "suspect" ? "suspect" : null }));
}

function spoken(empty) {
  const codes = empty ? [] : Object.keys(page.topics).slice(0, 4);
  const at = new Date(now() - 300e3).toISOString();
  return { topics: codes.map((code, i) => ({ code, n: 840 - i * 190, hour: 30, usual: 31, positive: 200, neutral: 40, negative: 30 })), items: codes.slice(0, 2).map((topic) => ({ at, topic, paper: page.made.second, text: page.made.post })) };
}
