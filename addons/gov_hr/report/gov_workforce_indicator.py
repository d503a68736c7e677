from datetime import date

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..services import workforce

LEVELS_ALL = "all"
BREAKDOWNS = ("region_id", "directorate_id", "corps_id", "grade_group_id", "age_band_id")


class GovWorkforceIndicator(models.AbstractModel):
    """The indicators of gender-responsive budgeting that human resources report each year (G1 to G15).

    Each is a table with its formula and source.  Modules add theirs by extending ``_gov_indicators``.  Everything is
    read with the rights of who asks: an HR officer of a region gets that region.  Pay needs an HR manager.
    """

    _name = "gov.workforce.indicator"
    _description = "Workforce indicators"

    # -- what modules extend ----------------------------------------------------------------------------------------
    @api.model
    def _gov_indicators(self, year, scope):
        """Indicators of a year, in the language of the environment.

        :param year: record of ``gov.workforce.year``
        :param Domain scope: condition on ``region_id`` and ``directorate_id`` of the persons counted
        :return: list of ``{"code", "title", "formula", "source", "note", "columns": [(label, kind)], "rows": [[…]]}``;
            the kind of a column is text, number, decimal, percent or amount; an unknown cell is None
        """
        indicators = [
            self._gov_g1(year, scope),
            *self._gov_g2_g3(year, scope),
            self._gov_g5(year, scope),
            self._gov_g6(year, scope),
        ]
        if self.env.user.has_group("gov_base.group_hr_manager"):
            indicators.append(self._gov_g8(year, scope))
        indicators += [self._gov_g9(year, scope), self._gov_g11(year, scope), self._gov_g15(year, scope)]
        return indicators

    @api.model
    def _gov_all_indicators(self, year, scope=Domain.TRUE):
        """Every indicator, in the order of the numbers; checks who asks.

        :raise AccessError: not human resources
        """
        self.env["gov.workforce.report"].check_access("read")
        found = self._gov_indicators(year, Domain(scope))
        return sorted(found, key=lambda item: (int("".join(filter(str.isdigit, item["code"]))), item["code"]))

    # -- helpers for those who extend -------------------------------------------------------------------------------
    @api.model
    def _gov_staff(self, year, scope):
        """``{"female": n, "male": n, "other": n}`` on the staff at the end of the year."""
        rows = self.env["gov.workforce.report"]._read_group(
            Domain("year", "=", year.name) & scope, ["sex"], ["__count"]
        )
        return {"female": 0, "male": 0, "other": 0, **dict(rows)}

    @api.model
    def _gov_sexes(self, year, scope):
        """``{employee id: sex}`` of the staff at the end of the year."""
        rows = self.env["gov.workforce.report"]._read_group(
            Domain("year", "=", year.name) & scope, ["sex"], ["employee_id:array_agg"]
        )
        return {number: sex for sex, numbers in rows for number in numbers}

    @api.model
    def _gov_year_dates(self, year):
        """First and last day of a year."""
        return date(int(year.name), 1, 1), date(int(year.name), 12, 31)

    @api.model
    def _gov_indicator(self, code, title, formula, columns, rows, note="", source=""):
        """One indicator, ready for the screen and the workbook."""
        return {
            "code": code,
            "title": title,
            "formula": formula,
            "source": source or self.env._("Dated situations of the personnel files"),
            "note": note,
            "columns": columns,
            "rows": rows,
        }

    def _gov_count_columns(self, first):
        return [
            (first, "text"),
            (self.env._("Women"), "number"),
            (self.env._("Men"), "number"),
            (self.env._("Total"), "number"),
            (self.env._("Women (%)"), "percent"),
        ]

    @api.model
    def _gov_count_row(self, label, women, men, total):
        return [label, women, men, total, workforce.share(women, total)]

    def _gov_rate_columns(self, first, part, whole):
        return [
            (first, "text"),
            (self.env._("%s: women", part), "number"),
            (self.env._("%s: men", part), "number"),
            (self.env._("%s: women", whole), "number"),
            (self.env._("%s: men", whole), "number"),
            (self.env._("Rate of women (%)"), "percent"),
            (self.env._("Rate of men (%)"), "percent"),
        ]

    @api.model
    def _gov_rate_row(self, label, women, men, all_women, all_men):
        return [
            label,
            women,
            men,
            all_women,
            all_men,
            workforce.share(women, all_women),
            workforce.share(men, all_men),
        ]

    @api.model
    def _gov_label(self, model, name, value):
        """What a value of a characteristic is called."""
        if isinstance(value, models.BaseModel):
            return value.with_context(hierarchical_naming=False).display_name or self.env._("Not recorded")
        labels = dict(self.env[model]._fields[name]._description_selection(self.env))
        return labels.get(value) or self.env._("Not recorded")

    # -- G1 to G3: who is there, who holds the posts ------------------------------------------------------------------
    def _gov_g1(self, year, scope):
        domain = Domain("year", "=", year.name) & scope
        report = self.env["gov.workforce.report"]
        measures = ["women:sum", "men:sum", "staff:sum"]
        sets = [[], *([name] for name in BREAKDOWNS)]  # one reading of the staff for all of them
        [total], *breakdowns = report._read_grouping_sets(domain, sets, measures, order=", ".join(BREAKDOWNS))
        women, men, staff = (count or 0 for count in total)
        rows = [[self.env._("All"), "", women, men, staff, workforce.share(women, staff)]]
        for name, groups in zip(BREAKDOWNS, breakdowns, strict=True):
            title = report._fields[name]._description_string(self.env)
            for value, women, men, staff in groups:
                label = self._gov_label(report._name, name, value)
                rows.append([title, label, women, men, staff, workforce.share(women, staff)])
        columns = [(self.env._("Breakdown"), "text"), *self._gov_count_columns(self.env._("Value"))]
        return self._gov_indicator(
            "G1", self.env._("Feminisation rate"), self.env._("Women ÷ staff at the end of the year"), columns, rows
        )

    def _gov_g2_g3(self, year, scope):
        report = self.env["gov.workforce.report"]
        domain = Domain("year", "=", year.name) & scope
        staff = self._gov_staff(year, scope)
        rate = workforce.share(staff["female"], sum(staff.values()))
        held = {
            level: (women, men, count)
            for level, women, men, count in report._read_group(
                domain & Domain("responsibility_level", "!=", False),
                ["responsibility_level"],
                ["women:sum", "men:sum", "staff:sum"],
            )
        }
        totals = tuple(sum(counts[position] for counts in held.values()) for position in range(3))
        lines = [(label, held[level]) for level, label in report._selection_level() if level in held]
        lines.append((self.env._("All posts"), totals))
        source = self.env._("Posts of the dated situations, with the level recorded on each post")
        columns = self._gov_count_columns(self.env._("Post of responsibility"))
        g2 = self._gov_indicator(
            "G2",
            self.env._("Women in posts of responsibility"),
            self.env._("Women who hold a post ÷ holders, at each level"),
            columns,
            [self._gov_count_row(label, *counts) for label, counts in lines],
            source=source,
        )
        g3 = self._gov_indicator(
            "G3",
            self.env._("Access gap to responsibility"),
            self.env._("Share of women among holders (G2) ÷ feminisation rate (G1); 1 is parity"),
            [
                (self.env._("Post of responsibility"), "text"),
                (self.env._("G2 (%)"), "percent"),
                (self.env._("G1 (%)"), "percent"),
                (self.env._("Parity index"), "decimal"),
            ],
            [
                [label, workforce.share(women, count), rate, workforce.ratio(workforce.share(women, count), rate)]
                for label, (women, _men, count) in lines
            ],
            source=source,
        )
        return g2, g3

    # -- G5, G6: entering and rising ----------------------------------------------------------------------------------
    def _gov_movements(self, kind, year, scope, groupby):
        return self.env["gov.workforce.movement"]._read_group(
            Domain("kind", "=", kind) & Domain("year", "=", year.name) & scope,
            [groupby] if groupby else [],
            ["women:sum", "men:sum", "staff:sum"],
            order=groupby,
        )

    def _gov_g5(self, year, scope):
        rows = [
            self._gov_count_row(self._gov_label("gov.workforce.movement", "corps_id", corps), women, men, count)
            for corps, women, men, count in self._gov_movements("recruitment", year, scope, "corps_id")
        ]
        [(women, men, count)] = self._gov_movements("recruitment", year, scope, None)
        rows.append(self._gov_count_row(self.env._("All recruits"), women or 0, men or 0, count or 0))
        return self._gov_indicator(
            "G5",
            self.env._("Recruitment"),
            self.env._("Women among the persons recruited in the year"),
            self._gov_count_columns(self.env._("Corps")),
            rows,
            note=self.env._(
                "The success rate of candidates is not computed: candidates of competitions are not recorded here."
            ),
        )

    def _gov_g6(self, year, scope):
        promoted = {
            corps: (women, men)
            for corps, women, men, _count in self._gov_movements("promotion", year, scope, "corps_id")
        }
        eligible, note = self._gov_eligible(year, scope)
        by_corps, by_sex = self.env["gov.workforce.report"]._read_grouping_sets(
            Domain("year", "=", year.name) & scope, [["corps_id", "sex"], ["sex"]], ["years_in_grade:avg"]
        )
        seniority, overall = {(corps, sex): mean for corps, sex, mean in by_corps}, dict(by_sex)
        corpses = {corps for corps, _sex in seniority} | set(promoted) | set(eligible)
        rows, totals = [], [0, 0, 0, 0]
        for corps in sorted(corpses, key=lambda item: (item.sequence, item.code or "")):
            counts = (*promoted.get(corps, (0, 0)), *eligible.get(corps, (0, 0)))
            totals = [total + count for total, count in zip(totals, counts, strict=True)]
            label = self._gov_label("gov.workforce.report", "corps_id", corps)
            means = [seniority.get((corps, sex)) for sex in ("female", "male")]
            rows.append([*self._gov_rate_row(label, *counts), *means])
        means = [overall.get(sex) for sex in ("female", "male")]
        rows.append([*self._gov_rate_row(self.env._("All corps"), *totals), *means])
        columns = [
            *self._gov_rate_columns(self.env._("Corps"), self.env._("Promoted"), self.env._("Eligible")),
            (self.env._("Years in the grade: women"), "decimal"),
            (self.env._("Years in the grade: men"), "decimal"),
        ]
        return self._gov_indicator(
            "G6",
            self.env._("Promotion"),
            self.env._("Promoted in the year ÷ eligible; mean years in the present grade"),
            columns,
            rows,
            note=note,
        )

    def _gov_eligible(self, year, scope):
        """``{corps: (women, men)}`` who could be promoted in a year, and the sentence that says who they are."""
        campaign = self.env["gov.advancement.campaign"].search(
            [("kind", "=", "grade"), ("year", "=", int(year.name)), ("state", "!=", "draft")], limit=1
        )
        report = self.env["gov.workforce.report"]
        before = str(int(year.name) - 1)
        if campaign:
            lines = self.env["gov.advancement.campaign.line"]._read_group(
                [("campaign_id", "=", campaign.id), ("state", "!=", "excluded")], [], ["employee_id:array_agg"]
            )
            domain = Domain("year", "=", year.name) & Domain("employee_id", "in", lines[0][0] or [])
            note = self.env._("Eligible: the persons of the promotion campaign of the year who were not set aside.")
        else:
            years = self.env["gov.parameter"].get_value("career.promotion.exam.years", year.day)
            grades = self.env["gov.grade"].search([])
            top = {corps: max(rows.mapped("rank")) for corps, rows in grades.grouped("corps_id").items()}
            below = grades.filtered(lambda grade: grade.rank < top[grade.corps_id])
            domain = (
                Domain("year", "=", before)
                & Domain("grade_id", "in", below.ids)
                & Domain("years_in_grade", ">=", years)
            )
            note = self.env._(
                "Eligible: %(years)d years in a grade below the highest of the corps at the end of %(year)s, since no "
                "promotion campaign was computed for the year.",
                years=years,
                year=before,
            )
        rows = report._read_group(domain & scope, ["corps_id"], ["women:sum", "men:sum"])
        return {corps: (women, men) for corps, women, men in rows}, note

    # -- G8, G9: pay and marks ----------------------------------------------------------------------------------------
    def _gov_g8(self, year, scope):
        rows = self.env["gov.workforce.report"].search_fetch(
            Domain("year", "=", year.name) & scope, ["employee_id", "version_id", "sex", "grade_id"]
        )
        # sudo: only means of net pay leave this method, which is for HR managers
        employees = rows.employee_id.sudo()
        versions = {row.employee_id.id: row.version_id.sudo() for row in rows}  # sudo: as above
        try:
            nets = employees._gov_net_pays(year.day, versions)
        except UserError as error:  # no rate is known for that day: the sentence says which
            return self._gov_g8_table([], error.args[0])
        groups = {}
        for row in rows:
            net = nets.get(row.employee_id.id)
            if net is not None and row.sex != "other":
                groups.setdefault(row.grade_id, {}).setdefault(row.sex, []).append(net)
                groups.setdefault(LEVELS_ALL, {}).setdefault(row.sex, []).append(net)
        overall = groups.pop(LEVELS_ALL, {})
        lines = [
            (self._gov_label("gov.workforce.report", "grade_id", grade), groups[grade])
            for grade in self.env["gov.grade"].union(*groups).sorted()
        ]
        lines.append((self.env._("All grades"), overall))
        table = []
        for label, pays in lines:
            women, men = pays.get("female", []), pays.get("male", [])
            mean_women, mean_men = workforce.mean(women), workforce.mean(men)
            table.append([label, len(women), len(men), mean_women, mean_men, workforce.gap(mean_women, mean_men)])
        note = self.env._(
            "Persons paid by the administration whose file has what a pay statement needs: %(count)d of %(total)d.",
            count=len(nets),
            total=len(rows),
        )
        return self._gov_g8_table(table, note)

    def _gov_g8_table(self, table, note):
        return self._gov_indicator(
            "G8",
            self.env._("Pay gap"),
            self.env._("1 − mean net pay of women ÷ mean net pay of men, in each grade and overall"),
            [
                (self.env._("Grade"), "text"),
                (self.env._("Women"), "number"),
                (self.env._("Men"), "number"),
                (self.env._("Mean net pay: women"), "amount"),
                (self.env._("Mean net pay: men"), "amount"),
                (self.env._("Gap (%)"), "percent"),
            ],
            table,
            note=note,
            source=self.env._("Pay statements worked out on the last day"),
        )

    def _gov_g9(self, year, scope):
        sexes = self._gov_sexes(year, scope)
        marks = {"female": [], "male": [], "other": []}
        for employee, mark in self.env["gov.rating"]._read_group(
            [("year", "=", int(year.name)), ("employee_id", "in", list(sexes))], ["employee_id"], ["mark:avg"]
        ):
            marks[sexes[employee.id]].append(mark)
        women, men = workforce.mean(marks["female"]), workforce.mean(marks["male"])
        row = [self.env._("All"), len(marks["female"]), len(marks["male"]), women, men]
        return self._gov_indicator(
            "G9",
            self.env._("Rating gap"),
            self.env._("Mean mark of women − mean mark of men, out of 20"),
            [
                (self.env._("Persons"), "text"),
                (self.env._("Women rated"), "number"),
                (self.env._("Men rated"), "number"),
                (self.env._("Mean mark: women"), "decimal"),
                (self.env._("Mean mark: men"), "decimal"),
                (self.env._("Gap"), "decimal"),
            ],
            [[*row, workforce.difference(women, men)]],
            source=self.env._("Final yearly marks"),
        )

    # -- G11, G15: breaks and retirement ------------------------------------------------------------------------------
    def _gov_g11(self, year, scope):
        staff = self._gov_staff(year, scope)
        [(women, men)] = self.env["gov.workforce.report"]._read_group(
            Domain("year", "=", year.name) & Domain("statutory_position", "=", "availability") & scope,
            [],
            ["women:sum", "men:sum"],
        )
        [(begun_women, begun_men, _count)] = self._gov_movements("availability", year, scope, None)
        everyone = (staff["female"], staff["male"])
        return self._gov_indicator(
            "G11",
            self.env._("Career breaks"),
            self.env._("Persons on availability leave ÷ staff"),
            self._gov_rate_columns(self.env._("Persons"), self.env._("On leave"), self.env._("Staff")),
            [
                self._gov_rate_row(self.env._("On the last day"), women or 0, men or 0, *everyone),
                self._gov_rate_row(self.env._("Begun in the year"), begun_women or 0, begun_men or 0, *everyone),
            ],
        )

    def _gov_g15(self, year, scope):
        report = self.env["gov.workforce.report"]
        rows, first = [], int(year.name) + 1
        counts = {}
        groups = report._read_group(
            Domain("year", "=", year.name)
            & Domain("retirement_date", ">", year.day)
            & Domain("retirement_date", "<=", date(first + 9, 12, 31))
            & scope,
            ["retirement_date:year", "sex"],
            ["__count"],
        )
        for day, sex, count in groups:
            counts[day.year, sex] = count
        if year.day < date(first - 1, 12, 31):
            first -= 1  # the rest of the current year
        totals = [0, 0, 0]
        for number in range(first, int(year.name) + 11):
            women, men, other = (counts.get((number, sex), 0) for sex in ("female", "male", "other"))
            totals = [totals[0] + women, totals[1] + men, totals[2] + women + men + other]
            rows.append(self._gov_count_row(str(number), women, men, women + men + other))
        rows.append(self._gov_count_row(self.env._("All years"), *totals))
        [(women, men, count)] = self._gov_movements("recruitment", year, scope, None)
        rows.append(self._gov_count_row(self.env._("Recruited in %s", year.name), women or 0, men or 0, count or 0))
        return self._gov_indicator(
            "G15",
            self.env._("Retirements and replacement"),
            self.env._("Persons who reach the age limit in each of the next ten years; women among them"),
            self._gov_count_columns(self.env._("Year")),
            rows,
            source=self.env._("Dates of retirement worked out from the year of birth"),
        )
