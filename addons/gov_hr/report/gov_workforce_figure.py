from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..services import disclosure

# What persons are counted by; the order is that of the combinations given to the protection
CHARACTERISTICS = (
    "region_id",
    "directorate_id",
    "corps_id",
    "grade_id",
    "grade_group_id",
    "age_band_id",
    "seniority_band_id",
    "statutory_position",
    "responsibility_level",
)
# Tables published each year, the most useful first; each gives its total and the women and men in it
TABLES = {
    "total": (),
    "region": ("region_id",),
    "directorate": ("directorate_id",),
    "grade_group": ("grade_group_id",),
    "age": ("age_band_id",),
    "responsibility": ("responsibility_level",),
    "corps": ("corps_id",),
    "grade": ("grade_id",),
    "seniority": ("seniority_band_id",),
    "position": ("statutory_position",),
    "region_group": ("region_id", "grade_group_id"),
    "age_group": ("grade_group_id", "age_band_id"),
    "directorate_group": ("directorate_id", "grade_group_id"),
}
BY_CHARACTERISTICS = {frozenset(names): code for code, names in TABLES.items()}
MEASURES = ("staff", "women", "men", "women_share")
SPLIT_MEASURES = ("women", "men", "women_share")


class GovWorkforceFigure(models.Model):
    """A published figure of the workforce: how many persons, women and men, share one or two characteristics.

    What stands here may be read by anyone inside: figures that could point at fewer persons than the parameter
    ``workforce.threshold`` are not written at all, and neither are those from which they could be told by adding and
    taking away (``services/disclosure.py``).  So no search, total, export or call can bring them back.  The
    publication writes figures, nobody else does.
    """

    _name = "gov.workforce.figure"
    _description = "Published workforce figure"
    _order = "year desc, table_code, id"
    _rec_name = "table_code"

    year_id = fields.Many2one(
        "gov.workforce.year",
        string="Year of the statistics",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    year = fields.Char(required=True, readonly=True, index=True)
    day = fields.Date(string="Situation on", required=True, readonly=True)
    table_code = fields.Selection(
        [
            ("total", "All"),
            ("region", "By region"),
            ("directorate", "By directorate"),
            ("corps", "By corps"),
            ("grade", "By grade"),
            ("grade_group", "By group of grades"),
            ("age", "By age band"),
            ("seniority", "By years of service"),
            ("position", "By position"),
            ("responsibility", "By post of responsibility"),
            ("region_group", "By region and group of grades"),
            ("directorate_group", "By directorate and group of grades"),
            ("age_group", "By group of grades and age band"),
        ],
        string="Table",
        required=True,
        readonly=True,
        index=True,
    )
    region_id = fields.Many2one("gov.region", readonly=True, index="btree_not_null", ondelete="cascade")
    directorate_id = fields.Many2one("hr.department", readonly=True, index="btree_not_null", ondelete="cascade")
    corps_id = fields.Many2one("gov.corps", readonly=True, index="btree_not_null", ondelete="cascade")
    grade_id = fields.Many2one("gov.grade", readonly=True, index="btree_not_null", ondelete="cascade")
    grade_group_id = fields.Many2one(
        "gov.workforce.band", string="Group of grades", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    age_band_id = fields.Many2one(
        "gov.workforce.band", string="Age band", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    seniority_band_id = fields.Many2one(
        "gov.workforce.band", string="Years of service", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    statutory_position = fields.Selection(selection="_selection_position", string="Position", readonly=True)
    responsibility_level = fields.Selection(
        selection="_selection_level", string="Post of responsibility", readonly=True
    )
    staff = fields.Integer(readonly=True)
    women = fields.Integer(readonly=True)
    men = fields.Integer(readonly=True)
    women_share = fields.Float(
        string="Women (%)", digits=(5, 1), aggregator="avg", readonly=True, help="Women among a hundred of the staff."
    )
    is_masked = fields.Boolean(string="Not published", readonly=True)
    is_split_masked = fields.Boolean(string="Women and men not published", readonly=True)

    @api.model
    def _selection_position(self):
        return self.env["hr.version"]._fields["statutory_position"]._description_selection(self.env)

    @api.model
    def _selection_level(self):
        return self.env["hr.job"]._fields["responsibility_level"]._description_selection(self.env)

    # -- publication ------------------------------------------------------------------------------------------------
    @api.model
    def _gov_publish(self, year):
        """Replace the figures of a year by those that may be shown; runs with all rights, the caller has checked."""
        joints = self._gov_joints(year)
        tables = {code: tuple(CHARACTERISTICS.index(name) for name in names) for code, names in TABLES.items()}
        former = self.search([("year_id", "=", year.id)])
        prefer = {
            (
                tables[row.table_code],
                tuple(row[name].id if name.endswith("_id") else row[name] for name in TABLES[row.table_code]),
            )
            for row in former
            if row.is_masked or row.is_split_masked
        }
        threshold = max(1, int(self.env["gov.parameter"].get_value("workforce.threshold", year.day)))
        cells = disclosure.protect(joints, list(tables.values()), threshold, prefer)
        codes = {table: code for code, table in tables.items()}
        former.unlink()
        return self.create(
            [self._gov_figure_vals(year, codes[table], key, cell) for (table, key), cell in cells.items()]
        )

    @api.model
    def _gov_joints(self, year):
        """Persons of a year by all characteristics at once."""
        # read from the analysis as superuser: the whole staff is protected together, whoever publishes
        rows = (
            self.env["gov.workforce.report"]
            .sudo()
            ._read_group([("year", "=", year.name)], list(CHARACTERISTICS), ["staff:sum", "women:sum", "men:sum"])
        )
        size = len(CHARACTERISTICS)
        joints = []
        for row in rows:
            values = tuple(value.id if isinstance(value, models.BaseModel) else value for value in row[:size])
            joints.append((values, *row[size:]))
        return joints

    @api.model
    def _gov_figure_vals(self, year, code, key, cell):
        is_masked, is_split_masked = cell.hides("staff"), cell.hides("women")
        return {
            "year_id": year.id,
            "year": year.name,
            "day": year.day,
            "table_code": code,
            "staff": cell.staff if not is_masked else 0,
            "women": cell.women if not is_split_masked else 0,
            "men": cell.men if not is_split_masked else 0,
            "women_share": 100.0 * cell.women / cell.staff if not is_split_masked else 0,
            "is_masked": is_masked,
            "is_split_masked": is_split_masked,
            **dict(zip(TABLES[code], key, strict=True)),
        }

    # -- reading ----------------------------------------------------------------------------------------------------
    @api.model
    def _gov_table_domain(self, domain, groupby):
        """Condition on the table that answers a question, from the characteristics it names.

        :raise UserError: no published table crosses them
        """
        named = {spec.split(":")[0].split(".")[0] for spec in groupby}
        named |= {condition.field_expr.split(".")[0] for condition in Domain(domain).iter_conditions()}
        if "table_code" in named or "id" in named:
            return Domain.TRUE
        code = BY_CHARACTERISTICS.get(frozenset(named.intersection(CHARACTERISTICS)))
        if not code:
            raise UserError(
                self.env._(
                    "These characteristics are not published together, so that nobody is recognised in a small group. "
                    "Look at one at a time, or cross the group of grades with the region, the directorate or the age."
                )
            )
        return Domain("table_code", "=", code)

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        """Groups of one table only; a sum is not given when a figure in it is not published."""
        groupby, aggregates = tuple(groupby), tuple(aggregates)
        domain = Domain(domain) & self._gov_table_domain(domain, groupby)
        helpers = ("staff:sum", "women:sum", "is_masked:bool_or", "is_split_masked:bool_or")
        rows = super()._read_group(domain, groupby, (*aggregates, *helpers), having, offset, limit, order)
        start = len(groupby)
        result = []
        for row in rows:
            staff, women, is_masked, is_split_masked = row[-4:]
            values = list(row[:-4])
            for position, spec in enumerate(aggregates, start):
                name = spec.split(":")[0]
                if name in MEASURES and (is_masked or (is_split_masked and name in SPLIT_MEASURES)):
                    values[position] = False
                elif name == "women_share":
                    values[position] = 100.0 * women / staff if staff else False
            result.append(tuple(values))
        return result

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        # each set has the table of its own characteristics: a total is no sum of what is shown
        result = []
        for groupby in grouping_sets:
            own = [part.strip() for part in (order or "").split(",") if part.split(" ")[0].strip() in groupby]
            own = [part for part in own if part]
            result.append(self._read_group(domain, groupby, aggregates, order=", ".join(own) or None))
        return result
