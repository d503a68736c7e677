import base64
import datetime
import io
import zipfile

import xlsxwriter

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from odoo.addons.gov_import.services import reader
from odoo.addons.gov_import.services.problems import Problem

FRENCH = ["N° PPR", "CNIE", "Nom et prénom", "Nom en arabe", "Sexe", "Date de naissance", "Unité", "Grade", "Échelon"]
FRENCH += ["Date d'effet", "Date de recrutement", "Date de titularisation", "Situation familiale", "Nombre d'enfants"]
FRENCH += ["Téléphone", "Courriel", "RIB", "Fonction", "Responsable"]
ARABIC = [
    "رقم التأجير",
    "البطاقة الوطنية",
    "الإسم الكامل بالفرنسية",
    "الاسم الكامـل",
    "الجنس",
    "تاريخ الإزدياد",
    "رمز الوحدة",
]
ARABIC += ["الدرجة", "الرتبة", "تاريخ المفعول", "تاريخ التوظيف", "تاريخ الترسيم", "الحالة العائلية", "عدد الأطفال"]
ARABIC += ["الهاتف", "البريد الإلكتروني", "رقم الحساب البنكي", "الوظيفة بالفرنسية", "رئيس الوحدة"]
UNITS = ["Code", "Intitulé", "Intitulé en arabe", "Type", "Code parent", "Code région"]
CAREER = [
    "N° PPR",
    "N° de l'acte",
    "Date de l'acte",
    "Nature de l'acte",
    "Date d'effet",
    "Code grade",
    "Échelon",
    "Unité",
]
DAY = datetime.date


def workbook(*sheets):
    """Make an XLSX file of (name, rows); dates stay dates."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(line, column, value)
                    elif value is not None:
                        sheet.write(line, column, value)
    return stream.getvalue()


def person(number=1, **changes):
    values = {
        "ppr": f"77{number:05d}",
        "cnie": f"QT{number:05d}",
        "name": f"Person {number}",
        "name_ar": f"شخص {number}",
        "sex": "F",
        "born": DAY(1985, 4, 3),
        "unit": "IMP-S",
        "grade": "ADM2",
        "step": 3,
        "since": DAY(2015, 5, 1),
        "hired": DAY(2011, 5, 1),
        "tenure": DAY(2012, 5, 1),
        "marital": "Mariée",
        "children": 2,
        "phone": "0537000001",
        "email": f"p{number}@communication.example",
        "rib": None,
        "job": "Chargée d'études",
        "head": None,
    }
    values.update(changes)
    return list(values.values())


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02")
class StaffImportCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "imp_manager", groups="base.group_user,gov_base.group_hr_manager", lang="fr_FR"
        )
        cls.officer = new_test_user(cls.env, "imp_officer", groups="base.group_user,gov_base.group_hr_officer")
        cls.unit = cls.env["hr.department"].create(
            {"name": "Imports service", "unit_code": "IMP-S", "unit_kind": "service"}
        )
        cls.batches = cls.env(user=cls.manager, context={"lang": "fr_FR"})["gov.import.batch"]

    def batch(self, content, name="staff.xlsx", **vals):
        return self.batches.create({"target": "staff", "file": base64.b64encode(content), "filename": name, **vals})

    def check(self, *rows, headings=FRENCH, more=()):
        batch = self.batch(workbook(("Personnel", [headings, *rows]), *more))
        batch.action_check()
        return batch

    def run_import(self, *rows, headings=FRENCH, more=()):
        batch = self.check(*rows, headings=headings, more=more)
        self.assertFalse(batch.error_count, batch._gov_errors_text())
        batch.action_import()
        self.env["gov.import.batch"].browse(batch.id).sudo()._gov_as_importer()._gov_run()
        self.env.invalidate_all()
        self.assertEqual(batch.state, "done")
        return batch

    def employee(self, ppr="7700001"):
        return self.env["hr.employee"].search([("ppr_number", "=", ppr)])

    def codes(self, batch):
        return [(error.line, error.column, error.code) for error in batch.error_ids]


class TestStaffRows(StaffImportCase):
    def test_french_headings_make_the_employee(self):
        self.run_import(person(rib="310810101402900442310133"))
        employee = self.employee()
        self.assertEqual(employee.name, "Person 1")
        self.assertEqual(employee.name_ar, "شخص 1")
        self.assertEqual(employee.cnie, "QT00001")
        self.assertEqual(employee.department_id, self.unit)
        self.assertEqual((employee.grade_id.code, employee.echelon, employee.salary_index), ("ADM2", 3, 403))
        self.assertEqual(employee.corps_id.code, "ADM")
        self.assertEqual(employee.version_id.date_version, DAY(2015, 5, 1))
        self.assertEqual((employee.sex, employee.marital, employee.children), ("female", "married", 2))
        self.assertEqual(employee.work_email, "p1@communication.example")
        self.assertEqual(employee.work_phone, "+212537000001")
        self.assertEqual(employee.bank_account_ids.sanitized_acc_number, "310810101402900442310133")
        self.assertEqual(employee.bank_account_ids.partner_id, employee.work_contact_id)
        self.assertEqual([d["amount"] for d in employee.salary_distribution.values()], [100])
        self.assertEqual(employee.retirement_date, DAY(2048, 4, 30))
        self.assertEqual(employee.create_uid, self.manager)

    def test_arabic_headings_words_and_digits_make_the_same(self):
        row = person(sex="أنثى", marital="متزوجة", born="٠٣/٠٤/١٩٨٥", children="٢", hired="1 ماي 2011", step="٣")
        self.run_import(row, headings=ARABIC)
        employee = self.employee()
        self.assertEqual(employee.birthday, DAY(1985, 4, 3))
        self.assertEqual(employee.recruitment_date, DAY(2011, 5, 1))
        self.assertEqual(
            (employee.sex, employee.marital, employee.children, employee.echelon), ("female", "married", 2, 3)
        )

    def test_official_grade_name_in_arabic_is_recognised(self):
        grade = self.env["gov.grade"].search([("code", "=", "ADM2")])
        grade.update_field_translations("name", {"ar_MA": "متصرف من الدرجة الثانية"})
        self.run_import(person(grade="متصرف من الدرجة الثانية"))
        self.assertEqual(self.employee().grade_id, grade)

    def test_each_kind_of_bad_cell_is_named_with_its_place(self):
        batch = self.check(
            person(1, ppr="12A"),
            person(2, cnie="1234"),
            person(3, born="31/02/1980"),
            person(4, unit="NOWHERE"),
            person(5, grade="ADM9"),
            person(6, step=14),
            person(7, sex="X"),
            person(8, children="two"),
            person(9, rib="310810101402900442310134"),
            person(10, email="not an address"),
            person(11, name_ar="Latin"),
            person(12, hired=DAY(1990, 1, 1), tenure=DAY(1991, 1, 1)),
            person(13, tenure=DAY(2010, 1, 1)),
            person(14, ppr=None),
            person(15, phone="12"),
        )
        self.assertEqual(
            self.codes(batch),
            [
                (2, "A", "ppr"),
                (3, "B", "cnie"),
                (4, "F", "date"),
                (5, "G", "unknown"),
                (6, "H", "unknown"),
                (7, "I", "no_such_step"),
                (8, "E", "choice"),
                (9, "N", "integer"),
                (10, "Q", "rib"),
                (11, "P", "email"),
                (12, "D", "script_ar"),
                (13, "K", "too_young"),
                (14, "L", "order"),
                (15, "A", "required"),
                (16, "O", "phone"),
            ],
        )
        self.assertEqual(batch.good_count, 0)
        message = batch.error_ids.filtered(lambda error: error.code == "date")
        self.assertEqual((message.value, message.heading), ("31/02/1980", "Date de naissance"))
        self.assertIn("31/02/1980", message.message)
        self.assertTrue(message.cure)

    def test_nothing_is_taken_when_one_row_is_bad(self):
        batch = self.check(person(1), person(2, unit="NOWHERE"))
        with self.assertRaises(UserError):
            batch.action_import()
        self.assertEqual(batch.state, "checked")
        self.assertFalse(self.employee())

    def test_good_rows_are_taken_when_asked(self):
        batch = self.check(person(1), person(2, unit="NOWHERE"))
        batch.take_good_rows = True
        batch.action_import()
        self.env["gov.import.batch"].browse(batch.id).sudo()._gov_as_importer()._gov_run()
        self.assertTrue(self.employee())
        self.assertFalse(self.employee("7700002"))

    def test_duplicates_in_the_file_and_in_the_database(self):
        self.run_import(person(1))
        batch = self.check(person(1, cnie="QT99"), person(2), person(2, cnie="QT98"), person(3, cnie="QT000099"))
        self.assertEqual(
            sorted(self.codes(batch)),
            [(2, "A", "duplicate_database"), (4, "A", "duplicate_file"), (5, "B", "duplicate_file")],
        )

    def test_formula_cell_gives_its_value_and_a_text_that_looks_like_one_stays_text(self):
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
            sheet = book.add_worksheet("Personnel")
            for column, (heading, value) in enumerate(zip(FRENCH, person(job="=1+1"), strict=True)):
                sheet.write_string(0, column, heading)
                if heading == "Échelon":
                    sheet.write_formula(1, column, "=1+2", None, 3)
                elif isinstance(value, str):
                    sheet.write_string(1, column, value)
                elif value is not None:
                    sheet.write(1, column, value)
        batch = self.batch(stream.getvalue())
        batch._gov_carry_out()
        self.assertEqual(batch.state, "done")
        self.assertEqual((self.employee().echelon, self.employee().job_title), (3, "=1+1"))

    def test_errors_workbook_holds_no_formula(self):
        batch = self.check(person(1, unit="=cmd()"))
        content = batch._gov_errors_workbook()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        self.assertNotIn("<f>", sheet)
        [sheet] = reader.open_file(content)
        rows = list(sheet.rows())
        self.assertEqual(rows[1][1][:3], ["Personnel", 2, "G"])
        self.assertIn("=CMD()", rows[1][1][5])

    def test_sentences_follow_the_reader(self):
        batch = self.check(person(1, unit="NOWHERE"))
        french = batch.error_ids.with_context(lang="fr_FR").message
        arabic = batch.error_ids.with_context(lang="ar_MA").message
        english = batch.error_ids.with_context(lang="en_US").message
        self.assertEqual(english, "“NOWHERE” is not known.")
        self.assertEqual(len({french, arabic, english}), 3)

    def test_csv_of_windows_in_french_and_in_arabic(self):
        heads = ";".join(FRENCH)
        row = [
            "7700001",
            "QT1",
            "Élodie Person",
            "شخص",
            "F",
            "3/4/85",
            "IMP-S",
            "ADM2",
            "3",
            "01/05/2015",
            "01/05/2011",
        ]
        content = "\r\n".join([heads, ";".join(row)])
        batch = self.batch(content.encode("utf-8-sig"), "staff.csv")
        batch._gov_carry_out()
        self.assertEqual(self.employee().name, "Élodie Person")
        batch.action_undo()
        [sheet] = reader.open_file("Nom;Prénom\nÉlodie;Zoé\n".encode("cp1252"), "x.csv")
        self.assertEqual(list(sheet.rows())[1][1], ["Élodie", "Zoé"])
        [sheet] = reader.open_file("الاسم الكامل,الجنس\nمحمد العلوي,ذكر\n".encode("cp1256"), "x.csv")
        self.assertEqual(list(sheet.rows())[1][1], ["محمد العلوي", "ذكر"])

    def test_mapping_can_be_corrected(self):
        headings = ["Chose" if heading == "Grade" else heading for heading in FRENCH]
        batch = self.batch(workbook(("Personnel", [headings, person()])))
        line = batch.mapping_ids.filtered(lambda mapping: mapping.heading == "Chose")
        self.assertFalse(line.column_id)
        column = self.env["gov.import.column"].search(
            [("target", "=", "staff"), ("sheet", "=", "staff"), ("code", "=", "grade")]
        )
        batch.write({"mapping_ids": [(1, line.id, {"column_id": column.id})]})
        batch._gov_carry_out()
        self.assertEqual(self.employee().grade_id.code, "ADM2")

    def test_missing_required_column_is_said_once(self):
        batch = self.check(person()[1:], headings=FRENCH[1:])
        self.assertEqual([error.code for error in batch.error_ids], ["missing_column"])
        self.assertEqual(batch.state, "draft")


class TestStaffCareer(StaffImportCase):
    def test_acts_become_dated_situations_oldest_first(self):
        acts = [
            CAREER,
            ["7700001", "12/2012", DAY(2012, 6, 1), "Titularisation", DAY(2012, 5, 1), "ADM2", 2, None],
            ["7700001", "3/2011", DAY(2011, 5, 1), "Recrutement", DAY(2011, 5, 1), "ADM2", 1, None],
            ["7700001", "9/2015", DAY(2015, 6, 2), "Avancement d'échelon", DAY(2015, 5, 1), "ADM2", 3, None],
        ]
        self.run_import(person(), more=[("Carrière", acts)])
        employee = self.employee()
        versions = employee.version_ids.sorted("date_version")
        self.assertEqual(
            [(v.date_version.year, v.echelon, v.salary_index, v.act_kind, v.act_number) for v in versions],
            [
                (2011, 1, 336, "recruitment", "3/2011"),
                (2012, 2, 369, "titularisation", "12/2012"),
                (2015, 3, 403, "echelon", "9/2015"),
            ],
        )
        self.assertEqual(employee.current_version_id, versions[2])
        self.assertEqual(versions[2].act_date, DAY(2015, 6, 2))
        self.assertEqual(set(versions.mapped("sex")), {"female"})

    def test_a_bad_act_makes_the_person_bad(self):
        acts = [
            CAREER,
            ["7700001", "1", None, "Recrutement", DAY(2011, 5, 1), "ADM2", 1, None],
            ["7700001", "2", None, "Danse", DAY(2012, 5, 1), "ADM2", 2, None],
            ["7709999", "3", None, "Recrutement", DAY(2012, 5, 1), "ADM2", 2, None],
        ]
        batch = self.check(person(1), person(2), more=[("Carrière", acts)])
        self.assertIn((3, "D", "choice"), self.codes(batch))
        self.assertIn((4, "A", "unknown_in_file"), self.codes(batch))
        self.assertIn((2, "A", "depends_on_bad"), self.codes(batch))
        self.assertEqual(batch.good_count, 1)

    def test_career_that_ends_elsewhere_is_refused(self):
        acts = [CAREER, ["7700001", "1", None, "Recrutement", DAY(2011, 5, 1), "ADM3", 1, None]]
        batch = self.check(person(since=None), more=[("Carrière", acts)])
        self.assertEqual([error.code for error in batch.error_ids], ["career_end"])
        acts[1][4] = DAY(2016, 1, 1)
        batch = self.check(person(), more=[("Carrière", acts)])
        self.assertEqual([error.code for error in batch.error_ids], ["depends_on_bad", "career_after"])

    def test_units_of_the_file_with_their_heads(self):
        units = [
            UNITS,
            ["IMP-X1", "Service X", "مصلحة س", "Service", "IMP-X", None],
            ["IMP-X", "Division X", "قسم س", "Division", None, "00"],
        ]
        rows = [person(1, unit="IMP-X", head="oui"), person(2, unit="IMP-X1", head="oui"), person(3, unit="IMP-X1")]
        self.run_import(*rows, more=[("Unités", units)])
        service = self.env["hr.department"].search([("unit_code", "=", "IMP-X1")])
        self.assertEqual(service.parent_id.unit_code, "IMP-X")
        self.assertEqual(service.with_context(lang="ar_MA").name, "مصلحة س")
        self.assertEqual(service.with_context(lang="fr_FR").name, "Service X")
        self.assertEqual(service.manager_id, self.employee("7700002"))
        self.assertEqual(self.employee("7700003").parent_id, self.employee("7700002"))
        self.assertEqual(self.employee("7700002").parent_id, self.employee("7700001"))

    def test_units_that_loop_or_stand_wrong_are_refused(self):
        units = [
            UNITS,
            ["A1", "A", "أ", "Division", "A2", None],
            ["A2", "B", "ب", "Division", "A1", None],
            ["A3", "C", "ج", "Direction régionale", None, None],
            ["A4", "D", "د", "Direction", "A3", None],
        ]
        batch = self.check(person(1), more=[("Unités", units)])
        codes = [code for _line, _column, code in self.codes(batch)]
        self.assertIn("unit_under", codes)
        self.assertIn("unit_loop", codes)
        self.assertIn("region_needed", codes)
        self.assertEqual(batch.good_count, 1)


class TestStaffRights(StaffImportCase):
    def test_officer_and_employee_cannot_import(self):
        content = base64.b64encode(workbook(("Personnel", [FRENCH, person()])))
        with self.assertRaises(AccessError):
            self.env(user=self.officer)["gov.import.batch"].create({"target": "staff", "file": content})

    def test_state_cannot_be_written(self):
        batch = self.check(person())
        for vals in ({"state": "done"}, {"state": "draft"}, {"error_count": 0}, {"good_count": 9}):
            with self.assertRaises(UserError):
                batch.write(vals)
        created = self.batches.create({"target": "staff", "file": base64.b64encode(b"a;b\n1;2"), "state": "done"})
        self.assertEqual(created.state, "draft")

    def test_manager_of_a_region_imports_into_it_only(self):
        self.manager.gov_region_ids = self.env["gov.region"].search([("code", "=", "03")])
        with self.assertRaises(AccessError):
            self.batches._import_file("staff", workbook(("P", [FRENCH, person()])), "x.xlsx")
        self.unit.region_id = self.manager.gov_region_ids
        self.batches._import_file("staff", workbook(("P", [FRENCH, person()])), "x.xlsx")
        self.assertTrue(self.employee())

    def test_import_and_undo_are_in_the_journal(self):
        batch = self.run_import(person())
        batch.action_undo()
        entries = self.env["gov.journal.entry"].search([("model", "=", "gov.import.batch"), ("res_id", "=", batch.id)])
        self.assertEqual(sorted(entries.mapped("act")), ["import", "undo"])
        self.assertEqual(entries.actor_id, self.manager)


class TestStaffUndo(StaffImportCase):
    MODELS = (
        "hr.employee",
        "hr.version",
        "resource.resource",
        "res.partner",
        "res.partner.bank",
        "hr.job",
        "hr.department",
    )

    def counts(self):
        self.env.flush_all()
        return {model: self.env[model].with_context(active_test=False).search_count([]) for model in self.MODELS}

    def test_undo_deletes_exactly_what_was_made(self):
        old_head = self.env["hr.employee"].create({"name": "Old head"})
        self.unit.manager_id = old_head
        before = self.counts()
        units = [UNITS, ["IMP-X", "Division X", "قسم س", "Division", None, "00"]]
        acts = [CAREER, ["7700001", "1", None, "Recrutement", DAY(2011, 5, 1), "ADM2", 1, None]]
        rows = [person(1, head="oui", rib="310810101402900442310133"), person(2, unit="IMP-X", head="oui")]
        batch = self.run_import(*rows, more=[("Unités", units), ("Carrière", acts)])
        self.assertNotEqual(self.counts(), before)
        self.assertEqual(self.unit.manager_id, self.employee())
        batch.action_undo()
        self.assertEqual(batch.state, "undone")
        self.assertEqual(self.counts(), before)
        self.assertEqual(self.unit.manager_id, old_head)
        # and the same file may then be imported again
        self.run_import(*rows, more=[("Unités", units), ("Carrière", acts)])

    def test_undo_is_refused_when_something_depends_on_it(self):
        batch = self.run_import(person(1), person(2), person(3))
        self.employee("7700001").create_version({"date_version": "2026-01-01"})
        self.env["gov.dependant"].create(
            {"employee_id": self.employee("7700002").id, "kind": "spouse", "name": "Spouse"}
        )
        with self.assertRaises(UserError) as caught:
            batch.action_undo()
        self.assertIn("Spouse", str(caught.exception))
        self.assertEqual(batch.state, "done")
        self.assertEqual(len(self.employee() + self.employee("7700002") + self.employee("7700003")), 3)

    def test_undo_is_refused_after_a_later_change(self):
        batch = self.run_import(person(1))
        employee = self.employee()
        employee.private_email = "later@communication.example"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE hr_employee SET write_date = write_date + interval '1 hour' WHERE id = %s", [employee.id]
        )
        with self.assertRaises(UserError) as caught:
            batch.action_undo()
        self.assertIn("Person 1", str(caught.exception))

    def test_the_same_file_is_taken_once(self):
        content = workbook(("P", [FRENCH, person()]))
        first, second = self.batch(content), self.batch(content, "copy.xlsx")
        first.action_check()
        second.action_check()
        first.action_import()
        with self.assertRaises(UserError):
            second.action_import()
        with self.assertRaises(UserError):
            first.action_import()
        third = self.batch(content, "again.xlsx")
        third.action_check()
        self.assertEqual([error.code for error in third.error_ids], ["same_file"])
        self.assertEqual(third.state, "draft")


class TestStaffAsCreate(StaffImportCase):
    """The importer gives what ``create()`` gives, field by field."""

    # what tells two records apart, and what the importer leaves out on purpose: messages and followers
    IGNORED = {
        "id",
        "write_uid",
        "name",
        "display_name",
        "complete_name",
        "create_date",
        "write_date",
        "last_modified_date",
    }
    IGNORED |= {"resource_id", "work_contact_id", "current_version_id", "version_id", "version_ids", "employee_id"}
    IGNORED |= {"employee_ids", "ppr_number", "cnie", "name_ar", "legal_name", "parent_path", "access_token"}
    IGNORED |= {
        "message_ids",
        "message_follower_ids",
        "message_partner_ids",
        "message_main_attachment_id",
        "website_message_ids",
    }
    IGNORED |= {"commercial_partner_id", "partner_share", "signup_type", "lang_id", "self", "barcode", "color"}

    def stored(self, record):
        values = {}
        for name, field in record._fields.items():
            if not field.store or name in self.IGNORED or (field.type == "binary" and field.attachment):
                continue
            value = record[name]
            values[name] = value.ids if field.relational else value
        return values

    def test_every_stored_field_equals_that_of_create(self):
        self.run_import(person(1, job=None))
        imported = self.employee()
        vals = {
            "name": "Person 2",
            "name_ar": "شخص 2",
            "ppr_number": "7700002",
            "cnie": "QT00002",
            "sex": "female",
            "birthday": "1985-04-03",
            "department_id": self.unit.id,
            "grade_id": self.env["gov.grade"].search([("code", "=", "ADM2")]).id,
            "echelon": 3,
            "date_version": "2015-05-01",
            "act_kind": "takeover",
            "recruitment_date": "2011-05-01",
            "tenure_date": "2012-05-01",
            "marital": "married",
            "children": 2,
            "work_phone": "+212537000001",
            "work_email": "p1@communication.example",
        }
        created = self.env(user=self.manager)["hr.employee"].create(vals).sudo()
        self.env.flush_all()
        self.env.invalidate_all()
        for mine, theirs in (
            (imported, created),
            (imported.version_id, created.version_id),
            (imported.resource_id, created.resource_id),
            (imported.work_contact_id, created.work_contact_id),
        ):
            found, expected = self.stored(mine), self.stored(theirs)
            different = {name: (found[name], expected[name]) for name in expected if found[name] != expected[name]}
            self.assertEqual(different, {}, mine._name)
        self.assertEqual(imported.display_name, "Person 1")
        self.assertEqual(imported.version_id.display_name, created.version_id.display_name)
        self.assertFalse(imported.message_follower_ids)
        self.assertTrue(imported.avatar_128)

    def test_constraints_of_python_are_run(self):
        """What the checks of the file would miss is still refused by the model."""
        target = self.batches._gov_target_classes()["staff"]
        check = target.check

        def no_check(self, rows, report):
            check(self, rows, report)
            for row in rows["staff"]:
                row.bad = False
                row.values["tenure_date"] = DAY(2001, 1, 1)
            report.errors.clear()

        self.patch(target, "check", no_check)
        batch = self.batch(workbook(("P", [FRENCH, person()])))
        batch._gov_check_file()
        with self.assertRaises(UserError):
            batch._gov_run()


class TestStaffSample(StaffImportCase):
    def test_statements_do_not_grow_with_the_rows(self):
        def count(first, number):
            rows = [person(n) for n in range(first, first + number)]
            batch = self.batch(workbook(("P", [FRENCH, *rows])))
            before = self.env.cr.sql_log_count
            batch._gov_carry_out()
            self.assertEqual(batch.state, "done")
            return self.env.cr.sql_log_count - before

        count(1, 5)
        few, many = count(100, 20), count(300, 220)
        self.assertLess((many - few) / 200, 1)

    def test_refused_file_says_why_and_keeps_the_batch(self):
        batch = self.batch(b"%PDF-1.7 whatever", "staff.pdf")
        self.assertEqual([error.code for error in batch.error_ids], ["not_a_table"])
        batch.action_check()
        self.assertEqual(batch.state, "draft")
        with self.assertRaises(UserError):
            batch.action_import()

    def test_reader_refuses_with_a_problem_only(self):
        with self.assertRaises(Problem):
            reader.open_file(b"")
