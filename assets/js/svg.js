// Nodes of SVG, for what the client draws by itself.

const NS = "http://www.w3.org/2000/svg";

// Attributes that are empty are left out, lengths that are computed go into the style; words are text, never markup.
export function made(tag, attributes, words) {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === "") continue;
    if (String(value).startsWith("calc")) node.style.setProperty(name, value);
    else node.setAttribute(name, typeof value === "number" ? Number(value.toFixed(2)) : value);
  }
  if (words) node.textContent = words;
  return node;
}
