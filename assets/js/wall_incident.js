// The page of one incident: four figures, the one chart and where the place stands, the nearest cameras, the area, how
// it went. Everything is read from the stream's own scopes of that unit; only the past is asked for.

import { CoursePanel } from "./wall_course.js";
import { Area } from "./wall_area.js";
import { Chart } from "./wall_chart.js";
import { NearCameras } from "./wall_near.js";
import { Peers } from "./wall_peers.js";
import { Strip } from "./wall_strip.js";
import { Course, subject } from "./wall_subject.js";

export class IncidentPage {
  constructor(node, page) {
    this.node = node;
    this.page = page;
    const again = () => this.incident && this.show(this.incident, this.get);
    const panel = (kind, Kind, ...rest) => {
      const found = node.querySelector(`[data-panel="${kind}"]`);
      return found && new Kind(found, page, ...rest);
    };
    this.strip = new Strip(node.querySelectorAll("[data-panel=strip-figure]"), page);
    this.chart = panel("chart", Chart);
    this.peers = panel("peers", Peers);
    this.cameras = panel("cameras", NearCameras);
    this.area = panel("area", Area);
    this.steps = panel("course", CoursePanel, again);
    this.course = new Course(again);
    this.fallen = new Course(again);
  }

  // Scopes of the stream this incident is told from.
  scopes(incident) {
    const { cameraDomain, nation } = this.page;
    if (!incident?.unit) return [];
    const wanted = [`${incident.unit}:${incident.domain}`, ...(cameraDomain ? [`${incident.unit}:${cameraDomain}`] : [])];
    return nation ? [incident.unit, ...wanted] : wanted;
  }

  // `get(scope)` gives what the store holds; `others` are all incidents of the wall.
  show(incident, get, others = this.others) {
    Object.assign(this, { incident, get, others });
    if (!incident) return;
    const unit = get(incident.unit ?? "vn");
    const stations = get(`${incident.unit}:${incident.domain}`);
    this.subject = subject(incident, stations, unit, this.page);
    const points = this.course.points(this.subject, incident, unit);
    const told = { incident, subject: this.subject, points, unit, others };
    this.chart?.show(this.subject, points, this.hung(incident));
    this.strip.show(told);
    this.steps?.show(told);
    this.peers?.show(get(this.page.scope), incident.head.indicator, this.page.nation ? incident.unit : incident.head.place);
    this.cameras?.near(get(`${incident.unit}:${this.page.cameraDomain}`), this.subject.at ?? null, this.page.boxes[incident.unit]);
    this.area?.show(incident, stations, this.subject, unit);
  }

  // What hangs from the top of a station's chart, where its domain names such a figure of the same feed.
  hung({ unit, domain }) {
    const { code, feed, indicator } = this.subject;
    const bars = this.page.bars?.[domain];
    const fact = this.page.indicators[bars];
    if (!code || !fact || fact.feed !== feed || bars === indicator) return null;
    return { fact, points: this.fallen.ask(`/api/v1/series/${unit}:${feed}:${encodeURIComponent(code)}/${bars}`).points };
  }

  tick() {
    if (!this.incident || !this.get) return;
    this.strip.tick();
    this.steps?.tick();
    this.cameras?.tick();
  }
}
