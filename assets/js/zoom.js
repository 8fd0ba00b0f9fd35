// Closer and farther on the sheet by wheel, drag, buttons. The frame is kept while figures change under it.

export class Zoom {
  constructor(sheet, buttons) {
    this.sheet = sheet;
    this.home = sheet.getAttribute("viewBox").split(" ").map(Number);
    this.box = [...this.home];
    sheet.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    sheet.addEventListener("pointerdown", (event) => this.grab(event));
    for (const button of buttons) button.addEventListener("click", () => this.press(button.dataset.zoom));
  }

  press(to) {
    if (to === "all") this.box = [...this.home];
    else this.scale(to === "in" ? 0.7 : 1 / 0.7, 0.5, 0.5);
    this.draw();
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey && this.box[2] >= this.home[2] && event.deltaY > 0) return; // the page scrolls
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey && this.box[2] >= this.home[2]) return;
    event.preventDefault();
    const box = this.sheet.getBoundingClientRect();
    this.scale(event.deltaY < 0 ? 0.85 : 1 / 0.85, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    this.draw();
  }

  scale(factor, fx, fy) {
    const [x, y, w, h] = this.box;
    const width = Math.min(this.home[2], Math.max(this.home[2] / 12, w * factor));
    const height = (width * this.home[3]) / this.home[2];
    this.box = this.keep([x + (w - width) * fx, y + (h - height) * fy, width, height]);
  }

  keep([x, y, w, h]) {
    const [hx, hy, hw, hh] = this.home;
    return [Math.min(hx + hw - w, Math.max(hx, x)), Math.min(hy + hh - h, Math.max(hy, y)), w, h];
  }

  grab(start) {
    if (this.box[2] >= this.home[2]) return;
    const [x, y, w, h] = this.box;
    const rect = this.sheet.getBoundingClientRect();
    let moved = false;
    const move = (event) => {
      const [dx, dy] = [event.clientX - start.clientX, event.clientY - start.clientY];
      moved ||= Math.hypot(dx, dy) > 4;
      this.box = this.keep([x - (dx * w) / rect.width, y - (dy * h) / rect.height, w, h]);
      this.draw();
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      if (moved) this.sheet.addEventListener("click", (event) => event.preventDefault(), { capture: true, once: true });
    };
    start.preventDefault();
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
  }

  draw() {
    this.sheet.setAttribute("viewBox", this.box.map((n) => n.toFixed(1)).join(" "));
  }
}
