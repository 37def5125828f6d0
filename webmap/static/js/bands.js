// The coloured band inside a zone's border: a broad line of which only the inner half is let through.
//
// A filter that eats away the inside looks the same, but is worked out anew for every piece of the map that
// the browser paints, and held up the next click for seconds where zones fill the screen.

const L = window.L;
const SVG = "http://www.w3.org/2000/svg";

/** Clip every polygon of a Leaflet group to its own outline, whenever the outline is drawn. */
export function clipToSelf(group) {
  const defs = document.querySelector("svg.sprite defs");
  group.eachLayer((layer) => {
    const clip = document.createElementNS(SVG, "clipPath");
    const outline = document.createElementNS(SVG, "path");
    clip.id = `band-${L.stamp(layer)}`;
    outline.setAttribute("clip-rule", "evenodd");
    clip.append(outline);
    defs.append(clip);
    const update = layer._updatePath;
    layer._updatePath = function updatePath() {
      update.call(this);
      outline.setAttribute("d", this._path.getAttribute("d"));
      this._path.setAttribute("clip-path", `url(#${clip.id})`);
    };
    if (layer._path) layer._updatePath();
  });
}
