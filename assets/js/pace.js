// No more than about one visible change a second in a panel (control-room rule 27). A change that comes after a quiet
// second is written at once; of those that come faster the newest waits for its second.

const PACE_MS = 650; // about: a source that speaks a little faster than each second is never kept waiting
const AT_ONCE = 2; // what jitter brings together

export class Pace {
  constructor() {
    this.left = AT_ONCE;
    this.at = 0;
    this.waiting = null;
  }

  // Runs `write` now, or keeps it, and nothing older, until `flush`.
  hear(write, t = performance.now()) {
    this.left = Math.min(AT_ONCE, this.left + (t - this.at) / PACE_MS);
    this.at = t;
    this.waiting = this.left < 1 ? write : null;
    if (this.waiting) return;
    this.left -= 1;
    write();
  }

  // Called each second.
  flush(t = performance.now()) {
    if (this.waiting) this.hear(this.waiting, t);
  }

  // What waits is older than what is written now.
  drop() {
    this.waiting = null;
  }
}
