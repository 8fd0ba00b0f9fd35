// One stream for a whole browser: EventSource, its revival when it gives up, full snapshots when a version is
// missing. Runs in the shared worker, or in the page that leads the others where there is no shared worker.

import { Store } from "./store.js";

const FRESH_MS = 2500; // a beat comes every two seconds
const SILENT_MS = 6000; // three beats missed: the stream is dead, whatever EventSource says

export class Hub {
  // tell(message): {type: "snapshot"|"delta"|"beat"|"gap", ...} goes to every page
  constructor(tell) {
    this.tell = tell;
    this.store = new Store();
    this.wanted = new Map(); // client -> scopes
    this.open = []; // scopes of the running stream
    this.source = null;
    this.old = new Set(); // streams that serve until the newer one speaks
    this.heard = 0;
    this.beat = null; // the last one, and when it came: who comes later need not wait for the next
    this.pause = 500;
    this.fetching = new Set();
    setInterval(() => this.watch(), 1000);
  }

  // A client follows `scopes` from now on; it gets what is known of them at once.
  want(client, scopes, answer) {
    this.wanted.set(client, scopes);
    for (const scope of scopes) {
      const state = this.store.get(scope);
      if (state && this.open.includes(scope)) answer({ type: "snapshot", data: plain(state) });
    }
    const missing = scopes.filter((scope) => !this.open.includes(scope));
    if (missing.length || !this.source) this.connect();
    else if (this.beat && Date.now() - this.beat.at < FRESH_MS) answer({ type: "beat", data: { ...this.beat.data, ms: this.beat.data.ms + Date.now() - this.beat.at } });
  }

  leave(client) {
    this.wanted.delete(client);
    if (this.wanted.size === 0) this.close();
  }

  // What the open pages want together; a stream carries a full snapshot of each, so nothing else is asked for.
  scopes() {
    return [...new Set([...this.wanted.values()].flat())].sort();
  }

  connect() {
    const scopes = this.scopes();
    if (!scopes.length) return;
    if (this.source) this.old.add(this.source);
    for (const scope of this.open) if (!scopes.includes(scope)) this.store.drop(scope);
    this.open = scopes;
    const source = new EventSource(`/stream?scope=${scopes.join(",")}`);
    this.source = source;
    this.heard = Date.now();
    const own = (act) => (event) => {
      if (this.source !== source) return;
      for (const before of this.old) before.close();
      this.old.clear();
      this.heard = Date.now();
      this.pause = 500;
      act(JSON.parse(event.data));
    };
    source.addEventListener("snapshot", own((data) => this.snapshot(data)));
    source.addEventListener("delta", own((data) => this.delta(data)));
    source.addEventListener("beat", own((data) => this.pulse(data)));
  }

  pulse(data) {
    this.beat = { data, at: Date.now() };
    this.tell({ type: "beat", data });
  }

  snapshot(data) {
    if (this.store.put(data)) this.tell({ type: "snapshot", data });
  }

  delta(data) {
    const change = this.store.apply(data);
    if (change === "gap") this.refetch(data.scope);
    else if (change) this.tell({ type: "delta", data });
  }

  // A version is missing: take the whole again.
  async refetch(scope) {
    if (this.fetching.has(scope)) return;
    this.fetching.add(scope);
    try {
      const answer = await fetch(`/api/v1/snapshot/${scope}`, { cache: "no-store" });
      if (answer.ok) this.snapshot(await answer.json());
    } catch {
      // the watch below revives the stream, and with it comes a snapshot
    } finally {
      this.fetching.delete(scope);
    }
  }

  // EventSource stops for good on an answer that is not 200, and does not notice a silent line.
  watch() {
    if (!this.source || !this.wanted.size) return;
    const silent = Date.now() - this.heard;
    const dead = this.source.readyState === EventSource.CLOSED;
    if (silent < SILENT_MS && !(dead && silent > this.pause)) return;
    this.source.close();
    this.pause = Math.min(this.pause * 2, 8000) * (0.75 + Math.random() / 2);
    this.source = null;
    this.connect();
  }

  close() {
    this.source?.close();
    this.source = null;
    this.open = [];
  }
}

// A held state in the form in which it came, as of now.
export function plain(state) {
  const { place, unitAt, columns, order, atMs, entities, ...rest } = state;
  const age = {};
  for (const [code, times] of Object.entries(unitAt)) age[code] = times.map((t) => (t === null ? null : (atMs - t) / 1000));
  const at = new Date(atMs).toISOString();
  return { ...rest, at, units: { ...rest.units, order, columns, age }, entities: [...entities.values()] };
}
