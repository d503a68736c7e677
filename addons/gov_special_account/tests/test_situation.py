import io
from datetime import date
from decimal import Decimal

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.gov_budget.tests.common import TODAY
from odoo.addons.gov_budget_report.services import table

from .common import SpecialCase

D = Decimal


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestSituation(SpecialCase):
    """Model M24 at any date, the forecast of cash, the rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collect(300, date="2026-01-20")
        cls.collect(120, cls.transfer, date="2026-02-20")
        post = cls.Entry._gov_post
        post([{"line": cls.cas_line, "kind": "commitment", "committed": 260, "date": "2026-01-25"}])
        post([{"line": cls.cas_line, "kind": "liquidation", "liquidated": 200, "date": "2026-02-01"}])
        post([{"line": cls.cas_line, "kind": "order", "ordered": 200, "date": "2026-02-02"}])
        post([{"line": cls.cas_line, "kind": "payment", "paid": 150, "date": "2026-02-12"}])

    def test_at_any_date(self):
        found = self.account._gov_situation()
        self.assertEqual((found["carried"], found["collected"], found["realised"]), (D(200), D(420), D(620)))
        self.assertEqual((found["paid"], found["balance"]), (D(150), D(470)))
        use = found["uses"][1]
        self.assertEqual((use["lf"], use["committed"], use["ordered"], use["left"]), (D(800), D(260), D(200), D(600)))
        past = self.account._gov_situation("2026-02-05")
        self.assertEqual((past["collected"], past["paid"], past["balance"]), (D(300), D(0), D(500)))
        self.assertEqual(past["uses"][1]["ordered"], D(200))
        with self.assertRaises(UserError):
            self.account._gov_situation("2019-01-01")

    def test_today_by_entries_is_today_by_counters(self):
        found = self.account._gov_situation()
        self.assertEqual(
            self.figures("realised", "paid", "balance"),
            [float(found[name]) for name in ("realised", "paid", "balance")],
        )
        self.assertEqual(self.figures("committed")[0], float(sum(use["committed"] for use in found["uses"])))

    def test_prints(self):
        for lang in ("ar_MA", "fr_FR"):
            data = self.account.with_user(self.auditor).with_context(lang=lang)._gov_situation_pdf("2026-02-05")
            self.assertTrue(data.startswith(b"%PDF-"))
        sheets = list(self.account.with_user(self.auditor)._gov_situation_sheets())
        book = openpyxl.load_workbook(io.BytesIO(b"".join(table.stream_xlsx(sheets))))
        rows = {row[0].value: row[2].value for row in book.worksheets[0].iter_rows(min_row=2)}
        self.assertEqual((rows["Realised revenue"], rows["Balance"]), (620, 470))
        self.assertIn("150.00", str(self.account.situation_html).replace(",", ".").replace("\u00a0", ""))

    def test_forecast_says_when_each_expense_can_be_ordered(self):
        self.env.cr.execute("UPDATE gov_special_year SET lf_revenue = 1200 WHERE id = %s", [self.special_year.id])
        self.special_year.invalidate_recordset()
        plans = self.env["gov.special.plan"].create(
            [
                {"account_id": self.account.id, "name": "Now", "amount": 300, "wanted": "2026-03-01", "priority": 1},
                {"account_id": self.account.id, "name": "Later", "amount": 200, "wanted": "2026-03-01", "priority": 2},
                {
                    "account_id": self.account.id,
                    "name": "Never",
                    "amount": 10**9,
                    "wanted": "2026-03-01",
                    "priority": 3,
                },
            ]
        )
        # 420 not ordered, 60 of it for what is committed: 360; then 100 a month without history
        self.assertEqual(plans[0].orderable, date(2026, 3, 2))
        self.assertEqual(plans[1].orderable, date(2026, 5, 1))
        self.assertFalse(plans[2].orderable)
        self.assertGreater(plans[2].missing, 9 * 10**8)
        months = self.account._gov_forecast()["months"]
        self.assertEqual(months[0].first, date(2026, 3, 1))
        self.assertTrue(all(month.opening - month.spent >= 0 for month in months))

    def test_rules_are_named_with_their_state(self):
        checks = {check["rule"]: check for check in self.account._gov_checks(date(2026, 3, 2))}
        self.assertEqual(list(checks), [f"CAS-{number}" for number in range(1, 19)])
        self.assertEqual(checks["CAS-9"]["state"], "ok")
        self.assertEqual(checks["CAS-1"]["state"], "watch")  # no law is named
        self.assertEqual(checks["CAS-4"]["state"], "none")  # created before 2016
        self.assertEqual(checks["CAS-17"]["state"], "ok")
        self.assertEqual(self.account.check_state, "watch")
        self.assertIn("CAS-18", self.account.rules_html)

    def test_a_young_account_must_have_revenue_of_its_own(self):
        self.account.creation_year = 2020
        self.post(self.cas_line, "payment", paid=50)
        self.make_year(2027)
        # the finance law authorised 600 of resources, 300 of its own came in
        self.env.cr.execute("UPDATE gov_special_year SET lf_revenue = 600 WHERE id = %s", [self.special_year.id])
        self.special_year.invalidate_recordset()
        with freeze_time("2026-12-31 12:00:00"):
            self.cas_budget.with_user(self.authorising).action_close()
            self.special_year.with_user(self.authorising).action_close()
        checks = {check["rule"]: check["state"] for check in self.account._gov_checks(date(2026, 3, 2))}
        self.assertEqual(checks["CAS-4"], "ok")
        parameter = self.env["gov.parameter"].search([("code", "=", "cas.own_share")])
        parameter.value = 0.9
        checks = {check["rule"]: check["state"] for check in self.account._gov_checks(date(2026, 3, 2))}
        self.assertEqual(checks["CAS-4"], "broken")
        self.account.invalidate_recordset()
        self.assertEqual(self.account.check_state, "broken")

    def test_administrative_account_shows_the_revenue(self):
        rows = self.env["gov.budget.situation"]._gov_revenue_rows(self.year)
        mine = next(row for row in rows if row[0] == self.account.code)
        self.assertEqual(mine[2:], (1000, 420, 420))
