"""Open data of a voted budget: a Fiscal Data Package (version 1.0rc1 of the public specification), in plain Python.

One table, one row a budget line.  Payment and commitment appropriations are two columns that ``normalize`` turns into
one amount with its kind; the year, phase, direction and currency are constants.  ``problems`` checks a package against
the rules of the specification that a consumer relies on.

Specification: "Fiscal Data Package" and "Budget Standard Taxonomy", Frictionless Data, 22 April 2018.
"""

import csv
import io
import json
import re
import zipfile

TABLE = "budget.csv"
TAXONOMY = "https://frictionlessdata.io/taxonomies/fiscal/budgets.json"
NAME = re.compile(r"[a-z0-9][a-z0-9._/-]*")

# Column types of the budget taxonomy that are used here: (type of data, part of the key, label of)
COLUMN_TYPES = {
    "value": ("number", False, None),
    "value-kind:code": ("string", True, None),
    "value-currency:code": ("string", True, None),
    "date:fiscal-year": ("integer", True, None),
    "budget-line-id": ("string", True, None),
    "direction": ("string", True, None),
    "phase:id": ("string", True, None),
    "functional-classification:generic:code": ("string", True, None),
    "economic-classification:generic:level1:code": ("string", True, None),
    "economic-classification:generic:level1:label": ("string", False, "economic-classification:generic:level1:code"),
    "economic-classification:generic:level2:code": ("string", True, None),
    "economic-classification:generic:level2:label": ("string", False, "economic-classification:generic:level2:code"),
    "administrative-classification:generic:level1:code": ("string", True, None),
    "administrative-classification:generic:level2:code": ("string", True, None),
    "administrative-classification:generic:level2:label": (
        "string",
        False,
        "administrative-classification:generic:level2:code",
    ),
    "activity:generic:program:code": ("string", True, None),
    "activity:generic:program:label": ("string", False, "activity:generic:program:code"),
    "activity:generic:project:code": ("string", True, None),
    "activity:generic:project:label": ("string", False, "activity:generic:project:code"),
    "geo:target:code": ("string", True, None),
    "geo:target:title": ("string", False, "geo:target:code"),
}

# columns of the table: (name, type of data, column type, title)
COLUMNS = (
    ("budget_line", "string", "budget-line-id", "Budget line"),
    ("chapter", "string", "economic-classification:generic:level1:code", "Chapter"),
    ("chapter_fr", "string", "economic-classification:generic:level1:label", "Chapter (French)"),
    ("chapter_ar", "string", "economic-classification:generic:level1:label:localized", "Chapter (Arabic)"),
    ("programme", "string", "activity:generic:program:code", "Programme"),
    ("programme_fr", "string", "activity:generic:program:label", "Programme (French)"),
    ("programme_ar", "string", "activity:generic:program:label:localized", "Programme (Arabic)"),
    ("region", "string", "geo:target:code", "Region"),
    ("region_fr", "string", "geo:target:title", "Region (French)"),
    ("region_ar", "string", "geo:target:title:localized", "Region (Arabic)"),
    ("project", "string", "activity:generic:project:code", "Project"),
    ("project_fr", "string", "activity:generic:project:label", "Project (French)"),
    ("project_ar", "string", "activity:generic:project:label:localized", "Project (Arabic)"),
    ("nature", "string", "economic-classification:generic:level2:code", "Economic nature"),
    ("nature_fr", "string", "economic-classification:generic:level2:label", "Economic nature (French)"),
    ("nature_ar", "string", "economic-classification:generic:level2:label:localized", "Economic nature (Arabic)"),
    ("function", "string", "functional-classification:generic:code", "Function"),
    ("unit", "string", "administrative-classification:generic:level2:code", "Unit"),
    ("unit_label", "string", "administrative-classification:generic:level2:label", "Unit (name)"),
)
AMOUNTS = (
    ("payment_appropriations", "cp", "Payment appropriations (CP)"),
    ("commitment_appropriations", "ce", "Commitment appropriations (CE)"),
)


def descriptor(name, title, year, *, department, currency="MAD", phase="approved", description="", licences=()):
    """Give the descriptor (``datapackage.json``) as a dict.

    :param name: of the package, in small Latin letters, digits and dashes
    :param department: code of the department, first level of the administrative classification
    :param phase: ``approved`` for a voted budget, ``proposed`` for a draft
    :param licences: dicts with ``name``, ``title``, ``path``
    """
    fields = [
        {"name": column, "title": heading, "type": kind, "columnType": column_type}
        for column, kind, column_type, heading in COLUMNS
    ]
    fields += [
        {
            "name": column,
            "title": heading,
            "type": "number",
            "decimalChar": ".",
            "bareNumber": True,
            "normalize": {"kind": kind},
        }
        for column, kind, heading in AMOUNTS
    ]
    constants = (
        ("fiscal_year", "integer", "date:fiscal-year", int(year)),
        ("department", "string", "administrative-classification:generic:level1:code", department),
        ("direction", "string", "direction", "expenditure"),
        ("phase", "string", "phase:id", phase),
        ("currency", "string", "value-currency:code", currency),
    )
    extra = [
        {"name": "kind", "type": "string", "columnType": "value-kind:code"},
        {"name": "amount", "type": "number", "columnType": "value", "normalizationTarget": True},
    ] + [
        {"name": column, "type": kind, "columnType": column_type, "constant": value}
        for column, kind, column_type, value in constants
    ]
    package = {
        "profile": "fiscal-data-package",
        "name": name,
        "title": title,
        "columnTypes": [TAXONOMY],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "budget",
                "path": TABLE,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "quoteChar": '"', "lineTerminator": "\r\n", "header": True},
                "schema": {
                    "fields": fields,
                    "primaryKey": ["budget_line"],
                    "missingValues": [""],
                    "extraFields": extra,
                },
            }
        ],
    }
    if description:
        package["description"] = description
    if licences:
        package["licenses"] = list(licences)
    return package


def header():
    """Give the names of the columns of the table."""
    return [column[0] for column in COLUMNS] + [column[0] for column in AMOUNTS]


def amount(cents):
    """Write centimes with a point and two decimals."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def table(rows):
    """Yield the table as text, piece by piece.

    :param rows: dicts by name of column; the amounts are centimes
    """
    names = header()
    money = {column[0] for column in AMOUNTS}
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([amount(row.get(name) or 0) if name in money else row.get(name) or "" for name in names])
        if buffer.tell() > 2**16:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


class _Pipe(io.RawIOBase):
    """What a ZIP archive is written to: the bytes are taken away as they come, so that none is kept."""

    def __init__(self):
        super().__init__()
        self.chunks = []

    def writable(self):
        return True

    def write(self, data):
        self.chunks.append(bytes(data))
        return len(data)

    def take(self):
        found = b"".join(self.chunks)
        self.chunks.clear()
        return found


def stream(package, rows):
    """Yield the package as the bytes of a ZIP archive, with bounded memory."""
    pipe = _Pipe()
    stamp = (1980, 1, 1, 0, 0, 0)  # the same budget gives the same bytes
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(package, ensure_ascii=False, indent=2, sort_keys=False)
        info = zipfile.ZipInfo("datapackage.json", stamp)
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, text.encode())
        info = zipfile.ZipInfo(TABLE, stamp)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w") as target:
            for piece in table(rows):
                target.write(piece.encode())
                if found := pipe.take():
                    yield found
    yield pipe.take()


# -- checking --------------------------------------------------------------------------------------------------------


def known_type(name):
    """Give the known column type that is ``name`` or its longest prefix, or None."""
    parts = name.split(":")
    while parts:
        if ":".join(parts) in COLUMN_TYPES:
            return ":".join(parts)
        parts.pop()
    return None


def problems(package, rows=()):
    """Find what breaks the specification in a descriptor and in the rows of its table.

    :param package: the descriptor
    :param rows: the rows of the table as lists of text, headings first
    :return: list of sentences, empty when the package is good
    """
    found = []
    if not NAME.fullmatch(package.get("name") or ""):
        found.append("the package has no name in small letters")
    if package.get("profile") != "fiscal-data-package":
        found.append("the profile is not fiscal-data-package")
    if not package.get("resources"):
        found.append("there is no resource")
    for resource in package.get("resources") or ():
        found += _resource_problems(resource)
        if rows:
            found += _row_problems(resource, [list(row) for row in rows])
    return found


def _resource_problems(resource):
    found = []
    path = resource.get("path") or ""
    if not path or path.startswith("/") or ".." in path.split("/"):
        found.append("the path of a resource leaves the package")
    schema = resource.get("schema") or {}
    fields, extra = schema.get("fields") or [], schema.get("extraFields") or []
    names = [field.get("name") for field in fields + extra]
    if len(names) != len(set(names)):
        found.append("two columns bear one name")
    types = {field["columnType"] for field in fields + extra if field.get("columnType")}
    for field in fields + extra:
        found += _field_problems(field, types)
    for name in schema.get("primaryKey") or ():
        if name not in {field.get("name") for field in fields}:
            found.append(f"the key names the column {name}, which does not exist")
    found += _measure_problems(fields, extra)
    return found


def _field_problems(field, types):
    found = []
    column_type = field.get("columnType")
    if not column_type:
        return found
    known = known_type(column_type)
    if not known:
        return [f"{field['name']}: the column type {column_type} is not of the taxonomy"]
    kind, _unique, label_of = COLUMN_TYPES[known]
    if field.get("type") != kind:
        found.append(f"{field['name']}: {column_type} is of type {kind}, not {field.get('type')}")
    if label_of and label_of not in types:
        found.append(f"{field['name']}: there is no code column that it labels ({label_of})")
    return found


def _measure_problems(fields, extra):
    found = []
    measures = [field for field in fields if "normalize" in field]
    targets = [field for field in extra if field.get("normalizationTarget")]
    reduced = {field["name"] for field in extra if "constant" not in field and not field.get("normalizationTarget")}
    if measures and len(targets) != 1:
        found.append("the measures have no single target")
    for field in measures:
        if set(field["normalize"]) != reduced:
            found.append(f"{field['name']}: it does not say the value of each reduced column")
    pairs = [tuple(sorted(field["normalize"].items())) for field in measures]
    if len(pairs) != len(set(pairs)):
        found.append("two measures are normalised to the same values")
    if not measures and not any(field.get("columnType") == "value" for field in fields):
        found.append("there is no amount")
    return found


def _row_problems(resource, rows):
    found = []
    fields = resource["schema"]["fields"]
    if rows[0] != [field["name"] for field in fields]:
        return ["the headings of the table are not the columns of the schema"]
    key = [rows[0].index(name) for name in resource["schema"].get("primaryKey") or ()]
    seen = set()
    numbers = [position for position, field in enumerate(fields) if field["type"] == "number"]
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(fields):
            found.append(f"line {line} has {len(row)} cells for {len(fields)} columns")
            continue
        value = tuple(row[position] for position in key)
        if key and (value in seen or "" in value):
            found.append(f"line {line}: the key {value} is empty or repeated")
        seen.add(value)
        for position in numbers:
            if not re.fullmatch(r"-?\d+\.\d\d", row[position]):
                found.append(f"line {line}: {row[position]} is not a number")
    return found


def denormalise(package, rows):
    """Yield what a consumer makes of the package: one dict for each amount, constants included."""
    schema = package["resources"][0]["schema"]
    names = [field["name"] for field in schema["fields"]]
    measures = [field for field in schema["fields"] if "normalize" in field]
    dropped = {field["name"] for field in measures}
    constants = {field["name"]: field["constant"] for field in schema["extraFields"] if "constant" in field}
    target = next(field["name"] for field in schema["extraFields"] if field.get("normalizationTarget"))
    for row in rows:
        values = dict(zip(names, row, strict=True))
        common = {name: value for name, value in values.items() if name not in dropped}
        for field in measures:
            yield {**common, **constants, **field["normalize"], target: values[field["name"]]}
