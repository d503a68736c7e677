import logging
import random

from odoo import models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

FRAMEWORK_FILE = "framework_2026.xlsx"
MARK_YEARS = range(2018, 2026)
YEAR = 2026
# who files for whom, code, first day, last day, who approves, what else
LEAVES = (
    ("employee", "employee", "ANN", "2026-03-16", "2026-03-19", ("head", "director", "hrmanager"), {}),
    ("employee", "employee", "ANN", "2026-12-21", "2026-12-24", ("head",), {}),
    ("training", "training", "ANN", "2026-07-20", "2026-07-29", ("hrmanager",), {}),
    ("asset", "asset", "ANN", "2026-12-14", "2026-12-18", (), {}),
    ("budget", "budget", "ANN", "2026-12-07", "2026-12-11", (), {}),
)
TEAM_LEAVES = (("2026-11-23", "2026-11-27"), ("2026-12-01", "2026-12-04"), ("2026-12-28", "2026-12-31"))


class GovSample(models.AbstractModel):
    """The sample year of the people: marks, levels, leave, missions, the framework of jobs, a campaign of steps."""

    _inherit = "gov.sample"

    def _first_steps(self):
        return [
            *super()._first_steps(),
            self._import_framework,
            self._record_marks,
            self._give_levels,
            self._credit_leave,
            self._make_leaves,
            self._make_missions,
            self._compute_advancement,
        ]

    def _import_framework(self):
        """Import the framework of jobs and competencies with the importer that HR uses."""
        if not self.env["hr.job"].search_count([("rec_code", "!=", False)], limit=1):
            content = self._sample_file(FRAMEWORK_FILE).read_bytes()
            self.env["gov.import.batch"]._import_file("framework", content, FRAMEWORK_FILE)

    def _record_marks(self):
        """Give everybody the marks of the past years, from which the pace of advancement comes."""
        ratings = self.env["gov.rating"]
        if ratings.search_count([], limit=1):
            return
        marks = []
        people = self.env["hr.employee"].search([("ppr_number", "!=", False)], order="ppr_number")
        for person in people:
            draw = random.Random(int(person.ppr_number))  # noqa: S311 - fictitious marks, the same each time
            usual = draw.choice((12, 14, 15, 16, 16, 17, 18))
            first = person.recruitment_date.year + 1 if person.recruitment_date else MARK_YEARS[0]
            marks += [
                (person.id, year, max(8, min(20, usual + draw.choice((-1.5, -0.5, 0, 0, 0.5, 1)))))
                for year in MARK_YEARS
                if year >= first
            ]
        ratings._gov_record_marks(marks)

    def _give_levels(self):
        """Give everybody levels of what the job requires, some below it: the gaps are then seen."""
        held = self.env["hr.employee.skill"]
        if held.search_count([("skill_id.gov_kind", "!=", False)], limit=1):
            return
        vals = []
        people = self.env["hr.employee"].search([("ppr_number", "!=", False)], order="ppr_number")
        profiles = {job: job._gov_profile() for job in people.job_id}
        for person in people:
            draw = random.Random(int(person.ppr_number) + 1)  # noqa: S311 - fictitious levels, the same each time
            for line in profiles.get(person.job_id, ()):
                rank = max(0, min(4, line.level_rank + draw.choice((-2, -1, -1, 0, 0, 0, 1))))
                level = line.skill_type_id.skill_level_ids.filtered(lambda one, rank=rank: one.gov_rank == rank)
                if level:
                    vals.append(
                        {
                            "employee_id": person.id,
                            "skill_type_id": line.skill_type_id.id,
                            "skill_id": line.skill_id.id,
                            "skill_level_id": level.id,
                            "valid_from": f"{YEAR}-01-15",
                            "valid_to": f"{YEAR + 3}-01-14",
                        }
                    )
        for start in range(0, len(vals), 200):
            held.create(vals[start : start + 200])

    def _credit_leave(self):
        if not self.env["gov.leave.ledger"].search_count([("year", "=", YEAR)], limit=1):
            self.env["gov.leave.ledger"]._credit_year(YEAR)

    def _make_leaves(self):
        """Ask for leave as the logins do on screen, and decide on some."""
        leaves = self.env["hr.leave"]
        if leaves.search_count([], limit=1):
            return
        for who, whose, code, first, last, approvers, more in LEAVES:
            self._leave(who, self._user(whose).employee_id, code, first, last, approvers, more)
        colleagues = self._user("head").employee_id.department_id.member_ids.filtered(lambda one: not one.user_id)
        for person, (first, last) in zip(colleagues.sorted("id"), TEAM_LEAVES, strict=False):
            self._leave("head", person, "ANN", first, last, ("director", "hrmanager"), {})

    def _leave(self, who, employee, code, first, last, approvers, more):
        kind = self.env["hr.leave.type"].search([("gov_code", "=", code)])
        leave = self._as(who, self.env["hr.leave"]).create(
            {
                "employee_id": employee.id,
                "holiday_status_id": kind.id,
                "request_date_from": first,
                "request_date_to": last,
                "address_during": "Rabat",
                **more,
            }
        )
        self._keep()
        self._try(leave.action_submit)
        self._decide(self.env["hr.leave"].browse(leave.id), approvers)

    def _try(self, act):
        """Do an act of the sample; one that a rule refuses on this day is left as it is, and told."""
        try:
            act()
        except UserError as error:
            _logger.info("Sample year: %s", error.args[0])
        self._keep()

    def _make_missions(self):
        orders = self.env["gov.mission.order"]
        if orders.search_count([], limit=1):
            return
        day = "2026-12-02"
        order = self._as("employee", orders).create(
            {
                "employee_id": self._user("employee").employee_id.id,
                "purpose": "المشاركة في اللقاء الجهوي حول تدبير الأرشيف",
                "place_to": "مراكش",
                "start": f"{day} 07:00:00",
                "stop": "2026-12-03 18:00:00",
                "transport": "train",
                "lang": "ar_fr",
            }
        )
        self._keep()
        self._try(order.action_submit)
        self._decide(orders.browse(order.id), ("head",))

    def _compute_advancement(self):
        """Work out who is due for a step this year."""
        campaigns = self.env["gov.advancement.campaign"]
        if campaigns.search_count([], limit=1):
            return
        campaign = self._as("hrmanager", campaigns).create({"kind": "echelon", "year": YEAR})
        self._keep()
        campaign.action_compute()
