"""Files that other programs read: one module for each family of formats, over one table of a layer."""
