"""What kind of place is a task about? The kinds of the data, gathered into those that a reader filters by."""

from __future__ import annotations

from geo.features import Feature

PLACE_KINDS = (
    "zone", "transit", "stop", "road", "water", "park", "school", "hospital", "care", "culture", "industry",
    "research", "commerce", "port", "energy", "housing", "other",
)  # fmt: skip
_GATHERED = {
    "metro": "transit", "rail": "transit", "brt": "transit", "freight_rail": "transit", "station": "stop",
    "bridge": "road", "motorway": "road", "ring_road": "road", "river": "water", "canal": "water",
    "lake": "water", "sea_wall": "water", "coast": "water", "pump": "water", "green": "park",
    "island": "park", "elderly_care": "care", "community_service": "care", "sport": "culture",
    "plant": "industry", "platform": "industry", "test_area": "industry", "institution": "research",
    "office": "commerce", "mall": "commerce", "hotel": "commerce", "substation": "energy",
    "parcel": "housing",
}  # fmt: skip


def kind_of_place(feature: Feature) -> str:
    """One of `PLACE_KINDS`; what is not sorted in is `other`."""
    own = str(feature.properties.get("kind"))
    kind = _GATHERED.get(own, own)
    return kind if kind in PLACE_KINDS else "other"
