import re

from odoo import api, fields, models

# Titles of the posts of responsibility as files of staff write them; the level they propose can be corrected.
TITLES = (
    ("secretary_general", r"secr[ée]taire g[ée]n[ée]ral|secretary[- ]general|الكاتبة? العامة?"),
    ("inspector_general", r"inspect(eur|rice) g[ée]n[ée]ral|inspector[- ]general|المفتشة? العامة?"),
    ("regional_director", r"direct(eur|rice) r[ée]gional|regional director|مديرة? جهوية?|المديرة? الجهوية?"),
    ("division_head", r"chef(fe)? de (la )?division|head of division|رئيسة? (ال)?قسم"),
    ("service_head", r"chef(fe)? de (du )?service|head of service|رئيسة? (ال)?مصلحة"),
    ("director", r"direct(eur|rice)( central)?e?$|director$|مديرة?( مركزية?)?$"),
)


class HrJob(models.Model):
    _inherit = "hr.job"

    responsibility_level = fields.Selection(
        [
            ("secretary_general", "Secretary general"),
            ("inspector_general", "Inspector general"),
            ("director", "Director"),
            ("regional_director", "Regional director"),
            ("division_head", "Head of division"),
            ("service_head", "Head of service"),
        ],
        string="Post of responsibility",
        compute="_compute_responsibility_level",
        store=True,
        readonly=False,
        index="btree_not_null",
        help="Level of the post in the hierarchy, for the indicators on access to responsibility. Proposed from the "
        "title; empty for an ordinary post.",
    )

    @api.depends("name")
    def _compute_responsibility_level(self):
        for job in self:
            title = (job.name or "").strip().lower()
            job.responsibility_level = next(
                (level for level, pattern in TITLES if re.match(pattern, title)), job.responsibility_level
            )
