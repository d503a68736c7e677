"""The framework of jobs and competencies as a workbook: one sheet a table, read, checked, written, and written back.

A row with a code that is known brings the record up to date; another makes a new one.  Nothing is deleted: a job or a
competency leaves the framework on the screen.
"""

from odoo.tools.translate import LazyTranslate

from odoo.addons.gov_import.services import parsers, problems
from odoo.addons.gov_import.services.problems import Problem
from odoo.addons.gov_import.services.spec import Column, Made, SheetSpec, Target

_lt = LazyTranslate(__name__)

problems.register(
    {
        "own_parent": (
            _lt("The family “%(value)s” stands under itself or on a third level."),
            _lt("A framework has families and sub-families only: correct the code of the family above."),
        ),
        "family_with_sub_families": (
            _lt("The family “%(value)s” has sub-families."),
            _lt("Put the job in one of its sub-families."),
        ),
        "double_row": (
            _lt("Line %(line)s already gives this for “%(value)s”."),
            _lt("Keep one of the two rows."),
        ),
        "same_job": (_lt("A path leads from “%(value)s” to itself."), _lt("Give another job, or remove the row.")),
        "holder_twice": (
            _lt("The person “%(value)s” already holds the post %(post)s."),
            _lt("A person holds one post: leave one of the two cells empty."),
        ),
        "grade_unknown": (
            _lt("The grade “%(value)s” is not known."),
            _lt("Write codes of grades, such as ADM2, separated by commas."),
        ),
    }
)

KIND = {"core": ("Métier", "Core", "مهنة أساسية"), "support": ("Support", "Soutien", "دعم")}
SKILL_KIND = {
    "knowledge": ("Savoir", "Knowledge", "معارف"),
    "know_how": ("Savoir-faire", "Know-how", "مهارات"),
    "behaviour": ("Savoir-être", "Behaviour", "سلوكيات"),
}
TREND = {
    "growing": ("En croissance", "Growing", "في تزايد"),
    "stable": ("Stable", "مستقر"),
    "changing": ("En mutation", "Changing", "في تحول"),
    "declining": ("En recul", "Declining", "في تراجع"),
}
PATH = {"near": ("Emploi proche", "Near", "وظيفة قريبة"), "evolution": ("Évolution", "Evolution", "تطور")}
LANGS = {"en": "en_US", "fr": "fr_FR", "ar": "ar_MA"}


def _translated(code, en, fr, ar, *, required=False, limit=200):
    """Make the three columns of a text that exists in three languages; English is optional."""
    return (
        Column(
            f"{code}_ar",
            en=(f"{en} (Arabic)",),
            fr=(f"{fr} (arabe)",),
            ar=(f"{ar} بالعربية",),
            parse=parsers.text(limit),
            required=required,
        ),
        Column(
            f"{code}_fr",
            en=(f"{en} (French)",),
            fr=(f"{fr} (français)",),
            ar=(f"{ar} بالفرنسية",),
            parse=parsers.text(limit),
            required=required,
        ),
        Column(
            f"{code}_en",
            en=(f"{en} (English)",),
            fr=(f"{fr} (anglais)",),
            ar=(f"{ar} بالإنجليزية",),
            parse=parsers.text(limit),
        ),
    )


def _code(code, en, fr, ar, *, required=True, unique=False):
    return Column(code, en=(en,), fr=(fr,), ar=(ar,), parse=parsers.code, required=required, unique=unique)


def _number(code, en, fr, ar, low, high, *, required=False):
    return Column(code, en=(en,), fr=(fr,), ar=(ar,), parse=parsers.number(low, high, whole=True), required=required)


def _choice(code, en, fr, ar, options, *, required=False):
    return Column(code, en=(en,), fr=(fr,), ar=(ar,), parse=parsers.choice(options), required=required)


SHEETS = (
    SheetSpec(
        "families",
        en=("Families",),
        fr=("Familles",),
        ar=("العائلات المهنية",),
        required=True,
        columns=(
            _code("code", "Family code", "Code famille", "رمز العائلة", unique=True),
            _code("parent", "Parent family", "Famille mère", "العائلة الأم", required=False),
            *_translated("name", "Family name", "Nom de la famille", "اسم العائلة", required=True),
            _choice("kind", "Nature", "Nature", "الطبيعة", KIND),
        ),
    ),
    SheetSpec(
        "competencies",
        en=("Competencies",),
        fr=("Compétences",),
        ar=("الكفاءات",),
        required=True,
        columns=(
            _code("code", "Competency code", "Code compétence", "رمز الكفاءة", unique=True),
            _choice("kind", "Kind", "Type", "النوع", SKILL_KIND, required=True),
            *_translated("name", "Competency name", "Nom de la compétence", "اسم الكفاءة", required=True),
            *_translated("definition", "Definition", "Définition", "التعريف", limit=1000),
        ),
    ),
    SheetSpec(
        "indicators",
        en=("Indicators",),
        fr=("Indicateurs",),
        ar=("المؤشرات",),
        columns=(
            _code("skill", "Competency", "Compétence", "الكفاءة"),
            _number("level", "Level", "Niveau", "المستوى", 1, 4, required=True),
            *_translated("text", "Observed when", "Observé quand", "المؤشر الملاحظ", required=True, limit=1000),
        ),
    ),
    SheetSpec(
        "jobs",
        en=("Jobs",),
        fr=("Emplois",),
        ar=("الوظائف",),
        required=True,
        columns=(
            _code("code", "Job code", "Code emploi", "رمز الوظيفة", unique=True),
            _code("family", "Family", "Famille", "العائلة"),
            *_translated("name", "Job name", "Intitulé de l'emploi", "اسم الوظيفة", required=True),
            *_translated("purpose", "Purpose", "Finalité", "الغاية", limit=1000),
            Column(
                "grades",
                en=("Grades",),
                fr=("Grades d'accès",),
                ar=("الدرجات",),
                parse=parsers.text(200),
                help=_lt("Codes of grades separated by commas."),
                example="ADM3, ADM2",
            ),
            *_translated("diploma", "Diploma", "Diplôme", "الشهادة"),
            _number("experience", "Experience (years)", "Expérience (années)", "التجربة (بالسنوات)", 0, 40),
            *_translated("relations", "Relations", "Relations", "العلاقات", limit=1000),
            *_translated("conditions", "Working conditions", "Conditions d'exercice", "ظروف العمل", limit=1000),
            _choice("trend", "Trend", "Tendance", "المنحى", TREND),
        ),
    ),
    SheetSpec(
        "activities",
        en=("Activities",),
        fr=("Activités",),
        ar=("الأنشطة",),
        columns=(
            _code("job", "Job", "Emploi", "الوظيفة"),
            _number("number", "Order", "Ordre", "الترتيب", 1, 99, required=True),
            *_translated("name", "Activity", "Activité", "النشاط", required=True, limit=1000),
            Column("secondary", en=("Secondary",), fr=("Secondaire",), ar=("ثانوي",), parse=parsers.boolean),
        ),
    ),
    SheetSpec(
        "profiles",
        en=("Profiles",),
        fr=("Profils",),
        ar=("المواصفات",),
        columns=(
            _code("job", "Job", "Emploi", "الوظيفة"),
            _code("skill", "Competency", "Compétence", "الكفاءة"),
            _number("level", "Required level", "Niveau requis", "المستوى المطلوب", 1, 4, required=True),
            _number("weight", "Weight", "Poids", "الوزن", 1, 5),
            Column("critical", en=("Critical",), fr=("Critique",), ar=("حاسمة",), parse=parsers.boolean),
        ),
    ),
    SheetSpec(
        "paths",
        en=("Near jobs",),
        fr=("Emplois proches",),
        ar=("الوظائف القريبة",),
        columns=(
            _code("job", "From job", "De l'emploi", "من الوظيفة"),
            _code("near", "To job", "Vers l'emploi", "إلى الوظيفة"),
            _choice("kind", "Path", "Passage", "نوع الانتقال", PATH),
            _number("months", "Preparation (months)", "Préparation (mois)", "الإعداد (بالأشهر)", 0, 120),
        ),
    ),
    SheetSpec(
        "posts",
        en=("Posts",),
        fr=("Postes",),
        ar=("المناصب",),
        columns=(
            _code("code", "Post code", "Code poste", "رمز المنصب", unique=True),
            _code("job", "Job", "Emploi", "الوظيفة"),
            _code("unit", "Unit code", "Code unité", "رمز الوحدة"),
            _code("budget", "Budget post", "Poste budgétaire", "المنصب المالي", required=False),
            _code("holder", "Holder (PPR)", "Titulaire (PPR)", "الشاغل (رقم التأجير)", required=False),
            Column("sensitive", en=("Sensitive",), fr=("Sensible",), ar=("حساس",), parse=parsers.boolean),
        ),
    ),
)
# sheet → (model, field that holds the code)
CODED = {
    "families": ("gov.job.family", "code"),
    "competencies": ("hr.skill", "code"),
    "jobs": ("hr.job", "rec_code"),
    "posts": ("gov.post", "code"),
}
# references of a sheet: column → sheet of what it names
REFERENCES = {
    "families": {"parent": "families"},
    "indicators": {"skill": "competencies"},
    "jobs": {"family": "families"},
    "activities": {"job": "jobs"},
    "profiles": {"job": "jobs", "skill": "competencies"},
    "paths": {"job": "jobs", "near": "jobs"},
    "posts": {"job": "jobs"},
}
# sheets whose rows are known by several columns: (model, columns, fields)
KEYED = {
    "indicators": ("gov.skill.indicator", ("skill", "level"), ("skill_id", "level")),
    "activities": ("gov.job.activity", ("job", "number"), ("job_id", "sequence")),
    "profiles": ("hr.job.skill", ("job", "skill"), ("job_id", "skill_id")),
    "paths": ("gov.job.path", ("job", "near"), ("job_id", "near_job_id")),
}
# what is written: sheet → {column: field}; translated texts apart
PLAIN = {
    "families": {"kind": "kind"},
    "competencies": {},
    "indicators": {},
    "jobs": {"experience": "access_experience", "trend": "trend"},
    "activities": {"secondary": "is_secondary"},
    "profiles": {"weight": "weight", "critical": "is_critical"},
    "paths": {"kind": "kind", "months": "months"},
    "posts": {"budget": "budget_number", "sensitive": "is_sensitive"},
}
TEXTS = {
    "families": {"name": "name"},
    "competencies": {"name": "name", "definition": "definition"},
    "indicators": {"text": "text"},
    "jobs": {
        "name": "name",
        "purpose": "purpose",
        "diploma": "access_diploma",
        "relations": "relations",
        "conditions": "working_conditions",
    },
    "activities": {"name": "name"},
    "profiles": {},
    "paths": {},
    "posts": {},
}


class FrameworkTarget(Target):
    """The framework of jobs and competencies; HR managers and training officers import it."""

    code, group = "framework", "gov_base.group_training_officer"
    sheets = SHEETS
    weight = "profiles"
    shown = {
        "gov.job.family": _lt("families"),
        "hr.job": _lt("jobs"),
        "hr.skill": _lt("competencies"),
        "hr.job.skill": _lt("lines of profile"),
        "gov.post": _lt("posts"),
    }

    # -- check ---------------------------------------------------------------------------------------------------
    def check(self, rows, report):
        # sudo: the batch has checked the role; codes are looked up in the framework of all regions
        self.env = self.env(su=True)
        self._read_known()
        in_file = {sheet: {row.get("code"): row for row in rows.get(sheet, []) if row.get("code")} for sheet in CODED}
        for sheet, references in REFERENCES.items():
            for row in rows.get(sheet, []):
                for column, target in references.items():
                    self._check_reference(row, column, target, in_file[target], report)
        self._check_families(rows.get("families", []), in_file["families"], report)
        self._check_jobs(rows.get("jobs", []), in_file["families"], report)
        for sheet, (_model, columns, _fields) in KEYED.items():
            self._check_double(rows.get(sheet, []), columns, report)
        for row in rows.get("paths", []):
            if row.get("job") and row.get("job") == row.get("near"):
                report.row(row, "near", Problem("same_job", value=row.get("job")))
        self._check_posts(rows.get("posts", []), report)

    def _read_known(self):
        """Read what the database holds: code → record of each coded table, grades, units, people by number."""
        env = self.env
        self.known = {}
        for sheet, (model, field) in CODED.items():
            records = env[model].with_context(active_test=False).search([(field, "!=", False)])
            self.known[sheet] = {record[field]: record for record in records}
        self.grades = {grade.code: grade for grade in env["gov.grade"].search([])}
        self.units = {unit.unit_code: unit for unit in env["hr.department"].search([("unit_code", "!=", False)])}
        self.people = {}

    def _check_reference(self, row, column, sheet, in_file, report):
        code = row.get(column)
        if not code:
            return
        if code in in_file:
            if in_file[code].bad:
                name = self.sheet(sheet).title(self.env.lang)
                report.row(row, column, Problem("depends_on_bad", line=in_file[code].line, sheet=name, value=code))
        elif code not in self.known[sheet]:
            report.row(row, column, Problem("unknown_in_file", value=code))

    def _parents(self, in_file):
        """Return code → code of the family above, after the import."""
        parents = {code: family.parent_id.code or None for code, family in self.known["families"].items()}
        parents.update({code: row.get("parent") for code, row in in_file.items()})
        return parents

    def _check_families(self, rows, in_file, report):
        parents = self._parents(in_file)
        for row in rows:
            parent = row.get("parent")
            if parent and (parent == row.get("code") or parents.get(parent)):
                report.row(row, "parent", Problem("own_parent", value=row.get("code")))

    def _check_jobs(self, rows, in_file, report):
        with_children = {parent for parent in self._parents(in_file).values() if parent}
        for row in rows:
            if row.get("family") in with_children:
                report.row(row, "family", Problem("family_with_sub_families", value=row.get("family")))
            codes = [parsers.code(code) for code in (row.get("grades") or "").replace("،", ",").split(",")]
            for code in filter(None, codes):
                if code not in self.grades:
                    report.row(row, "grades", Problem("grade_unknown", value=code))
            row.values["grade_codes"] = [code for code in codes if code in self.grades]

    def _check_double(self, rows, columns, report):
        seen = {}
        for row in rows:
            key = tuple(row.get(column) for column in columns)
            if None in key:
                continue
            if key in seen:
                report.row(row, columns[-1], Problem("double_row", line=seen[key], value=" / ".join(map(str, key))))
            seen.setdefault(key, row.line)

    def _check_posts(self, rows, report):
        numbers = [row.get("holder") for row in rows if row.get("holder")]
        people = self.env["hr.employee"].search([("ppr_number", "in", numbers)])
        self.people = {person.ppr_number: person for person in people}
        held = {post.employee_id.ppr_number: post.code for post in self.known["posts"].values() if post.employee_id}
        for row in rows:
            if row.get("unit") and row.get("unit") not in self.units:
                report.row(row, "unit", Problem("unknown", value=row.get("unit")))
            holder = row.get("holder")
            if not holder:
                continue
            if holder not in self.people:
                report.row(row, "holder", Problem("unknown", value=holder))
            elif held.get(holder, row.get("code")) != row.get("code"):
                report.row(row, "holder", Problem("holder_twice", value=holder, post=held[holder]))
            else:
                held[holder] = row.get("code")

    # -- write ---------------------------------------------------------------------------------------------------
    def write(self, rows, progress):
        self.made = Made()
        self.records = {sheet: dict(known) for sheet, known in self.known.items()}
        self.types = {kind.gov_kind: kind for kind in self.env["hr.skill.type"].search([("gov_kind", "!=", False)])}
        self.levels = {
            (level.skill_type_id.gov_kind, level.gov_rank): level
            for level in self.env["hr.skill.level"].search([("skill_type_id.gov_kind", "!=", False)])
        }
        self._adopt_jobs(rows.get("jobs", []))
        families = rows.get("families", [])
        self._write_coded("families", [row for row in families if not row.get("parent")])
        self._write_coded("families", [row for row in families if row.get("parent")])
        for sheet in ("competencies", "jobs", "posts"):
            self._write_coded(sheet, rows.get(sheet, []))
        for sheet in KEYED:
            self._write_keyed(sheet, rows.get(sheet, []))
            if sheet == self.weight:
                progress(len(rows.get(sheet, [])))
        return self.made

    def _adopt_jobs(self, rows):
        """Let a job of the file take the place of the one of the same name that is outside the framework."""
        names = {row.get("name_fr"): row for row in rows if row.get("code") not in self.records["jobs"]}
        jobs = self.env["hr.job"].with_context(lang="fr_FR")
        for job in jobs.search([("rec_code", "=", False), ("name", "in", list(names))]):
            row = names.pop(job.name, None)
            if row:
                self.records["jobs"][row.get("code")] = job.with_env(self.env)

    def _vals(self, sheet, row):
        """Return the values of a row that are not texts."""
        vals = {field: row.get(column) for column, field in PLAIN[sheet].items() if row.get(column) is not None}
        record = self.records
        if sheet == "families" and row.get("parent"):
            vals["parent_id"] = record["families"][row.get("parent")].id
        elif sheet == "competencies":
            vals["skill_type_id"] = self.types[row.get("kind")].id
        elif sheet == "jobs":
            vals["family_id"] = record["families"][row.get("family")].id
        elif sheet == "profiles":
            skill = record["competencies"][row.get("skill")]
            vals["skill_type_id"] = skill.skill_type_id.id
            vals["skill_level_id"] = self.levels[skill.gov_kind, row.get("level")].id
        elif sheet == "posts":
            vals["job_id"] = record["jobs"][row.get("job")].id
            vals["department_id"] = self.units[row.get("unit")].id
            if row.get("holder"):
                vals["employee_id"] = self.people[row.get("holder")].id
        return vals

    def _texts(self, sheet, row):
        """Return the texts of a row: field → {language: text}; English is the French text when it is not given."""
        texts = {}
        for column, field in TEXTS[sheet].items():
            found = {lang: row.get(f"{column}_{short}") for short, lang in LANGS.items()}
            found["en_US"] = found["en_US"] or found["fr_FR"]
            if found["en_US"]:
                texts[field] = {lang: text for lang, text in found.items() if text}
        return texts

    def _write_coded(self, sheet, rows):
        model, field = CODED[sheet]
        new = []
        for row in rows:
            record = self.records[sheet].get(row.get("code"))
            if record:
                vals = dict(self._vals(sheet, row), **{field: row.get("code")})
                self._update(record, vals, self._texts(sheet, row))
                self._link_grades(sheet, record, row)
            else:
                new.append(row)
        records = self._create(
            model, [(dict(self._vals(sheet, row), **{field: row.get("code")}), self._texts(sheet, row)) for row in new]
        )
        for row, record in zip(new, records, strict=True):
            self.records[sheet][row.get("code")] = record
            self._link_grades(sheet, record, row)

    def _link_grades(self, sheet, job, row):
        if sheet != "jobs" or not row.get("grades"):
            return
        wanted = self.env["gov.grade"].concat(*(self.grades[code] for code in row.get("grade_codes")))
        if job.access_grade_ids != wanted:
            job.access_grade_ids = wanted

    def _write_keyed(self, sheet, rows):
        if not rows:
            return
        model, columns, fields = KEYED[sheet]
        sheets = REFERENCES[sheet]

        def key(row):
            return tuple(
                self.records[sheets[column]][row.get(column)].id if column in sheets else row.get(column)
                for column in columns
            )

        first = fields[0]
        owners = {key(row)[0] for row in rows}
        known = {}
        for record in self.env[model].search([(first, "in", list(owners))]):
            known[tuple(record[name].id if name.endswith("_id") else record[name] for name in fields)] = record
        new = []
        for row in rows:
            found = known.get(key(row))
            if found:
                self._update(found, self._vals(sheet, row), self._texts(sheet, row))
            else:
                new.append(
                    (dict(self._vals(sheet, row), **dict(zip(fields, key(row), strict=True))), self._texts(sheet, row))
                )
        self._create(model, new)

    def _create(self, model, items):
        """Create records in English, then give them their other languages."""
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        records = (
            self.env[model]
            .with_context(lang="en_US", tracking_disable=True)
            .create([dict(vals, **{field: texts["en_US"] for field, texts in found.items()}) for vals, found in items])
        )
        for record, (_vals, found) in zip(records, items, strict=True):
            for field, texts in found.items():
                others = {lang: text for lang, text in texts.items() if lang != "en_US" and lang in installed}
                if others:
                    record.update_field_translations(field, others)
        self.made.add(model, records.ids)
        return records.with_env(self.env)

    def _update(self, record, vals, texts):
        self._change(record, vals)
        for field, found in texts.items():
            for lang, text in found.items():
                translated = record.with_context(lang=lang)
                before = translated[field] or ""
                if before != text:
                    translated[field] = text
                    self.made.changed.append([record._name, record.id, f"{field}:{lang}", before, text])

    def _change(self, record, vals):
        changed = {}
        for name, value in vals.items():
            before = record[name].id if record._fields[name].relational else record[name]
            if (before or False) != (value or False):
                changed[name] = value
                self.made.changed.append([record._name, record.id, name, before, value])
        if changed:
            record.write(changed)

    def restore(self, made):
        plain = []
        for model, record_id, name, before, after in reversed(made.changed):
            if ":" not in name:
                plain.insert(0, [model, record_id, name, before, after])
                continue
            field, lang = name.split(":")
            record = self.env[model].with_context(lang=lang).browse(record_id).exists()
            if record and (record[field] or "") == after:
                record[field] = before
        super().restore(Made(changed=plain))


# -- export ------------------------------------------------------------------------------------------------------
def export_rows(env):
    """Return the framework as rows of the same workbook: ``{sheet code: [{column code: value}]}``.

    Read with the rights of ``env``; texts in three languages; an import of it changes nothing.
    """

    def texts(sheet, record):
        values = {}
        for column, field in TEXTS[sheet].items():
            for short, lang in LANGS.items():
                values[f"{column}_{short}"] = record.with_context(lang=lang)[field] or None
        return values

    def plain(sheet, record):
        return {column: record[field] for column, field in PLAIN[sheet].items()}

    people = env["hr.employee"]
    # payroll numbers are for human resources; an empty cell changes nothing when the workbook comes back
    sees_numbers = people.has_access("read") and people._has_field_access(people._fields["ppr_number"], "read")
    families = env["gov.job.family"].search([], order="parent_path, sequence, code")
    skills = env["hr.skill"].search([("gov_kind", "!=", False)], order="code")
    jobs = env["hr.job"].search([("rec_code", "!=", False)], order="rec_code")
    posts = env["gov.post"].search([("job_id", "in", jobs.ids)], order="code")
    rows = {
        "families": [
            {
                "code": one.code,
                "parent": one.parent_id.code or None,
                **texts("families", one),
                **plain("families", one),
            }
            for one in families
        ],
        "competencies": [{"code": one.code, "kind": one.gov_kind, **texts("competencies", one)} for one in skills],
        "indicators": [
            {"skill": one.skill_id.code, "level": one.level, **texts("indicators", one)}
            for one in skills.indicator_ids
        ],
        "jobs": [
            {
                "code": one.rec_code,
                "family": one.family_id.code,
                "grades": ", ".join(one.access_grade_ids.mapped("code")) or None,
                **texts("jobs", one),
                **plain("jobs", one),
            }
            for one in jobs
        ],
        "activities": [
            {
                "job": one.job_id.rec_code,
                "number": one.sequence,
                **texts("activities", one),
                **plain("activities", one),
            }
            for one in jobs.activity_line_ids
        ],
        "profiles": [
            {
                "job": one.job_id.rec_code,
                "skill": one.skill_id.code,
                "level": one.level_rank,
                **plain("profiles", one),
            }
            for one in jobs.current_job_skill_ids.filtered(lambda line: line.skill_id.gov_kind)
        ],
        "paths": [
            {"job": one.job_id.rec_code, "near": one.near_job_id.rec_code, **plain("paths", one)}
            for one in jobs.path_ids
            if one.near_job_id.rec_code
        ],
        "posts": [
            {
                "code": one.code,
                "job": one.job_id.rec_code,
                "unit": one.department_id.unit_code,
                "holder": (one.employee_id.ppr_number or None) if sees_numbers else None,
                **plain("posts", one),
            }
            for one in posts
        ],
    }
    return rows
