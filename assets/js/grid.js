// What lists of records need in the browser: cells that lead on, and an address that always says what is seen.
// Dash finds these by name; the libraries themselves are loaded only where such a list stands.

import { tellDash } from "./nav.js";

window.dashAgGridComponentFunctions = {
  // The number of a record leads to it.
  RecordLink(props) {
    return props.data?._href ? window.React.createElement("a", { href: props.data._href, className: "record-link" }, props.value) : (props.value ?? "");
  },
  // A cell that leads on, to the address that `to` names in its row.
  CellLink(props) {
    const href = props.data?.[props.to];
    return href ? window.React.createElement("a", { href, className: "record-link" }, props.value) : (props.value ?? "");
  },
  // Shape, letter and word of a level.
  AlertLevel(props) {
    const make = window.React.createElement;
    const sign = make("svg", { key: "sign", className: "sign on", "aria-hidden": true }, make("use", { href: `#sev-${props.data?._sign}` }));
    return make("span", { className: "alert-level" }, [sign, make("b", { key: "said" }, props.value)]);
  },
  // How long overdue, as words and as a bar beside the longest of the page.
  LateBar(props) {
    const make = window.React.createElement;
    if (!props.data?._share) return props.value ?? "";
    const bar = make("i", { key: "bar", style: { width: `${(props.data._share * 2.75).toFixed(2)}rem` } });
    return make("span", { className: "late-bar" }, [make("b", { key: "said" }, props.value), make("span", { key: "room" }, bar)]);
  },
};

window.dash_clientside = window.dash_clientside ?? {};
window.dash_clientside.desk = {
  // A control was changed: the address says so, and Dash follows the address.
  ask(values, checked) {
    const query = new URLSearchParams(location.search);
    const [texts, flags] = window.dash_clientside.callback_context.inputs_list;
    (texts ?? []).forEach((input, i) => input.property === "value" && put(query, input.id.of, words(values[i])));
    (flags ?? []).forEach((input, i) => checked[i] !== undefined && put(query, input.id.of, checked[i] ? "1" : ""));
    query.delete("page");
    dated(query);
    const before = new URLSearchParams(location.search);
    before.delete("page");
    query.sort();
    before.sort();
    if (String(query) !== String(before)) go(query, true);
  },
  // The grid was turned or sorted: the address remembers it; nothing is drawn anew.
  remember(infos, asked) {
    const query = new URLSearchParams(location.search);
    const info = infos?.[0];
    const sorted = asked?.[0]?.sortModel?.[0];
    if (info) put(query, "page", info.currentPage > 0 ? String(info.currentPage + 1) : "");
    if (sorted) put(query, "sort", `${sorted.sort === "desc" ? "-" : ""}${sorted.colId}`);
    if (`?${query}` !== location.search) go(query, false);
  },
};

function go(query, told) {
  history[told ? "pushState" : "replaceState"](history.state, "", `${location.pathname}?${query}`);
  if (told) tellDash();
}

// Days and a period are two ways to say from when: the one that was touched last stands. A day that was chosen before
// with its hour keeps it.
function dated(query) {
  const before = new URLSearchParams(location.search);
  const kept = (name) => before.has(name) && before.get(name).slice(0, 10) === query.get(name);
  for (const name of ["from", "to"]) if (kept(name)) query.set(name, before.get(name));
  const days = ["from", "to"].some((name) => (query.get(name) ?? "") !== (before.get(name) ?? ""));
  if (days && (query.has("from") || query.has("to"))) query.delete("period");
  else if (query.has("period") && query.get("period") !== before.get("period")) for (const name of ["from", "to"]) query.delete(name);
}

function put(query, name, value) {
  if (value) query.set(name, value);
  else query.delete(name);
}

function words(value) {
  return Array.isArray(value) ? value.join(",") : (value ?? "");
}

// A file is made of the list as it is seen now, sorting included.
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-export]");
  if (!link) return;
  const query = new URLSearchParams(location.search);
  for (const name of ["page", "theme"]) query.delete(name);
  const made = new URL(link.href).searchParams;
  for (const name of ["i", "lang"]) if (!query.has(name) && made.has(name)) query.set(name, made.get(name));
  link.href = `${new URL(link.href).pathname}?${query}`;
}, { capture: true });
