// Which page of a wall stands at a moment. Pure: the server's time, what the desk says and what is open go in, so that
// every panel of a video wall and every wall of a group shows the same page in the same second.

const DAY_MS = 86400e3;
const OFFSET_MS = 7 * 3600e3; // Vietnam's time
const HOLDS = 2; // an alarm holds the wall for so many dwells of its page

export function inHours(turn, t) {
  const minute = Math.floor(((t + OFFSET_MS) % DAY_MS) / 60e3);
  const { start = 0, end = 1440 } = turn;
  return start <= end ? minute >= start && minute < end : minute >= start || minute < end;
}

// The page whose time it is: {turn, left} with the seconds it has left.
export function scheduled(turns, control, t) {
  const open = turns.filter((turn) => inHours(turn, t));
  const usable = open.length ? open : turns;
  const first = Math.max(0, usable.findIndex((turn) => turn.code === control.scene));
  const total = usable.reduce((sum, turn) => sum + turn.dwell, 0);
  let rest = ((((t - (control.at ?? 0)) / 1000) % total) + total) % total;
  for (let i = 0; i < usable.length; i++) {
    const turn = usable[(first + i) % usable.length];
    if (rest < turn.dwell) return { turn, left: turn.dwell - rest, round: Math.floor((t - (control.at ?? 0)) / 1000 / total) };
    rest -= turn.dwell;
  }
  return { turn: usable[first], left: 1, round: 0 };
}

// What is shown: an alarm of the top level that is new, what the desk holds, or what the rotation says. The page of
// incidents has its time in the rotation; with nothing open that time is given to the page before it.
export function decide(turns, control, alarms, t) {
  const stage = turns.find((turn) => turn.layout === "incident");
  const spoken = control.heard ?? control.at ?? 0; // as this page heard it: its clock may lie behind the server's
  const fresh = stage && alarms.filter((alarm) => alarm.seen > spoken && t - alarm.seen < stage.dwell * HOLDS * 1000);
  if (fresh?.length) return { code: stage.code, alarm: fresh[0].key, why: "alarm" };
  const held = control.mode === "hold" && turns.find((turn) => turn.code === control.scene);
  if (held) return { code: held.code, alarm: alarms[0]?.key ?? null, why: "hold" };
  const { turn, left, round } = scheduled(turns, control, t);
  if (turn.layout !== "incident") return { code: turn.code, alarm: null, why: "turn", left };
  if (alarms.length) return { code: turn.code, alarm: alarms[Math.abs(round) % alarms.length].key, why: "turn", left };
  return { code: before(turns, turn, t).code, alarm: null, why: "turn", left };
}

function before(turns, turn, t) {
  const at = turns.indexOf(turn);
  for (let i = 1; i < turns.length; i++) {
    const other = turns[(at - i + turns.length) % turns.length];
    if (other.layout !== "incident" && inHours(other, t)) return other;
  }
  return turns[0];
}

// When each alarm was first seen; those that stood when the wall was opened are as old as they say.
export class Sightings {
  constructor() {
    this.seen = new Map();
    this.begun = false;
  }

  // Incidents of level 1, newest sighting first.
  update(incidents, t) {
    const grave = incidents.filter((incident) => incident.level === 1);
    for (const key of this.seen.keys()) if (!grave.some((incident) => incident.key === key)) this.seen.delete(key);
    for (const { key, since } of grave) if (!this.seen.has(key)) this.seen.set(key, this.begun ? t : Math.min(since, t));
    this.begun = true;
    return grave.map((incident) => ({ ...incident, seen: this.seen.get(incident.key) })).sort((a, b) => b.seen - a.seen);
  }
}
