from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

READERS = ("hr_officer", "auditor")
HORIZONS = (1, 3, 5)
LIMIT = 400


class GovWorkforceWatch(models.AbstractModel):
    """What to watch: who leaves soon, which skills leave with them, seats that hang on one person, vacant seats.

    For human resources and auditors, each for the regions served; nothing is stored.
    """

    _name = "gov.workforce.watch"
    _description = "Watch over the workforce"

    @api.model
    def _gov_check_reader(self):
        if not self.env.su and not any(self.env.user.has_group(f"gov_base.group_{role}") for role in READERS):
            raise AccessError(self.env._("The watch over the workforce is for human resources and auditors."))

    @api.model
    def _gov_until(self, years):
        if type(years) is not int or not 1 <= years <= 20:
            raise UserError(self.env._("Choose a number of years from 1 to 20."))
        return fields.Date.context_today(self) + relativedelta(years=years)

    @api.model
    def _gov_setting(self, code):
        # sudo: a setting that every reader of the page sees
        return self.env["gov.parameter"].sudo().get_value(code, fields.Date.context_today(self))

    # -- what leaves ----------------------------------------------------------------------------------------------
    @api.model
    def get_leaving_skills(self, years=5):
        """Return the competencies that leave with those who leave within some years, the critical and rare first.

        :return: ``[{skill_id, skill, kind, level, level_name, leave, stay, is_critical}]``: ``leave`` holders at that
            level leave, ``stay`` holders at that level or above stay; critical when a job left requires it as such
        """
        self._gov_check_reader()
        until = self._gov_until(years)
        today = fields.Date.context_today(self)
        for model in ("hr.employee.skill", "hr.job.skill"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH staff AS MATERIALIZED (
                    SELECT employee_id, job_id, COALESCE(leaves_on <= %(until)s, FALSE) AS leaves FROM (%(staff)s) seen
                )
                SELECT held.skill_id, held.level, count(*) FILTER (WHERE staff.leaves),
                       count(*) FILTER (WHERE NOT staff.leaves),
                       COALESCE(bool_or(staff.leaves AND need.is_critical), FALSE)
                  FROM staff
                  JOIN (SELECT employee_id, skill_id, max(level_rank) AS level
                          FROM hr_employee_skill
                         WHERE level_rank > 0 AND valid_from <= %(today)s
                           AND (valid_to IS NULL OR valid_to >= %(today)s)
                      GROUP BY employee_id, skill_id) held ON held.employee_id = staff.employee_id
                  JOIN hr_skill skill ON skill.id = held.skill_id AND skill.gov_kind IS NOT NULL
             LEFT JOIN hr_job_skill need ON need.job_id = staff.job_id AND need.skill_id = held.skill_id
                       AND need.level_rank > 0 AND (need.valid_to IS NULL OR need.valid_to >= %(today)s)
              GROUP BY held.skill_id, held.level
                """,
                until=until,
                today=today,
                staff=self.env["gov.workforce.staff"]._gov_seen_staff(),
            )
        )
        found = self.env.cr.fetchall()
        staying, critical = {}, set()
        for skill, level, _leave, stay, is_critical in found:
            for lower in range(1, level + 1):
                staying[skill, lower] = staying.get((skill, lower), 0) + stay
            if is_critical:
                critical.add(skill)
        skills = self.env["hr.skill"].browse({row[0] for row in found})
        names = {skill.id: skill for skill in skills}
        kinds = dict(skills._fields["gov_kind"]._description_selection(self.env))
        levels = {
            (kind.id, level.gov_rank): level.name
            for kind in skills.skill_type_id
            for level in kind.skill_level_ids
        }  # fmt: skip
        rows = [
            {
                "skill_id": skill,
                "skill": names[skill].name,
                "kind": kinds.get(names[skill].gov_kind, ""),
                "level": level,
                "level_name": levels.get((names[skill].skill_type_id.id, level), ""),
                "leave": leave,
                "stay": staying[skill, level],
                "is_critical": skill in critical,
            }
            for skill, level, leave, _stay, _critical in found
            if leave
        ]
        rows.sort(key=lambda row: (not row["is_critical"], row["stay"] > 0, -row["leave"] / (row["stay"] + 1),
                                   -row["level"], row["skill"]))  # fmt: skip
        return rows[:LIMIT]

    @api.model
    def get_leaving_people(self, years=5, skill_id=None, level=None):
        """Return who leaves within some years, or those of them who hold a competency at a level, by date.

        :return: ``[{id, name, job, unit, date}]``
        """
        self._gov_check_reader()
        until = self._gov_until(years)
        which = SQL("TRUE")
        if skill_id:
            # sudo: levels of people of the regions the user serves, checked above
            held = self.env["hr.employee"].sudo()
            self.env.cr.execute(
                SQL("SELECT employee_id FROM (%s) seen", self.env["gov.workforce.staff"]._gov_seen_staff())
            )
            seen = held.browse([row[0] for row in self.env.cr.fetchall()])
            ids = [
                employee
                for (employee, skill), rank in held._gov_held_levels(seen).items()
                if skill == skill_id and (not level or rank == level)
            ]
            which = SQL("employee_id IN %s", tuple(ids) or (0,))
        self.env.cr.execute(
            SQL(
                """SELECT employee_id, leaves_on FROM (%s) staff
                    WHERE leaves_on <= %s AND %s ORDER BY leaves_on, employee_id LIMIT %s""",
                self.env["gov.workforce.staff"]._gov_seen_staff(),
                until,
                which,
                LIMIT,
            )
        )
        found = self.env.cr.fetchall()
        # sudo: names of people of the regions the user serves, for human resources and auditors
        people = {one.id: one for one in self.env["hr.employee"].sudo().browse([row[0] for row in found])}
        return [
            {
                "id": employee,
                "name": people[employee].display_name,
                "job": people[employee].job_id.name or "",
                "unit": people[employee].department_id.name or "",
                "date": format_date(self.env, day),
            }
            for employee, day in found
        ]

    # -- the watch ------------------------------------------------------------------------------------------------
    @api.model
    def get_watch(self):
        """Return the figures to watch, by directorate, and the alerts, the gravest first.

        :return: ``{"staff", "seniors", "senior_age", "share", "leave": {1, 3, 5: n}, "single", "vacant",
            "vacant_sensitive", "leaving_sensitive",
            "directorates": [{id, name, staff, seniors, share, leave, vacant}], "alerts": [{level, text, show}]}``
        """
        self._gov_check_reader()
        today = fields.Date.context_today(self)
        age = int(self._gov_setting("workforce.alert.senior_age"))
        threshold = float(self._gov_setting("workforce.alert.senior_share"))
        born = today - relativedelta(years=age)
        self.env.cr.execute(
            SQL(
                """
                SELECT COALESCE(unit.directorate_id, staff.department_id), count(*),
                       count(*) FILTER (WHERE birthday <= %(born)s),
                       count(*) FILTER (WHERE leaves_on <= %(one)s), count(*) FILTER (WHERE leaves_on <= %(three)s),
                       count(*) FILTER (WHERE leaves_on <= %(five)s), count(*) FILTER (WHERE leaves_on < %(today)s)
                  FROM (%(staff)s) staff
             LEFT JOIN hr_department unit ON unit.id = staff.department_id
              GROUP BY 1
                """,
                born=born,
                today=today,
                one=self._gov_until(1),
                three=self._gov_until(3),
                five=self._gov_until(5),
                staff=self.env["gov.workforce.staff"]._gov_seen_staff(),
            )
        )
        found = self.env.cr.fetchall()
        posts = self.env["gov.post"].search_fetch([], ["department_id", "is_vacant", "is_sensitive"])
        vacant = posts.filtered("is_vacant")
        soon = self.env["gov.post"].search([("is_leaving_soon", "=", True), ("is_sensitive", "=", True)])
        prepared = self.env["gov.succession.plan"].search([("post_id", "in", soon.ids)])
        ready = prepared.filtered("kept_count").post_id
        by_directorate = {}
        for post in vacant:
            # sudo: the directorate is in the organisation chart
            unit = post.sudo().department_id
            top = unit.directorate_id.id or unit.id
            by_directorate[top] = by_directorate.get(top, 0) + 1
        # sudo: names of units, in the organisation chart
        units = self.env["hr.department"].sudo().browse([row[0] for row in found if row[0]])
        names = {unit.id: unit.name for unit in units}
        rows = [
            {
                "id": unit or False,
                "name": names.get(unit) or self.env._("Not known"),
                "staff": staff,
                "seniors": seniors,
                "share": seniors / staff,
                "leave": five,
                "vacant": by_directorate.get(unit, 0),
                "is_high": seniors / staff >= threshold,
            }
            for unit, staff, seniors, _one, _three, five, _late in found
        ]
        rows.sort(key=lambda row: (-row["share"], row["name"]))
        staff = sum(row[1] for row in found)
        seniors = sum(row[2] for row in found)
        result = {
            "staff": staff,
            "seniors": seniors,
            "senior_age": age,
            "share": seniors / staff if staff else 0,
            "leave": {years: sum(row[place] for row in found) for place, years in enumerate(HORIZONS, 3)},
            "late": sum(row[6] for row in found),
            "single": self.env["gov.post"].search_count([("is_single", "=", True)]),
            "vacant": len(vacant),
            "vacant_sensitive": len(vacant.filtered("is_sensitive")),
            "leaving_sensitive": len(soon),
            "unprepared": len(soon - ready),
            "directorates": rows,
        }
        result["alerts"] = self._gov_alerts(result, threshold)
        return result

    @api.model
    def _gov_alerts(self, figures, threshold):
        """Return the sentences that ask for a decision, the gravest first; ``show`` names what opens behind."""
        _ = self.env._
        alerts = []
        if figures["late"]:
            alerts.append(
                ("danger", _("%(number)s people are past the date on which they leave and are still on the staff.",
                             number=figures["late"]), "late")
            )  # fmt: skip
        if figures["vacant_sensitive"]:
            alerts.append(
                ("danger", _("%(number)s sensitive posts are vacant.", number=figures["vacant_sensitive"]),
                 "vacant_sensitive")
            )  # fmt: skip
        if figures["unprepared"]:
            alerts.append(
                ("danger", _("%(number)s sensitive posts lose their holder soon and no successor is kept.",
                             number=figures["unprepared"]), "leaving_sensitive")
            )  # fmt: skip
        if figures["staff"] and figures["share"] >= threshold:
            alerts.append(
                ("warning", _("%(share)s %% of the staff are %(age)s or older.", share=round(100 * figures["share"]),
                              age=figures["senior_age"]), "seniors")
            )  # fmt: skip
        high = [row for row in figures["directorates"] if row["is_high"]]
        if high:
            alerts.append(
                ("warning", _("Units with %(share)s %% or more of their staff aged %(age)s or more: %(number)s.",
                              share=round(100 * threshold), age=figures["senior_age"], number=len(high)), None)
            )  # fmt: skip
        if figures["single"]:
            alerts.append(
                ("info", _("%(number)s jobs have a single holder.", number=figures["single"]), "single")
            )  # fmt: skip
        return [{"level": level, "text": text, "show": show} for level, text, show in alerts]

    @api.model
    def action_show(self, show):
        """Open the rows behind a figure: the posts, or the people of the regions the user serves."""
        self._gov_check_reader()
        posts = {
            "single": [("is_single", "=", True)],
            "vacant": [("is_vacant", "=", True)],
            "vacant_sensitive": [("is_vacant", "=", True), ("is_sensitive", "=", True)],
            "leaving_sensitive": [("is_leaving_soon", "=", True), ("is_sensitive", "=", True)],
        }
        titles = {
            "single": self.env._("Jobs with a single holder"),
            "vacant": self.env._("Vacant posts"),
            "vacant_sensitive": self.env._("Vacant sensitive posts"),
            "leaving_sensitive": self.env._("Sensitive posts whose holder leaves soon"),
            "seniors": self.env._("People near the age limit"),
            "late": self.env._("People past the date on which they leave"),
        }
        if show in posts:
            action = self.env["ir.actions.actions"]._for_xml_id("gov_hr_competency.gov_post_action")
            return dict(action, display_name=titles[show], name=titles[show], domain=posts[show], path=False)
        if show not in titles:
            raise UserError(self.env._("Choose a figure to look behind."))
        age = int(self._gov_setting("workforce.alert.senior_age"))
        today = fields.Date.context_today(self)
        which = {
            "seniors": SQL("birthday <= %s", today - relativedelta(years=age)),
            "late": SQL("leaves_on < %s", today),
        }[show]
        self.env.cr.execute(
            SQL(
                "SELECT employee_id FROM (%s) staff WHERE %s ORDER BY leaves_on",
                self.env["gov.workforce.staff"]._gov_seen_staff(),
                which,
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        return {
            "type": "ir.actions.act_window",
            "name": titles[show],
            "res_model": "hr.employee",
            "views": [(self.env.ref("gov_hr_competency.hr_employee_view_list_leaving").id, "list"), (False, "form")],
            "domain": [("id", "in", ids)],
            "context": {"create": False},
        }
