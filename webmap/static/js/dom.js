// Building elements without ever parsing HTML: text from documents is always text.

const SVG_NS = "http://www.w3.org/2000/svg";

/** Make an element. `attributes` may hold `class`, `text`, `on` ({event: handler}) and any attribute. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "class") node.className = value;
    else if (name === "on") Object.entries(value).forEach(([event, handler]) => node.addEventListener(event, handler));
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An SVG symbol of the page's sprite. */
export function symbol(id, className) {
  const svg = document.createElementNS(SVG_NS, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG_NS, "use");
  use.setAttribute("href", `#${id}`);
  svg.append(use);
  return svg;
}

/** Text with some spans marked. `spans` are [start, end, class]; of two that overlap the second keeps the rest. */
export function markedText(text, spans, from = 0) {
  const nodes = [];
  let position = from;
  // Offsets count characters (code points); a JavaScript string counts UTF-16 units.
  const characters = Array.from(text);
  for (const [begin, end, className] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (end <= position) continue;
    const start = Math.max(begin, position);
    nodes.push(characters.slice(position, start).join(""));
    nodes.push(el("mark", { class: className, text: characters.slice(start, end).join("") }));
    position = end;
  }
  nodes.push(characters.slice(position).join(""));
  return nodes;
}
