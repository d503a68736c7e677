"""The page of an official document: letterhead, reference, title, visas, body, signature, footer.

Plain Python: values in, HTML out, everything escaped but the ``Markup`` it is given (bodies made by
:mod:`placeholders`, tables made by code).  The number is known only at the very end, when the register's row is
taken: the page is made with NUMBER_MARK in its place and :func:`set_number` fills it in.
"""

from markupsafe import Markup, escape

# private-use characters: no text of ours holds them, and they survive escaping
NUMBER_MARK = "\ue000\ue001"

WORDS = {
    "ar": {
        "number": "عدد",
        "on": "في",
        "scan": "وثيقة مختومة إلكترونياً. للتحقق من صحتها امسح الرمز أو أدخل الرمز التالي في",
    },
    "fr": {
        "number": "N°",
        "on": "le",
        "scan": "Document scellé électroniquement. Pour le vérifier, scannez le code ou saisissez le code suivant sur",
    },
}
SEEN = {"ar": ("بناء على", "وعلى"), "fr": ("Vu", "Vu")}  # before the first visa, before the others
RTL = {"ar": "rtl", "fr": "ltr"}


def ltr(text):
    """Return ``text`` (a number, a code, an address) so that it never breaks inside Arabic."""
    return Markup('<bdi dir="ltr">%s</bdi>') % text


def _lines(lines):
    first, *rest = lines or [""]
    return Markup("<b>%s</b>") % first + Markup("").join(Markup("<br>%s") % line for line in rest)


def letterhead(head):
    """Return the letterhead; ``head`` has ``fr`` and ``ar`` (lists of lines) and ``emblem`` (bool)."""
    emblem = Markup('<img src="gov:emblem" alt="">') if head.get("emblem") else ""
    return Markup(
        '<div class="gov-head"><div class="fr" lang="fr" dir="ltr">%s</div><div class="emblem">%s</div>'
        '<div class="ar" lang="ar" dir="rtl">%s</div></div>'
    ) % (_lines(head.get("fr")), emblem, _lines(head.get("ar")))


def _reference(lang, part):
    words = WORDS[lang]
    place_date = f"{part['place']}، {words['on']} " if lang == "ar" else f"{part['place']}, {words['on']} "
    return Markup('<div class="gov-ref" lang="%s" dir="%s"><div>%s : %s</div><div class="date">%s%s</div></div>') % (
        lang,
        RTL[lang],
        words["number"],
        ltr(NUMBER_MARK),
        place_date,
        part["date"],
    )


def _part(lang, part):
    title = Markup('<h1 lang="%s" dir="%s"><span>%s</span></h1>') % (lang, RTL[lang], part["title"])
    visas = part.get("visas") or ()
    if visas:
        first, others = SEEN[lang]
        lines = Markup("").join(
            Markup("<p>%s %s%s</p>") % (others if rank else first, visa, "؛" if lang == "ar" else " ;")
            for rank, visa in enumerate(visas)
        )
        visas = Markup('<div class="gov-visas" lang="%s" dir="%s">%s</div>') % (lang, RTL[lang], lines)
    else:
        visas = ""
    body = Markup('<div class="gov-body" lang="%s" dir="%s">%s</div>') % (lang, RTL[lang], part["body"])
    return title + visas + body


def _signature(lang, part):
    lines = [Markup('<p class="title">%s</p>') % line for line in part.get("signatory_title") or ()]
    if part.get("signatory_name"):
        lines.append(Markup('<p class="name">%s</p>') % part["signatory_name"])
    if not lines:
        return ""
    return Markup('<div class="gov-sign" lang="%s" dir="%s">%s</div>') % (lang, RTL[lang], Markup("").join(lines))


def _footer(page, langs):
    texts = [
        Markup('<p class="%s" lang="%s" dir="%s">%s <a href="%s">%s</a></p>')
        % (lang, lang, RTL[lang], WORDS[lang]["scan"], page["verify_url"], ltr(page["verify_short"]))
        for lang in langs
    ]
    texts.append(Markup('<p class="code" dir="ltr">%s</p>') % page["code"])
    for lang in langs:
        if page.get("footer", {}).get(lang):
            texts.append(
                Markup('<p class="%s" lang="%s" dir="%s">%s</p>') % (lang, lang, RTL[lang], page["footer"][lang])
            )
    return Markup('<div class="gov-foot"><div class="qr">%s</div><div>%s</div><div class="pages"></div></div>') % (
        page["qr"],
        Markup("").join(texts),
    )


def build(page):
    """Return the whole HTML of a document, as ``Markup`` holding NUMBER_MARK.

    ``page`` holds ``lang`` (ar, fr or ar_fr), ``arrangement`` (columns or stacked, for ar_fr), ``head`` (see
    :func:`letterhead`), ``parts`` (a dict for each of ar and fr: title, visas, body, place, date, signatory_name,
    signatory_title), ``qr`` (Markup), ``verify_url``, ``verify_short``, ``code``, ``footer``, ``author``, ``subject``.
    """
    langs = page["lang"].split("_")
    first = langs[0]
    parts = page["parts"]
    content = letterhead(page["head"]) + Markup("").join(_reference(lang, parts[lang]) for lang in langs)
    if len(langs) == 1:
        content += _part(first, parts[first]) + _signature(first, parts[first])
    elif page.get("arrangement") == "columns":
        # the Arabic column comes first for whoever listens to the document, and stands on the right
        content += Markup('<div class="gov-two" dir="rtl"><div class="ar">%s</div><div class="fr">%s</div></div>') % (
            _part("ar", parts["ar"]) + _signature("ar", parts["ar"]),
            _part("fr", parts["fr"]) + _signature("fr", parts["fr"]),
        )
    else:
        for lang in langs:
            # the direction on the block itself: inside a right-to-left page the engine loses a French signature
            content += Markup('<div class="gov-stack" dir="%s">%s</div>') % (
                RTL[lang],
                _part(lang, parts[lang]) + _signature(lang, parts[lang]),
            )
    return Markup(
        '<!DOCTYPE html><html lang="%s" dir="%s"><head><meta charset="utf-8"><title>%s %s</title>'
        '<meta name="author" content="%s">'
        '<meta name="description" content="%s"><meta name="keywords" content="%s"></head><body>%s%s</body></html>'
    ) % (
        first,
        RTL[first],
        parts[first]["title"],
        NUMBER_MARK,
        page.get("author", ""),
        page.get("subject", ""),
        page["verify_url"],
        _footer(page, langs),
        content,
    )


def set_number(html, number):
    """Return the page with its number in place."""
    return html.replace(NUMBER_MARK, str(escape(number)))
