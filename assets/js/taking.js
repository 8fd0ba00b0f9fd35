// Taking a view away: on paper or as a picture, each with the moment and the address it shows.

import { part, text } from "./binding.js";
import { lastBeat, now } from "./clock.js";
import { clock, day, say } from "./format.js";

export function offerToTake() {
  addEventListener("beforeprint", () => {
    note(document);
    for (const grid of document.querySelectorAll(".desk-grid")) tabled(grid);
    document.documentElement.classList.toggle("margins", inMargins(document.querySelector(".print-foot")));
  });
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-act]");
    if (button?.dataset.act === "print") print();
    if (button?.dataset.act === "picture") picture(button);
  });
}

async function picture(button) {
  button.disabled = true;
  try {
    const { savePicture } = await import("./saved.js");
    const moment = now() ?? lastBeat();
    const name = ["ioc", ...location.pathname.split("/").filter(Boolean), moment ? `${day(moment)}-${clock(moment)}`.replaceAll(/[/:]/g, "") : ""];
    await savePicture(`${name.filter(Boolean).join("-")}.png`, note);
  } finally {
    button.disabled = false;
  }
}

function note(root) {
  const moment = now();
  const foot = root.querySelector(".print-foot");
  if (!foot) return;
  text(part(foot, "printed"), moment ? say("printed", { time: `${clock(moment)} ${day(moment)}` }) : "");
  text(part(foot, "address"), location.href);
}

// A grid lays itself out for its screen and for nothing else: on paper its rows stand as a table. Words go in as text.
function tabled(grid) {
  const cells = (row, kind) => [...row.querySelectorAll(`[role=${kind}]`)].sort((a, b) => a.ariaColIndex - b.ariaColIndex);
  const line = (tag, row, kind) => {
    const made = document.createElement("tr");
    for (const cell of cells(row, kind)) made.append(Object.assign(document.createElement(tag), { textContent: cell.innerText, className: cell.matches(".right, .ag-right-aligned-cell") ? "num" : "" }));
    return made;
  };
  const [head, body] = ["thead", "tbody"].map((tag) => document.createElement(tag));
  head.append(...[...grid.querySelectorAll(".ag-header-row")].slice(0, 1).map((row) => line("th", row, "columnheader")));
  const rows = [...grid.querySelectorAll(".ag-center-cols-container [role=row]")].sort((a, b) => a.ariaRowIndex - b.ariaRowIndex);
  body.append(...rows.map((row) => line("td", row, "gridcell")));
  const table = document.createElement("table");
  table.className = "print-table";
  table.append(head, body);
  const old = grid.nextElementSibling;
  if (old?.matches(".print-table")) old.replaceWith(table);
  else grid.after(table);
}

// Stamp, source, moment and address in the margin of every page, where the browser can; else the foot stands on the page.
const margin = new CSSStyleSheet();

function inMargins(foot) {
  const words = [...(foot?.children ?? [])].map((node) => node.textContent).filter(Boolean);
  const quoted = JSON.stringify(words.join("  ·  "));
  margin.replaceSync(`@page { @bottom-left { content: ${quoted}; font: 8px "Noto Sans", sans-serif; white-space: nowrap; } @bottom-right { content: counter(page) "/" counter(pages); font: 8px "Noto Sans", sans-serif; } }`);
  if (!document.adoptedStyleSheets.includes(margin)) document.adoptedStyleSheets.push(margin);
  return Boolean(margin.cssRules[0]?.cssText.includes("bottom-left"));
}
