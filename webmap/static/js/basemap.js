// The built-in basemap: paper land, engraved shore, lake and rivers, roads, town and water names.

const L = window.L;
// Shore lines: [width px, class of fade]; each is a line with a sea-coloured one 2 px narrower on top.
const SHORE = [[64, "shore-4"], [42, "shore-3"], [24, "shore-2"], [10, "shore-1"]];

// The sheet ends where our drawing ends; beyond it is paper, as on any printed map. [lat, lon]
const WORLD = [[85, -180], [85, 180], [-85, 180], [-85, -180]];
const SHEET = [[30.4, 121.21], [31.39, 121.21], [31.39, 122.4], [30.4, 122.4]];

function draw(map, features, pane, className, fill) {
  if (!features.length) return;
  L.geoJSON({ type: "FeatureCollection", features }, {
    pane, interactive: false,
    style: () => ({ className, fill, stroke: !fill, fillOpacity: 1, smoothFactor: 0.4 }),
  }).addTo(map);
}

/** Sea, shore lines, land and coast. */
export function drawSheet(map, collection) {
  const of = kindOf(collection);
  const coast = of("coast");
  // One pane for the ground: every pane is a sheet of its own that the browser lays over the others.
  for (const [width, fade] of SHORE) {
    draw(map, coast, "shore", `shore shore-w${width} ${fade}`, false);
    draw(map, coast, "shore", `shore-sea shore-w${width}`, false);
  }
  L.polygon([WORLD, SHEET], { pane: "shore", interactive: false, className: "sheet-margin", stroke: true, fillOpacity: 1 }).addTo(map);
  draw(map, of("land"), "shore", "land-out", true);
}

/** Water, parks, roads, coast line and names over the land. */
export function drawBase(map, collection, labels, nameOf) {
  const of = kindOf(collection);
  draw(map, of("green"), "water", "green", true);
  draw(map, of("coast"), "water", "coast", false);
  draw(map, of("river"), "water", "river", false);
  draw(map, of("canal"), "water", "canal", false);
  draw(map, of("lake"), "water", "lake", true);
  draw(map, of("island"), "water", "green lake-island", true);
  for (const part of ["case", "in"]) draw(map, [...of("road"), ...of("ring_road")], "motorway", `street street-${part}`, false);
  for (const part of ["case", "in"]) draw(map, of("motorway"), "motorway", `motorway motorway-${part}`, false);
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
    });
  }
}

function kindOf(collection) {
  return (kind) => collection.features.filter((f) => f.geometry && f.properties.kind === kind);
}
