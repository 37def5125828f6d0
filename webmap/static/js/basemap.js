// The built-in basemap: paper land, engraved shore, lake and rivers, roads, town and water names.

import { el } from "./dom.js";

const L = window.L;
// Shore lines: [width px, class of fade]; each is a line with a sea-coloured one 2 px narrower on top.
const SHORE = [[64, "shore-4"], [42, "shore-3"], [24, "shore-2"], [10, "shore-1"]];

// The sheet ends where our drawing ends; beyond it is paper, as on any printed map. [lat, lon]
const WORLD = [[85, -180], [85, 180], [-85, 180], [-85, -180]];
const SHEET = [[30.4, 121.21], [31.39, 121.21], [31.39, 122.4], [30.4, 122.4]];

/** Draw features as one shape: lines with each of `classNames` over the one before, or an area with the only one. */
function draw(map, features, pane, classNames, fill = false) {
  const [className, ...echoes] = classNames;
  const options = { pane, interactive: false, className, echoes, fill, stroke: !fill, fillOpacity: 1, fillRule: "nonzero", smoothFactor: 0.4 };
  for (const [make, deep, kind] of [[L.polyline, 1, "LineString"], [L.polygon, 2, "Polygon"]]) {
    const parts = features.flatMap(({ geometry: { type, coordinates } }) => (type === kind ? [coordinates] : type === `Multi${kind}` ? coordinates : []));
    if (parts.length) make(L.GeoJSON.coordsToLatLngs(parts, deep), options).addTo(map);
  }
}

/** Sea, shore lines, land and coast. */
export function drawSheet(map, collection) {
  const of = kindOf(collection);
  const coast = of("coast");
  // One pane for the ground: every pane is a sheet of its own that the browser lays over the others.
  draw(map, coast, "shore", SHORE.flatMap(([width, fade]) => [`shore shore-w${width} ${fade}`, `shore-sea shore-w${width}`]));
  L.polygon([WORLD, SHEET], { pane: "shore", interactive: false, className: "sheet-margin", stroke: true, fillOpacity: 1 }).addTo(map);
  draw(map, of("land"), "shore", ["land-out"], true);
}

/** Water, parks, roads, coast line and names over the land. */
export async function drawBase(map, collection, labels, { nameOf, turn }) {
  const of = kindOf(collection);
  for (const kind of ["green", "coast", "river", "canal", "lake", "island"]) {
    draw(map, of(kind), "water", [kind === "island" ? "green lake-island" : kind], ["green", "lake", "island"].includes(kind));
    await turn();
  }
  draw(map, [...of("road"), ...of("ring_road")], "motorway", ["street street-case", "street street-in"]);
  await turn();
  draw(map, of("motorway"), "motorway", ["motorway motorway-case", "motorway motorway-in"]);
  for (const feature of of("town_label")) {
    const [lon, lat] = feature.geometry.coordinates;
    labels.add({ id: feature.id, at: [lat, lon], from: 10.5, to: 15, priority: 40, className: "label-town", name: nameOf(feature.properties) });
  }
  for (const feature of of("water_label")) {
    const [lon, lat] = feature.geometry.coordinates;
    const lake = /湖/.test(feature.properties.name);
    labels.add({
      id: feature.id, at: [lat, lon], from: lake ? 13 : 9, priority: lake ? 70 : 20, className: `label-water ${lake ? "is-lake" : ""}`,
      name: feature.properties.name, second: feature.properties.name_en,
      whole: nameOf(feature.properties) !== feature.properties.name, // the line that this reader reads stays
    });
  }
}

/** Say so while the tiles of another basemap do not come: `words` name their server as {host}. */
export function tellOfTiles(map, words) {
  const told = el("p", { class: "map-tiles", role: "status" });
  document.querySelector(".map-where")?.prepend(told);
  const tell = (tile) => { told.textContent = words.replace("{host}", new URL(tile.src).host); };
  map.eachLayer((layer) => {
    if (!(layer instanceof L.TileLayer)) return;
    layer.on("tileerror", ({ tile }) => tell(tile));
    layer.on("tileload", () => { told.textContent = ""; });
  });
  const before = [...map.getPane("tilePane").querySelectorAll("img")].find((tile) => tile.complete && !tile.naturalWidth);
  if (before) tell(before); // failed before this program began
}

function kindOf(collection) {
  return (kind) => collection.features.filter((f) => f.geometry && f.properties.kind === kind);
}
