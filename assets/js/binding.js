// Finding the parts of a panel and writing into them only what changed. Text goes in as text, never as markup.

export function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

export function parts(root) {
  const found = {};
  for (const node of root.querySelectorAll("[data-part]")) found[node.dataset.part] ??= node;
  return found;
}

// The door cleans what comes in; what a page shows is cleaned again, because a figure may come from another door.
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]/g;
const TOWER = /(\p{M}{2})\p{M}+/gu;
const SUSPECT = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u0300-\u036f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]|\p{M}{3}/u;
const LONGEST = 600;

// Composed, without what nobody sees and without towers of marks, no longer than anyone reads on a dashboard.
export function clean(words) {
  const short = words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
  return SUSPECT.test(short) ? short.normalize("NFC").replace(UNSEEN, "").replace(TOWER, "$1") : short;
}

export function text(node, words) {
  if (!node) return;
  const shown = typeof words === "string" ? clean(words) : words;
  if (node.textContent !== shown) node.textContent = shown;
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

// Of all that reports, what a panel shows: of its feed, with the fields it names (`type=auto,hand;owner=x`).
export function chooser(node) {
  const where = (node.dataset.where ?? "").split(";").filter(Boolean).map((wanted) => wanted.split("="));
  const foreign = (entity) => node.dataset.feed && entity.feed && entity.feed !== node.dataset.feed;
  return (entity) => !foreign(entity) && where.every(([field, values]) => values.split(",").includes(String(entity.fields?.[field] ?? "")));
}

export const SYSTEM = "system"; // the sign of an alarm that is of the data, not of the country

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
