// Lights on the map that come before a choice: what a search found, and the result looked at.

import { isDrawn } from "./symbols.js";

const L = window.L;

export class Preview {
  constructor(view) {
    this.view = view;
    this.chosen = { ids: [], faint: [] };
    this.before = null; // where the map stood when the first light came on
  }

  /** What the state of the page lights up: shown again when a preview ends. */
  keep({ ids, faint = [] }) {
    this.chosen = { ids, faint };
    this.before = null;
  }

  /** Light up `ids`, and faintly everything else that was found; the map moves only to what is out of sight. */
  show(ids, others) {
    const { view } = this;
    this.before ??= { center: view.map.getCenter(), zoom: view.map.getZoom() };
    view.highlight(ids, { faint: others.filter((id) => !ids.includes(id)), move: false });
    const drawn = ids.map((id) => view.features.get(id)).filter((f) => f?.geometry && (f.properties.kind === "zone" || isDrawn(f.properties)));
    if (drawn.length && !this.sees(drawn)) view.moveTo(drawn);
  }

  sees(features) {
    const { map } = this.view;
    const [left, right, bottom] = this.view.covered();
    const size = map.getSize();
    const bounds = L.latLngBounds([]);
    for (const feature of features) bounds.extend(L.geoJSON(feature).getBounds());
    const corners = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => map.latLngToContainerPoint(corner));
    return corners.every((at) => at.x >= left && at.y >= 0 && at.x <= size.x - right && at.y <= size.y - bottom);
  }

  /** Put the lights back as the state has them, and with `back` the map to where it stood. */
  end({ back }) {
    if (!this.before) return;
    const { center, zoom } = this.before;
    this.before = null;
    this.view.highlight(this.chosen.ids, { faint: this.chosen.faint, move: false });
    if (back) this.view.map.setView(center, zoom, { animate: false });
  }
}
