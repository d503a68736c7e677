from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..services import codes

MARKS = [
    ("g0", "G0: no gender aim"),
    ("g1", "G1: gender counts a little"),
    ("g2", "G2: gender counts much"),
    ("gp", "G+: made for equality"),
]
SECTIONS = [
    ("personnel", "Personnel"),
    ("equipment", "Equipment and sundry expenses"),
    ("investment", "Investment"),
    ("common", "Common charges"),
    ("debt", "Debt"),
    ("revenue", "Revenue"),
    ("cas", "Special account"),
    ("segma", "Autonomous service: operation"),
    ("segma_invest", "Autonomous service: investment"),
]


class GovBudgetNode(models.Model):
    """A rubric of the nomenclature: chapter → programme → region → project or action → line (economic nature).

    Budget officers keep the tree.  Chapters bear the code the finance law prints; below them the key is made of the
    segments, such as P300-R04-Pj10-L11.  A rubric is renamed or closed from a year on by an act: what the years before
    called it stays in its history.
    """

    _name = "gov.budget.node"
    _description = "Budget rubric"
    _inherit = ["gov.budget.stateful", "mail.thread"]
    _parent_name = "parent_id"
    _parent_store = True
    _order = "chapter_code, full_code, id"
    _rec_names_search = ["full_code", "name"]
    _act_fields = frozenset({"year_to", "version_ids"})

    kind = fields.Selection(
        [
            ("chapter", "Chapter"),
            ("programme", "Programme"),
            ("region", "Region"),
            ("project", "Project or action"),
            ("line", "Line"),
        ],
        required=True,
        index=True,
        default=lambda self: self._default_kind(),
    )
    parent_id = fields.Many2one("gov.budget.node", "Under", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("gov.budget.node", "parent_id", "Rubrics below")
    code = fields.Char(required=True, tracking=True, help="The segment: 400 for a programme, 04 for a region.")
    full_code = fields.Char(
        "Key", compute="_compute_codes", store=True, recursive=True, index="trigram", precompute=True
    )
    chapter_code = fields.Char("Chapter code", compute="_compute_codes", store=True, recursive=True, precompute=True)
    chapter_id = fields.Many2one(
        "gov.budget.node", "Chapter", compute="_compute_levels", store=True, recursive=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    programme_id = fields.Many2one(
        "gov.budget.node", "Programme", compute="_compute_levels", store=True, recursive=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    project_id = fields.Many2one(
        "gov.budget.node", "Project or action", compute="_compute_levels", store=True, recursive=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    region_id = fields.Many2one(
        "gov.region", compute="_compute_levels", store=True, recursive=True, index=True, ondelete="restrict"
    )
    section = fields.Selection(SECTIONS, compute="_compute_levels", store=True, recursive=True)
    is_investment = fields.Boolean("Investment", compute="_compute_levels", store=True, recursive=True)
    name = fields.Char("Label", required=True, translate=True, tracking=True, index="trigram")
    functional_code = fields.Char(tracking=True, help="Code of the functional classification, carried by each line.")
    gender_mark = fields.Selection(
        MARKS, tracking=True, help="Mark of the ministry of finance on a programme: G0, G1, G2 or G+."
    )
    gender_score = fields.Integer(
        tracking=True,
        aggregator=None,
        help="Score of a project, 1 (made for equality) to 5 (none); 0 when not scored.",
    )
    gender_share = fields.Float(
        "Share counted for gender", compute="_compute_gender_share", help="Part of its credits counted by the score."
    )
    responsible_id = fields.Many2one(
        "res.users",
        "Responsible for the programme",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Answers for the objectives of the programme and their results.",
    )
    strategy = fields.Text(translate=True, help="What the programme is for; printed in the annex of the framework.")
    is_listed = fields.Boolean(
        "Needs the finance ministry",
        tracking=True,
        help="On the joint order's list: a movement inside its project needs the prior authorisation of the ministry "
        "of finance.",
    )
    is_donor_funded = fields.Boolean(
        "Support funds",
        tracking=True,
        help="Paid by support funds (fonds de concours): its carry-over is outside the 30 % ceiling.",
    )
    year_from = fields.Integer("From year", aggregator=None, default=lambda self: self._default_year(), required=True)
    year_to = fields.Integer("Until year", aggregator=None, readonly=True, copy=False, help="0 while it is in use.")
    version_ids = fields.One2many("gov.budget.node.version", "node_id", "Former names", readonly=True)

    _key_uniq = models.UniqueIndex(
        "(coalesce(parent_id, 0), code)", "A rubric with this code already stands under the same parent."
    )
    _years_order = models.Constraint(
        "CHECK (year_to IS NULL OR year_to = 0 OR year_from <= year_to)", "A rubric ends after it begins."
    )
    _score_range = models.Constraint(
        "CHECK (gender_score IS NULL OR gender_score BETWEEN 0 AND 5)", "The gender score goes from 1 to 5."
    )

    @api.model
    def _default_kind(self):
        return "line" if self.search_count([("kind", "=", "project")], limit=1) else "chapter"

    @api.model
    def _default_year(self):
        return fields.Date.context_today(self).year

    # ------------------------------------------------------------------ computes
    @api.depends("kind", "code", "parent_id.full_code", "parent_id.chapter_code")
    def _compute_codes(self):
        for node in self:
            if node.kind == "chapter":
                node.full_code = node.chapter_code = node.code
                continue
            parent = node.parent_id
            piece = codes.PREFIXES.get(node.kind, "") + (node.code or "")
            node.full_code = piece if parent.kind == "chapter" else f"{parent.full_code or ''}-{piece}"
            node.chapter_code = parent.chapter_code

    @api.depends(
        "kind",
        "code",
        "parent_id.chapter_id",
        "parent_id.programme_id",
        "parent_id.project_id",
        "parent_id.region_id",
        "parent_id.section",
    )
    def _compute_levels(self):
        regions = {region.code: region for region in self.env["gov.region"].with_context(active_test=False).search([])}
        for node in self:
            parent = node.parent_id
            node.chapter_id = node if node.kind == "chapter" else parent.chapter_id
            node.programme_id = node if node.kind == "programme" else parent.programme_id
            node.project_id = node if node.kind == "project" else parent.project_id
            node.region_id = regions.get(node.code, False) if node.kind == "region" else parent.region_id
            if node.kind == "chapter":
                valid = codes.is_valid("chapter", node.code)
                node.section = codes.section_of(node.code) if valid else False
            else:
                node.section = parent.section
            node.is_investment = node.section in codes.INVESTMENT

    @api.depends("gender_score", "parent_id.gender_score")
    def _compute_gender_share(self):
        day = fields.Date.context_today(self)
        shares = {}
        for node in self:
            score = node._gov_score()
            if score and score not in shares:
                shares[score] = self.env["gov.parameter"].get_value(f"budget.gender.share.{score}", day)
            node.gender_share = shares.get(score, 0)

    def _gov_score(self):
        """Return the gender score in force: its own, else that of the nearest rubric above."""
        self.ensure_one()
        node = self
        while node and not node.gender_score:
            node = node.parent_id
        return node.gender_score

    @api.depends("full_code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for node in self:
            node.display_name = f"\u2066{node.full_code or ''}\u2069 {node.name or ''}".strip()

    # ------------------------------------------------------------------ constraints
    @api.constrains("kind", "code", "parent_id")
    def _check_code(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for node in self:
            above = codes.parent_kind(node.kind)
            if (node.parent_id.kind or None) != above:
                raise ValidationError(
                    self.env._(
                        "%(code)s (%(kind)s) stands under %(needed)s, not under %(parent)s.",
                        code=node.code,
                        kind=labels[node.kind],
                        needed=labels.get(above) or self.env._("nothing"),
                        parent=node.parent_id.display_name or self.env._("nothing"),
                    )
                )
            if not codes.is_valid(node.kind, node.code):
                raise ValidationError(self._gov_code_problem(node.kind, node.code))

    @api.constrains("parent_id", "year_from")
    def _check_years(self):
        for node in self:
            parent = node.parent_id
            if parent.year_to and node.year_from > parent.year_to:
                raise ValidationError(
                    self.env._(
                        "%(parent)s is not used after %(year)s: nothing begins under it in %(first)s.",
                        parent=parent.full_code,
                        year=parent.year_to,
                        first=node.year_from,
                    )
                )

    @api.model
    def _gov_code_problem(self, kind, code):
        """Return the sentence that says how a code of this kind is written."""
        sentences = {
            "chapter": self.env._(
                "“%(code)s” is no chapter: write it as the finance law does, such as 1.2.1.2.0.29.000.", code=code
            ),
            "programme": self.env._("“%(code)s” is no programme: write three digits, such as 400.", code=code),
            "region": self.env._("“%(code)s” is no region: write 00 for the central services or 01 to 12.", code=code),
            "project": self.env._("“%(code)s” is no project: write two digits, such as 10.", code=code),
            "line": self.env._("“%(code)s” is no line: write two digits, such as 11.", code=code),
        }
        return sentences[kind]

    @api.model_create_multi
    def create(self, vals_list):
        nodes = super().create(vals_list)
        # what is added under a rubric that ends, ends with it
        for parent, added in nodes.filtered("parent_id.year_to").grouped("parent_id").items():
            added._gov_write({"year_to": parent.year_to})
        return nodes

    def write(self, vals):
        if {"code", "kind", "parent_id"} & vals.keys():
            self._gov_check_unused()
        return super().write(vals)

    def _gov_check_unused(self):
        """Refuse to recode what a budget uses: its acts quote the key."""
        # sudo: lines of every region count
        used = self.env["gov.budget.line"].sudo().search([("node_id", "child_of", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "The key of %(node)s is used by the budget %(budget)s: it does not change. Close the rubric from "
                    "a year on, and make a new one.",
                    node=used.node_id.full_code,
                    budget=used.budget_id.display_name,
                )
            )

    # ------------------------------------------------------------------ acts
    def action_rename(self, name, year, reason=None):
        """Give another label from a year on; the former one stays in the history. Budget officers only.

        :param name: the label in the user's language, or ``{language: label}`` for several, such as ``ar_MA``
        """
        self.ensure_one()
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer renames a rubric."))
        year = self._gov_to_year(year)
        installed = dict(self.env["res.lang"].get_installed())
        own = self.env.lang or "en_US"
        names = name if isinstance(name, dict) else {own: name}
        names = {lang: text.strip() for lang, text in names.items() if isinstance(text, str) and text.strip()}
        if not names or not names.keys() <= installed.keys():
            raise UserError(self.env._("Give the new label."))
        if year <= self.year_from:
            raise UserError(
                self.env._(
                    "%(node)s began in %(year)s: rename it from a later year, or correct its label.",
                    node=self.full_code,
                    year=self.year_from,
                )
            )
        last = self.version_ids.sorted("year_to")[-1:]
        if last and year <= last.year_to:
            raise UserError(
                self.env._("%(node)s was already renamed after %(year)s.", node=self.full_code, year=last.year_to)
            )
        former = {lang: self.with_context(lang=lang).name for lang in installed}
        version = self.env["gov.budget.node.version"].with_context(lang="en_US")._gov_create(
            [
                {
                    "node_id": self.id,
                    "name": former["en_US"],
                    "year_from": last.year_to + 1 if last else self.year_from,
                    "year_to": year - 1,
                    "reason": reason or False,
                }
            ]
        )  # fmt: skip
        for lang, text in former.items():
            if text != former["en_US"]:
                version.with_context(lang=lang)._gov_write({"name": text})
        for lang, text in names.items():
            self.with_context(lang=lang)._gov_write({"name": text})
        told = own if own in names else min(names)
        self.env["gov.journal.entry"]._record(
            self, "rename", {"key": self.full_code, "from": former[told], "to": names[told], "year": year}
        )
        return True

    def action_close(self, year, reason):
        """Use these rubrics, and all below, for the last time in ``year``. Budget officers only."""
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer closes a rubric."))
        year = self._gov_to_year(year)
        reason = self._gov_check_reason(reason)
        below = self.search([("id", "child_of", self.ids)])
        # sudo: lines of every region count
        late = self.env["gov.budget.line"].sudo().search([("node_id", "in", below.ids), ("year", ">", year)], limit=1)
        if late:
            raise UserError(
                self.env._(
                    "%(node)s is used by the budget %(budget)s: it cannot end before.",
                    node=late.node_id.full_code,
                    budget=late.budget_id.display_name,
                )
            )
        later = below.filtered(lambda node: node.year_from > year)
        if later:
            raise UserError(
                self.env._(
                    "%(node)s begins in %(first)s only, after %(year)s: close the rubric later, or delete that one.",
                    node=later[0].full_code,
                    first=later[0].year_from,
                    year=year,
                )
            )
        # sudo: the programming of every region counts
        lines = self.env["gov.budget.framework.line"].sudo()
        programmed = lines._gov_programmed_after(below, year)
        if programmed:
            raise UserError(
                self.env._(
                    "%(framework)s programmes credits on %(node)s after %(year)s: put them to zero first, or close it "
                    "later.",
                    framework=programmed.framework_id.name,
                    node=programmed.full_code,
                    year=year,
                )
            )
        # what ended before does not begin again
        below.filtered(lambda node: not node.year_to or node.year_to > year)._gov_write({"year_to": year})
        for node in self:
            self.env["gov.journal.entry"]._record(
                node, "close", {"key": node.full_code, "last_year": year, "reason": reason}
            )
        return True

    def _gov_ask(self, operation, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "gov.budget.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_operation": operation,
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_label": self.name,
                "default_label_ar": self.with_context(lang="ar_MA").name,
                "default_label_fr": self.with_context(lang="fr_FR").name,
            },
        }

    def action_ask_rename(self):
        """Ask for the new label and its first year, then rename."""
        return self._gov_ask("rename", self.env._("Rename"))

    def action_ask_close(self):
        """Ask for the last year and the reason, then close."""
        return self._gov_ask("close_node", self.env._("Close the rubric"))

    @api.model
    def _gov_to_year(self, year):
        try:
            year = int(year)
        except (TypeError, ValueError):
            year = 0
        if not 1960 <= year <= 2200:
            raise UserError(self.env._("Give a year of four digits, such as 2026."))
        return year

    # ------------------------------------------------------------------ reading
    def _parents_and_self(self):
        """Return these rubrics and all those above them."""
        return self.browse({int(part) for path in self.mapped("parent_path") for part in path.strip("/").split("/")})

    def _gov_name_in(self, year):
        """Return the label that was in force in a year."""
        self.ensure_one()
        for version in self.version_ids:
            if version.year_from <= year <= version.year_to:
                return version.name
        return self.name

    def _gov_programme_facts(self):
        """Return {code: {"responsible", "strategy"}} of programmes: each stands under several chapters, and is
        described under one of them.
        """
        # sudo: who answers for a programme is public, and printed
        nodes = self.sudo().search([("kind", "=", "programme"), ("code", "in", self.mapped("code"))])
        return {
            code: {
                "responsible": alike.responsible_id[:1].name or "",
                "strategy": next(filter(None, alike.mapped("strategy")), ""),
            }
            for code, alike in nodes.grouped("code").items()
        }

    def _gov_in_year(self, year):
        """Return those of these rubrics that are in use in a year."""
        return self.filtered(lambda node: node.year_from <= year and (not node.year_to or year <= node.year_to))


class GovBudgetNodeVersion(models.Model):
    """What a rubric was called in the years before it was renamed; written by the act alone."""

    _name = "gov.budget.node.version"
    _description = "Former name of a budget rubric"
    _inherit = ["gov.budget.stateful"]
    _order = "year_to desc"
    _act_fields = frozenset({"node_id", "name", "year_from", "year_to", "reason"})

    node_id = fields.Many2one("gov.budget.node", "Rubric", required=True, index=True, ondelete="cascade")
    name = fields.Char("Label", required=True, translate=True)
    year_from = fields.Integer("From year", required=True, aggregator=None)
    year_to = fields.Integer("Until year", required=True, aggregator=None)
    reason = fields.Char()
