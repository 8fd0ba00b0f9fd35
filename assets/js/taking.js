// Taking a view away: on paper or as a picture, each with the moment and the address it shows.

import { part, text } from "./binding.js";
import { lastBeat, now } from "./clock.js";
import { clock, day, say } from "./format.js";

export function offerToTake() {
  addEventListener("beforeprint", () => note(document));
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-act]");
    if (button?.dataset.act === "print") print();
    if (button?.dataset.act === "picture") picture(button);
  });
}

async function picture(button) {
  button.disabled = true;
  try {
    const { savePicture } = await import("./picture.js");
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
