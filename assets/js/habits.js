// What a browser keeps for its reader: theme and language, as cookies, so that the server draws the next page so.

const YEAR_S = 31536000;
const DARK = "(prefers-color-scheme: dark)";

export function keepHabits() {
  addEventListener("click", (event) => {
    const chosen = event.target.closest?.("[data-reload]");
    if (chosen) keep(...chosen.dataset.reload.split("="));
  });
  const dark = matchMedia(DARK);
  const tell = () => keep("shade", dark.matches ? "dark" : "light"); // charts are drawn by the server
  dark.addEventListener("change", tell);
  if (document.documentElement.dataset.theme === "system") tell();
}

function keep(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
}
