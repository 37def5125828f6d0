"""Does a feature have the properties its file promises? (`data/schema/features.schema.json`)"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from textwrap import shorten
from typing import Any

from jsonschema import Draft202012Validator

from geo.faults import FILES, Dataset, Fault, fault
from geo.features import Feature
from lingang.locations import data_dir

GIVEN_WIDTH = 80  # characters of a wrong value that a message shows


def check_schema(data: Dataset) -> Iterator[Fault]:
    """Yield a fault for every property that is missing, of a wrong type or not one of the words allowed."""
    for stem in FILES:
        validator = _validator(stem)
        for feature in data.of(stem):
            for error in sorted(validator.iter_errors(_instance(feature)), key=lambda each: each.json_path):
                for message in _messages(error):
                    yield fault(feature, "schema", message)


@cache
def _validator(stem: str) -> Any:
    """The validator of one file; all share the definitions of the one schema."""
    schema = json.loads((data_dir() / "schema" / "features.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator({**schema, "$ref": f"#/$defs/{stem}"})


def _instance(feature: Feature) -> dict[str, Any]:
    """What the schema looks at: positions are read strictly before, so the geometry's type is enough."""
    geometry = feature.geometry.geom_type if feature.geometry is not None else None
    return {"id": feature.id, "properties": feature.properties, "geometry": geometry}


def _messages(error: Any) -> Iterator[str]:
    """The fault in words a curator can act on; one for each missing property."""
    steps = [str(step) for step in error.absolute_path]
    where = ".".join(steps[1:] if steps[:1] == ["properties"] else steps)
    given = shorten(json.dumps(error.instance, ensure_ascii=False), GIVEN_WIDTH, placeholder=" …")
    if error.validator == "required":
        # jsonschema reports each missing name by its own error; the name stands in its message
        yield f"{error.message.split(' is a required')[0]} is missing"
    elif error.validator in ("enum", "const"):
        wanted = error.validator_value if error.validator == "enum" else [error.validator_value]
        words = ", ".join("null" if word is None else str(word) for word in wanted)
        yield f"{where!r} is {given}; expected one of {words}"
    elif error.validator == "type":
        wanted = error.validator_value
        words = wanted if isinstance(wanted, str) else " or ".join(wanted)
        yield f"{where!r} is {given}; expected {words}"
    elif error.validator == "pattern":
        yield f"{where!r} is {given}; expected text of the form {error.validator_value}"
    elif error.validator == "oneOf":
        yield f"{where!r} is {given}; expected [lon, lat] or null"
    else:
        yield f"{where!r}: {error.message}"
