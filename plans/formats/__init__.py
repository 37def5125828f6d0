"""How a format becomes text: each module reads one, all of them write on a `plans.formats.sheet.Sheet`."""
