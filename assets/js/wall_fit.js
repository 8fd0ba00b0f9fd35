// Figures in places of one width, never cut: a little too wide, they become a little smaller; else the unit stands with the
// name, and digits that are still too wide become as small as they must. A long name becomes a little smaller too, then
// brief, where it has a brief form: words are cut before type is small, and the chart's heading has all of them.

import { style, text } from "./binding.js";

const TRIES = 4;
const HARDLY = 0.84; // so small may a figure become before its unit leaves it
const names = new WeakMap(); // of cells: {whole, brief}
const eye = new ResizeObserver((entries) => entries.forEach(({ target }) => fit(target)));
const kept = new Set();
document.fonts.addEventListener("loadingdone", () => kept.forEach(fit)); // letters of another font have other widths

// Fitted now, and whenever the cell comes into view or changes its size, or its letters theirs.
export function keepFitting(cell) {
  kept.add(cell);
  eye.observe(cell);
}

// What a cell's figure is called, and what it is called where that has no room; seen with the next `fit`.
export function named(cell, whole, brief) {
  names.set(cell, { whole, brief });
}

export function fit(cell) {
  const line = cell.querySelector(".strip-figure");
  cell.classList.remove("unit-apart");
  if (shrink(line, "--fit") < HARDLY) {
    cell.classList.add("unit-apart");
    shrink(line, "--fit");
  }
  const words = cell.querySelector("[data-part=name]");
  const { whole, brief } = names.get(cell) ?? {};
  const fitting = () => shrink(cell.querySelector(".strip-name"), "--fit-name", words);
  text(words, whole ?? "");
  if (fitting() >= HARDLY || !brief) return;
  text(words, brief);
  fitting();
}

// How small the words of a line must be for all of it to be seen; `within` is what has no room, where that is not the line.
export function shrink(line, name, within = line) {
  style(line, name, "1");
  let share = 1;
  for (let tries = 0; over(within) && tries < TRIES; tries++) {
    share *= (within.clientWidth - 1) / within.scrollWidth; // widths of letters are no straight line of their size
    style(line, name, (share - 0.01).toFixed(3));
  }
  return share;
}

function over(node) {
  return node.scrollWidth > node.clientWidth;
}
