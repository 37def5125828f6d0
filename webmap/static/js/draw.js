// Drawing on the map: the corners of a shape, or one point; and the areas that the filter takes in.
// What leaves here is in WGS 84, lon before lat.

import { fromMap, toMap } from "./coordinates.js";
import { el } from "./dom.js";

const L = window.L;
const DIGITS = 5; // of a degree: a metre
const LEAST = 3; // corners
const MOST = 200; // corners that an address can hold

export function startDraw(map, messages) {
  const container = map.getContainer();
  const kept = L.featureGroup().addTo(map);
  const sketch = L.featureGroup().addTo(map);
  const words = el("p", { role: "status" });
  const add = button("draw.add", () => active?.add(map.getCenter()));
  const undo = button("draw.undo", () => active?.undo());
  const finish = button("draw.finish", () => active?.finish());
  const cancel = button("draw.cancel", () => active?.end(null));
  const bar = el("div", { class: "card draw-bar", role: "group", "aria-label": messages["draw.title"], hidden: true }, words, el("div", {}, add, " ", undo, " ", finish, " ", cancel));
  container.parentElement.append(bar);
  let active = null;

  function button(key, click) {
    return el("button", { type: "button", class: "button", text: messages[key], on: { click } });
  }

  /** Ask for corners; resolves to what `answer` makes of them, or null where the reader gives it up. */
  function ask({ most, hint, answer }) {
    active?.end(null);
    const corners = [];
    const asked = document.activeElement;
    const show = () => {
      words.textContent = corners.length < LEAST || !isLine(corners) ? messages[hint].replace("{n}", corners.length) : messages["draw.line"];
      undo.hidden = finish.hidden = most === 1;
      finish.disabled = corners.length < LEAST || isLine(corners);
      undo.disabled = !corners.length;
      sketch.clearLayers();
      for (const at of corners) sketch.addLayer(L.circleMarker(at, { pane: "focus", radius: 5, className: "draw-corner", interactive: false }));
      if (corners.length > 1) sketch.addLayer(L.polygon(corners, { pane: "focus", className: "draw-line", interactive: false }));
    };
    return new Promise((resolve) => {
      const click = (event) => turn.add(event.latlng);
      const press = (event) => {
        if (event.key === "Escape") turn.end(null);
        else if (event.key === "Enter" && event.target === container) turn.finish();
        else return;
        event.preventDefault();
        event.stopPropagation();
      };
      const turn = {
        add(at) {
          const last = corners.at(-1);
          const twice = last && map.latLngToContainerPoint(last).distanceTo(map.latLngToContainerPoint(at)) < 4;
          if (!twice) corners.push(at); // the second click of a double click stands on the first
          if (corners.length === most) turn.finish();
          else show();
        },
        undo() { corners.pop(); show(); },
        finish() { if (most === 1 ? corners.length : !finish.disabled) turn.end(answer(corners)); },
        end(value) {
          map.off("click", click).off("dblclick", turn.finish);
          document.removeEventListener("keydown", press, true);
          map.doubleClickZoom.enable();
          container.classList.remove("is-drawing");
          sketch.clearLayers();
          bar.hidden = true;
          active = null;
          if (asked?.isConnected) asked.focus();
          else container.focus();
          resolve(value);
        },
      };
      active = turn;
      map.on("click", click).on("dblclick", turn.finish);
      document.addEventListener("keydown", press, true);
      map.doubleClickZoom.disable();
      container.classList.add("is-drawing");
      bar.hidden = false;
      show();
      container.focus({ preventScroll: true });
    });
  }

  /** Whether corners, as they are written, enclose nothing: all on one line. */
  function isLine(corners) {
    const [[x, y], ...rest] = corners.map((at) => written(at).split(",").map((degrees) => Math.round(degrees * 10 ** DIGITS)));
    const arms = rest.map(([a, b]) => [a - x, b - y]);
    return arms.every(([a, b]) => arms.every(([c, d]) => a * d === b * c));
  }

  const written = (at) => fromMap(at).map((degrees) => degrees.toFixed(DIGITS)).join(",");
  return {
    /** The corners of a shape as `lon,lat;lon,lat;…`. */
    shape: () => ask({ most: MOST, hint: "draw.hint", answer: (corners) => corners.map(written).join(";") }),
    /** A point as `lon,lat`. */
    point: () => ask({ most: 1, hint: "draw.point", answer: ([at]) => written(at) }),
    centre: () => written(map.getCenter()),
    /** Whether clicks on the map are the drawing's. */
    get isActive() { return Boolean(active); },
    /** Show the outlines, GeoJSON in WGS 84, of what the filter takes in. */
    showAreas(areas) {
      kept.clearLayers();
      for (const [field, geometry] of Object.entries(areas || {})) {
        kept.addLayer(L.geoJSON(geometry, {
          pane: "focus", interactive: false, coordsToLatLng: ([lon, lat]) => L.latLng(toMap(lon, lat)),
          style: { className: `filter-area filter-area-${field}` },
        }));
      }
    },
  };
}
