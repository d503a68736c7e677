"""The room for a signature in a PDF being written; apart from :mod:`seal`, so that workers need no cryptography."""

from datetime import UTC, datetime

import pydyf

CONTENTS_BYTES = 8192
BYTE_RANGE = b"[0 0000000000 0000000000 0000000000]"


class _SignatureDictionary(pydyf.Dictionary):
    """A signature dictionary: never inside a compressed object stream, its bytes are filled in afterwards."""

    compressible = False


def room_for(name):
    """Return a function for WeasyPrint's ``finisher`` that puts a signature field, to be filled in, into the PDF."""

    def finish(_document, pdf):
        signature = _SignatureDictionary(
            {
                "Type": "/Sig",
                "Filter": "/Adobe.PPKLite",
                "SubFilter": "/ETSI.CAdES.detached",
                "ByteRange": BYTE_RANGE,
                "Contents": b"<" + b"0" * (2 * CONTENTS_BYTES) + b">",
                "M": pydyf.String(datetime.now(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")),
                "Name": pydyf.String(name),
            }
        )
        pdf.add_object(signature)
        page = pdf.objects[pdf.pages["Kids"][0]]
        # An empty rectangle needs no appearance (PDF/A) and no place in the structure (PDF/UA): flags Print, Locked.
        field = pydyf.Dictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": pydyf.String("Seal"),
                "F": 132,
                "Rect": pydyf.Array((0, 0, 0, 0)),
                "P": page.reference,
                "V": signature.reference,
            }
        )
        pdf.add_object(field)
        page.setdefault("Annots", pydyf.Array()).append(field.reference)
        pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array((field.reference,)), "SigFlags": 3})

    return finish
