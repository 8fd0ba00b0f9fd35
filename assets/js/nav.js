// Going from page to page without losing the stream: the new page's content takes the place of the old one's.
// Links are ordinary links; without scripts, or when anything fails here, the browser follows them itself.

const ENTRY = "react-entry-point";

export class Nav {
  // mount(): bind the page that stands; turn(): the same page with another query
  constructor(mount, turn) {
    this.mount = mount;
    this.turn = turn;
    this.path = location.pathname + fixed(location.search);
    addEventListener("click", (event) => this.click(event));
    addEventListener("popstate", () => this.arrive(location.href));
  }

  click(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const href = link.href.baseVal ?? link.href;
    const to = new URL(href, location.href);
    if (to.origin !== location.origin || link.dataset.reload !== undefined || link.target || link.download) return;
    event.preventDefault();
    this.go(to.href);
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
    if (path === this.path) {
      this.turn();
      tellDash();
      return;
    }
    const wanted = (this.wanted = href);
    try {
      const answer = await fetch(href, { headers: { accept: "text/html" } });
      if (this.wanted !== wanted) return; // another click came first
      if (!answer.ok) throw new Error(String(answer.status));
      this.swap(new DOMParser().parseFromString(await answer.text(), "text/html"), path);
    } catch {
      location.assign(href);
    }
  }

  swap(fresh, path) {
    const live = document.getElementById(ENTRY);
    const place = fresh.getElementById(ENTRY);
    if (live?.dataset.dash && place) place.replaceWith(live);
    for (const part of [".bar", "main", "#page-facts"]) document.querySelector(part).replaceWith(fresh.querySelector(part));
    document.title = fresh.title;
    this.path = path;
    scrollTo(0, 0);
    this.mount();
    tellDash();
  }
}

// What of a query makes another page: theme and language; indicator, selection and span only turn it.
function fixed(search) {
  const query = new URLSearchParams(search);
  return `?${query.get("theme") ?? ""}&${query.get("lang") ?? ""}`;
}

function tellDash() {
  dispatchEvent(new CustomEvent("_dashprivate_pushstate")); // the name dcc.Location listens to
}
