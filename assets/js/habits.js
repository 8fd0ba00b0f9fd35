// What a browser keeps for its reader: theme and language, as cookies, so that the server draws the next page so;
// with them what charts, which the server draws, must know of the screen.

const YEAR_S = 31536000;
const DARK = "(prefers-color-scheme: dark)";

export function keepHabits() {
  addEventListener("click", (event) => {
    const chosen = event.target.closest?.("[data-reload]");
    if (!chosen?.dataset.reload) return;
    const [name, value] = chosen.dataset.reload.split("=");
    keep(name, value);
    if (chosen.href) chosen.href = restyled(name, chosen.href);
  });
  const dark = matchMedia(DARK);
  const tell = () => keep("shade", dark.matches ? "dark" : "light"); // charts are drawn by the server
  dark.addEventListener("change", tell);
  if (document.documentElement.dataset.theme === "system") tell();
  const measure = () => keep("rem", Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize)));
  addEventListener("resize", measure); // in pixels, for charts
  measure();
}

// The view as it stands, with what the link changes: filters, time and look are in the address, which the link is older than.
function restyled(name, href) {
  const here = new URL(location.href);
  const wanted = new URL(href).searchParams.get(name);
  wanted ? here.searchParams.set(name, wanted) : here.searchParams.delete(name);
  return here.href;
}

function keep(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
}
