from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import FULL, SIXTEEN, EvaluationCase

# Who reads what of Amina's sheet, stage by stage.  s: the sheet, o: her own assessment, m: the mark of her head,
# a: the adjustments of the harmonisation.
STAGES = ("self draft", "self given", "marks draft", "marks given", "adjusted", "notified", "final")
MATRIX = {
    #            self draft  self given  marks draft  marks given  adjusted  notified  final
    "amina":     ("so",      "so",       "so",        "so",        "so",     "som",    "som"),
    "youssef":   ("s",       "so",       "som",       "som",       "soma",   "soma",   "soma"),
    "leila":     ("s",       "so",       "so",        "som",       "soma",   "soma",   "soma"),
    "hassan":    ("s",       "so",       "so",        "som",       "soma",   "soma",   "soma"),
    "officer":   ("s",       "so",       "so",        "som",       "soma",   "soma",   "soma"),
    "manager":   ("s",       "so",       "so",        "som",       "soma",   "soma",   "soma"),
    "auditor":   ("s",       "so",       "so",        "som",       "soma",   "soma",   "soma"),
    "karim":     ("",        "",         "",          "",          "",       "",       ""),  # colleague
    "nadia":     ("",        "",         "",          "",          "",       "",       ""),  # head of another unit
    "souad":     ("",        "",         "",          "",          "",       "",       ""),  # other region
    "rachid":    ("",        "",         "",          "",          "",       "",       ""),  # head of the other region
    "regional":  ("",        "",         "",          "",          "",       "",       ""),  # HR of the other region
}  # fmt: skip


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 10:00:00")
class TestAccess(EvaluationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.with_user(cls.users["manager"]).action_open_next(50)

    def sees(self, login, sheet):
        """Return what a user reads of a sheet, as letters; search, read and read_group agree."""
        found = ""
        env = self.act(login, sheet).env
        for letter, model, domain in (
            ("s", "gov.evaluation.sheet", [("id", "=", sheet.id)]),
            ("o", "gov.evaluation.assessment", [("sheet_id", "=", sheet.id), ("side", "=", "self")]),
            ("m", "gov.evaluation.assessment", [("sheet_id", "=", sheet.id), ("side", "=", "head")]),
            ("a", "gov.evaluation.adjustment", [("assessment_id.sheet_id", "=", sheet.id)]),
        ):
            records = env[model].search(domain)
            self.assertEqual(bool(records), bool(env[model].search_count(domain)))
            self.assertEqual(bool(records), bool(env[model]._read_group(domain, aggregates=["__count"])[0][0]))
            everything = self.env[model].search(domain)
            if records:
                records.read()
                found += letter
            elif everything:
                with self.assertRaises(AccessError):
                    everything.with_env(env).read(["id", everything._rec_name])
            if model == "gov.evaluation.assessment":
                lines = [("assessment_id", "in", everything.ids)]
                self.assertEqual(bool(env["gov.evaluation.mark"].search(lines)), bool(records))
        return found

    def test_matrix_of_who_reads_what_at_each_stage(self):
        sheet = self.sheet("amina")
        steps = (
            lambda: self.act("amina", sheet).action_save_self({"marks": self.marks(FULL)}),
            lambda: self.act("amina", sheet).action_submit_self(),
            lambda: self.act("youssef", self.to_head("amina")).action_save_marks({"marks": self.marks(SIXTEEN)}),
            lambda: self.act("youssef", sheet).action_submit_marks({"words": "Fine."}),
            lambda: self.act("leila", sheet).action_adjust(self.marks({"tasks": 4.5}), "Compared."),
            lambda: (
                self.act("manager", self.campaign).action_harmonise(),
                self.act("manager", sheet).action_notify(),
            ),
            lambda: sheet._gov_finalise(("notified",)),
        )
        for at, (stage, step) in enumerate(zip(STAGES, steps, strict=True)):
            step()
            for login, cells in MATRIX.items():
                with self.subTest(stage=stage, who=login):
                    self.assertEqual(self.sees(login, sheet), cells[at])

    def test_mark_shown_on_the_sheet_follows_the_same_table(self):
        sheet = self.mark("amina")
        for login, mark in (("amina", 0.0), ("youssef", 16.0), ("leila", 16.0), ("officer", 16.0)):
            self.assertEqual(self.act(login, sheet).mark, mark, login)
        self.act("manager", self.campaign).action_harmonise()
        self.act("manager", sheet).action_notify()
        self.assertEqual(self.act("amina", sheet).mark, 16.0)

    def test_head_does_not_read_the_mark_he_is_given_before_its_notification(self):
        sheet = self.mark("youssef", by="leila")
        self.assertEqual(self.sees("youssef", sheet), "s")  # though he heads the unit the sheet is of

    def test_hr_and_auditor_do_not_read_their_own_mark_before_its_notification(self):
        for login, by in (("officer", "leila"), ("manager", "leila"), ("auditor", "hassan")):
            self.assertEqual(self.sees(login, self.mark(login, by=by)), "s", login)

    def test_interim_reads_like_the_head_but_neither_his_own_mark_nor_that_of_the_head(self):
        amina, karim = self.mark("amina"), self.mark("karim")
        youssef = self.mark("youssef", by="leila")
        self.interim("youssef", "karim", "2026-11-10", "2026-11-20")
        self.assertEqual(self.sees("karim", amina), "sm")
        self.assertEqual(self.sees("karim", karim), "s")
        self.assertEqual(self.sees("karim", youssef), "")
        with freeze_time("2026-11-21 10:00:00"):
            self.assertEqual(self.sees("karim", amina), "")

    def test_search_by_the_mark_tells_nothing_more(self):
        self.mark("amina")
        for login in ("amina", "karim", "nadia"):
            assessments = self.act(login, self.env["gov.evaluation.assessment"])
            for domain in ([("total", ">=", 16)], [("line_ids.mark", ">", 0)], [("band_id.code", "=", "very_good")]):
                self.assertFalse(assessments.search(domain), login)
            sheets = self.act(login, self.env["gov.evaluation.sheet"])
            self.assertFalse(
                sheets.search([("assessment_ids.total", ">=", 16)]), "the sheets answer a question on hidden marks"
            )

    def test_portal_user_reads_nothing(self):
        portal = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {"name": "Portal", "login": "ev_portal", "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])]}
            )
        )
        self.users["portal"] = portal
        for model in ("campaign", "sheet", "assessment", "mark", "adjustment", "interview", "proposal", "skip"):
            with self.assertRaises(AccessError):
                self.act("portal", self.env[f"gov.evaluation.{model}"]).search([])
        for method in ("get_my_evaluation", "get_team", "get_distribution"):
            with self.assertRaises(AccessError):
                getattr(self.act("portal", self.env["gov.evaluation.sheet"]), method)()

    def test_document_of_another_is_closed(self):
        sheet = self.notify("amina")
        for login, may in (("amina", True), ("karim", False), ("nadia", False), ("officer", True)):
            document = self.act(login, sheet.document_id)
            if may:
                document.action_download()
            else:
                with self.assertRaises(AccessError):
                    document.action_download()

    def test_regional_hr_reads_her_region(self):
        self.assertEqual(self.sees("regional", self.mark("souad", by="rachid")), "sm")

    def test_writes_are_closed_to_every_role(self):
        sheet = self.mark("amina")
        assessment = self.assessment(sheet)
        for login in self.users:
            for record, vals in (
                (sheet, {"state": "final"}),
                (sheet, {"evaluator_id": self.files["karim"].id}),
                (assessment, {"total": 20}),
                (assessment.line_ids[0], {"mark": 5}),
            ):
                with self.assertRaises(AccessError, msg=f"{login} {record._name}"):
                    self.act(login, record).write(vals)
                with self.assertRaises(AccessError, msg=f"{login} {record._name}"):
                    self.act(login, record).unlink()
