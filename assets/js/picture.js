// The first picture of the trend, drawn at once from history, until the chart that is studied has been loaded.

import { now } from "./clock.js";
import { bare, clock, day, number } from "./format.js";
import { drawLines } from "./lines.js";
import { made } from "./svg.js";

const HOUR_MS = 36e5;
const DAYLONG = 30; // a longer span is read by the day

// Draws over `entry` and leaves by itself when the chart stands there. A picked station is left to the chart.
export async function drawPicture(entry, page) {
  const query = new URLSearchParams(location.search);
  const picked = query.get("pick");
  if (picked && !page.names?.[picked]) return;
  const hours = Number(query.get("hours")) || 24;
  const to = Math.round(now() ?? Date.now());
  const from = to - hours * HOUR_MS;
  try {
    const answer = await fetch(`/api/v1/series/${page.place}/${page.indicator}?${new URLSearchParams({ from, to, step: "hour" })}`);
    const history = answer.ok ? await answer.json() : null;
    if (history && entry.isConnected && !charted(entry)) show(entry, page.indicators[page.indicator], history, from, to);
  } catch {
    // the chart itself says what is wrong
  }
}

const charted = (entry) => entry.querySelector(".js-plotly-plot .main-svg path, .empty");

function show(entry, fact, { t, v }, from, to) {
  if (v.filter((value) => value !== null).length < 2) return;
  const picture = made("svg", { class: "plot picture", "aria-hidden": "true" });
  const limits = [fact.low, fact.high].filter((bound) => typeof bound === "number");
  const asked = {
    from, to, tick: bare,
    lines: [{ points: t.map((time, i) => [Math.min(Date.parse(time) + HOUR_MS, to), v[i]]) }], // an hour is told under its start
    limits: limits.map((value) => ({ value, name: bare(value) })),
    label: (value) => number(value, fact.digits ?? 1),
    when: (ms) => (to - from > DAYLONG * HOUR_MS ? day(ms).slice(0, 5) : clock(ms, false)),
  };
  entry.after(picture);
  const room = new ResizeObserver(() => drawLines(picture, asked));
  room.observe(picture);
  const done = new MutationObserver(() => {
    if (!charted(entry)) return;
    for (const watcher of [room, done]) watcher.disconnect();
    picture.remove();
  });
  done.observe(entry, { childList: true, subtree: true });
}
