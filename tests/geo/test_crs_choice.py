"""The system of a file: positions within a millimetre of formulas of our own, and only where it serves."""

import math

import numpy as np
import pytest
import shapely

from geo.crs import get_transformer
from geo.crs_choice import SUGGESTED, CrsReachError, choose_crs, project
from geo.errors import UnknownCrsError
from geo.faults import EXTENT_DEG

POINTS = [(121.5, 30.6), (121.9256, 30.9012), (121.95, 30.85), (122.2, 31.1), (121.65, 30.98)]
MILLIMETRE = 0.001
INNER = (121.6, 30.8, 122.0, 31.0)


def transverse_mercator(
    lon: float, lat: float, *, meridian: float, scale: float = 1.0, flattening: float = 1 / 298.257222101
) -> tuple[float, float]:
    """East and north by Krüger's series to n^4, an error below a micrometre; false easting 500,000 m."""
    n = flattening / (2 - flattening)
    radius = 6378137.0 / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    alphas = (
        n / 2 - 2 / 3 * n**2 + 5 / 16 * n**3 + 41 / 180 * n**4,
        13 / 48 * n**2 - 3 / 5 * n**3 + 557 / 1440 * n**4,
        61 / 240 * n**3 - 103 / 140 * n**4,
        49561 / 161280 * n**4,
    )
    phi, dlon = math.radians(lat), math.radians(lon - meridian)
    root = 2 * math.sqrt(n) / (1 + n)
    t = math.sinh(math.atanh(math.sin(phi)) - root * math.atanh(root * math.sin(phi)))
    xi, eta = math.atan2(t, math.cos(dlon)), math.atanh(math.sin(dlon) / math.hypot(1, t))
    north, east = xi, eta
    for j, alpha in enumerate(alphas, start=1):
        north += alpha * math.sin(2 * j * xi) * math.cosh(2 * j * eta)
        east += alpha * math.cos(2 * j * xi) * math.sinh(2 * j * eta)
    return 500_000 + scale * radius * east, scale * radius * north


def pseudo_mercator(lon: float, lat: float) -> tuple[float, float]:
    return 6378137.0 * math.radians(lon), 6378137.0 * math.asinh(math.tan(math.radians(lat)))


def geocentric(lon: float, lat: float) -> tuple[float, ...]:
    f, lam, phi = 1 / 298.257222101, math.radians(lon), math.radians(lat)
    e2 = f * (2 - f)
    radius = 6378137.0 / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    flat = radius * math.cos(phi)
    return flat * math.cos(lam), flat * math.sin(lam), radius * (1 - e2) * math.sin(phi)


def written(code: str, lon: float, lat: float) -> list[float]:
    (shape,) = project(np.array([shapely.Point(lon, lat)], dtype=object), choose_crs(code, INNER))
    return shapely.get_coordinates(shape, include_z=shape.has_z)[0].tolist()


FORMULAS = {
    "EPSG:4549": lambda lon, lat: transverse_mercator(lon, lat, meridian=120),
    "EPSG:4550": lambda lon, lat: transverse_mercator(lon, lat, meridian=123),
    "EPSG:32651": lambda lon, lat: transverse_mercator(
        lon, lat, meridian=123, scale=0.9996, flattening=1 / 298.257223563
    ),
    "EPSG:3857": pseudo_mercator,
    "EPSG:4479": geocentric,
    "EPSG:4490": lambda lon, lat: (lon, lat),
    "EPSG:4326": lambda lon, lat: (lon, lat),
}


@pytest.mark.parametrize("code", FORMULAS)
@pytest.mark.parametrize("lon, lat", POINTS)
def test_a_position_is_that_of_the_formula_east_first(code: str, lon: float, lat: float) -> None:
    target = choose_crs(code, INNER)
    wanted = FORMULAS[code](lon, lat)
    assert written(code, lon, lat) == pytest.approx(wanted, abs=0.5 * 10**-target.decimals + MILLIMETRE)


# Printed by cs2cs of PROJ 9.1.1, six decimals, axes as east, north.
CS2CS = {
    "EPSG:4549": [
        (684108.840178, 3421609.712240),
        (643858.843933, 3387586.626402),
        (709914.039090, 3444143.653788),
    ],
    "EPSG:4550": [
        (397281.715190, 3420515.137594),
        (356141.156067, 3387586.626402),
        (423675.270324, 3442336.600269),
    ],
    "EPSG:32651": [
        (397322.802504, 3419146.931636),
        (356198.699605, 3386231.591848),
        (423705.800216, 3440959.665727),
    ],
    "EPSG:3857": [
        (13572695.706664, 3619924.718945),
        (13525318.131383, 3580909.760462),
        (13603241.774938, 3645742.868004),
    ],
}


@pytest.mark.parametrize("code", CS2CS)
def test_a_position_is_that_of_cs2cs_within_a_millimetre(code: str) -> None:
    for (lon, lat), wanted in zip(
        ((121.9256, 30.9012), (121.5, 30.6), (122.2, 31.1)), CS2CS[code], strict=True
    ):
        assert get_transformer("EPSG:4326", code).transform(lon, lat) == pytest.approx(wanted, abs=MILLIMETRE)


def test_pyproj_itself_is_within_a_millimetre_of_the_formulas() -> None:
    for code in ("EPSG:4549", "EPSG:4550", "EPSG:32651", "EPSG:3857"):
        for lon, lat in POINTS:
            found = get_transformer("EPSG:4326", code).transform(lon, lat)
            assert found == pytest.approx(FORMULAS[code](lon, lat), abs=MILLIMETRE), code


@pytest.mark.parametrize(
    "name, code",
    [
        (None, 4326), ("4549", 4549), ("epsg:4549", 4549), ("OGC:CRS84", 4326), ("CGCS2000", 4490),
        ("urn:ogc:def:crs:EPSG::32651", 32651), ("http://www.opengis.net/def/crs/EPSG/0/4549", 4549),
    ],
)  # fmt: skip
def test_a_system_goes_by_several_names(name: str | None, code: int) -> None:
    assert choose_crs(name).code == code


@pytest.mark.parametrize("name", ["", "mars", "EPSG:99999", "EPSG:1234567", "GCJ", "EPSG:4549; drop"])
def test_a_name_that_no_system_has_is_refused(name: str) -> None:
    with pytest.raises(UnknownCrsError, match="write an EPSG code"):
        choose_crs(name)


@pytest.mark.parametrize(
    "name, says",
    [
        ("EPSG:27700", "it serves lon -9.* which does not hold the data"),
        ("EPSG:32650", "lon 114..120"),
        ("EPSG:4548", "lon 115.5..118.5"),
        ("EPSG:5773", "a Vertical CRS has no two horizontal axes"),
        ("EPSG:4979", "Geographic 3D"),
    ],
)
def test_a_system_that_does_not_serve_here_is_refused_with_some_that_do(name: str, says: str) -> None:
    with pytest.raises(CrsReachError, match=says) as caught:
        choose_crs(name)
    assert all(code in str(caught.value) for code in SUGGESTED)


@pytest.mark.parametrize("name", SUGGESTED)
def test_what_is_suggested_serves_the_whole_area(name: str) -> None:
    corners = shapely.points([EXTENT_DEG[:2], EXTENT_DEG[2:]])
    assert np.isfinite(shapely.get_coordinates(project(corners, choose_crs(name)))).all()


def test_a_strip_that_is_left_says_so() -> None:
    assert any("published for lon 118.5..121.5" in note for note in choose_crs("EPSG:4549").notes)
    assert not any("published for" in note for note in choose_crs("EPSG:4550", INNER).notes)


def test_an_old_datum_says_how_well_it_can_be_reached() -> None:
    assert any("accuracy of 15 m" in note for note in choose_crs("EPSG:4214").notes)
    assert any("not shifted" in note for note in choose_crs("EPSG:4610").notes)


def test_no_position_has_more_decimals_than_its_system() -> None:
    for name in SUGGESTED:
        for value in written(name, 121.92561234567, 30.90121234567):
            assert round(value, choose_crs(name).decimals) == value


def test_in_the_stored_system_only_decimals_and_heights_are_cut() -> None:
    kept, long, high = (
        shapely.Point(121.9, 30.9),
        shapely.Point(121.9000004, 30.9),
        shapely.Point(121.9, 30.9, 5),
    )
    given = np.array([kept, None, long, high, shapely.Point()], dtype=object)
    found = project(given, choose_crs(None)).tolist()
    assert found[0] is kept and found[1] is None and found[4].is_empty
    assert found[2].equals_exact(kept, 0) and found[3].equals_exact(kept, 0) and not found[3].has_z
    assert given[2] is long, "what was given is not changed"
    for lost in (math.nan, math.inf):
        with pytest.raises(CrsReachError, match="has no coordinates in it"):
            project(np.array([kept, shapely.Point(lost, 30.9)], dtype=object), choose_crs(None))
