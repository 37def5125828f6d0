// What Folium's generated file calls: it registers the layers and then starts the map. The program itself is
// asked for after the first paint, in one file or all its modules at once, so that the reader sees the page before it works;
// where painting takes long, soon anyway.

import { afterPaint } from "./paint.js";

const sources = {};
const LONGEST_WAIT_MS = 1000;
const soon = new Promise((resolve) => { setTimeout(resolve, LONGEST_WAIT_MS); });
const program = Promise.race([afterPaint(), soon]).then(() => {
  const { content: address, dataset } = document.querySelector("meta[name=program]");
  for (const module of dataset.modules.split(" ").filter(Boolean)) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = module;
    document.head.append(link);
  }
  return import(address);
});

window.LingangAtlas = {
  addLayer(map, spec) { sources[spec.id] = spec.url; },
  async start(map, options) { (await program).run(map, options, sources); },
};
