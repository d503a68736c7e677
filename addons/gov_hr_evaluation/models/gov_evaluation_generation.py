from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.gov_approval.models.sentinel import with_sentinel
from odoo.addons.gov_base.tools.act import short_transaction

from ..services import calendar as calendar_service
from ..services import eligibility
from ..services import hierarchy as hierarchy_service


class GovEvaluationSkip(models.Model):
    """An employee without a sheet in a campaign, and why.  Made by the opening; HR may still add him by hand."""

    _name = "gov.evaluation.skip"
    _description = "Employee without an evaluation sheet"
    _inherit = ["gov.evaluation.guarded"]
    _order = "campaign_id desc, reason, id"
    _rec_name = "employee_id"

    campaign_id = fields.Many2one(
        "gov.evaluation.campaign", required=True, readonly=True, index=True, ondelete="cascade"
    )
    employee_id = fields.Many2one("hr.employee", required=True, readonly=True, index=True, ondelete="cascade")
    department_id = fields.Many2one(
        "hr.department", "Unit", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    region_id = fields.Many2one("gov.region", readonly=True, index="btree_not_null", ondelete="restrict")
    reason = fields.Selection(
        [
            ("recruited", "Recruited too late in the year"),
            ("absent", "Absent too long in the year"),
            ("position", "Not in activity here"),
            ("retired", "Retired"),
            ("no_head", "No head above to evaluate"),
        ],
        required=True,
        readonly=True,
    )

    _once = models.UniqueIndex("(campaign_id, employee_id)", "An employee is listed once in a campaign.")

    @api.model
    def _gov_remove(self, skips):
        """Take reasons away once a sheet is made; the act has checked who does it."""
        # sudo: reasons are removed by the act alone
        with_sentinel(skips.sudo()).unlink()

    def action_add(self):
        """Make the sheets of these employees all the same.  HR managers."""
        campaign = self.campaign_id
        if len(campaign) != 1:
            raise UserError(self.env._("Choose employees of one campaign."))
        # sudo: only the ids of the employees listed
        return self.env["gov.evaluation.sheet"]._gov_add(campaign, self.sudo().employee_id.ids)


class GovEvaluationSheet(models.Model):
    """Making the sheets of a campaign, and keeping their unit and head up to date while nobody has marked."""

    _inherit = "gov.evaluation.sheet"

    @api.model
    def _gov_remaining_sql(self, campaign):
        """Return the condition on ``hr_employee e`` of those who have neither a sheet nor a reason."""
        return SQL(
            """e.active AND e.company_id IN %s
               AND NOT EXISTS (SELECT FROM gov_evaluation_sheet s WHERE s.campaign_id = %s AND s.employee_id = e.id)
               AND NOT EXISTS (SELECT FROM gov_evaluation_skip k WHERE k.campaign_id = %s AND k.employee_id = e.id)""",
            tuple(self.env.companies.ids),
            campaign.id,
            campaign.id,
        )

    @api.model
    def _gov_count_remaining(self, campaign):
        self.env["hr.employee"].flush_model(["active", "company_id"])
        self.flush_model(["campaign_id", "employee_id"])
        self.env["gov.evaluation.skip"].flush_model(["campaign_id", "employee_id"])
        condition = self._gov_remaining_sql(campaign)
        return self.env.execute_query(SQL("SELECT count(*) FROM hr_employee e WHERE %s", condition))[0][0]

    @api.model
    def _gov_generate(self, campaign, limit):
        """Make the sheets, or the reasons why not, of the next employees; the campaign is locked by the act.

        :return: ``(sheets, skips)``
        """
        self.env.flush_all()
        condition = self._gov_remaining_sql(campaign)
        rows = self.env.execute_query(
            SQL("SELECT e.id FROM hr_employee e WHERE %s ORDER BY e.id LIMIT %s", condition, limit)
        )
        return self._gov_make(campaign, [row[0] for row in rows])

    @api.model
    def _gov_make(self, campaign, employee_ids, force=False):
        """Make the sheets of these employees; ``force`` makes those of who would be skipped, a head missing aside."""
        facts = self._gov_facts(campaign, employee_ids)
        units, able = self._gov_units()
        settings = {
            "positions": {"activity"} | ({"provision"} if campaign.includes_provision else set()),
            "min_months": campaign.min_months,
            "on": campaign.open_on,
        }
        sheets, skips = [], []
        for one in facts:
            reason = eligibility.reason_to_skip(
                campaign.year, one["position"], one["recruited"], one["retired"], one["interruptions"], settings
            )
            head, unit = hierarchy_service.find_evaluator(one["department_id"], one["employee_id"], units, able)
            if force:
                reason = None
            if not reason and not head:
                reason = "no_head"
            place = {name: one[name] for name in ("employee_id", "department_id", "region_id")}
            place["campaign_id"] = campaign.id
            if reason:
                skips.append(dict(place, reason=reason))
                continue
            sheets.append(
                dict(
                    place,
                    grade_id=one["grade_id"],
                    sex=one["sex"],
                    evaluator_id=head,
                    evaluator_unit_id=unit,
                    last_interview_on=one["last_interview"],
                    interview_due_on=calendar_service.interview_due(
                        one["last_interview"], one["recruited"], campaign.interview_years, campaign.open_on
                    ),
                )
            )
        quiet = self.with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True, mail_notrack=True
        )
        made = quiet._gov_create(sheets).with_env(self.env)
        made._gov_plan("self")
        return made, self.env["gov.evaluation.skip"]._gov_create(skips)

    @api.model
    def _gov_facts(self, campaign, employee_ids):
        """Return what decides on a sheet, for many employees at once, as of the opening day."""
        if not employee_ids:
            return []
        on_date = campaign.open_on
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT e.id AS employee_id, e.recruitment_date AS recruited, e.retirement_date AS retired,
                          v.department_id, v.grade_id, v.statutory_position AS position, v.sex,
                          d.effective_region_id AS region_id,
                          (SELECT max(i.date) FROM gov_evaluation_interview i
                            WHERE i.employee_id = e.id AND i.state IN ('signed', 'refused')) AS last_interview
                     FROM hr_employee e
                     JOIN LATERAL (SELECT * FROM hr_version w WHERE w.employee_id = e.id AND w.active
                                    ORDER BY (w.date_version <= %s) DESC,
                                             CASE WHEN w.date_version <= %s THEN w.date_version END DESC,
                                             w.date_version LIMIT 1) v ON TRUE
                LEFT JOIN hr_department d ON d.id = v.department_id
                    WHERE e.id IN %s ORDER BY e.id""",
                on_date,
                on_date,
                tuple(employee_ids),
            )
        )
        # sudo: positions and absences count for the sheet, whoever opens the campaign; only the reason comes out
        employees = self.env["hr.employee"].sudo().browse(employee_ids)
        first, last = date(campaign.year, 1, 1), date(campaign.year, 12, 31)
        interruptions = {employee_id: [] for employee_id in employee_ids}
        for employee_id, periods in employees._gov_periods_not_counting(employees, first, last).items():
            interruptions[employee_id] += [(start, end, "position") for start, end, *_kind in periods]
        for employee_id, periods in employees._gov_evaluation_absences(first, last).items():
            interruptions[employee_id] += [(start, end, "absence") for start, end in periods]
        for row in rows:
            row["interruptions"] = interruptions[row["employee_id"]]
            row["sex"] = row["sex"] if row["sex"] in ("female", "male") else False
            for name in ("department_id", "grade_id", "region_id", "position", "last_interview"):
                row[name] = row[name] or False
        return rows

    @api.model
    def _gov_units(self):
        """Return the organisation chart as ``{unit: (above, head)}`` and the ids of the heads in service.

        A head without a login evaluates all the same: who stands in for him marks, or human resources choose another.
        """
        # sudo: the chart and which heads are in service
        departments = self.env["hr.department"].sudo().with_context(active_test=False)
        units = departments.search_fetch([], ["parent_id", "manager_id"])
        heads = units.manager_id.filtered("active")
        return {unit.id: (unit.parent_id.id, unit.manager_id.id) for unit in units}, set(heads.ids)

    @api.model
    def _gov_add(self, campaign, employee_ids):
        campaign._gov_check_manager()
        made = self._gov_add_act(campaign, employee_ids)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s sheets were made.", made),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @short_transaction
    def _gov_add_act(self, campaign, employee_ids):
        """Make the sheets of latecomers: recruited or back after the opening, or left out by it."""
        campaign._gov_claim(("open", "harmonisation", "notified"))
        # sudo: sheets of the campaign in all the regions
        known = self.sudo().search([("campaign_id", "=", campaign.id), ("employee_id", "in", employee_ids)])
        if known:
            raise UserError(
                self.env._("These have a sheet already: %s.", ", ".join(known.employee_id.mapped("display_name")))
            )
        # sudo: reasons of the campaign in all the regions
        skips = (
            self.env["gov.evaluation.skip"]
            .sudo()
            .search([("campaign_id", "=", campaign.id), ("employee_id", "in", employee_ids)])
        )
        self.env["gov.evaluation.skip"]._gov_remove(skips)
        sheets, skips = self._gov_make(campaign, list(employee_ids), force=True)
        if skips:
            raise UserError(
                self.env._(
                    "Nobody heads %s: name a head of their unit, or of one above, first.",
                    ", ".join(skips.sudo().employee_id.mapped("display_name")),  # sudo: names for the sentence
                )
            )
        if campaign.state != "open" or (campaign.self_until and self._gov_today() > campaign.self_until):
            # the time of the self-assessment is over for all
            sheets._gov_end_self()
        # sudo: the journal is written by the act
        self.env["gov.journal.entry"].sudo()._record(campaign, "add", {"sheets": len(sheets)})
        return len(sheets)

    # ------------------------------------------------------------------ units and heads that change
    def _gov_refresh(self):
        """Work out again unit and head of the sheets that nobody has marked yet, unless HR chose the head."""
        # sudo: places follow the organisation, whoever changed it
        open_sheets = self.sudo().filtered(lambda sheet: sheet.state in ("self", "head"))
        if not open_sheets:
            return
        units, able = self._gov_units()
        for sheet in open_sheets:
            unit = sheet.employee_id.department_id
            vals = {}
            if unit != sheet.department_id and unit:
                vals.update(department_id=unit.id, region_id=unit.effective_region_id.id)
            if not sheet.is_evaluator_chosen:
                head, place = hierarchy_service.find_evaluator(unit.id, sheet.employee_id.id, units, able)
                if head and head != sheet.evaluator_id.id:
                    vals.update(evaluator_id=head, evaluator_unit_id=place)
            if vals:
                if vals.get("evaluator_id"):
                    sheet._gov_clear_activities("head", "interview")
                sheet._gov_write(vals)
