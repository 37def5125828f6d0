// The shapes of all panes in one SVG, a group in it for each pane.
//
// Leaflet gives every pane an SVG of its own, larger than the map, and the browser keeps and lays together a
// picture of each: eleven of them held up clicks at the end of every flight and filled the tab's memory. Panes
// stay what they were for everybody else: their z-index and opacity say where a group lies and how strong it is.
// Only where points are brought under shapes do the shapes part into more than one SVG.

const L = window.L;
const SVG = "http://www.w3.org/2000/svg";
const POINTS = /^points-/; // panes of marks, which are HTML: no group can hold them
const ARROWS = "line-arrows"; // lie over what is chosen, which would hide them

/** Draw every path added to the map from now on in the group of its pane. */
export function joinPanes(map) {
  const strata = new Strata(map);
  L.Path.mergeOptions({ renderer: strata.renderer });
  map.on("panes", () => strata.arrange());
  return strata;
}

const SharedSVG = L.SVG.extend({
  initialize(groupOf, options) {
    L.SVG.prototype.initialize.call(this, options);
    this.groupOf = groupOf;
  },
  // A path may be drawn several times over itself, a class each time: reckoned once, whatever lies on it.
  _initPath(layer) {
    L.SVG.prototype._initPath.call(this, layer);
    layer._drawn = null;
    layer._echoes = (layer.options.echoes || []).map((className) => {
      const echo = document.createElementNS(SVG, "path");
      echo.setAttribute("class", className);
      echo.setAttribute("fill", "none");
      return echo;
    });
  },
  _addPath(layer) {
    this.groupOf(layer.options.pane).append(layer._path, ...layer._echoes);
    layer.addInteractiveTarget(layer._path);
  },
  _removePath(layer) {
    L.SVG.prototype._removePath.call(this, layer);
    for (const echo of layer._echoes) echo.remove();
  },
  _setPath(layer, d) {
    if (layer._drawn === d) return; // most shapes of a large map are out of sight, before a move and after
    layer._drawn = d;
    for (const path of [layer._path, ...layer._echoes]) path.setAttribute("d", d);
  },
});

class Strata {
  constructor(map) {
    this.map = map;
    this.groups = new Map(); // pane -> its group
    this.sheets = []; // renderers from the lowest up; the first one keeps every path, the others only show some
    this.renderer = new SharedSVG((pane) => this.groupOf(pane), { pane: paneOf(map, 0) });
    this.sheets.push(this.renderer);
  }

  /** The group that holds a pane's shapes. */
  groupOf(pane) {
    if (!this.groups.has(pane)) {
      const group = document.createElementNS(SVG, "g");
      group.dataset.pane = pane;
      this.groups.set(pane, group);
      this.arrange();
    }
    return this.groups.get(pane);
  }

  /** Put the groups in the order of their panes, and take over how strong each is. */
  arrange() {
    let sheet = -1;
    let place = 0; // in the sheet
    let parted = true;
    for (const [pane, depth] of this.order()) {
      const group = this.groups.get(pane);
      if (!group) { parted = true; continue; }
      if (parted) { this.raise(sheet += 1, depth); place = 0; }
      parted = false;
      const root = this.sheets[sheet]._rootGroup;
      // A group that is moved is drawn anew, so none is that has its place.
      if (root.children[place] !== group) root.insertBefore(group, root.children[place] ?? null);
      place += 1;
      group.style.opacity = this.map.getPane(pane).style.opacity;
    }
  }

  /** Panes with shapes and panes of marks, from the lowest up: [name, z-index]. */
  order() {
    const names = new Set([...this.groups.keys(), ...Object.keys(this.map.getPanes()).filter((name) => POINTS.test(name))]);
    const depths = [...names].map((name) => [name, Number(this.map.getPane(name).style.zIndex)]);
    const focus = depths.find(([name]) => name === "focus"); // what is chosen is seen, whatever was brought to the top
    if (focus) focus[1] = Math.max(focus[1], ...depths.filter(([name]) => this.groups.has(name) && name !== ARROWS).map(([, depth]) => depth + 0.5));
    return depths.sort((a, b) => a[1] - b[1]);
  }

  raise(index, depth) {
    const pane = paneOf(this.map, index);
    this.sheets[index] ??= L.svg({ pane });
    if (!this.map.hasLayer(this.sheets[index])) this.sheets[index].addTo(this.map);
    this.map.getPane(pane).style.zIndex = String(depth);
  }
}

function paneOf(map, index) {
  const name = `shapes-${index}`;
  if (!map.getPane(name)) map.createPane(name);
  return name;
}
