// How lines and points are drawn: one shape a kind, one colour a line, certainty in the stroke.

import { symbol } from "./dom.js";

const SHOWN_WITHIN_M = 3000; // known worse than this: listed, not drawn
const HOLLOW_FROM_M = 1000;

// Lines with a colour of their own: token, badge text, where along the line the badge sits, zoom it appears.
const BRANDED = {
  "line-16": ["16", "16", 0.45, 11],
  "lianggang-express": ["lg", "两港快线", 0.5, 11],
  t1: ["t1", "T1", 0.45, 12],
  t2: ["t2", "T2", 0.5, 12],
  t6: ["t6", "T6", 0.55, 12],
};

/** Strokes and badge of a transit line; null for what the base map already draws. */
export function lineStyle(properties, id) {
  const rough = properties.schematic || (properties.accuracy_m || 0) > HOLLOW_FROM_M;
  const branded = BRANDED[id];
  if (branded) {
    const [token, badge, badgeAt, badgeFrom] = branded;
    const phase = phaseOf(properties, rough);
    const strokes = [`line-casing line-w-${token}`, `line line-${token} ${phase}`];
    if (token === "lg") strokes.push(`line-core ${phase}`);
    return { legend: id, phase, strokes, badge, rough, badgeAt, badgeFrom, badgeClass: `badge-${token}` };
  }
  if ((properties.accuracy_m || 0) > SHOWN_WITHIN_M) return null;
  const phase = phaseOf(properties, rough);
  if (["road", "bridge"].includes(properties.kind)) {
    return { legend: "other-lines", phase, strokes: [`line-road kind-${properties.kind} ${phase}`] };
  }
  return { legend: "other-lines", phase, strokes: [`line-rail ${phase}`, `line-rail-ties ${phase}`] };
}

/** A line's badge in the language of the page, with the word `schematic` where its route is a guess. */
export function badgeWords({ badge, rough }, properties, lang, schematic) {
  const own = lang === "en" && /[\u3400-\u9fff]/.test(badge) && properties.name_en;
  const name = own ? own.replace(/\s*\(.*\)/, "") : badge;
  return rough ? `${name} ${schematic}` : name;
}

/** How far a line is, as its stroke says it: dots where the route is not known, dashes where it is not built. */
function phaseOf(properties, rough) {
  const status = statusClass(properties.status);
  if (!rough) return status;
  return status === "is-planned" ? "is-schematic is-planned" : "is-schematic";
}

function statusClass(status = "") {
  if (/construct|building|在建|建设|施工/.test(status)) return "is-building";
  return /plan|规划|拟/.test(status) ? "is-planned" : "is-open";
}

export function isDrawn(properties) {
  return properties.accuracy_m === null || properties.accuracy_m === undefined || properties.accuracy_m <= SHOWN_WITHIN_M;
}

/** Whether a point's place is so unsure that its mark is hollow. */
export function isHollow(properties) {
  return (properties.accuracy_m || 0) > HOLLOW_FROM_M;
}

export function pointClass(properties, legend) {
  const hollow = isHollow(properties) ? "is-hollow" : "";
  const change = properties.interchange ? "is-interchange" : "";
  return `mark mark-${legend} ${hollow} ${change}`;
}

/** The symbol of a point, as an element. */
export function pointMark(properties, legend) {
  return symbol(symbolOf(properties, legend), "mark-symbol");
}

/** Whether a stop is a station of a railway: it keeps its own mark and name where bus stops share one. */
export function isRail(properties) {
  return (properties.lines || []).some((id) => ["line-16", "lianggang-express"].includes(id));
}

export function symbolOf(properties, legend) {
  if (legend === "schools") return "sym-school";
  if (legend === "hospitals") return "sym-hospital";
  if (legend === "stops") return "sym-stop";
  return { park: "sym-park", port: "sym-port", station: "sym-stop" }[properties.kind] || "sym-site";
}
