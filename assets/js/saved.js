// A view as a picture, made in the browser alone: the page's own nodes, sheets and fonts inside one SVG, drawn on a canvas.

const SHARP = 2; // pixels per CSS pixel at least: a picture ends up on paper
const MOST_PIXELS = 60e6;

export async function savePicture(name, note) {
  const main = document.querySelector("main");
  note(main);
  const canvas = await drawn(main, document.documentElement.clientWidth);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10e3);
  return canvas;
}

async function drawn(main, width) {
  const body = await standalone(main);
  const height = measured(body, width);
  const svg = wrapped(body, await sheets(), width, height);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const ratio = Math.min(Math.max(SHARP, devicePixelRatio), Math.sqrt(MOST_PIXELS / (width * height)));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// A copy of the page that needs nothing around it: what depends on the window is written out.
async function standalone(main) {
  const body = document.createElement("body");
  body.className = "in-picture";
  for (const [name, value] of Object.entries(document.body.dataset)) body.dataset[name] = value;
  const copy = main.cloneNode(true);
  const [from, to] = [main, copy].map((root) => [...root.querySelectorAll("*")]);
  await Promise.all(from.map((node, i) => fixed(node, to[i])));
  body.append(document.querySelector("svg.defs").cloneNode(true), copy);
  return body;
}

async function fixed(node, copy) {
  if (node.matches(".first, .map, .study")) copy.style.height = `${node.getBoundingClientRect().height}px`;
  if (node.matches(".study .ranking")) copy.style.setProperty("--row", `${node.querySelector(".rank:not([hidden])")?.getBoundingClientRect().height ?? 0}px`);
  if (node.matches("option") && node.selected) copy.setAttribute("selected", "");
  else if (node.matches("option")) copy.removeAttribute("selected");
  if (node.matches("img[src]")) copy.setAttribute("src", await asData(node.src).catch(() => "data:,"));
  if (node.matches("script, template, iframe")) copy.textContent = "";
}

// The height of the copy, laid out once off the screen.
function measured(body, width) {
  const frame = document.createElement("div");
  frame.className = "in-picture";
  Object.assign(frame.style, { position: "absolute", left: "-99999px", top: "0", width: `${width}px`, visibility: "hidden" });
  frame.append(...[...body.children].map((node) => node.cloneNode(true)));
  for (const node of frame.querySelectorAll("[id]")) node.removeAttribute("id");
  document.body.append(frame);
  const height = Math.ceil(frame.getBoundingClientRect().height);
  frame.remove();
  return height;
}

function wrapped(body, css, width, height) {
  const root = document.documentElement;
  const step = stepOf("calc(1000 * var(--u))") / 1000;
  const look = `font-size:${getComputedStyle(root).fontSize};--u:${step}px;--bar:${stepOf("var(--bar)")}px;--pad:${stepOf("var(--pad)")}px`;
  const page = new XMLSerializer().serializeToString(body);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" data-theme="${shade(root)}" lang="${root.lang}" style="${look}">` +
    `<style><![CDATA[${css}]]></style><foreignObject width="100%" height="100%">${page}</foreignObject></svg>`
  );
}

function shade(root) {
  if (root.dataset.theme !== "system") return root.dataset.theme;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function stepOf(length) {
  const probe = document.createElement("i");
  Object.assign(probe.style, { position: "absolute", width: length, visibility: "hidden" });
  document.body.append(probe);
  const { width } = probe.getBoundingClientRect();
  probe.remove();
  return width;
}

// Every rule of the page's sheets, fonts inside.
async function sheets() {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => [rule, sheet.href]));
  const texts = rules.map(([rule, href]) => (rule instanceof CSSFontFaceRule ? font(rule, href) : rule.cssText));
  return (await Promise.all(texts)).join("\n");
}

async function font(rule, href) {
  const [, path] = rule.cssText.match(/url\("?([^")]+)"?\)/) ?? [];
  return path ? rule.cssText.replace(path, await asData(new URL(path, href ?? location.href))) : rule.cssText;
}

async function asData(href) {
  const answer = await fetch(href);
  if (!answer.ok) throw new Error(String(answer.status));
  const blob = await answer.blob();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
}
