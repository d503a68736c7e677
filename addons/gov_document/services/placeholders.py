"""The placeholder language of document templates: data, never code.

Three forms, in the text of a template written by an HR manager:

* ``[[name]]``: the value of ``name``, escaped;
* ``[[sex?text for a man|text for a woman]]``: one of two texts;
* ``[[block:name]]``: a table or list made by the program.

There is nothing else: no expression, no attribute, no loop.  A name is known or the template is refused; whatever
else looks like code (``{{ }}``, ``${ }``, ``%(x)s``, ``<t t-out>``) is printed as it stands.
"""

import re

from lxml import etree
from lxml import html as lxml_html
from markupsafe import Markup, escape

PLACEHOLDER = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
SEX = "sex"
# Text inside text inside text: more is no document, and breaks the engines that read it.
DEEPEST = 60
TABLE_TAGS = {"table", "tbody", "thead", "tfoot", "tr", "ul", "ol"}


class PlaceholderError(ValueError):
    """A template or its values are wrong; ``code`` tells how, ``detail`` which placeholder.

    Codes: unclosed, unknown, syntax, unknown_block, attribute, nested (in templates); missing, missing_block, sex (in
    values).
    """

    def __init__(self, code, detail=""):
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


def _split(text):
    """Return ``text`` as a list of literal strings and (kind, …) tuples."""
    parts, position = [], 0
    for match in PLACEHOLDER.finditer(text):
        parts.append(text[position : match.start()])
        parts.append(_parse(match[1].strip()))
        position = match.end()
    rest = text[position:]
    if "[[" in rest:
        raise PlaceholderError("unclosed", rest[rest.index("[[") :][:40])
    parts.append(rest)
    return [part for part in parts if part != ""]


def _parse(inside):
    if NAME.match(inside):
        return ("value", inside)
    if inside.startswith("block:") and NAME.match(inside[6:].strip()):
        return ("block", inside[6:].strip())
    if inside.startswith(f"{SEX}?"):
        options = inside[len(SEX) + 1 :].split("|")
        if len(options) == 2 and not any("[[" in option for option in options):
            return ("sex", options[0], options[1])
    raise PlaceholderError("syntax", f"[[{inside[:40]}]]")


class Template:
    """A compiled text: pieces of finished HTML and placeholders between them."""

    __slots__ = ("blocks", "names", "pieces")

    def __init__(self, pieces):
        self.pieces = pieces
        self.names = {piece[1] for piece in pieces if not isinstance(piece, str) and piece[0] == "value"}
        self.blocks = {piece[1] for piece in pieces if not isinstance(piece, str) and piece[0] == "block"}
        if any(not isinstance(piece, str) and piece[0] == "sex" for piece in pieces):
            self.names.add(SEX)

    def check(self, names, blocks=()):
        """Raise unless every placeholder is one of ``names`` or ``blocks``."""
        for name in sorted(self.names - set(names) - {SEX}):
            raise PlaceholderError("unknown", name)
        for name in sorted(self.blocks - set(blocks)):
            raise PlaceholderError("unknown_block", name)

    def fill(self, values):
        """Return the text with ``values`` in place, as ``Markup``.

        :param dict values: name -> str (escaped here) or, for blocks, ``Markup``; ``sex`` is ``male`` or ``female``
        :raise PlaceholderError: when a value is missing
        """
        out = []
        for piece in self.pieces:
            if isinstance(piece, str):
                out.append(piece)
            elif piece[0] == "value":
                out.append(self._value(values, piece[1]))
            elif piece[0] == "block":
                block = values.get(piece[1])
                if not isinstance(block, Markup):
                    raise PlaceholderError("missing_block", piece[1])
                out.append(str(block))
            else:
                out.append(self._by_sex(values, piece))
        return Markup("").join(Markup(piece) for piece in out)

    @staticmethod
    def _value(values, name):
        value = values.get(name)
        if value is None or value is False or value == "":
            raise PlaceholderError("missing", name)
        # a plain str even when Markup was given: only blocks may bring HTML
        return str(escape(str.__str__(value))) if not isinstance(value, Markup) else str(escape(value.unescape()))

    @staticmethod
    def _by_sex(values, piece):
        sex = values.get(SEX)
        if sex not in ("male", "female"):
            raise PlaceholderError("sex", SEX)
        return piece[1] if sex == "male" else piece[2]


def compile_text(text):
    """Compile plain text (a title): its literal parts are escaped."""
    pieces = []
    for part in _split(text or ""):
        if isinstance(part, str):
            pieces.append(str(escape(part)))
        elif part[0] == "sex":
            pieces.append(("sex", str(escape(part[1])), str(escape(part[2]))))
        else:
            pieces.append(part)
    return Template(pieces)


def _check_depth(root):
    """Refuse tags nested deeper than a document needs; level by level, for recursion would break on them."""
    level = [root]
    for _depth in range(DEEPEST):
        level = [child for node in level for child in node]
        if not level:
            return
    raise PlaceholderError("nested", str(DEEPEST))


def compile_html(source):
    """Compile sanitized HTML: placeholders are read in its text only, never in tags or attributes."""
    if not source:
        return Template([])
    root = lxml_html.fragment_fromstring(str(source), create_parent="div")
    _check_depth(root)
    marks = []

    def mark(text):
        """Replace each placeholder of a text node by a mark that serialization leaves alone."""
        if not text or "[[" not in text:
            return text
        out = []
        for part in _split(text):
            if isinstance(part, str):
                out.append(part)
            else:
                out.append(f"\ue010{len(marks)}\ue011")
                marks.append(part)
        return "".join(out)

    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        if any("[[" in value for value in node.attrib.values()):
            raise PlaceholderError("attribute", node.tag)
        node.text = mark(node.text)
        for child in node:
            child.tail = mark(child.tail)
    for comment in root.xpath("//comment()|//processing-instruction()"):
        parent = comment.getparent()
        if parent is not None:
            comment.drop_tree() if hasattr(comment, "drop_tree") else parent.remove(comment)
    html = etree.tostring(root, encoding="unicode", method="html", with_tail=False)
    html = html[len("<div>") : -len("</div>")]
    pieces = []
    for index, piece in enumerate(re.split(r"\ue010(\d+)\ue011", html)):
        if index % 2 == 0:
            if piece:
                pieces.append(piece)
            continue
        part = marks[int(piece)]
        if part[0] == "sex":
            part = ("sex", str(escape(part[1])), str(escape(part[2])))
        pieces.append(part)
    return Template(_blocks_out_of_paragraphs(pieces))


def _blocks_out_of_paragraphs(pieces):
    """A block alone in its paragraph replaces the paragraph: a table inside <p> is no HTML."""
    for index, piece in enumerate(pieces):
        if isinstance(piece, str) or piece[0] != "block" or not 0 < index < len(pieces) - 1:
            continue
        before, after = pieces[index - 1], pieces[index + 1]
        if isinstance(before, str) and isinstance(after, str):
            match = re.search(r"<p(?: [^<>]*)?>\s*(?:<br/?>)?\s*\Z", before)
            if match and re.match(r"\s*(?:<br/?>)?\s*</p>", after):
                pieces[index - 1] = before[: match.start()]
                pieces[index + 1] = re.sub(r"\A\s*(?:<br/?>)?\s*</p>", "", after)
    return [piece for piece in pieces if piece != ""]
