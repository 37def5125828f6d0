"""Which elements of a web page are blocks, which are hidden, and which end without saying so?

Sets of tag names after the HTML standard, as far as they decide where a line of text ends.
"""

from __future__ import annotations

UNREAD = {"script", "style"}  # raw to their end tag
RAW_TEXT = {"title": "page title", "textarea": "form field", "iframe": "frame", "xmp": "", "noembed": ""}
DROPPED = {
    "nav": "navigation", "template": "template", "noscript": "fallback", "svg": "drawing",
    "datalist": "form field", "object": "embedded object", "math": "formula", "audio": "sound",
    "video": "video",
}  # fmt: skip
INLINE = {
    "a", "b", "big", "em", "font", "i", "label", "mark", "q", "s", "small", "span", "strong", "sub",
    "sup", "u",
}  # fmt: skip
VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
}  # fmt: skip
BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol",
    "optgroup", "option", "p", "pre", "section", "select", "summary", "table", "tbody", "tfoot",
    "thead", "tr", "ul",
}  # fmt: skip
LISTS = {"ol", "ul", "menu", "dir"}
TABLE_PARTS = {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
FENCES = {"table", "td", "th", "caption"}  # no end tag from within reaches out of these
SPECIAL = BLOCKS | FENCES | set(DROPPED)
# A start tag that ends an open element of the same kind, and what that element must lie within.
ENDS = {
    "li": ({"li"}, LISTS), "dt": ({"dt", "dd"}, {"dl"}), "dd": ({"dt", "dd"}, {"dl"}),
    "tr": ({"tr"}, {"table"}), "td": ({"td", "th"}, {"tr", "table"}), "th": ({"td", "th"}, {"tr", "table"}),
    "option": ({"option"}, {"select"}),
}  # fmt: skip
