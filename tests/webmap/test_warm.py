"""The application asks itself for what is slow to build, so that no reader waits for it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request, request_started

from webmap import warm


def test_every_address_asked_for_ahead_is_there(app: Flask) -> None:
    client = app.test_client()

    answers = {address: client.get(address).status_code for address in warm.ADDRESSES}

    assert set(answers.values()) == {200}, answers


def test_it_asks_in_the_background_and_ends_by_itself(app: Flask) -> None:
    def note(sender: Flask, **values: object) -> None:
        asked.append(request.path)

    asked: list[str] = []
    with request_started.connected_to(note, app):
        warm.start_warming(app, delay_s=0).join(120)

    first, *others = asked
    assert others == [urlsplit(address).path for address in warm.ADDRESSES]
    assert app.test_client().get(first).json["tasks"]  # a zone's list is what a reader asks for first
