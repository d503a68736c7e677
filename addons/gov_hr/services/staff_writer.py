"""Write the rows of a staff file by sets: the same records as ``hr.employee.create()`` makes, without its cost.

What ``create()`` of an employee makes is: a resource, a contact, a dated situation, the employee.  Not made here: the
note that recommends an onboarding plan, the picture with the initials (made when it is shown), followers.
"""

from collections import defaultdict

from odoo.addons.gov_import.services.bulk import BulkWriter

CHUNK = 500  # people written together, and told by the progress bar


class StaffWriter:
    """Write units, employees, situations, bank accounts and heads of units; keep what was made.

    :param env: environment with every right, whose user signs the records
    :param target: the staff target, which holds what the check found (units, grades, today)
    :param made: collects the ids
    """

    def __init__(self, env, target, made):
        self.bulk = BulkWriter(env)
        self.env = self.bulk.env
        self.target = target
        self.made = made
        self.units = {code: unit.id for code, unit in target.units.items()}
        self.jobs = {}
        self.employees = {}  # ppr → id

    # -- units ---------------------------------------------------------------------------------------------------

    def write_units(self, rows):
        """Create the units, those above first."""
        langs = {code for code, _name in self.env["res.lang"].get_installed()}
        waiting = list(rows)
        while waiting:
            ready = [row for row in waiting if not row.get("parent") or row.get("parent") in self.units]
            if not ready:
                raise ValueError("Units that stand under each other passed the check")
            units = (
                self.env["hr.department"]
                .with_context(lang="en_US")
                .create(
                    [
                        {
                            "name": row.get("name_en") or row.get("name_fr"),
                            "unit_code": row.get("code"),
                            "unit_kind": row.get("kind"),
                            "parent_id": self.units.get(row.get("parent"), False),
                            "region_id": self.target.regions[row.get("region")].id if row.get("region") else False,
                        }
                        for row in ready
                    ]
                )
            )
            for unit, row in zip(units, ready, strict=True):
                names = {"fr_FR": row.get("name_fr"), "ar_MA": row.get("name_ar")}
                unit.update_field_translations(
                    "name", {lang: name for lang, name in names.items() if name and lang in langs}
                )
                self.units[row.get("code")] = unit.id
            self.made.add("hr.department", units.ids)
            waiting = [row for row in waiting if row not in ready]

    # -- staff ---------------------------------------------------------------------------------------------------

    def write_staff(self, rows, career, progress):
        self._write_jobs(rows)
        company = self.env.company
        self.company_id = company.id
        calendar = company.resource_calendar_id
        self.calendar_id = calendar.id
        self.tz = calendar.tz or self.env.user.tz or "UTC"
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            self._write_chunk(chunk, career)
            progress(start + len(chunk))

    def _write_jobs(self, rows):
        """Find or make the posts named by the rows."""
        wanted = {}
        for row in rows:
            name = row.get("job") or row.get("job_ar")
            if name:
                wanted.setdefault(name, row.get("job_ar"))
        if not wanted:
            return
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        for lang in langs:
            for job in self.env["hr.job"].with_context(lang=lang).search([("name", "in", list(wanted))]):
                self.jobs.setdefault(job.name, job.id)
        missing = [name for name in wanted if name not in self.jobs]
        jobs = self.env["hr.job"].with_context(lang="en_US").create([{"name": name} for name in missing])
        for job, name in zip(jobs, missing, strict=True):
            names = {"fr_FR": name, "ar_MA": wanted[name] or name}
            job.update_field_translations("name", {lang: text for lang, text in names.items() if lang in langs})
            self.jobs[name] = job.id
        self.made.add("hr.job", jobs.ids)

    def _write_chunk(self, rows, career):
        insert, made = self.bulk.insert, self.made
        resources = insert(
            "resource.resource",
            [
                {
                    "name": row.get("name"),
                    "company_id": self.company_id,
                    "calendar_id": self.calendar_id,
                    "tz": self.tz,
                }
                for row in rows
            ],
        )
        partners = insert(
            "res.partner",
            [
                {
                    "name": row.get("name"),
                    "email": row.get("email", False),
                    "phone": row.get("phone", False),
                    "company_id": self.company_id,
                }
                for row in rows
            ],
        )
        employees = insert(
            "hr.employee",
            [
                self._employee(row, resource_id, partner_id)
                for row, resource_id, partner_id in zip(rows, resources, partners, strict=True)
            ],
        )
        situations, owners = [], []
        for row, employee_id in zip(rows, employees, strict=True):
            found = self._situations(
                row, sorted(career.get(row.get("ppr"), ()), key=lambda act: act.get("effect_date"))
            )
            situations += [dict(vals, employee_id=employee_id) for vals in found]
            owners += [employee_id] * len(found)
            self.employees[row.get("ppr")] = employee_id
            row.record = employee_id
        versions = insert("hr.version", situations)
        self.bulk.settle("hr.employee", "current_version_id", self._current(owners, situations, versions))
        made.add("resource.resource", resources)
        made.add("res.partner", partners)
        made.add("hr.employee", employees)
        made.add("hr.version", versions)
        self.bulk.flush()
        self._write_accounts(rows, partners, employees)
        self.env.invalidate_all()

    def _current(self, owners, situations, versions):
        """Give the situation in force of each employee: the last begun, or the first to come."""
        current, days = {}, {}
        for employee_id, vals, version_id in zip(owners, situations, versions, strict=True):
            day = vals["date_version"]
            before = days.get(employee_id)
            if before is None or before < day <= self.target.today or (day < before and before > self.target.today):
                current[employee_id], days[employee_id] = version_id, day
        return current

    def _employee(self, row, resource_id, partner_id):
        return {
            "name": row.get("name"),
            "active": True,
            "company_id": self.company_id,
            "resource_id": resource_id,
            "work_contact_id": partner_id,
            "name_ar": row.get("name_ar", False),
            "ppr_number": row.get("ppr"),
            "cnie": row.get("cnie", False),
            "birthday": row.get("birth_date", False),
            "place_of_birth": row.get("birth_place", False),
            "recruitment_date": row.get("recruitment_date", False),
            "tenure_date": row.get("tenure_date", False),
            "cmr_number": row.get("cmr", False),
            "amo_number": row.get("amo", False),
        }

    def _situations(self, row, acts):
        """Give the dated situations of a person, oldest first: the acts, then the situation in force."""
        common = {
            "sex": row.get("sex", False),
            "children": row.get("children", 0),
            "company_id": self.company_id,
            "resource_calendar_id": self.calendar_id,
        }
        if row.get("marital"):
            common["marital"] = row.get("marital")
        if row.get("zone"):
            common["residence_zone"] = row.get("zone")
        unit_id = self.units.get(row.get("unit"), False)
        start = situation_day(row, [act.get("effect_date") for act in acts], self.target.today)
        found, state = [], {"grade_id": False, "echelon": 0, "department_id": unit_id}
        if acts and (units := [act.get("unit") for act in acts if act.get("unit")]):
            state["department_id"] = self.units[units[0]]
        for act in acts:
            if act.get("grade_id"):
                state.update(grade_id=act.get("grade_id"), echelon=0)
            if act.get("echelon"):
                state["echelon"] = act.get("echelon")
            if act.get("unit"):
                state["department_id"] = self.units[act.get("unit")]
            vals = {
                "date_version": act.get("effect_date"),
                **common,
                **state,
                "act_kind": act.get("kind"),
                "act_number": act.get("act_number", False),
                "act_date": act.get("act_date", False),
                "statutory_position": act.get("position", "activity"),
            }
            if act.get("index"):
                vals["salary_index"] = act.get("index")
            found.append(vals)
        if not found or found[-1]["date_version"] < start:
            found.append(
                {
                    "date_version": start,
                    **common,
                    **state,
                    "act_kind": "takeover",
                    "statutory_position": "activity",
                }
            )
        last = found[-1]
        last["department_id"] = unit_id
        if row.get("grade_id"):
            last.update(grade_id=row.get("grade_id"), echelon=row.get("echelon", 0))
        if row.get("position"):
            last["statutory_position"] = row.get("position")
        job_id = self.jobs.get(row.get("job") or row.get("job_ar"))
        if job_id:
            last["job_id"] = job_id
        return found

    # -- bank accounts and heads ---------------------------------------------------------------------------------

    def _write_accounts(self, rows, partners, employees):
        wanted = [
            (row.get("rib"), partner_id, employee_id)
            for row, partner_id, employee_id in zip(rows, partners, employees, strict=True)
            if row.get("rib")
        ]
        if not wanted:
            return
        accounts = self.bulk.insert(
            "res.partner.bank",
            [
                {"acc_number": rib, "partner_id": partner_id, "company_id": self.company_id}
                for rib, partner_id, _employee_id in wanted
            ],
        )
        self.made.add("res.partner.bank", accounts)
        self.bulk.flush()
        links = [
            (employee_id, account_id)
            for (_rib, _partner_id, employee_id), account_id in zip(wanted, accounts, strict=True)
        ]
        self.env.cr.execute_values(
            "INSERT INTO employee_bank_account_rel (employee_id, bank_account_id) VALUES %s", links, page_size=CHUNK
        )
        holders = self.env["hr.employee"].browse([employee_id for employee_id, _account_id in links])
        holders.invalidate_recordset(["bank_account_ids"])
        holders.modified(["bank_account_ids"])
        self.env.flush_all()

    def write_heads(self, rows):
        """Give each unit its head, and each head the head of the unit above as manager."""
        heads = {row.get("unit"): row.record for row in rows if row.get("is_head") and row.record}
        if not heads:
            return
        departments = self.env["hr.department"]
        created = set(self.made.created.get("hr.department", ()))
        for code, employee_id in heads.items():
            unit = departments.browse(self.units[code])
            if unit.id not in created:
                self.made.changed.append(["hr.department", unit.id, "manager_id", unit.manager_id.id, employee_id])
        members = defaultdict(list)
        for row in rows:
            if row.record and row.get("unit"):
                unit = departments.browse(self.units[row.get("unit")])
                head = heads.get(row.get("unit")) or unit.manager_id.id
                if head == row.record or not head:
                    head = self._head_above(unit.parent_id, heads)
                if head and head != row.record:
                    members[head].append(row.record)
        for code, employee_id in heads.items():
            departments.browse(self.units[code]).write({"manager_id": employee_id})
        for head, ids in members.items():
            self.env["hr.employee"].browse(ids).write({"parent_id": head})
        self.env.flush_all()

    def _head_above(self, unit, heads):
        while unit:
            head = heads.get(unit.unit_code) or unit.manager_id.id
            if head:
                return head
            unit = unit.parent_id
        return False


def situation_day(row, act_days, today):
    """Give the date from which the situation of a person's row runs."""
    return row.get("situation_date") or (act_days[-1] if act_days else None) or row.get("recruitment_date") or today
