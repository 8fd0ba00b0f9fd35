// The newest figures of each scope. A delta is applied only to the version it starts from; otherwise the caller
// must take a full snapshot. No document, no network: the same store runs in the page and in the shared worker.

export class Store {
  constructor() {
    this.scopes = new Map();
  }

  get(scope) {
    return this.scopes.get(scope);
  }

  // Put a full snapshot; older ones than what stands are passed over.
  put(snapshot) {
    const held = this.scopes.get(snapshot.scope);
    if (held && newer(held, snapshot)) return null;
    const state = { ...snapshot, atMs: Date.parse(snapshot.at) };
    state.columns = state.units?.columns ?? {};
    state.order = state.units?.order ?? [];
    state.indicators ??= {};
    state.alerts ??= [];
    state.feeds ??= {};
    for (const figure of Object.values(state.indicators)) stamp(figure);
    for (const feed of Object.values(state.feeds)) seen(feed, state.atMs);
    state.place = new Map(state.order.map((code, i) => [code, i]));
    state.unitAt = unitTimes(state);
    state.entities = new Map((snapshot.entities ?? []).map((entity) => [entity.code, stamp(entity)]));
    this.scopes.set(snapshot.scope, state);
    return { scope: snapshot.scope, whole: true };
  }

  // Apply a delta: what changed, or "gap" when a version is missing, or null when it is old news.
  apply(delta) {
    const state = this.scopes.get(delta.scope);
    if (!state) return "gap";
    if (delta.epoch < state.epoch || (delta.epoch === state.epoch && delta.version <= state.version)) return null;
    if (delta.epoch !== state.epoch || delta.from !== state.version) return "gap";
    const atMs = delta.at ? Date.parse(delta.at) : state.atMs;
    state.version = delta.version;
    state.atMs = atMs;
    for (const [code, news] of Object.entries(delta.indicators ?? {})) {
      const { second, extra, ...held } = state.indicators[code] ?? {}; // told with each change, or gone
      state.indicators[code] = stamp({ ...held, ...news });
    }
    for (const [code, values] of Object.entries(delta.units ?? {})) mergeUnits(state, code, values, atMs);
    for (const entity of delta.entities ?? []) mergeEntity(state, entity);
    for (const list of ["topics", "items", "wall"]) if (delta[list]) state[list] = delta[list];
    mergeAlerts(state, delta.alerts);
    for (const [code, news] of Object.entries(delta.feeds ?? {})) {
      state.feeds[code] = seen({ ...state.feeds[code], ...news }, atMs);
    }
    return {
      scope: delta.scope, whole: false, indicators: Object.keys(delta.indicators ?? {}), units: Object.keys(delta.units ?? {}),
      alerts: Boolean(delta.alerts), feeds: Boolean(delta.feeds), entities: (delta.entities ?? []).map((e) => e.code),
    };
  }

  drop(scope) {
    this.scopes.delete(scope);
  }
}

// A unit's figure of one indicator: value, level, observed time.
export function unitFigure(state, code, place) {
  const i = state.place.get(place);
  if (i === undefined) return null;
  const value = state.columns[code]?.[i];
  return {
    v: value ?? null,
    severity: state.units?.severity?.[code]?.[i] ?? 0,
    state: state.units?.state?.[code]?.[i] ?? null,
    atMs: state.unitAt[code]?.[i] ?? null,
  };
}

function newer(held, other) {
  return held.epoch > other.epoch || (held.epoch === other.epoch && held.version > other.version);
}

function stamp(thing) {
  thing.atMs = thing.at ? Date.parse(thing.at) : null;
  return thing;
}

function seen(feed, atMs) {
  if (feed.age !== undefined) feed.atMs = feed.age === null ? null : atMs - feed.age * 1000;
  return feed;
}

function unitTimes(state) {
  const times = {};
  for (const [code, ages] of Object.entries(state.units?.age ?? {})) {
    times[code] = ages.map((age) => (age === null || age === undefined ? null : state.atMs - age * 1000));
  }
  return times;
}

// A changed unit is a bare value, or {v, age, severity, state} when more than the value changed.
function mergeUnits(state, code, values, atMs) {
  const size = state.order.length;
  const column = (state.columns[code] ??= new Array(size).fill(null));
  const times = (state.unitAt[code] ??= new Array(size).fill(null));
  for (const [place, news] of Object.entries(values)) {
    const i = state.place.get(place);
    if (i === undefined) continue;
    const full = news !== null && typeof news === "object" ? news : { v: news };
    if ("v" in full) column[i] = full.v;
    times[i] = "age" in full ? (full.age === null ? null : atMs - full.age * 1000) : atMs;
    for (const what of ["severity", "state"]) {
      if (what in full) ((state.units[what] ??= {})[code] ??= new Array(size).fill(null))[i] = full[what];
    }
  }
}

function mergeEntity(state, entity) {
  const held = state.entities.get(entity.code) ?? {};
  state.entities.set(entity.code, stamp({ ...held, ...entity, values: { ...held.values, ...entity.values } }));
}

function mergeAlerts(state, alerts) {
  if (!alerts) return;
  const gone = new Set(alerts.cleared ?? []);
  const changed = new Map((alerts.set ?? []).map((alert) => [alert.id, alert]));
  state.alerts = state.alerts.filter((a) => !gone.has(a.id) && !changed.has(a.id)).concat([...changed.values()]);
}
