from markupsafe import Markup

from odoo import models

from odoo.addons.gov_base.tools.text import date_words, nbsp_amount
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, ltr, money_cell

MULTI, ANNUAL = "training_plan_multi", "training_plan"


class GovTrainingPlan(models.Model):
    """The document of an approved plan, in Arabic and in French."""

    _inherit = "gov.training.plan"

    def _gov_signatory(self):
        """Return who signed: the employee of the last act that was no opinion."""
        self.ensure_one()
        # sudo: who signs is printed on the plan
        lines = self.sudo().receipt_id.line_ids.filtered(lambda line: line.decided_by_id and line.kind != "opinion")
        return lines.sorted("decided_on")[-1:].decided_by_id.employee_id

    def _gov_prepare_document(self):
        """Make the document (number taken, content frozen); a former version's is replaced.

        sudo: made by the act of approval, whose caller was checked.
        """
        for plan in self.sudo():
            langs = plan.lang.split("_")
            values = {lang: plan._gov_document_values(lang) for lang in langs}
            kind = MULTI if plan.kind == "multi" else ANNUAL
            former = plan.document_id.filtered(lambda document: document.state == "valid")
            document = (
                plan.env["gov.document"]
                .sudo()
                ._gov_prepare(
                    [
                        {
                            "register": plan.env.ref("gov_hr_training.register_training_plan"),
                            "kind": kind,
                            "record": plan,
                            "template": plan.env.ref(f"gov_hr_training.template_{kind}_{plan.lang}"),
                            "values": values if len(langs) > 1 else values[langs[0]],
                            "signatory": plan._gov_signatory(),
                            "supersedes": former or None,
                        }
                    ]
                )
            )
            plan._gov_write({"document_id": document.id})

    def _gov_finish_document(self):
        """Render and seal what an act has prepared; what fails is finished by the scheduled task of documents."""
        # sudo: what an act has prepared is finished, whoever calls; nothing new is granted
        self.sudo().document_id.filtered(lambda document: document.state == "issuing")._gov_finish()
        self.invalidate_recordset()

    def _gov_document_values(self, lang):
        """Return the placeholders and blocks of the plan in one language ('ar' or 'fr')."""
        self.ensure_one()
        plan = self.with_context(lang=LANGS[lang])
        values = super()._gov_document_values(lang)
        values.update(
            plan_name=plan.name,
            year_from=str(plan.year_from),
            year_to=str(plan.year_to),
            version=str(plan.version),
            orientations=plan.orientations or plan.parent_id.orientations or "—",
            budget=nbsp_amount(plan.budget),
            budget_words=self.env["gov.words"].amount(plan.budget, lang),
            cost=nbsp_amount(plan.cost_total),
            approved_on=date_words(plan.approved_on, lang) if plan.approved_on else "",
            figures=plan._gov_figures_block(),
            opinions=plan._gov_opinions_block(),
        )
        if plan.kind == "multi":
            values["years"] = plan._gov_years_block()
        else:
            values.update(actions=plan._gov_actions_block(), costs=plan._gov_costs_block())
        return values

    def _gov_figures_block(self):
        _ = self.env._
        return facts_table(
            [
                (_("Actions"), ltr(self.action_count)),
                (_("Places"), ltr(self.person_count)),
                (_("Days of trainees"), ltr(f"{self.trainee_days:g}") if self.trainee_days else ""),
                (_("Budget (DH, with taxes)"), money_cell(self.budget)),
                (_("Cost of the actions (DH, with taxes)"), money_cell(self.cost_total)),
            ]
        )

    def _gov_opinions_block(self):
        """The opinion given on the plan; who gave it and when."""
        _ = self.env._
        opinions = dict(self.env["gov.approval.line"]._fields["opinion"]._description_selection(self.env))
        rows = []
        given = self.receipt_id.line_ids.filtered(
            lambda one: one.kind == "opinion" and one.decided_by_id and one.round == self._gov_round()
        )
        for line in given:
            said = opinions.get(line.opinion, "")
            rows.append((line.name, f"{said}: {line.reason}" if line.reason else said))
        return facts_table(rows) if rows else Markup("—")

    def _gov_years_block(self):
        _ = self.env._
        rows, total = [], 0
        for plan in self.child_ids.filtered(lambda one: one.state not in ("refused", "cancelled")).sorted("year_from"):
            rows.append([ltr(plan.year_from), plan.name, money_cell(plan.budget)])
            total += plan.budget
        return data_table(
            [_("Year"), _("Annual plan"), _("Budget (DH)")],
            rows,
            total=(_("Total"), [money_cell(total)]),
            numeric=(2,),
        )

    def _gov_actions_block(self):
        _ = self.env._
        rows, persons, days, cost = [], 0, 0, 0
        quarters = dict(self.env["gov.training.action"]._fields["quarter"]._description_selection(self.env))
        live = self.action_ids.filtered(lambda one: one.state != "dropped")
        for action in live.sorted(lambda one: (one.quarter or "9", one.priority, one.id)):
            rows.append(
                [
                    ltr(action.course_id.code),
                    action.name,
                    quarters.get(action.quarter, "—"),
                    ltr(action.group_count),
                    ltr(action.person_count),
                    ltr(f"{action.trainee_days:g}"),
                    money_cell(action.cost_total),
                ]
            )
            persons += action.person_count
            days += action.trainee_days
            cost += action.cost_total
        return data_table(
            [
                _("Code"),
                _("Action"),
                _("Quarter"),
                _("Groups"),
                _("Persons"),
                _("Days"),
                _("Cost (DH)"),
            ],
            rows,
            total=(
                _("Total: %(persons)s places, %(days)s days", persons=persons, days=f"{days:g}"),
                [money_cell(cost)],
            ),
            numeric=(3, 4, 5, 6),
        )

    def _gov_costs_block(self):
        _ = self.env._
        live = self.action_ids.filtered(lambda one: one.state != "dropped")
        sums = {}
        for cost in live.cost_ids:
            untaxed, tax = sums.get(cost.element, (0, 0))
            sums[cost.element] = (untaxed + cost.amount_untaxed, tax + cost.amount_tax)
        labels = self.env["gov.training.cost"]._fields["element"]._description_selection(self.env)
        rows = [
            [label, money_cell(sums[key][0]), money_cell(sums[key][1]), money_cell(sum(sums[key]))]
            for key, label in labels
            if key in sums
        ]
        return data_table(
            [_("Element"), _("Without tax (DH)"), _("VAT (DH)"), _("Total (DH)")],
            rows,
            total=(_("Total"), [money_cell(sum(sum(one) for one in sums.values()))]),
            numeric=(1, 2, 3),
        )
