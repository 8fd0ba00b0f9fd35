// Finding the parts of a panel and writing into them only what changed. Text goes in as text, never as markup.

export function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

export function parts(root) {
  const found = {};
  for (const node of root.querySelectorAll("[data-part]")) found[node.dataset.part] ??= node;
  return found;
}

export function text(node, words) {
  if (node && node.textContent !== words) node.textContent = words;
}

export function attr(node, name, value) {
  if (!node) return;
  if (value === null || value === undefined || value === "") {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

export function style(node, name, value) {
  if (node && node.style.getPropertyValue(name) !== value) node.style.setProperty(name, value);
}

export function hide(node, hidden) {
  if (node && node.hidden !== hidden) node.hidden = hidden;
}

// A severity sign, the ring of doubt, or nothing; the room stays.
export function sign(node, level, suspect = false) {
  if (!node) return;
  const href = suspect ? "#doubt" : level ? `#sev-${level}` : null;
  const use = node.tagName === "use" ? node : node.firstElementChild;
  attr(use, "href", href);
  if (node.classList.contains("on") !== Boolean(href)) node.classList.toggle("on", Boolean(href));
}

// Page facts: what the server wrote into the page for us.
export function facts() {
  return JSON.parse(document.getElementById("page-facts").textContent);
}
