// The server's time in the page. It runs from the last beat and stands still when the server is not heard, so that a
// frozen page looks frozen; ages go on, because data grows old whether or not we are told.

let base = null; // {ms, at}: the server said `ms` when this page's own clock stood at `at`
let rate = 1; // a replayed world may run faster

export function beat(ms) {
  const at = performance.now();
  if (base && at > base.at) {
    const measured = (ms - base.ms) / (at - base.at);
    rate = measured > 1.5 ? measured : 1;
  }
  base = { ms, at };
}

// Milliseconds in the world shown; null until the server has spoken.
export function now() {
  return base && base.ms + (performance.now() - base.at) * rate;
}

export function lastBeat() {
  return base?.ms ?? null;
}

// Seconds since `ms`, by the server's clock.
export function since(ms) {
  const t = now();
  return t === null || ms === null || ms === undefined ? null : (t - ms) / 1000;
}

// How fresh a figure is: the same rule as feeds/compute/age.py.
export function ageState(age, cadence, lag = 0, said = null) {
  if (age === null) return "missing";
  if (age > 3 * cadence + lag) return "stale";
  if (said === "suspect") return "suspect";
  return age <= 1.5 * cadence + lag ? "live" : "late";
}
