"""Workbook of suppliers: identifiers with their leading zeros and keys, accounts, twins named."""

from odoo.tools.translate import LazyTranslate

from odoo.addons.gov_base.tools import identifiers
from odoo.addons.gov_import.services import parsers, problems
from odoo.addons.gov_import.services.problems import Problem
from odoo.addons.gov_import.services.spec import Column, Made, SheetSpec, Target

_lt = LazyTranslate(__name__)

problems.register(
    {
        "ice_wrong": (
            _lt("“%(value)s” is no ICE: its last two digits do not match the others, or it has not fifteen digits."),
            _lt("Copy the fifteen digits from a document of the enterprise, zeros in front included."),
        ),
        "rib_wrong": (
            _lt("“%(value)s” is no RIB: its key does not match, or it has not twenty-four digits."),
            _lt("Copy the twenty-four digits from the bank's certificate."),
        ),
        "rib_number": (
            _lt("The spreadsheet keeps this RIB as a number: its last digits are lost."),
            _lt("Format the column as text, then type the twenty-four digits again."),
        ),
        "digits": (
            _lt("“%(value)s” has not %(shortest)s to %(longest)s digits."),
            _lt("Correct it, or leave the cell empty."),
        ),
        "cin_wrong": (
            _lt("“%(value)s” is no number of an identity card."),
            _lt("Write one or two letters, then the digits, such as AB123456."),
        ),
        "twin_ice": (
            _lt("A supplier has this ICE already: %(name)s."),
            _lt("Remove the row; complete the file of that supplier instead."),
        ),
        "twin_rib": (
            _lt("This account is that of another supplier: %(name)s."),
            _lt("Find out which of the two it is, then correct the row."),
        ),
        "supplier_id": (
            _lt("No identifier: a supplier of Morocco has an ICE, an auto-entrepreneur at least an identity card."),
            _lt("Fill one of the two in."),
        ),
    }
)

KINDS = {
    "large": ("Grande entreprise", "Enterprise", "مقاولة كبرى"),
    "small": ("TPME", "Small firm", "مقاولة صغيرة ومتوسطة"),
    "startup": ("Jeune entreprise innovante", "Innovative young enterprise", "مقاولة ناشئة مبتكرة"),
    "cooperative": ("Coopérative", "Cooperative", "تعاونية"),
    "union": ("Union de coopératives", "Union of cooperatives", "اتحاد تعاونيات"),
    "auto_entrepreneur": ("Auto-entrepreneur", "Self-employed person", "مقاول ذاتي"),
    "foreign": ("Non résident", "Not resident", "غير مقيم"),
}


def ice(value):
    """Read an ICE; a spreadsheet that took it for a number dropped its zeros, which the key lets find again."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    found = identifiers._compact(text)
    if found.isdecimal() and 9 <= len(found) < 15:
        found = found.zfill(15)
    try:
        return identifiers.check_ice(found)
    except identifiers.IdentifierError:
        raise Problem("ice_wrong", value=parsers.clean(value)) from None


def rib(value):
    """Read a RIB, or the IBAN it is in; a number has lost its last digits and is refused."""
    if isinstance(value, int | float) and not isinstance(value, bool) and (isinstance(value, float) or value < 10**20):
        raise Problem("rib_number")
    text = identifiers._compact(value)
    if "E+" in text:
        raise Problem("rib_number")
    try:
        return identifiers.check_iban_ma(text)[4:] if text.startswith("MA") else identifiers.check_rib(text)
    except identifiers.IdentifierError:
        raise Problem("rib_wrong", value=parsers.clean(value)) from None


def digits(shortest, longest):
    """Make a parser of a number of ``shortest`` to ``longest`` digits, zeros in front kept."""

    def parse(value):
        text = identifiers._compact(value)
        if text.isdecimal() and len(text) < shortest and isinstance(value, int | float):
            text = text.zfill(shortest)  # the spreadsheet dropped them
        if not (text.isascii() and text.isdecimal() and shortest <= len(text) <= longest):
            raise Problem("digits", value=parsers.clean(value), shortest=shortest, longest=longest)
        return text

    return parse


def cin(value):
    try:
        return identifiers.check_cnie(value)
    except identifiers.IdentifierError:
        raise Problem("cin_wrong", value=parsers.clean(value)) from None


SHEETS = (
    SheetSpec(
        "suppliers",
        en=("Suppliers",),
        fr=("Fournisseurs",),
        ar=("الموردون",),
        required=True,
        columns=(
            Column("name", en=("Name",), fr=("Raison sociale", "Nom"), ar=("الاسم", "التسمية"),
                   parse=parsers.text(200), required=True, example="Papeterie de l'Exemple"),
            Column("ice", en=("ICE",), fr=("ICE",), ar=("التعريف الموحد للمقاولة",), parse=ice, unique=True,
                   example="000111222000029", help=_lt("Fifteen digits, zeros in front included.")),
            Column("tax", en=("Tax identifier (IF)", "IF"), fr=("IF", "Identifiant fiscal"), ar=("التعريف الضريبي",),
                   parse=digits(7, 8), example="40000001"),
            Column("register", en=("Trade register (RC)", "RC"), fr=("RC", "Registre du commerce"),
                   ar=("السجل التجاري",), parse=digits(1, 7), example="9001"),
            Column("court", en=("Court of the register",), fr=("Tribunal du RC", "Ville du RC"),
                   ar=("محكمة السجل",), parse=parsers.text(80), example="Rabat"),
            Column("cnss", en=("CNSS",), fr=("CNSS", "N° CNSS"), ar=("رقم الصندوق الوطني للضمان الاجتماعي",),
                   parse=digits(7, 7), example="9000001"),
            Column("business_tax", en=("Business tax",), fr=("Taxe professionnelle", "Patente"),
                   ar=("الرسم المهني",), parse=digits(8, 8), example="25000001"),
            Column("cin", en=("Identity card",), fr=("CIN", "CNIE"), ar=("البطاقة الوطنية للتعريف",), parse=cin,
                   example="", help=_lt("Of an auto-entrepreneur.")),
            Column("rib", en=("RIB",), fr=("RIB", "Compte bancaire"), ar=("الحساب البنكي",), parse=rib, unique=True,
                   example="225810001234567890123476", help=_lt("Twenty-four digits, in a column of text.")),
            Column("kind", en=("Kind",), fr=("Catégorie",), ar=("الصنف",),
                   parse=parsers.choice(KINDS), example="TPME"),
            Column("street", en=("Address",), fr=("Adresse",), ar=("العنوان",), parse=parsers.text(200),
                   example="1, rue de l'Exemple"),
            Column("city", en=("City",), fr=("Ville",), ar=("المدينة",), parse=parsers.text(80), example="Rabat"),
            Column("phone", en=("Telephone",), fr=("Téléphone",), ar=("الهاتف",), parse=parsers.phone,
                   example="0612345678"),
            Column("email", en=("E-mail",), fr=("Courriel", "E-mail"), ar=("البريد الإلكتروني",),
                   parse=parsers.email, example="contact@example.ma"),
        ),
    ),
)  # fmt: skip


class SupplierTarget(Target):
    """Suppliers of the administration; procurement officers import them."""

    code, group = "supplier", "gov_base.group_procurement_officer"
    sheets = SHEETS
    shown = {"res.partner": _lt("suppliers")}

    def check(self, rows, report):
        # sudo: the batch has checked the role; accounts are compared only
        self.env = self.env(su=True)
        rows = rows.get("suppliers", [])
        ices = [row.get("ice") for row in rows if row.get("ice")]
        known = self.env["res.partner"].search_fetch([("gov_ice", "in", ices)], ["gov_ice", "name"])
        by_ice = {one.gov_ice: one for one in known}
        ribs = [row.get("rib") for row in rows if row.get("rib")]
        banks = self.env["res.partner.bank"].search(
            [("sanitized_acc_number", "in", [*ribs, *(identifiers.iban_of_rib(one) for one in ribs)])]
        )
        by_rib = {bank._gov_rib(): bank.partner_id for bank in banks}
        for row in rows:
            if row.get("ice") in by_ice:
                report.row(row, "ice", Problem("twin_ice", value=row.get("ice"), name=by_ice[row.get("ice")].name))
            if row.get("rib") in by_rib:
                report.row(row, "rib", Problem("twin_rib", value=row.get("rib"), name=by_rib[row.get("rib")].name))
            if not row.bad and not row.get("ice"):
                free = row.get("kind") == "foreign" or (row.get("kind") == "auto_entrepreneur" and row.get("cin"))
                if not free:
                    report.row(row, "ice", Problem("supplier_id"))

    def write(self, rows, progress):
        made, rows = Made(), rows.get("suppliers", [])
        morocco = self.env.ref("base.ma").id
        partners = (
            self.env["res.partner"]
            .with_context(tracking_disable=True)
            .create(
                [
                    {
                        "name": row.get("name"),
                        "is_company": True,
                        "supplier_rank": 1,
                        "country_id": False if row.get("kind") == "foreign" else morocco,
                        "gov_ice": row.get("ice"),
                        "gov_tax_number": row.get("tax"),
                        "gov_trade_register": row.get("register"),
                        "gov_trade_court": row.get("court"),
                        "gov_cnss_number": row.get("cnss"),
                        "gov_business_tax": row.get("business_tax"),
                        "gov_cin": row.get("cin"),
                        "gov_supplier_kind": row.get("kind"),
                        "street": row.get("street"),
                        "city": row.get("city"),
                        "phone": row.get("phone"),
                        "email": row.get("email"),
                    }
                    for row in rows
                ]
            )
        )
        made.add("res.partner", partners.ids)
        banks = self.env["res.partner.bank"].create(
            [
                {"partner_id": partner.id, "acc_number": row.get("rib")}
                for partner, row in zip(partners, rows, strict=True)
                if row.get("rib")
            ]
        )
        made.add("res.partner.bank", banks.ids)
        progress(len(rows))
        return made
