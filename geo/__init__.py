"""Places: zones and other features, the gazetteer, the geocoder, and coordinate reference systems."""

from geo.compiled import prefer_compiled

prefer_compiled(__path__)
