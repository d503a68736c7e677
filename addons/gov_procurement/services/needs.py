"""Workbooks of the needs of units: read by the import, and written in the same form."""

from odoo.tools.translate import LazyTranslate

from odoo.addons.gov_import.services import parsers, problems
from odoo.addons.gov_import.services.problems import Problem
from odoo.addons.gov_import.services.spec import Column, Made, SheetSpec, Target

_lt = LazyTranslate(__name__)

problems.register(
    {
        "need_year": (
            _lt("The day of need, %(value)s, is not in the year %(year)s."),
            _lt("Correct the year or the day."),
        ),
        "need_amount": (_lt("An estimate is greater than zero."), _lt("Write the amount before tax, in dirhams.")),
        "need_double": (
            _lt("This need of the unit is on line %(line)s of this file already."),
            _lt("Keep one of the two rows, or say in the object what makes them different."),
        ),
        "need_known": (
            _lt("This need of the unit is in the database already: %(value)s."),
            _lt("Remove the row, or say in the object what makes it another one."),
        ),
    }
)

AMOUNT = parsers.number(0, 10**12)
SHEETS = (
    SheetSpec(
        "needs",
        en=("Needs",),
        fr=("Besoins",),
        ar=("الحاجيات",),
        required=True,
        columns=(
            Column("unit", en=("Unit",), fr=("Service", "Code service"), ar=("المصلحة",), parse=parsers.code,
                   required=True, example="DRHF", help=_lt("Code of the unit in need.")),
            Column("name", en=("Object",), fr=("Objet", "Objet du besoin"), ar=("الموضوع", "موضوع الحاجة"),
                   parse=parsers.text(300), required=True, example="Papier A4"),
            Column("nature", en=("Nature",), fr=("Nature", "Code nature"), ar=("الطبيعة",), parse=parsers.code,
                   required=True, example="101", help=_lt("Code of the nature of purchase.")),
            Column("year", en=("Year",), fr=("Année", "Exercice"), ar=("السنة",),
                   parse=parsers.number(2000, 2100, whole=True), required=True, example=2027),
            Column("need_date", en=("Needed on",), fr=("Date du besoin", "Date souhaitée"), ar=("تاريخ الحاجة",),
                   parse=parsers.date, required=True, example="30/06/2027"),
            Column("quantity", en=("Quantity",), fr=("Quantité",), ar=("الكمية",),
                   parse=parsers.number(0, 10**9), example=250),
            Column("measure", en=("Unit of measure",), fr=("Unité", "Unité de mesure"), ar=("الوحدة", "وحدة القياس"),
                   parse=parsers.text(40), example="ramette"),
            Column("estimate", en=("Estimate before tax",), fr=("Estimation HT", "Montant HT"),
                   ar=("التقدير دون الرسوم",), parse=AMOUNT, required=True, example=12500),
            Column("vat", en=("VAT (%)", "VAT"), fr=("TVA (%)", "TVA"), ar=("الضريبة على القيمة المضافة (%)",),
                   parse=parsers.number(0, 100), example=20),
            Column("place", en=("Place",), fr=("Lieu", "Lieu d'exécution"), ar=("المكان", "مكان التنفيذ"),
                   parse=parsers.text(120), example="Rabat"),
            Column("reason", en=("What for",), fr=("Justification",), ar=("التعليل",), parse=parsers.text(1000),
                   example="Consommation annuelle"),
        ),
    ),
)  # fmt: skip


class NeedTarget(Target):
    """Needs of units; procurement officers import what the units send, and each need is then as sent."""

    code, group = "need", "gov_base.group_procurement_officer"
    sheets = SHEETS
    shown = {"gov.procurement.need": _lt("needs")}

    def check(self, rows, report):
        # sudo: the batch has checked the role; units and natures are looked up by their codes
        self.env = self.env(su=True)
        rows = rows.get("needs", [])
        self.units = {one.unit_code: one for one in self.env["hr.department"].search([("unit_code", "!=", False)])}
        self.natures = {one.code.upper(): one for one in self.env["gov.procurement.nature"].search([])}
        years = {row.get("year") for row in rows if row.get("year")}
        known = self.env["gov.procurement.need"].search_fetch(
            [("year", "in", list(years)), ("state", "!=", "cancelled")], ["unit_id", "nature_id", "name", "need_date"]
        )
        there = {(one.unit_id, one.nature_id, one.name.casefold(), one.need_date) for one in known}
        seen = {}
        for row in rows:
            unit, nature = self.units.get(row.get("unit")), self.natures.get(row.get("nature"))
            if row.get("unit") and not unit:
                report.row(row, "unit", Problem("unknown", value=row.get("unit")))
            if row.get("nature") and not nature:
                report.row(row, "nature", Problem("unknown", value=row.get("nature")))
            if row.get("estimate") is not None and row.get("estimate") <= 0:
                report.row(row, "estimate", Problem("need_amount"))
            day = row.get("need_date")
            if day and row.get("year") and day.year != row.get("year"):
                report.row(
                    row, "need_date", Problem("need_year", value=day.strftime("%d/%m/%Y"), year=row.get("year"))
                )
            if not (unit and nature and day and row.get("name")):
                continue
            key = unit, nature, row.get("name").casefold(), day
            if key in there:
                report.row(row, "name", Problem("need_known", value=row.get("name")))
            elif key in seen:
                report.row(row, "name", Problem("need_double", value=row.get("name"), line=seen[key]))
            seen.setdefault(key, row.line)

    def write(self, rows, progress):
        made, rows = Made(), rows.get("needs", [])
        needs = self.env["gov.procurement.need"].with_context(tracking_disable=True)._gov_create(
            [
                {
                    "unit_id": self.units[row.get("unit")].id,
                    "nature_id": self.natures[row.get("nature")].id,
                    "name": row.get("name"),
                    "year": row.get("year"),
                    "need_date": row.get("need_date"),
                    "quantity": row.get("quantity") or 1,
                    "measure": row.get("measure") or "",
                    "estimate_untaxed": row.get("estimate"),
                    "vat_rate": 20 if row.get("vat") is None else row.get("vat"),
                    "place": row.get("place") or "Rabat",
                    "reason": row.get("reason"),
                    "state": "sent",
                    "sent_by_id": self.env.uid,
                    "sent_on": self.env.cr.now().date(),
                }
                for row in rows
            ]
        )  # fmt: skip
        made.add(needs._name, needs.ids)
        progress(len(rows))
        return made

    def delete(self, made):
        """Delete the needs as an act: those that were sent are kept from deletion by hand; grouped ones stop it."""
        for model, ids in reversed(made.created.items()):
            records = self.env[model].browse(ids).exists()
            if records._name == "gov.procurement.need":
                records._gov_remove()
            else:
                records.unlink()


def export_rows(needs):
    """Yield the rows of ``needs`` by the codes of the columns."""
    for need in needs:
        yield {
            "unit": need.unit_id.unit_code or need.unit_id.name,
            "name": need.name,
            "nature": need.nature_id.code,
            "year": need.year,
            "need_date": need.need_date,
            "quantity": need.quantity,
            "measure": need.measure or "",
            "estimate": need.estimate_untaxed,
            "vat": need.vat_rate,
            "place": need.place or "",
            "reason": need.reason or "",
        }
