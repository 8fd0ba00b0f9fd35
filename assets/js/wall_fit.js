// Figures in places of one width: a unit that has no room beside its digits stands with the name, and is never cut.
// Digits that are still too wide are the only ones that become smaller.

import { style } from "./binding.js";

const TRIES = 4;
const eye = new ResizeObserver((entries) => entries.forEach(({ target }) => fit(target)));

// Fitted now, and whenever the cell comes into view or changes its size.
export function keepFitting(cell) {
  eye.observe(cell);
}

export function fit(cell) {
  const line = cell.querySelector(".strip-figure");
  cell.classList.remove("unit-apart");
  style(line, "--fit", "1");
  if (!over(line)) return;
  cell.classList.add("unit-apart");
  for (let share = 1, tries = 0; over(line) && tries < TRIES; tries++) {
    share *= (line.clientWidth - 1) / line.scrollWidth; // widths of letters are no straight line of their size
    style(line, "--fit", (share - 0.01).toFixed(3));
  }
}

function over(line) {
  return line.scrollWidth > line.clientWidth;
}
