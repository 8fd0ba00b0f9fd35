// Going from page to page without losing the stream: the new page's content takes the place of the old one's.
// Links are ordinary links; without scripts, or when anything fails here, the browser follows them itself.

import { attr } from "./binding.js";
import { libraries } from "./chart.js";
import { say } from "./format.js";

const REST_MS = 90;
const BUSY_MS = 150; // a page that comes sooner needs no word
const ENTRY = "react-entry-point";
const PERSON = "[data-part=person]";

export class Nav {
  // mount(): bind the page that stands; turn(): the same page with another query; figures(scope): soon needed
  constructor(mount, turn, figures) {
    this.mount = mount;
    this.turn = turn;
    this.figures = figures;
    this.path = location.pathname + fixed(location.search);
    this.asked = null; // {href, answer}: the page a pointer rests on is fetched before it is clicked
    addEventListener("click", (event) => this.click(event));
    addEventListener("pointerover", (event) => this.rest(event));
    addEventListener("pointerdown", (event) => this.press(event)); // a tenth of a second before the click
    addEventListener("popstate", () => this.arrive(location.href));
  }

  click(event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const to = inside(event);
    if (!to) return;
    event.preventDefault();
    this.go(to.href);
  }

  rest(event) {
    clearTimeout(this.resting);
    const to = inside(event);
    if (to && this.other(to)) this.resting = setTimeout(() => this.ask(to), REST_MS);
  }

  press(event) {
    const to = !event.button && inside(event);
    if (to && this.other(to)) this.ask(to);
  }

  // A page that is likely to be opened next.
  ahead(href) {
    const to = new URL(href, location.href);
    if (this.other(to)) this.ask(to);
  }

  other(to) {
    return to.pathname + fixed(to.search) !== this.path;
  }

  ask(to) {
    if (this.asked?.href === to.href) return this.asked.answer;
    this.figures(scopeOf(to.pathname));
    const answer = fetch(to.href, { headers: { accept: "text/html" } });
    answer.catch(() => {}); // whoever awaits it is told
    this.asked = { href: to.href, answer };
    return answer;
  }

  go(href) {
    if (href === location.href) return;
    history.pushState(null, "", href);
    this.arrive(href);
  }

  // The address has changed: another page, or another look at the same.
  async arrive(href) {
    const to = new URL(href, location.href);
    const path = to.pathname + fixed(to.search);
    if (!this.other(to)) {
      this.turn();
      tellDash();
      return;
    }
    const wanted = (this.wanted = href);
    const main = document.querySelector("main");
    const slow = setTimeout(() => attr(main, "data-opening", say("nav.opening")), BUSY_MS);
    try {
      const answer = await this.ask(to);
      this.asked = null; // an answer can be read once
      if (this.wanted !== wanted) return; // another click came first
      if (!answer.ok) throw new Error(String(answer.status));
      this.swap(new DOMParser().parseFromString(await answer.text(), "text/html"), path);
    } catch {
      location.assign(href);
    } finally {
      clearTimeout(slow);
    }
  }

  swap(fresh, path) {
    const live = document.getElementById(ENTRY);
    const place = fresh.getElementById(ENTRY);
    if (live?.dataset.dash && place) {
      for (const name of ["class", "data-desk", "data-panel", "data-waits"]) attr(live, name, place.getAttribute(name) ?? null);
      if (place.hasAttribute("data-desk")) live.dataset.desk = "";
      place.replaceWith(live);
    }
    const known = document.querySelector(PERSON); // who it is stands at once, and the bar does not move when it is asked
    if (known?.children.length) fresh.querySelector(PERSON)?.replaceChildren(...known.children);
    for (const part of [".bar", "main", "#page-facts"]) document.querySelector(part).replaceWith(fresh.querySelector(part));
    document.title = fresh.title;
    this.path = path;
    scrollTo(0, 0);
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
    this.mount();
    tellDash();
  }
}

// The address of the page of ours that a click here leads to.
function inside(event) {
  const link = event.target.closest?.("a[href]");
  const href = link?.getAttribute("href"); // as an attribute: links in SVG have no plain href
  if (!link || href.startsWith("#") || link.dataset.reload !== undefined || link.hasAttribute("target") || link.hasAttribute("download")) return null;
  const to = new URL(href, location.href);
  return to.origin === location.origin ? to : null;
}

// The snapshot scope that the page at a path wants first.
function scopeOf(path) {
  const [kind, name] = path.split("/").filter(Boolean);
  return kind === "p" ? name : "vn";
}

// What of a query makes another page: theme and language; indicator, selection and span only turn it.
function fixed(search) {
  const query = new URLSearchParams(search);
  return `?${query.get("theme") ?? ""}&${query.get("lang") ?? ""}`;
}

export async function tellDash() {
  await libraries().catch(() => {});
  dispatchEvent(new CustomEvent("_dashprivate_pushstate")); // the name dcc.Location listens to
}
