// Figures in places of one width: a unit that has no room beside its digits stands with the name, and is never cut.
// Digits that are still too wide are the only ones that become smaller.

import { style } from "./binding.js";

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
  if (over(line)) style(line, "--fit", ((line.clientWidth - 1) / line.scrollWidth).toFixed(3));
}

function over(line) {
  return line.scrollWidth > line.clientWidth;
}
