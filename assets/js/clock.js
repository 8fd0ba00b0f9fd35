// The server's time in the page. It runs from the last beat and stands still when the server is not heard, so that a
// frozen page looks frozen; ages go on, because data grows old whether or not we are told.

const APART_MS = 500; // beats nearer to each other waited together, for a page that was busy: they tell no pace
let base = null; // {ms, at}: the server said `ms` when this page's own clock stood at `at`
let mark = null; // the beat from which the pace is measured
let rate = 1; // a replayed world may run faster
let paced = 1; // how fast it ran between the last two beats

export function beat(ms) {
  const at = performance.now();
  base = { ms, at };
  if (mark && at - mark.at < APART_MS) return;
  if (mark) {
    const measured = (ms - mark.ms) / (at - mark.at);
    const steady = Math.abs(measured - paced) < 0.3 * Math.abs(measured); // a clock that is set jumps once
    rate = steady && measured > 1.5 ? measured : 1;
    paced = measured;
  }
  mark = base;
}

// Milliseconds in the world shown; null until the server has spoken.
export function present() {
  return base && base.ms + (performance.now() - base.at) * rate;
}

let stood = null; // a page may show a past hour: its figures are as old as they were then

export function standAt(ms) {
  stood = ms;
}

// The time that is shown: the present, or the hour of the past that was chosen.
export function now() {
  return stood ?? present();
}

export function lastBeat() {
  return base?.ms ?? null;
}

// Seconds since `ms`, by the server's clock.
export function since(ms) {
  const t = now();
  return t === null || ms === null || ms === undefined ? null : (t - ms) / 1000;
}

let healthy = null; // when server and aggregator were last known to be well

export function wellNow() {
  healthy = performance.now();
}

// Seconds since `ms` at present, whatever hour is shown: feeds live or not now.
export function sinceNow(ms) {
  const t = present();
  return t === null || ms === null || ms === undefined ? null : (t - ms) / 1000;
}

// How fresh a figure is: the same rule as feeds/compute/age.py. Offices close, and only the server knows their hours:
// what such a feed says (`office`) is taken at its word while the server is well, and ages from then on.
export function ageState(age, cadence, lag = 0, said = null, office = false) {
  if (age === null) return "missing";
  if (office && said && said !== "missing") {
    const quiet = healthy === null ? 0 : (performance.now() - healthy) / 1000;
    if (quiet < cadence || said === "stale") return said;
    age = Math.min(age, quiet);
  }
  if (age > 3 * cadence + lag) return "stale";
  if (said === "suspect") return "suspect";
  return age <= 1.5 * cadence + lag ? "live" : "late";
}
