from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.gov_base.tools.text import nbsp_amount

from ..services import pay
from .hr_version import READERS

# What a screen or document shows of a statement without opening it
LRI, PDI = "\u2066", "\u2069"  # a formula reads from left to right inside Arabic too


class HrEmployee(models.Model):
    """The pay statement: what the law gives for the situation of a person on a date.

    It is indicative: the pay itself is computed by the Treasury.  The computation is plain Python
    (``services/pay.py``); rates are dated legal parameters, allowances a dated table of the grade.
    """

    _inherit = "hr.employee"

    pay_statement_html = fields.Html(
        string="Pay statement", compute="_compute_pay_statement_html", sanitize=False, groups=READERS
    )
    career_html = fields.Html(string="Situations", compute="_compute_career_html", sanitize=False, groups=READERS)

    @api.depends_context("lang", "uid")
    def _compute_pay_statement_html(self):
        today = fields.Date.context_today(self)
        for employee in self:
            employee.pay_statement_html = employee._gov_pay_html(today) if employee._origin.id else False

    @api.depends_context("lang", "uid")
    def _compute_career_html(self):
        for employee in self:
            employee.career_html = employee._gov_career_html() if employee._origin.id else False

    def _gov_career_html(self):
        """Timeline of the situations, newest first, ready for a screen.  The caller has checked who asks."""
        lines = list(reversed(self._origin._gov_career_lines()))
        return self.env["ir.qweb"]._render("gov_hr.career_lines", {"lines": lines})

    def _gov_pay_html(self, on_date):
        """The statement ready for a screen, or the sentence that says why there is none.  The caller has checked."""
        try:
            # sudo: the caller has checked who asks
            statement = self._origin.sudo()._gov_pay_statements(on_date)[self._origin.id]
        except UserError as error:
            return Markup("<p class='text-muted'>%s</p>") % error.args[0]
        return self.env["ir.qweb"]._render(
            "gov_hr.pay_statement", {"statement": statement, "amount": nbsp_amount, "bidi": _bidi}
        )

    # -- public API -----------------------------------------------------------------------------------------------
    def get_pay_statement(self, on_date=None):
        """Monthly pay statement of one employee on a date, in dirhams; indicative (the Treasury computes the pay).

        Open to the person, HR officers and managers (of the region), the auditor.

        :param on_date: date or ISO string; today when None
        :return: ``{"lines": [{"code", "name", "amount", "kind", "formula", "legal_text", "note"}], "gross",
            "deductions", "net", "family_allowances", "taxable_income_year", "date", "currency", "notes"}``.
            ``kind`` is earning, family (not taxed) or deduction; amounts are positive.
            ``net = gross + family_allowances - deductions`` to the centime
        :raise AccessError: someone else's statement
        :raise UserError: nothing in force on that date, or a datum of the file is missing; the sentence says which
        """
        if len(self) != 1 or not self.id:
            raise UserError(self.env._("A pay statement is that of one employee: choose one."))
        self._gov_check_may_read_pay()
        day = self.env["gov.parameter"]._to_day(on_date)
        return self.sudo()._gov_pay_statements(day)[self.id]  # sudo: rights are checked just above

    def _gov_check_may_read_pay(self):
        """Raise unless the user is the person, or HR or the auditor with a right to read that file."""
        user = self.env.user
        if self.env.su or (self.sudo().user_id == user and user._is_internal()):  # sudo: only the link to the user
            return
        if user.has_group("hr.group_hr_user") or user.has_group("gov_base.group_auditor"):
            self.check_access("read")
            return
        raise AccessError(self.env._("Only the person concerned and human resources may see a pay statement."))

    # -- computation ----------------------------------------------------------------------------------------------
    def _gov_pay_statements(self, on_date):
        """Pay statements of many employees on one date: ``{employee id: statement}``.  The caller has checked rights.

        :raise UserError: naming the first employee whose file lacks something
        """
        parameters, sources = self._gov_pay_parameters(on_date)
        families = self._gov_families(on_date)
        allowances = self._gov_pay_allowances(on_date)
        extras = self._gov_pay_extras(on_date)
        result = {}
        for employee in self:
            version = employee._gov_version_on(on_date)
            share = self._gov_paid_share(version.statutory_position or "activity", on_date)
            children, dependants = families[employee.id]
            # what the file lacks is said first: the table of allowances cannot be asked without a grade
            index, zone = (employee._gov_pay_index(version), employee._gov_pay_zone(version)) if share else (0, "")
            rows = employee._gov_allowance_rows(version, allowances) if share else ()
            situation = pay.Situation(
                index=index,
                zone=zone,
                allowances=rows,
                extras=extras.get(employee.id, ()),
                is_amo_member=employee.is_amo_member,
                family_children=children,
                dependants=dependants,
                paid_share=share,
            )
            statement = pay.compute(situation, parameters)
            result[employee.id] = employee._gov_pay_dict(statement, sources, version, on_date)
        return result

    @api.model
    def _gov_pay_parameters(self, on_date):
        """Rates in force on a date, and ``[(code, legal text, note)]`` of their rows to explain the lines."""
        parameters = self.env["gov.parameter"]

        def number(code):
            return pay.to_decimal(parameters.get_value(code, on_date))

        def table(prefix):
            return tuple(
                {key: pay.to_decimal(value) for key, value in row.items()}
                for row in parameters._get_table(prefix, on_date)
            )

        values = pay.Parameters(
            base=table("pay.base.band"),
            residence={zone: number(f"pay.residence.rate.{zone.lower()}") for zone in ("A", "B", "C")},
            cmr_rate=number("pay.cmr.rate"),
            professional=table("pay.professional.band"),
            tax=table("pay.ir.bracket"),
            dependant_amount=number("pay.ir.dependant.amount"),
            dependant_max=int(number("pay.ir.dependant.max")),
            family=table("pay.family.band"),
            amo_enabled=bool(number("pay.amo.enabled")),
            amo_deductible=bool(number("pay.amo.deductible")),
            amo_rate=number("pay.amo.rate"),
            amo_floor=number("pay.amo.floor"),
            amo_cap=number("pay.amo.cap"),
        )
        rows = parameters.search(
            [
                ("code", "=like", "pay.%"),
                ("valid_from", "<=", on_date),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", on_date),
            ]
        )
        return values, [(row.code, row.legal_text_id.reference or row.legal_text_id.name, row.note) for row in rows]

    @api.model
    def _gov_paid_share(self, position, on_date):
        return pay.to_decimal(self.env["gov.parameter"].get_value(f"pay.position.{position}", on_date))

    def _gov_version_on(self, on_date):
        """Situation in force on a date; the first one known when the file begins later than the service."""
        if self.recruitment_date and on_date < self.recruitment_date:
            raise UserError(
                self.env._(
                    "%(name)s was recruited on %(day)s: there is no pay before.",
                    name=self.name,
                    day=fields.Date.to_string(self.recruitment_date),
                )
            )
        return self._get_version(on_date)

    def _gov_pay_index(self, version):
        if not version.grade_id or not version.echelon:
            raise UserError(
                self.env._("Record the grade and the step of %s: the pay is computed from them.", self.name)
            )
        if not version.salary_index:
            raise UserError(
                self.env._("The situation of %s has no index: check its step in the grid of the grade.", self.name)
            )
        return version.salary_index

    def _gov_pay_zone(self, version):
        if not version.residence_zone:
            raise UserError(
                self.env._("Record the residence zone of %s: the residence allowance depends on it.", self.name)
            )
        return version.residence_zone

    @api.model
    def _gov_pay_allowances(self, on_date):
        rows = self.env["gov.grade.allowance"].search(
            [("valid_from", "<=", on_date), "|", ("valid_to", "=", False), ("valid_to", ">=", on_date)]
        )
        return rows.grouped(lambda row: row.grade_id.id)

    def _gov_allowance_rows(self, version, allowances):
        found = allowances.get(version.grade_id.id, self.env["gov.grade.allowance"]).filtered(
            lambda row: row.echelon_from <= version.echelon <= row.echelon_to
        )
        if not found:
            raise UserError(
                self.env._(
                    "The table of statutory allowances has no amount for the grade %(grade)s, step %(step)s, on that "
                    "date. An HR manager adds it in the configuration of the grade.",
                    grade=version.grade_id.name,
                    step=version.echelon,
                )
            )
        return tuple(pay.Amount(row.code, row.name, pay.to_decimal(row.amount), source=row.id) for row in found)

    def _gov_pay_extras(self, on_date):
        lines = self.env["gov.pay.line"].search(
            [
                ("employee_id", "in", self.ids),
                ("date_from", "<=", on_date),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", on_date),
            ]
        )
        return {
            employee.id: tuple(pay.Amount(x.code, x.name, pay.to_decimal(x.amount), x.kind, x.id) for x in rows)
            for employee, rows in lines.grouped("employee_id").items()
        }

    def _gov_families(self, on_date):
        """``{employee id: (children with family allowances, dependants for tax)}`` on a date."""
        value = self.env["gov.parameter"].get_value
        age = value("pay.family.age", on_date)
        student_age = value("pay.family.age.student", on_date)
        tax_age = value("pay.ir.child.age", on_date)
        # sudo: only numbers of persons leave this method, whose callers have checked who asks
        known = self.env["gov.dependant"].sudo().search([("employee_id", "in", self.ids)]).grouped("employee_id")
        result = {}
        for employee in self:
            rows = known.get(employee._origin)
            if rows:
                children = len(rows._gov_family_children(on_date, age, student_age))
                dependants = len(rows._gov_tax_dependants(on_date, tax_age))
            else:
                # sudo: as above
                version = employee.sudo()._get_version(on_date) if employee.id else employee.version_id
                children = version.children
                dependants = children + version.spouse_is_dependant
            result[employee._origin.id or employee.id] = (children, dependants)
        return result

    # -- presentation ---------------------------------------------------------------------------------------------
    def _gov_pay_dict(self, statement, sources, version, on_date):
        allowances = {row.id: row for row in version.grade_id.allowance_ids}
        lines = []
        for line in statement.lines:
            texts, notes = _explain(line, sources)
            if line.facts:
                name, formula = self._gov_line_name(line.code), self._gov_line_formula(line)
            elif line.origin == pay.FROM_TABLE:
                row, name = allowances[line.source], line.name
                texts, notes = [row.legal_text_id.reference or row.legal_text_id.name], [row.note]
                formula = self.env._("Amount of the table of the grade for this step.")
            else:
                name, formula = line.name, self.env._("Amount recorded on the file by human resources.")
            lines.append(
                {
                    "code": line.code,
                    "name": name,
                    "amount": float(line.amount),
                    "kind": line.kind,
                    "formula": formula,
                    "legal_text": "\n".join(dict.fromkeys(filter(None, texts))),
                    "note": "\n".join(dict.fromkeys(filter(None, notes))),
                }
            )
        notes = [self.env._("Indicative: the pay itself is computed by the Treasury.")]
        if version.date_version > on_date:
            notes.append(
                self.env._(
                    "The first situation of the file dates from %s.", fields.Date.to_string(version.date_version)
                )
            )
        if not lines:
            notes.append(self.env._("In this statutory position the administration pays nothing."))
        return {
            "lines": lines,
            "gross": float(statement.gross),
            "deductions": float(statement.deductions),
            "net": float(statement.net),
            "family_allowances": float(statement.family),
            "taxable_income_year": float(statement.taxable_year),
            "date": fields.Date.to_string(on_date),
            "currency": "MAD",
            "notes": notes,
        }

    @api.model
    def _gov_line_name(self, code):
        return {
            "base": self.env._("Base pay"),
            "residence": self.env._("Residence allowance"),
            "family": self.env._("Family allowances"),
            "cmr": self.env._("Pension (CMR)"),
            "amo": self.env._("Compulsory health insurance (AMO)"),
            "ir": self.env._("Income tax"),
        }[code]

    def _gov_line_formula(self, line):
        """One sentence that says how the amount of a computed line is made."""
        facts = line.facts
        if line.code == "base":
            return self.env._(
                "Index %(index)s: %(formula)s.", index=facts["index"], formula=self._gov_base_formula(facts)
            )
        if line.code == "residence":
            return self.env._(
                "%(rate)s of the base pay of %(base)s (zone %(zone)s).",
                rate=_percent(facts["rate"]),
                base=_money(facts["base"]),
                zone=facts["zone"],
            )
        if line.code == "family":
            return self.env._(
                "Children counted: %(count)s. %(formula)s.", count=facts["children"], formula=_family_formula(facts)
            )
        if line.code == "cmr":
            return self.env._(
                "%(rate)s of the gross pay of %(gross)s.", rate=_percent(facts["rate"]), gross=_money(facts["gross"])
            )
        if line.code == "amo":
            return self.env._(
                "%(rate)s of the gross pay of %(gross)s, at least %(floor)s and at most %(cap)s.",
                rate=_percent(facts["rate"]),
                gross=_money(facts["gross"]),
                floor=_money(facts["floor"]),
                cap=_money(facts["cap"]),
            )
        return self._gov_tax_formula(facts)

    @api.model
    def _gov_base_formula(self, facts):
        parts, below, index = [], 0, facts["index"]
        for band in facts["bands"]:
            top = index if band.get("ceiling") is None else min(index, int(band["ceiling"]))
            if top > below:
                parts.append(f"{top - below} × {_number(band['value'])}")
            below = max(below, top)
        return f"{LRI}({' + '.join(parts)}) ÷ 12{PDI}"

    @api.model
    def _gov_tax_formula(self, facts):
        sentence = self.env._(
            "Taxable income of a year: %(gross)s gross − %(deducted)s withheld − %(expenses)s professional expenses "
            "(%(expense_rate)s) = %(taxable)s. Tax: %(rate)s − %(deduction)s = %(tax)s a year, divided by 12.",
            gross=_money(facts["gross_year"]),
            deducted=_money(facts["deductible"] * 12),
            expenses=_money(facts["expenses"]),
            expense_rate=_percent(facts["expense_band"]["rate"]),
            taxable=_money(facts["taxable_year"]),
            rate=_percent(facts["bracket"]["rate"]),
            deduction=_money(facts["bracket"]["deduction"]),
            tax=_money(facts["tax_year"]),
        )
        if facts["dependants"]:
            sentence += " " + self.env._(
                "Dependants counted: %(count)s, which takes %(reduction)s off the tax of a year.",
                reduction=_money(facts["reduction"]),
                count=facts["dependants"],
            )
        return sentence


def _explain(line, sources):
    """Legal texts and notes of the parameters that made a computed line."""
    prefixes = {
        "base": ["pay.base."],
        "residence": [f"pay.residence.rate.{line.facts.get('zone', '').lower()}"],
        "family": ["pay.family."],
        "cmr": ["pay.cmr."],
        "amo": ["pay.amo."],
        "ir": ["pay.ir.bracket.", "pay.professional."],
    }.get(line.code, [])
    if line.code == "ir" and line.facts.get("dependants"):
        prefixes += ["pay.ir.dependant.", "pay.ir.child."]
    rows = [row for row in sources if row[0].startswith(tuple(prefixes))] if prefixes else []
    return [text for _code, text, _note in rows], [note for _code, _text, note in rows]


def _bidi(text):
    """Formulas inside a sentence, isolated so that they read from left to right on every screen."""
    return Markup(escape(text).replace(LRI, Markup('<bdi dir="ltr">')).replace(PDI, Markup("</bdi>")))


def _money(value):
    return LRI + nbsp_amount(pay.cents(value)) + PDI


def _number(value):
    return format(value.normalize(), "f")


def _percent(rate):
    return LRI + _number(rate * 100) + " %" + PDI


def _family_formula(facts):
    parts, below = [], 0
    for band in facts["bands"]:
        counted = min(facts["children"], int(band["up_to"])) - below
        if counted <= 0:
            break
        parts.append(f"{counted} × {_number(band['amount'])}")
        below = int(band["up_to"])
    return LRI + " + ".join(parts) + PDI
