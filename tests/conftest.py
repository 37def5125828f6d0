"""What every room's tests share: the built-in atlas, read once, and the web application over it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from layers.atlas import Atlas, load_atlas
from webmap.app import create_app


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """The built-in atlas. Nobody changes it."""
    return load_atlas()


@pytest.fixture(scope="session")
def app(atlas: Atlas) -> Flask:
    """The application over the built-in atlas."""
    application = create_app(atlas=atlas)
    application.testing = False  # errors are answered as a reader would see them
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without cookies or history."""
    return app.test_client()
