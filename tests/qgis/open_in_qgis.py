"""What QGIS itself makes of our files: run by Debian's Python, whose PyQGIS belongs to it, and not by ours.

Reads one wish as JSON from standard input and writes one answer as JSON to the file the wish names in
`answer`; QGIS writes its own remarks to standard output. Wishes are the functions of `WISHES`.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsExpressionContextUtils,
    QgsFeatureRequest,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QImage

SIZE = (1400, 1000)  # pixels of a picture


def open_project(wish):
    """Open a project: what its layers are; draw the views that are asked for."""
    project = QgsProject.instance()
    canvas = QgsMapSettings()
    project.readProject.connect(lambda text: canvas.readXml(text.elementsByTagName("mapcanvas").at(0)))
    opened = project.read(wish["project"])
    layers = list(project.mapLayers().values())
    root = project.layerTreeRoot()
    shown = [layer for layer in root.layerOrder() if root.findLayer(layer.id()).isVisible()]
    made = {
        "opened": opened,
        "error": project.error(),
        "title": project.title(),
        "crs": project.crs().authid(),
        "view": box_of(canvas.extent()),
        "layers": {layer.id(): look_at(layer) for layer in layers},
        "shown": [layer.id() for layer in shown],
        "relations": {
            relation.id(): relation.isValid() for relation in project.relationManager().relations().values()
        },
    }
    made["views"] = []
    for view in wish.get("views", ()):
        chosen = [layer for layer in root.layerOrder() if layer.id() in view.get("layers", made["shown"])]
        extent = QgsRectangle(*view["extent"]) if "extent" in view else canvas.extent()
        made["views"].append(draw(project, chosen, extent, view["picture"]))
    return made


def open_layers(wish):
    """Open files or services: what each is."""
    return {
        name: look_at(QgsVectorLayer(source["uri"], name, source.get("provider", "ogr")), source)
        for name, source in wish["sources"].items()
    }


def load_styles(wish):
    """Give every style file to a layer of its kind of geometry."""
    found = {}
    for name, style in wish["styles"].items():
        layer = QgsVectorLayer(style["uri"], name, "ogr")
        message, loaded = layer.loadNamedStyle(style["qml"])
        found[name] = {"valid": layer.isValid(), "loaded": loaded, "message": message, **look_at(layer)}
    return found


def look_at(layer, asked=None):
    """What QGIS knows of a layer, and what of its rows it reads, within a box and under a condition."""
    made = {
        "name": layer.name(),
        "valid": layer.isValid(),
        "error": "" if layer.error().isEmpty() else layer.error().summary(),
        "provider": layer.providerType(),
        "crs": layer.crs().authid() if layer.isValid() else "",
        "count": layer.featureCount(),
    }
    if not layer.isValid():
        return made
    request = QgsFeatureRequest()
    if asked and "box" in asked:
        request.setFilterRect(QgsRectangle(*asked["box"]))
    if asked and "subset" in asked:
        made["subset"] = layer.setSubsetString(asked["subset"])
    elif asked and "where" in asked:
        request.setFilterExpression(asked["where"])
    rows = list(layer.getFeatures(request))
    fields = layer.fields()
    key = next((i for i in map(fields.indexFromName, ("id", "feature_id", "FID", "fid")) if i >= 0), None)
    label = next((i for i in map(fields.indexFromName, ("name", "Name")) if i >= 0), None)
    made["rows"] = len(rows)
    made["ids"] = sorted(str(row[key]) for row in rows) if key is not None else None
    made["names"] = sorted(str(row[label]) for row in rows) if label is not None else None
    made["placed"] = sum(row.hasGeometry() and not row.geometry().isEmpty() for row in rows)
    made["extent"] = box_of(layer.extent())
    made["renderer"] = layer.renderer().type() if layer.renderer() else None
    items = layer.renderer().legendSymbolItems() if layer.renderer() else []
    made["legend"] = [item.label() for item in items]
    made["labels"] = layer.labelsEnabled() and layer.labeling() is not None
    return made


def box_of(extent):
    return [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()]


def draw(project, layers, extent, picture):
    """Draw layers of a project, the first on top; return the names drawn and the pixels of each colour."""
    settings = QgsMapSettings()
    settings.setDestinationCrs(project.crs())
    settings.setBackgroundColor(project.backgroundColor())
    settings.setOutputSize(QSize(*SIZE))
    settings.setOutputDpi(96)
    settings.setExtent(extent)
    settings.setTransformContext(project.transformContext())
    context = project.createExpressionContext()
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    layers = [layer for layer in layers if layer.isInScaleRange(settings.scale())]
    settings.setLayers(layers)
    settings.setFlag(QgsMapSettings.Antialiasing, True)
    settings.setFlag(QgsMapSettings.DrawLabeling, True)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture, "PNG")
    pixels = image.convertToFormat(QImage.Format_RGB888)
    content = pixels.bits().asstring(pixels.sizeInBytes())
    rows = (content[start : start + 3 * SIZE[0]] for start in range(0, len(content), pixels.bytesPerLine()))
    colours = Counter(row[i : i + 3].hex() for row in rows for i in range(0, len(row), 3))
    names = {label.labelText for label in job.takeLabelingResults().allLabels()}
    return {"names": sorted(names), "colours": dict(colours.most_common(200)), "scale": settings.scale()}


WISHES = {"open_project": open_project, "open_layers": open_layers, "load_styles": load_styles}


def main():
    wish = json.load(sys.stdin)
    application = QgsApplication([], False)
    application.initQgis()
    made = {"version": Qgis.QGIS_VERSION, **{"found": WISHES[wish["do"]](wish)}}
    Path(wish["answer"]).write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    QgsProject.instance().clear()
    application.exitQgis()


main()
