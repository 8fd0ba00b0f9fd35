// Cameras nearest to what an incident is about, with the time of each picture.

import { hide, text } from "./binding.js";
import { Cameras } from "./cameras.js";
import { number } from "./format.js";

export class NearCameras extends Cameras {
  // Nearest to the station or, without one, to the middle of the unit.
  near(state, at, box) {
    const cameras = [...(state?.entities?.values() ?? [])].filter((camera) => Number.isFinite(camera.lat));
    const { lon0, lat1, k, scale } = this.page.projection;
    if (!at && !box) { // the whole country is near to no camera
      this.chosen = null;
      this.show({ entities: new Map() });
      hide(this.parts.none, false);
      return;
    }
    const middle = at ?? [lon0 + (box[0] + box[2] / 2) / k / scale, lat1 - (box[1] + box[3] / 2) / scale];
    this.far = new Map(cameras.map((camera) => [camera.code, kilometres(middle, [camera.lon, camera.lat])]));
    cameras.sort((a, b) => this.far.get(a.code) - this.far.get(b.code));
    this.chosen = cameras.slice(0, this.tiles.length).map((camera) => camera.code);
    this.show(state ?? { entities: new Map() });
    for (const tile of this.tiles) tile.seen = true;
    hide(this.parts.none, !state || cameras.length > 0);
  }

  fill(tile, camera) {
    super.fill(tile, camera);
    if (camera) text(tile.parts.far, `${number(this.far.get(camera.code) ?? 0, 1)}\u00a0km`);
  }
}

function kilometres([lon, lat], [lon2, lat2]) {
  const x = (lon2 - lon) * Math.cos((lat * Math.PI) / 180);
  return Math.hypot(x, lat2 - lat) * 111.2;
}
