from ast import literal_eval
from string import Formatter

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

WHO = [
    ("direct_head", "Direct head"),
    ("head_of_division", "Head of division"),
    ("director", "Director"),
    ("role", "Holders of a role"),
    ("person", "A person"),
]
KINDS = [("opinion", "Opinion"), ("approval", "Approval"), ("signature", "Signature")]


class GovApprovalCircuit(models.Model):
    """Approval circuit: the steps a kind of request goes through, its delay, and what silence means.

    Set up by HR managers.  A request keeps the steps it was filed with: its lines are copies, so a change of the
    circuit reaches the requests filed afterwards only.
    """

    _name = "gov.approval.circuit"
    _description = "Approval circuit"
    _order = "model, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Among the circuits of one kind of request, the first whose condition holds is taken."
    )
    model_id = fields.Many2one(
        "ir.model",
        "Kind of request",
        required=True,
        index=True,
        ondelete="cascade",
        domain=lambda self: [("model", "in", self._get_request_models())],
        help="The requests that follow this circuit.",
    )
    model = fields.Char(related="model_id.model", store=True, index=True, export_string_translation=False)
    domain = fields.Char(
        "Condition", default="[]", help="Only the requests that meet this condition follow the circuit."
    )
    step_ids = fields.One2many(
        "gov.approval.step",
        "circuit_id",
        "Steps",
        copy=True,
        help="Without any step, a request is granted as soon as it is filed.",
    )
    delay_days = fields.Integer(
        "Time to answer (working days)",
        default=5,
        help="The delay promised to the requester on the receipt, never beyond the legal maximum.",
    )
    silence = fields.Selection(
        [
            ("none", "Reminders only"),
            ("escalate", "The next head is called upon"),
            ("accept", "The request is granted"),
        ],
        "When the time to answer is over",
        required=True,
        default="escalate",
        help="Silence grants a request only where a legal text says so, and never in place of a signature.",
    )
    legal_text_id = fields.Many2one(
        "gov.legal.text",
        "Legal text",
        index="btree_not_null",
        ondelete="restrict",
        help="The text that makes silence an agreement; it is cited on the receipt and in the journal.",
    )
    escalation_days = fields.Integer(
        "Escalation after (working days)",
        default=2,
        help="How long after the delay of a step, and the reminder, the next head is called upon as well.",
    )
    max_returns = fields.Integer(
        "Requests for complement",
        default=lambda self: self._default_max_returns(),
        help="How many times a request may be sent back to its requester for completion.",
    )
    reason_min_length = fields.Integer(
        "Shortest reason (characters)",
        default=10,
        help="A refusal, a return and an unfavourable opinion must give a reason at least this long.",
    )
    receipt_pattern = fields.Char(
        "Number of the receipt",
        required=True,
        default="{number:05d}/{year}",
        help="How the number of the receipt is written: {number}, or {number:05d} for five digits, and {year}.",
    )
    receipt_counter = fields.Char(
        "Series of receipts",
        required=True,
        default="approval.receipt",
        help="Circuits with the same series share one numbering, without gap, restarted every year.",
    )
    appeal = fields.Text(
        "Right of appeal",
        translate=True,
        default=lambda self: self._default_appeal(),
        help="The sentence printed on the receipt about appeals.",
    )

    _check_delays = models.Constraint(
        "CHECK (delay_days >= 0 AND escalation_days >= 1 AND max_returns >= 0 AND reason_min_length >= 1)",
        "Delays, numbers of returns and lengths of reasons cannot be negative, and the escalation needs one day.",
    )
    _check_accept = models.Constraint(
        "CHECK (silence != 'accept' OR (legal_text_id IS NOT NULL AND delay_days > 0))",
        "Silence grants a request only with a time to answer and the legal text that says so.",
    )

    def _default_max_returns(self):
        return int(self.env["gov.parameter"].get_value("approval.max_returns"))

    def _default_appeal(self):
        return self.env._(
            "You may appeal to the head of the administration against a refusal, or when no answer has come in time."
        )

    @api.model
    def _get_request_models(self):
        """Return the names of the models that follow circuits."""
        mixin = self.env.registry["gov.approval.mixin"]
        return [
            name
            for name, model in self.env.registry.items()
            if issubclass(model, mixin) and not model._abstract and name != "gov.approval.mixin"
        ]

    def _get_steps(self):
        """Return the steps in their order, whole, by one statement."""
        steps = self.env["gov.approval.step"]
        columns = [name for name, field in steps._fields.items() if field.store and field.column_type]
        return steps.search_fetch([("circuit_id", "in", self.ids)], columns, order="sequence, id")

    def _get_step_titles(self):
        """Return dict of step id → {language: title}, read at once for all languages."""
        self.env["gov.approval.step"].flush_model(["name"])
        self.env.cr.execute(
            SQL("SELECT id, name FROM gov_approval_step WHERE circuit_id IN %s", tuple(self.ids) or (0,))
        )
        return dict(self.env.cr.fetchall())

    @api.constrains("model_id", "domain")
    def _check_domain(self):
        for circuit in self:
            if circuit.model not in self._get_request_models():
                raise ValidationError(
                    self.env._("“%(model)s” does not follow approval circuits.", model=circuit.model_id.name)
                )
            try:
                # sudo: only whether the condition can be read, no request is shown
                self.env[circuit.model].sudo().search_count(circuit._get_domain(), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of the circuit “%(circuit)s” cannot be read: %(error)s",
                        circuit=circuit.name,
                        error=error,
                    )
                ) from error

    @api.constrains("receipt_pattern")
    def _check_receipt_pattern(self):
        for circuit in self:
            first, second = circuit._format_receipt(1, 2026), circuit._format_receipt(2, 2026)
            if first == second or first == circuit._format_receipt(1, 2027):
                raise ValidationError(
                    self.env._(
                        "The pattern “%(pattern)s” must hold {number} and {year}, so that no number is given twice.",
                        pattern=circuit.receipt_pattern,
                    )
                )

    @api.constrains("silence", "step_ids")
    def _check_silence(self):
        for circuit in self:
            if circuit.silence == "accept" and "signature" in circuit.step_ids.mapped("kind"):
                raise ValidationError(
                    self.env._(
                        "Silence cannot stand for a signature: take the signature step out of the circuit "
                        "“%(circuit)s”, or choose another rule for silence.",
                        circuit=circuit.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        circuits = super().create(vals_list)
        circuits._journal("configure", vals_list)
        return circuits

    def write(self, vals):
        result = super().write(vals)
        self._journal("configure", [vals] * len(self))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_journalled(self):
        self._journal("delete", [{}] * len(self))

    def _journal(self, act, vals_list):
        """Say in the journal who changed which circuit: who sets up the steps could otherwise grant himself anything
        without a trace."""
        if not self._is_shipping():
            acts = [
                (circuit, act, {"circuit": circuit.with_context(lang="en_US").name, "fields": sorted(vals)})
                for circuit, vals in zip(self, vals_list, strict=True)
            ]
            # sudo: the journal is written by acts alone, nobody has the right to
            self.env["gov.journal.entry"].sudo()._record_many(acts)

    @api.model
    def _is_shipping(self):
        """Tell whether a module brings its circuits; the context alone proves nothing, any call may send it."""
        return self.env.su and bool(self.env.context.get("install_mode"))

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        return [
            dict(vals, name=self.env._("%(name)s (copy)", name=circuit.name))
            for circuit, vals in zip(self, vals_list, strict=True)
        ]

    def _get_domain(self):
        self.ensure_one()
        return literal_eval(self.domain or "[]")  # a value, never code: HR managers write it

    def _format_receipt(self, number, year):
        """Write the number of a receipt: only ``{number}`` and ``{year}`` are replaced, no attribute is reachable."""
        self.ensure_one()
        try:
            for _text, field, _spec, conversion in Formatter().parse(self.receipt_pattern):
                if conversion or field not in (None, "number", "year"):
                    raise ValueError(field)
            return self.receipt_pattern.format(number=number, year=year)
        except (ValueError, KeyError, IndexError) as error:
            raise ValidationError(
                self.env._(
                    "The pattern “%(pattern)s” of the receipts cannot be read: use {number:05d} and {year}.",
                    pattern=self.receipt_pattern,
                )
            ) from error

    @api.model
    def _find(self, records):
        """Return the circuit of each record: dict of record → the first active circuit whose condition holds.

        sudo: who asks need not read the circuits; only the one that his request follows comes out.
        """
        columns = [name for name, field in self._fields.items() if field.store and field.column_type]
        circuits = self.sudo().search_fetch([("model", "=", records._name)], columns)
        found, left = {}, records
        for circuit in circuits:
            matching = left.sudo().filtered_domain(circuit._get_domain()).sudo(records.env.su)
            found.update(dict.fromkeys(matching, circuit))
            left -= matching
        if left:
            raise UserError(
                self.env._(
                    "No approval circuit is set for “%(record)s”. Ask the HR manager to set one up under "
                    "Configuration, Approval circuits.",
                    record=left[0].display_name,
                )
            )
        return found


class GovApprovalStep(models.Model):
    """Step of an approval circuit: who acts, what kind of act, in how many working days."""

    _name = "gov.approval.step"
    _description = "Step of an approval circuit"
    _order = "circuit_id, sequence, id"

    circuit_id = fields.Many2one("gov.approval.circuit", "Circuit", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char(
        required=True, translate=True, help="The title shown to the requester, such as “Head's opinion”."
    )
    who = fields.Selection(
        WHO,
        "Who acts",
        required=True,
        default="direct_head",
        help="Heads are read in the organisation chart on the day they act. When a post is vacant, or its head is the "
        "one who asks, the next head takes the step.",
    )
    kind = fields.Selection(
        KINDS,
        "Kind of act",
        required=True,
        default="approval",
        help="An opinion, even unfavourable, does not stop the request; a refused approval or signature does.",
    )
    days = fields.Integer(
        "Delay (working days)", default=2, help="After it a reminder is sent, then the next head is called upon."
    )
    group_id = fields.Many2one("res.groups", "Role", index="btree_not_null", ondelete="restrict")
    is_regional = fields.Boolean(
        "Same region only",
        default=True,
        help="Holders who serve given regions act only for the employees of these regions.",
    )
    user_id = fields.Many2one("res.users", "Person", index="btree_not_null", ondelete="restrict")
    merge = fields.Boolean(
        "Skip if the same person decides elsewhere",
        default=True,
        help="When one person would take several steps, the weaker one is skipped.",
    )

    _check_actor = models.Constraint(
        "CHECK ((who != 'role' OR group_id IS NOT NULL) AND (who != 'person' OR user_id IS NOT NULL))",
        "A step given to a role or to a person must name it.",
    )
    _check_days = models.Constraint("CHECK (days >= 0)", "The delay of a step cannot be negative.")

    @api.constrains("kind", "circuit_id")
    def _check_silence(self):
        self.circuit_id._check_silence()

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._journal()
        return steps

    def write(self, vals):
        result = super().write(vals)
        self._journal()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_journalled(self):
        self._journal(self)

    def _journal(self, gone=None):
        """Write the steps of the changed circuits, as they are from now on, into the journal."""
        if self.circuit_id._is_shipping():
            return
        acts = [
            (
                circuit,
                "configure",
                {
                    "steps": [
                        {"who": step.who, "kind": step.kind, "group": step.group_id.id, "person": step.user_id.id}
                        for step in circuit.step_ids.sorted(lambda step: (step.sequence, step.id)) - (gone or self[:0])
                    ]
                },
            )
            for circuit in self.circuit_id
        ]
        # sudo: the journal is written by acts alone, nobody has the right to
        self.env["gov.journal.entry"].sudo()._record_many(acts)
