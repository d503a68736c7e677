from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.delays import promised_days

# What decides who gets the document, and by whose act
RULES = {"instant", "circuit_id", "is_auto_issued", "audience", "group_ids", "signatory_rule", "signatory_id",
         "signatory_unit_id", "template_ar_id", "template_fr_id", "template_bi_id"}  # fmt: skip
OFFERED = {"ar": ("ar",), "fr": ("fr",), "ar_fr": ("ar", "fr", "ar_fr")}


class GovCertificateType(models.Model):
    """A kind of certificate or administrative document an employee may ask for.

    Everything about it is data kept by HR managers: the register that numbers it, the wording in each language
    (``gov.document.template``, placeholders only), who signs, the delay promised, the circuit, the questions asked and
    who may ask.  A type that is instant has no circuit: the document is issued when the request is filed.
    Other modules add types (leave, training, missions) by data files alone, and values by extending
    ``gov.certificate.request._gov_document_values``.
    """

    _name = "gov.certificate.type"
    _description = "Certificate type"
    _order = "sequence, id"

    # identity
    code = fields.Char(required=True, help="Short name used by programs; it never changes.")
    name = fields.Char(required=True, translate=True)
    description = fields.Char(translate=True, help="One sentence on the tile: what the document is for.")
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    icon = fields.Char(
        default="fa-file-text-o", help="Name of the icon on the tile, such as fa-briefcase (Font Awesome 4)."
    )
    # who may ask
    audience = fields.Selection(
        [
            ("all", "Every employee"),
            ("graded", "Civil servants with a grade"),
            ("hr", "Human resources, for an employee"),
        ],
        required=True,
        default="all",
        help="Who sees the tile. Human resources may file any type for an employee.",
    )
    group_ids = fields.Many2many(
        "res.groups", string="Only for groups", help="When given, only members of these groups see the tile."
    )
    # the document
    register_id = fields.Many2one(
        "gov.document.register", required=True, index=True, ondelete="restrict",
        help="Numbers the documents of this type, without gap, year by year.",
    )
    languages = fields.Selection(
        [("ar", "Arabic"), ("fr", "French"), ("ar_fr", "Arabic, French or both on one page")],
        required=True,
        default="ar_fr",
    )
    template_ar_id = fields.Many2one(
        "gov.document.template", "Arabic wording", copy=False, index=True, ondelete="restrict"
    )
    template_fr_id = fields.Many2one(
        "gov.document.template", "French wording", copy=False, index=True, ondelete="restrict"
    )
    template_bi_id = fields.Many2one(
        "gov.document.template", "Bilingual wording", copy=False, index=True, ondelete="restrict"
    )
    requirement_ids = fields.Many2many(
        "gov.certificate.requirement",
        string="Also required",
        help="Data that must be in the file, besides those the wording prints.",
    )
    question_ids = fields.One2many("gov.certificate.question", "type_id", copy=True)
    purpose_ids = fields.Many2many(
        "gov.certificate.purpose", string="Purposes offered", help="None: the whole list is offered."
    )
    # who signs
    signatory_rule = fields.Selection(
        [("unit", "Head of a unit"), ("person", "A person")],
        required=True,
        default="unit",
        help="Whose name and title stand under the document.",
    )
    signatory_unit_id = fields.Many2one(
        "hr.department", index="btree_not_null", ondelete="restrict",
        help="None: the unit named by the parameter “certificate.signatory_unit”.",
    )
    signatory_id = fields.Many2one("hr.employee", index="btree_not_null", ondelete="restrict")
    # delays and circuit
    instant = fields.Boolean(help="Issued when the request is filed, without approval.")
    delay_hours = fields.Integer(
        "Promised delay (hours)",
        default=48,
        required=True,
        help="Working hours, 24 a working day: 48 means two working days. The clock stops on weekends and holidays.",
    )
    circuit_id = fields.Many2one(
        "gov.approval.circuit", required=True, index=True, ondelete="restrict",
        domain="[('model', '=', 'gov.certificate.request')]",
        help="Who approves. An instant type takes a circuit without steps.",
    )
    is_auto_issued = fields.Boolean(
        "Issued on approval",
        default=True,
        help="When off, approved requests wait in the queue until human resources issue them together.",
    )
    silence_text = fields.Char(
        "When there is no answer", translate=True,
        help="What the employee is told about the silence of the administration after the delay.",
    )
    request_ids = fields.One2many("gov.certificate.request", "type_id")
    open_count = fields.Integer(compute="_compute_open_count")

    _code_uniq = models.UniqueIndex("(code)", "Another type of certificate has this code.")
    _delay_positive = models.Constraint("CHECK (delay_hours >= 0)", "The promised delay cannot be negative.")

    @api.depends("request_ids.state")
    def _compute_open_count(self):
        counts = dict(
            self.env["gov.certificate.request"]._read_group(
                [("type_id", "in", self.ids), ("state", "in", ("submitted", "in_review", "approved"))],
                ["type_id"],
                ["__count"],
            )
        )
        for kind in self:
            kind.open_count = counts.get(kind, 0)

    @api.constrains("instant", "circuit_id")
    def _check_circuit(self):
        for kind in self:
            # sudo: only whether the circuit has steps
            if kind.instant == bool(kind.circuit_id.sudo().step_ids):
                raise ValidationError(
                    self.env._("“%(type)s” is instant: choose a circuit without steps.", type=kind.name)
                    if kind.instant
                    else self.env._(
                        "“%(type)s” is not instant: choose a circuit with the steps that approve it.", type=kind.name
                    )
                )

    @api.constrains("template_ar_id", "template_fr_id", "template_bi_id")
    def _check_templates(self):
        for kind in self:
            for lang in ("ar", "fr", "ar_fr"):
                template = kind._gov_template(lang)
                if template and (template.lang != lang or template.kind != kind.code):
                    raise ValidationError(
                        self.env._(
                            "The wording “%(template)s” is for another language or another kind of document than"
                            " “%(type)s”: its kind must be “%(code)s”.",
                            template=template.name,
                            type=kind.name,
                            code=kind.code,
                        )
                    )

    @api.constrains("code")
    def _check_code(self):
        for kind in self:
            if not kind.code or not kind.code.replace("_", "").isalnum():
                raise ValidationError(self.env._("A code is made of letters, digits and _."))

    def write(self, vals):
        if "code" in vals and any(kind.code != vals["code"] for kind in self):
            raise ValidationError(self.env._("The code of a type never changes: documents and programs name it."))
        result = super().write(vals)
        if RULES & vals.keys():
            self._gov_journal([vals] * len(self))
        return result

    @api.model_create_multi
    def create(self, vals_list):
        kinds = super().create(vals_list)
        kinds._gov_journal(vals_list)
        return kinds

    def unlink(self):
        self.env.registry.clear_cache()  # its questions go with it, in the database
        return super().unlink()

    def _gov_journal(self, vals_list):
        """Say in the journal who set up what: who asks is never who has just made his document instant."""
        if self.env["gov.approval.circuit"]._is_shipping():
            return
        acts = [
            (kind, "configure", {"type": kind.code, "fields": sorted(RULES & vals.keys())})
            for kind, vals in zip(self, vals_list, strict=True)
        ]
        self.env["gov.journal.entry"].sudo()._record_many(acts)  # HR managers write no journal by themselves

    def copy_data(self, default=None):
        given = default or {}
        return [
            dict(
                vals,
                code=given.get("code", f"{kind.code}_copy"),
                name=given.get("name", self.env._("%(name)s (copy)", name=kind.name)),
            )
            for kind, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: only whether there is a request, of any region
        used = self.env["gov.certificate.request"].sudo().search([("type_id", "in", self.ids)], limit=1)
        if used:
            raise ValidationError(
                self.env._("“%(type)s” has requests: archive it instead.", type=used.type_id.name)
            )

    def action_open_requests(self):
        """Open the requests of this type that are not closed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_certificate.gov_certificate_request_action")
        action["domain"] = [("type_id", "=", self.id)]
        return action

    @api.model
    def get_catalogue(self):
        """Return what the user may ask for, ready for the screen that asks (one call).

        :return: {'employee': name or False, 'lang': 'ar'|'fr', 'purposes': [{id, name}],
            'types': [{id, code, name, description, icon, instant, delay_hours, promise, silence, langs,
            purposes: [id], questions: [{id, code, name, hint, kind, is_required, choices: [{id, name}]}]}],
            'acts': [{id, name}]}
        """
        employee = self.env.user.employee_id
        kinds = self.search([])._filter_for(employee)
        purposes = self.env["gov.certificate.purpose"].search([])
        answer = {
            "employee": employee.name or False,
            "lang": "ar" if (self.env.lang or "").startswith("ar") else "fr",
            "purposes": [{"id": purpose.id, "name": purpose.name} for purpose in purposes],
            "types": [kind._gov_tile() for kind in kinds],
            "acts": [],
        }
        if any(question.kind == "act" for question in kinds.question_ids):
            answer["acts"] = self._gov_acts(employee)
        return answer

    @api.model
    def _gov_acts(self, employee):
        """Return the acts of the person's own file that have a number, the newest first."""
        # sudo: the acts of the user's own file
        versions = employee.sudo().version_ids.filtered("act_number").sorted("date_version", reverse=True)
        kinds = dict(versions._fields["act_kind"]._description_selection(self.env))
        acts = []
        for version in versions:
            day = version.date_version.strftime("%d/%m/%Y")
            name = " · ".join(filter(None, (kinds.get(version.act_kind), version.act_number, day)))
            acts.append({"id": version.id, "name": name})
        return acts

    def _gov_tile(self):
        self.ensure_one()
        return {
            "id": self.id,
            "code": self.code,
            "name": self.name,
            "description": self.description or "",
            "icon": self.icon or "fa-file-text-o",
            "instant": self.instant,
            "delay_hours": self.delay_hours,
            "promise": self._gov_promise(),
            "silence": self.silence_text or "",
            "langs": self._gov_langs(),
            "purposes": self.purpose_ids.ids,
            "questions": [
                {
                    "id": question.id,
                    "code": question.code,
                    "name": question.name,
                    "hint": question.hint or "",
                    "kind": question.kind,
                    "is_required": question.is_required,
                    "choices": [{"id": choice.id, "name": choice.name} for choice in question.choice_ids],
                }
                for question in self.question_ids
                if question.asked_of == "employee"
            ],
        }

    def _gov_promise(self):
        """Return the promised time in words."""
        self.ensure_one()
        if self.instant:
            return self.env._("At once")
        days = promised_days(self.delay_hours)
        if days <= 1:
            return self.env._("Within one working day")
        if days == 2:
            return self.env._("Within two working days")
        return self.env._("Within %(days)s working days", days=days)

    def _gov_langs(self):
        """Return the languages in which the document can be asked."""
        self.ensure_one()
        return [lang for lang in OFFERED[self.languages] if self._gov_template(lang)]

    def _gov_template(self, lang):
        self.ensure_one()
        return {"ar": self.template_ar_id, "fr": self.template_fr_id, "ar_fr": self.template_bi_id}[lang]

    def _filter_for(self, employee):
        """Return the types this user may ask for himself."""
        groups = self.env.user.all_group_ids
        graded = bool(employee.sudo().grade_id)  # only whether there is a grade
        return self.filtered(
            lambda kind: kind.audience != "hr"
            and kind._gov_langs()
            and (kind.audience != "graded" or graded)
            and (not kind.group_ids or kind.group_ids & groups)
        )

    def _gov_signatory(self):
        """Return the employee whose name and title stand under the documents of this type (empty if none is set)."""
        self.ensure_one()
        if self.signatory_rule == "person":
            return self.signatory_id
        return self._gov_signing_unit().manager_id

    def _gov_signing_unit(self):
        """Return the unit whose head signs: the one of the type, or the one that the parameter names."""
        self.ensure_one()
        units = self.env["hr.department"].sudo()  # units and their heads are in the directory
        if self.signatory_unit_id:
            return units.browse(self.signatory_unit_id.id)
        # sudo: only the code of the unit that signs
        code = self.env["gov.parameter"].sudo().get_value("certificate.signatory_unit")
        return units.search([("unit_code", "=", code)], limit=1)
