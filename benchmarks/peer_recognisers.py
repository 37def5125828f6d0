"""The recognisers that geocode_peers.py compares, each served as a process of its own.

Run with the interpreter of the environment that holds the recogniser: only the standard library is imported
before one is chosen. Requests and replies are JSON, a line each: `{"names": […]}` once, then `{"texts": […]}`
answered by `{"found": […], "seconds": processor seconds, "peak_mib": VmHWM so far}`. `found` holds for each
text the place strings, or for our geocoder its links record.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from figures import peak_memory_mib

Recogniser = Callable[[Sequence[str]], list[Any]]
PLACE_TAGS = ("ns", "nt", "nz", "nsf", "s")  # places, organisations, other names, places abroad, localities


def serve(name: str) -> int:
    """Answer requests on standard input until it ends; what libraries print goes to standard error."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    recognise = RECOGNISERS[name](json.loads(sys.stdin.readline())["names"])
    recognise(["在上海市浦东新区建设。"])  # loads what the library loads late
    for line in sys.stdin:
        texts = json.loads(line)["texts"]
        began = time.process_time()
        found = recognise(texts)
        seconds = time.process_time() - began
        reply = {"found": found, "seconds": seconds, "peak_mib": peak_memory_mib()}
        print(json.dumps(reply, ensure_ascii=False), file=replies, flush=True)
    return 0


def ours(_: Sequence[str]) -> Recogniser:
    """Our geocoder with the built-in gazetteer; a text may be `[text, title, path]`."""
    from geo.batch import collection_paused
    from geo.gazetteer import read_gazetteer
    from geo.geocoder import Geocoder
    from lingang.locations import data_dir

    geocoder = Geocoder(read_gazetteer(data_dir()))

    def recognise(texts: Sequence[Any]) -> list[Any]:
        items = [(text, "", ()) if isinstance(text, str) else text for text in texts]
        with collection_paused():  # as `lingang geocode` does
            return [geocoder.geocode(*item).to_record("") for item in items]

    return recognise


def longest_match(names: Sequence[str]) -> Recogniser:
    """From left to right the longest of the names given, and nothing else."""
    import re

    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return lambda texts: [pattern.findall(text) for text in texts]


def jieba_tags(names: Sequence[str]) -> Recogniser:
    """jieba's part-of-speech tags, with the names given as words of its user dictionary."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel("WARNING")
    for name in names:
        jieba.add_word(name, tag="ns")

    def recognise(texts: Sequence[str]) -> list[Any]:
        return [[word for word, tag in jieba.posseg.cut(text) if tag in PLACE_TAGS] for text in texts]

    return recognise


def jionlp_recogniser(_: Sequence[str]) -> Recogniser:
    """JioNLP's recogniser of the places that a text is about."""
    import jionlp

    def places(text: str) -> list[str]:
        found = jionlp.recognize_location(text)
        known = [place for place, _ in (*(found["domestic"] or ()), *(found["foreign"] or ()))]
        return [part for place in known for part in place.values() if part] + list(found["others"] or ())

    return lambda texts: [places(text) for text in texts]


def jionlp_parser(_: Sequence[str]) -> Recogniser:
    """JioNLP's parser of one address, down to towns and villages."""
    import jionlp

    parts = ("province", "city", "county", "town", "village")

    def places(text: str) -> list[str]:
        found = jionlp.parse_location(text, town_village=True)
        return [found[part] for part in parts if found.get(part)]

    return lambda texts: [places(text) for text in texts]


def cpca_transform(_: Sequence[str]) -> Recogniser:
    """cpca over all texts at once: one province, city and district for each."""
    import cpca

    def recognise(texts: Sequence[str]) -> list[Any]:
        return [_names(row) for row in cpca.transform(list(texts)).to_dict("records")]

    return recognise


def cpca_all(_: Sequence[str]) -> Recogniser:
    """cpca's reader of running text: every province, city and district that it names."""
    import cpca

    def places(text: str) -> list[str]:
        try:
            frame = cpca.transform_text_with_addrs(text)
        except KeyError:  # cpca 0.5.5 asks an empty table for its columns when it finds nothing
            return []
        return [name for row in frame.to_dict("records") for name in _names(row)]

    return lambda texts: [places(text) for text in texts]


def _names(row: dict[str, Any]) -> list[str]:
    return [row[part] for part in ("省", "市", "区") if isinstance(row[part], str) and row[part]]


RECOGNISERS: dict[str, Callable[[Sequence[str]], Recogniser]] = {
    "Lingang Atlas": ours,
    "longest match": longest_match,
    "jieba tags": jieba_tags,
    "JioNLP recognize": jionlp_recogniser,
    "JioNLP parse": jionlp_parser,
    "cpca transform": cpca_transform,
    "cpca all": cpca_all,
}
OUR_ENVIRONMENT = ("Lingang Atlas", "longest match")

if __name__ == "__main__":
    sys.exit(serve(sys.argv[1]))
