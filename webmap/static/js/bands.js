// What is drawn along the inside of a zone's border: a coloured band, or a soft edge where the border is a guess.
//
// Both are broad lines of which only the inner half is let through. A filter would look the same, but is worked
// out anew for every piece of the map that the browser paints, and held up the next click where zones fill the screen.

const L = window.L;
const SVG = "http://www.w3.org/2000/svg";
const STEPS = 6; // of a soft edge: that many lines over each other, each broader than the one before

/** Clip every polygon of a Leaflet group to its own outline, whenever the outline is drawn. */
export function clipToSelf(group) {
  group.eachLayer((layer) => {
    const [id, outline] = clipPath("band", layer);
    onOutline(layer, (d) => {
      outline.setAttribute("d", d);
      layer._path.setAttribute("clip-path", `url(#${id})`);
    });
  });
}

/** Soften every polygon of a Leaflet group: lines in the colour of the ground, closer together towards its border. */
export function softenEdges(group) {
  group.eachLayer((layer) => {
    const [id, outline] = clipPath("soft", layer);
    const lines = Array.from({ length: STEPS }, (_, i) => node("path", { class: `soft-${i + 1}` }));
    const soft = node("g", { class: `soft-edge ${layer.options.className}`, "clip-path": `url(#${id})` });
    soft.append(...lines);
    layer.on("remove", () => soft.remove());
    onOutline(layer, (d) => {
      for (const path of [outline, ...lines]) path.setAttribute("d", d);
      if (!soft.isConnected) layer._path.after(soft);
    });
  });
}

function clipPath(name, layer) {
  const id = `${name}-${L.stamp(layer)}`;
  const outline = node("path", { "clip-rule": "evenodd" });
  const clip = node("clipPath", { id });
  clip.append(outline);
  document.querySelector("svg.sprite defs").append(clip);
  return [id, outline];
}

/** Call `draw(d)` now and whenever Leaflet has drawn the outline anew. */
function onOutline(layer, draw) {
  const update = layer._updatePath;
  layer._updatePath = function updatePath() {
    update.call(this);
    draw(this._path.getAttribute("d"));
  };
  if (layer._path) layer._updatePath();
}

function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
