// Where a place is, in the coordinates that people are shown: WGS 84, which CGCS2000 equals within a metre.
//
// Chinese web maps are shifted (GCJ-02). On such a background the map's own positions are shifted too, so
// whatever leaves the map (the readout, the address, what is drawn) goes through `fromMap`, and whatever
// comes to it through `toMap`. The shift is the published polynomial of geo/gcj02.py, and agrees with it.

const AXIS_M = 6378245; // Krasovsky 1940
const FLATNESS = 0.00669342162296594323; // its first eccentricity squared
const CHINA = [72.004, 0.8293, 137.8347, 55.8271]; // west, south, east, north: shifted inside only
const STEPS = 10; // each gains three digits
const ENOUGH_DEG = 1e-9; // 0.1 mm
const RAD = Math.PI / 180;

/** [lon, lat] in GCJ-02 of a WGS 84 position, decimal degrees. */
export function wgs84ToGcj02(lon, lat) {
  if (!isShifted(lon, lat)) return [lon, lat];
  const [east, north] = shiftOf(lon, lat);
  return [lon + east, lat + north];
}

/** [lon, lat] in WGS 84 of a GCJ-02 position, by iteration: the shift has no inverse in closed form. */
export function gcj02ToWgs84(lon, lat) {
  if (!isShifted(lon, lat)) return [lon, lat];
  let guess = [lon, lat];
  for (let i = 0; i < STEPS; i += 1) {
    const [east, north] = shiftOf(...guess);
    const next = [lon - east, lat - north];
    const step = Math.max(Math.abs(next[0] - guess[0]), Math.abs(next[1] - guess[1]));
    guess = next;
    if (step < ENOUGH_DEG) break;
  }
  return guess;
}

/** [east, north] in EPSG:4549, metres: CGCS2000, Gauss-Krüger, central meridian 120 E (Krüger's series). */
export function toPlane(lon, lat) {
  const a = 6378137;
  const n = (1 / 298.257222101) / (2 - 1 / 298.257222101);
  const e = (2 * Math.sqrt(n)) / (1 + n);
  const radius = (a / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
  const alpha = [n / 2 - (2 * n ** 2) / 3 + (5 * n ** 3) / 16, (13 * n ** 2) / 48 - (3 * n ** 3) / 5, (61 * n ** 3) / 240];
  const sin = Math.sin(lat * RAD);
  const t = Math.sinh(Math.atanh(sin) - e * Math.atanh(e * sin));
  const east = (lon - 120) * RAD;
  const xi = Math.atan2(t, Math.cos(east));
  const eta = Math.atanh(Math.sin(east) / Math.hypot(1, t));
  const x = alpha.reduce((sum, k, i) => sum + k * Math.cos(2 * (i + 1) * xi) * Math.sinh(2 * (i + 1) * eta), eta);
  const y = alpha.reduce((sum, k, i) => sum + k * Math.sin(2 * (i + 1) * xi) * Math.cosh(2 * (i + 1) * eta), xi);
  return [500_000 + radius * x, radius * y];
}

/** A position on the map (Leaflet's, in the datum of its background) as [lon, lat] in WGS 84. */
export function fromMap({ lng, lat }) {
  return isGcj02() ? gcj02ToWgs84(lng, lat) : [lng, lat];
}

/** A WGS 84 position as Leaflet takes it on this map: [lat, lon] in the datum of its background. */
export function toMap(lon, lat) {
  const [x, y] = isGcj02() ? wgs84ToGcj02(lon, lat) : [lon, lat];
  return [y, x];
}

/** Show where the pointer is, else where the middle of the map is (so the keyboard reads it too). */
export function startCoordinates(map) {
  const box = document.getElementById("coordinates");
  if (!box) return;
  const parts = Object.fromEntries([...box.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
  const show = (at, which) => {
    const [lon, lat] = fromMap(at);
    const [east, north] = toPlane(lon, lat);
    parts.what.textContent = box.dataset[which];
    parts.degrees.textContent = `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
    parts.plane.textContent = `E ${east.toFixed(0)} N ${north.toFixed(0)}`;
  };
  const centre = () => show(map.getCenter(), "centre");
  map.on("mousemove", (event) => show(event.latlng, "pointer"));
  map.on("mouseout move", centre);
  centre();
  box.hidden = false;
  standClear(map);
}

/** The scale stands above the credits, however many lines they take. */
function standClear(map) {
  const credit = document.querySelector(".map-credit");
  if (!credit) return;
  new ResizeObserver(() => map.getContainer().style.setProperty("--foot", `${credit.offsetHeight}px`)).observe(credit);
}

function isGcj02() {
  return document.querySelector(".atlas-map")?.dataset.datum === "gcj02";
}

function isShifted(lon, lat) {
  const [west, south, east, north] = CHINA;
  return west <= lon && lon <= east && south <= lat && lat <= north;
}

/** The shift in degrees, [east, north]. */
function shiftOf(lon, lat) {
  const [east, north] = shiftM(lon - 105, lat - 35);
  const curvature = 1 - FLATNESS * Math.sin(lat * RAD) ** 2;
  const meridian = (AXIS_M * (1 - FLATNESS)) / curvature ** 1.5;
  const parallel = (AXIS_M / Math.sqrt(curvature)) * Math.cos(lat * RAD);
  return [east / parallel / RAD, north / meridian / RAD];
}

/** The shift in metres, [east, north]; x and y in degrees from 105 E, 35 N. */
function shiftM(x, y) {
  const wave = (value, ...terms) => terms.reduce((sum, [height, length]) => sum + height * Math.sin((value * Math.PI) / length), 0) * (2 / 3);
  const root = Math.sqrt(Math.abs(x));
  const common = wave(x, [20, 1 / 6], [20, 1 / 2]);
  return [
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common + wave(x, [20, 1], [40, 3], [150, 12], [300, 30]),
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common + wave(y, [20, 1], [40, 3], [160, 12], [320, 30]),
  ];
}
