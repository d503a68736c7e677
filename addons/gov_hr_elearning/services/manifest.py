"""imsmanifest.xml of SCORM 1.2 and 2004: what is launched, in what order, under what conditions.

Only what a player needs is read.  Documents with a DTD or entities are refused; nothing is fetched.
"""

import posixpath
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from lxml import etree

from .archive import PackageError
from .cmi import duration_2004, parse_time_12

NAME = "imsmanifest.xml"
SIZE = 5 * 1024 * 1024
ITEMS = 1000
DEPTH = 12
TEXT = 300


@dataclass
class Item:
    """An activity of the table of contents; without ``href`` it only groups others."""

    identifier: str
    title: str
    depth: int
    parent: str = ""
    href: str = ""
    kind: str = ""  # sco, asset or empty
    is_visible: bool = True
    mastery: float | None = None  # 1.2, out of 100; 2004, scaled -1…1
    threshold: float | None = None  # 2004: progress that means complete
    max_seconds: float | None = None
    limit_action: str = ""
    launch_data: str = ""
    objectives: list = field(default_factory=list)


@dataclass
class Manifest:
    """A package: version of the standard, title, items in order."""

    version: str
    edition: str
    title: str
    identifier: str
    items: list

    @property
    def launched(self):
        return [item for item in self.items if item.href]


def parse(data, files):
    """Read a manifest.

    :param data: bytes of imsmanifest.xml
    :param files: names of the files of the package
    """
    if len(data) > SIZE:
        raise PackageError("manifest_size", NAME)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PackageError("manifest_xml", NAME, str(error).split("\n")[0][:200]) from error
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise PackageError("manifest_dtd", NAME)
    if any(not isinstance(node.tag, str) for node in root.iter()):
        raise PackageError("manifest_dtd", NAME)
    if _local(root) != "manifest":
        raise PackageError("manifest_root", NAME)
    version, edition = _version(root)
    resources = _resources(root, files)
    organization = _organization(root)
    items = []
    if organization is not None:
        _walk(organization, resources, items, version, "", 0)
    if not any(item.href for item in items):
        # a package of one page often has no organisation: its resources are launched
        items = [
            Item(identifier, posixpath.basename(href), 0, href=href, kind=kind)
            for identifier, (href, kind) in resources.items()
            if href and kind == "sco"
        ] or [
            Item(identifier, posixpath.basename(href), 0, href=href, kind=kind)
            for identifier, (href, kind) in resources.items()
            if href
        ][:1]
    if not items:
        raise PackageError("manifest_empty", NAME)
    title = _text(organization, "title") if organization is not None else ""
    return Manifest(version, edition, title or items[0].title, root.get("identifier", "")[:TEXT], items)


def _local(node):
    return etree.QName(node).localname


def _children(node, name):
    return [child for child in node if _local(child) == name]


def _child(node, name):
    return next(iter(_children(node, name)), None)


def _text(node, name):
    child = _child(node, name)
    return " ".join((child.text or "").split())[:TEXT] if child is not None else ""


def _attribute(node, name):
    """Return an attribute whatever its prefix."""
    for key, value in node.attrib.items():
        if etree.QName(key).localname.lower() == name.lower():
            return value
    return ""


def _version(root):
    metadata = _child(root, "metadata")
    edition = _text(metadata, "schemaversion") if metadata is not None else ""
    if edition.startswith("1.2") or edition == "1.1":
        return "1.2", "1.2"
    if "2004" in edition or "CAM 1.3" in edition or edition.startswith("1.3"):
        return "2004", edition
    spaces = " ".join(space for node in root.iter() for space in node.nsmap.values() if space)
    if "adlcp_v1p3" in spaces or "imsss" in spaces:
        return "2004", edition or "2004"
    if "adlcp_rootv1p2" in spaces:
        return "1.2", "1.2"
    if edition:
        raise PackageError("manifest_version", NAME, edition[:60])
    raise PackageError("manifest_version", NAME, "?")


def _organization(root):
    holder = _child(root, "organizations")
    if holder is None:
        return None
    found = _children(holder, "organization")
    wanted = holder.get("default")
    return next((one for one in found if wanted and one.get("identifier") == wanted), found[0] if found else None)


def _resources(root, files):
    holder = _child(root, "resources")
    if holder is None:
        raise PackageError("manifest_empty", NAME)
    base = _attribute(root, "base") + _attribute(holder, "base")
    found = {}
    for resource in _children(holder, "resource"):
        identifier = resource.get("identifier") or ""
        href = resource.get("href") or ""
        kind = _attribute(resource, "scormtype").lower() or "asset"
        if href:
            href = _inside(base + _attribute(resource, "base"), href, files)
        found[identifier] = (href, "sco" if kind == "sco" else "asset")
    return found


def _inside(base, href, files):
    """Return the address of a resource within the package, with its query; refuse what is not in it."""
    parts = urlsplit(href.strip())
    if parts.scheme or parts.netloc or href.strip().startswith("//") or urlsplit(base).scheme:
        raise PackageError("outside_address", NAME, href[:150])
    path = posixpath.normpath(posixpath.join(base, parts.path.replace("\\", "/")))
    if path.startswith(("/", "..")):
        raise PackageError("outside_address", NAME, href[:150])
    names = {path, unquote(path)} & set(files)
    if not names:
        raise PackageError("missing_file", NAME, path[:150])
    return names.pop() + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")


def _with_parameters(href, parameters):
    """Add the parameters of an item to an address, as the content aggregation model says."""
    parameters = parameters.strip()
    if not parameters or parameters in "?&":
        return href
    path, mark, fragment = href.partition("#")
    if parameters.startswith("#"):
        return href if mark else path + parameters
    parameters = parameters.lstrip("?&")
    path += ("&" if "?" in path else "?") + parameters
    return path + mark + fragment


def _number(text, low, high):
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return value if low <= value <= high else None


def _walk(node, resources, items, version, parent, depth):
    if depth > DEPTH:
        raise PackageError("manifest_depth", NAME)
    for child in _children(node, "item"):
        if len(items) >= ITEMS:
            raise PackageError("manifest_items", NAME, ITEMS)
        identifier = (child.get("identifier") or f"item-{len(items) + 1}")[:TEXT]
        href, kind = "", ""
        if reference := child.get("identifierref"):
            if reference not in resources:
                raise PackageError("missing_resource", NAME, reference[:150])
            href, kind = resources[reference]
            href = _with_parameters(href, child.get("parameters") or "")
        item = Item(
            identifier,
            _text(child, "title") or identifier,
            depth,
            parent,
            href,
            kind if href else "",
            child.get("isvisible", "true").lower() != "false",
        )
        _conditions(child, item, version)
        items.append(item)
        _walk(child, resources, items, version, identifier, depth + 1)


def _conditions(node, item, version):
    item.launch_data = (_text_raw(node, "datafromlms") or _text_raw(node, "dataFromLMS"))[:4096]
    item.limit_action = (_text(node, "timelimitaction") or _text(node, "timeLimitAction"))[:40]
    if version == "1.2":
        item.mastery = _number(_text(node, "masteryscore"), 0, 100)
        item.max_seconds = parse_time_12(_text(node, "maxtimeallowed"))
        return
    threshold = _child(node, "completionThreshold")
    if threshold is not None:
        if threshold.get("completedByMeasure", "true") == "true":
            item.threshold = _number(threshold.get("minProgressMeasure") or threshold.text or "1.0", 0, 1)
    sequencing = _child(node, "sequencing")
    if sequencing is None:
        return
    limits = _child(sequencing, "limitConditions")
    if limits is not None:
        item.max_seconds = duration_2004(_attribute(limits, "attemptAbsoluteDurationLimit"))
    holder = _child(sequencing, "objectives")
    for objective in holder if holder is not None else ():
        if identifier := objective.get("objectiveID"):
            item.objectives.append(identifier[:TEXT])
        if _local(objective) == "primaryObjective" and objective.get("satisfiedByMeasure", "false") == "true":
            item.mastery = _number(_text(objective, "minNormalizedMeasure") or "1.0", -1, 1)


def _text_raw(node, name):
    child = _child(node, name)
    return (child.text or "").strip() if child is not None else ""
