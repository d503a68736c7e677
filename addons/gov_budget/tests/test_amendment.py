from odoo.exceptions import AccessError, UserError

from ..models.gov_budget_entry import BudgetRefused
from ..services import amendment as rules
from .common import BudgetCase


class AmendmentCase(BudgetCase):
    @classmethod
    def amend(cls, moves, user=None, **vals):
        """Make a draft: ``moves`` are (line, CP) or (line, CP, CE)."""
        items = [(0, 0, {"line_id": line.id, "cp": cp, "ce": more[0] if more else 0}) for line, cp, *more in moves]
        return (
            cls.env["gov.budget.amendment"]
            .with_user(user or cls.budget_user)
            .create({"budget_id": cls.budget.id, "reason": "Needs of the service", "line_ids": items, **vals})
        )

    def decide(self, one, authority=None, until="effective"):
        one.with_user(self.budget_user).action_submit()
        one.with_user(self.authorising).action_sign()
        if authority:
            one.with_user(self.authorising).action_authorise(authority, "2026-03-01")
        if until == "effective":
            one.with_user(self.controller)._gov_visa()
        one.invalidate_recordset()

    def problems(self, moves, **vals):
        return "\n".join(self.amend(moves, **vals)._gov_problems())


class TestAmendment(AmendmentCase):
    """Movements of credits in the year: the rule follows from the lines, each act by another person."""

    def test_kind_follows_from_the_lines(self):
        for moves, kind in (
            ([(self.line_a, -10), (self.line_b, 10)], "a7"),
            ([(self.line_a, -10), (self.line_c, 10)], "a6"),
            ([(self.line_a, -10), (self.line_d, 10)], "a5"),
            ([(self.line_a, -10), (self.line_e, 10)], "a2"),
            ([(self.line_a, -10), (self.line_i, 10)], "a1"),
        ):
            self.assertEqual(self.amend(moves).kind, kind)

    def test_wrong_kind_is_named(self):
        self.assertIn("A6 Between projects", self.problems([(self.line_a, -10), (self.line_c, 10)], kind="a7"))

    def test_between_lines_of_a_project(self):
        """A7: the authorising officer decides; the ledger moves with the visa, and is held from the signature on."""
        one = self.amend([(self.line_a, -100), (self.line_b, 100)])
        self.assertEqual(one.line_ids.mapped("available_after"), [900, 600])
        self.decide(one, until="signed")
        self.assertEqual((self.line_a.reserved, self.line_a.available), (100, 900))
        one.with_user(self.controller)._gov_visa()
        self.assertRecordValues(
            self.line_a | self.line_b,
            [
                {"cp_current": 900, "cp_moved": -100, "reserved": 0, "available": 900},
                {"cp_current": 600, "cp_moved": 100, "reserved": 0, "available": 600},
            ],
        )
        self.assertEqual(one.state, "effective")
        self.assertTrue(one.visa_number)
        self.check_books()

    def test_between_chapters_is_forbidden(self):
        one = self.amend([(self.line_a, -10), (self.line_i, 10)])
        with self.assertRaisesRegex(UserError, "no credit moves from one chapter to another"):
            one.action_submit()

    def test_between_programmes_within_ten_percent(self):
        """A2: each programme moves at most 10 % of its initial credits in the year, both directions counted."""
        # programme 400 has 3,800 (a, b, c, d), programme 401 has 1,500: 150 may move
        self.assertIn("150.00", self.problems([(self.line_a, -151), (self.line_e, 151)]))
        one = self.amend([(self.line_a, -100), (self.line_e, 100)])
        self.decide(one, "Decision 12/2026")
        cap = self.env["gov.budget.cap"].search(
            [("budget_id", "=", self.budget.id), ("programme_id", "=", self.programme2.id)]
        )
        self.assertRecordValues(cap, [{"initial": 1500, "moved_in": 100, "moved_out": 0, "left": 50}])
        self.assertIn(
            "left \u206650.00\u2069 < asked \u206651.00\u2069", self.problems([(self.line_a, -51), (self.line_e, 51)])
        )
        # what comes back counts too
        self.assertTrue(self.problems([(self.line_a, 51), (self.line_e, -51)]))

    def test_cap_is_held_when_two_were_signed(self):
        """Two transfers that each fit are both signed: the second visa is refused, nothing moves."""
        first = self.amend([(self.line_a, -100), (self.line_e, 100)])
        second = self.amend([(self.line_b, -100), (self.line_e, 100)])
        for one in (first, second):
            self.decide(one, "Decision 12/2026", until="authorised")
        first.with_user(self.controller)._gov_visa()
        with self.assertRaises(BudgetRefused) as caught, self.env.cr.savepoint():
            second.with_user(self.controller)._gov_visa()
        self.assertEqual(caught.exception.rule, "cap")
        self.assertEqual(second.state, "authorised")
        self.check_books()

    def test_counting_outflows_only(self):
        parameter = self.env["gov.parameter"].search([("code", "=", "budget.transfer.count_mode")])
        parameter.value_text = "out"
        self.assertFalse(self.problems([(self.line_a, -160), (self.line_e, 160)]))

    def test_cp_given_against_ce_is_counted(self):
        """CP that leaves a programme against CE counts, though the total of the programme stays."""
        other = self.node("programme", "401", self.chapter_i, "Support")
        parent = self.node("project", "10", self.node("region", "00", other, "Central"), "Means")
        node = self.node("line", "31", parent, "Works")
        line = (
            self.env["gov.budget.line"]
            .with_user(self.budget_user)
            .create({"budget_id": self.budget.id, "node_id": node.id})
        )
        self.post(line, "correction", cp=500, ce=500)
        one = self.amend([(self.line_i, -300, 300), (line, 300, -300)])
        self.assertRecordValues(one, [{"kind": "a2", "amount": 600}])
        # 10 % of 1,200 may move, 600 would; the other programme began with nothing
        self.assertEqual(one.problem_text.count("may move in the year"), 2)
        with self.assertRaisesRegex(UserError, "120.00"):
            one.action_submit()

    def test_lines_are_of_the_budget(self):
        """Credits move inside one budget; next year's and another account's lines are refused, whatever the kind."""
        year = self.make_year(2027)
        after = self.env["gov.budget"].create(
            {"fiscal_year_id": year.id, "kind": "general", "account_code": self.ACCOUNT}
        )
        line = self.env["gov.budget.line"].create(
            {"budget_id": after.id, "node_id": self.node_b.id, "cp_proposed": 100}
        )
        after.with_user(self.budget_user).action_vote("Law", "2026-02-28")
        after.with_user(self.authorising).action_open()
        for moves, vals in (
            ([(self.line_a, -10), (line, 10)], {}),
            ([(line, 10)], {"kind": "a9", "committees_informed_on": "2026-03-01"}),
            ([(self.line_a, -10), (line, 10)], {"kind": "a15"}),
            ([(line, -10), (self.line_a, 10)], {"kind": "a12"}),
        ):
            with self.assertRaisesRegex(UserError, "not of this budget"):
                self.amend(moves, **vals).action_submit()

    def test_days_that_are_to_come_are_refused(self):
        vals = {"kind": "a9", "committees_informed_on": "2026-03-03"}
        self.assertIn("before the decision", self.problems([(self.line_a, 10)], **vals))
        vals = {"kind": "a11", "refund_reference": "Q 1", "refund_date": "2026-03-03"}
        self.assertIn("still to come", self.problems([(self.line_a, 1000)], **vals))
        self.assertFalse(self.problems([(self.line_a, 1000)], **vals | {"refund_date": "2026-03-02"}))

    def test_a_rubric_is_added_to_an_open_budget(self):
        """It begins with no credit and is open, so that a supplementary credit can come; nothing moves to it."""
        other = self.node("programme", "409", self.chapter, "New")
        parent = self.node("project", "10", self.node("region", "00", other, "Central"), "Means")
        lines = self.env["gov.budget.line"].with_user(self.budget_user)
        vals = {"budget_id": self.budget.id, "node_id": self.node("line", "11", parent, "Means").id}
        with self.assertRaisesRegex(UserError, "by an act"), self.env.cr.savepoint():
            lines.create(vals | {"cp_proposed": 5})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            lines.create(vals | {"parent_line_id": self.line_a.id})
        line = lines.create(vals)
        self.assertRecordValues(line, [{"is_open": True, "cp_voted": 0}])
        self.assertIn("0.00", self.problems([(self.line_a, -10), (line, 10)]))
        self.decide(self.amend([(line, 10)], kind="a9", committees_informed_on="2026-03-01"), "Decree 3-26")
        self.assertRecordValues(line, [{"cp_added": 10, "available": 10}])

    def test_each_decision_of_a_visa_tells_what_is_left_after_it(self):
        """Two decisions on one line in one visa: the second one prints what the first has left."""
        both = self.amend([(self.line_a, -100), (self.line_e, 100)]) | self.amend(
            [(self.line_a, -20), (self.line_e, 20)]
        )
        for one in both:
            self.decide(one, "Decision 12/2026", until="authorised")
        both.with_user(self.controller)._gov_visa()
        texts = [one.document_fr_id.sudo().content for one in both]
        self.assertIn("900,00", texts[0])
        self.assertIn("880,00", texts[1])
        self.assertIn("80,00 %", texts[1].replace(".", ","))  # 120 of the 150 that may move

    def test_minister_of_finance_decides_first(self):
        one = self.amend([(self.line_a, -10), (self.line_e, 10)])
        self.decide(one, until="signed")
        with self.assertRaisesRegex(UserError, "decision of the minister of finance"):
            one.with_user(self.controller)._gov_visa()
        with self.assertRaises(AccessError):
            one.with_user(self.budget_user).action_authorise("12", "2026-03-01")
        with self.assertRaisesRegex(UserError, "future"):
            one.with_user(self.authorising).action_authorise("12", "2026-03-09")

    def test_listed_line_needs_the_ministry(self):
        self.node_a.is_listed = True
        one = self.amend([(self.line_a, -10), (self.line_b, 10)])
        self.assertTrue(one.needs_authority)
        self.decide(one, until="signed")
        with self.assertRaises(UserError):
            one.with_user(self.controller)._gov_visa()

    def test_amounts_balance(self):
        self.assertIn("differ by", self.problems([(self.line_a, -10), (self.line_b, 9)]))

    def test_too_little_left(self):
        self.post(self.line_a, "commitment", committed=950)
        self.assertIn(
            "available \u206650.00\u2069 < asked \u206651.00\u2069",
            self.problems([(self.line_a, -51), (self.line_b, 51)]),
        )

    def test_credit_committed_between_draft_and_signature(self):
        one = self.amend([(self.line_a, -100), (self.line_b, 100)])
        one.action_submit()
        self.post(self.line_a, "commitment", committed=950)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            one.with_user(self.authorising).action_sign()
        self.assertEqual(one.state, "submitted")

    def test_supplementary_credit(self):
        """A9: a decree, after the finance committees were informed."""
        one = self.amend([(self.line_a, 500)], kind="a9")
        self.assertIn("finance committees", "\n".join(one._gov_problems()))
        one.committees_informed_on = "2026-02-20"
        self.decide(one, "Decree 2-26-99")
        self.assertRecordValues(self.line_a, [{"cp_added": 500, "cp_current": 1500, "available": 1500}])

    def test_support_funds_name_who_gives(self):
        self.assertIn("who gives", self.problems([(self.line_a, 500)], kind="a10"))

    def test_re_established_credit(self):
        """A11: at least 1,000 DH, refunded in the same year."""
        vals = {"kind": "a11", "refund_reference": "R 12", "refund_date": "2026-02-10"}
        self.assertIn("1,000.00", self.problems([(self.line_a, 999.99)], **vals))
        self.assertFalse(self.problems([(self.line_a, 1000)], **vals))
        self.assertIn("another year", self.problems([(self.line_a, 1000)], **(vals | {"refund_date": "2025-12-10"})))

    def test_suspension_is_for_investment(self):
        vals = {"kind": "a13", "committees_informed_on": "2026-02-10"}
        self.assertIn("Only investment", self.problems([(self.line_a, -10)], **vals))
        one = self.amend([(self.line_i, -100)], **vals)
        self.decide(one, "Decision of the Government")
        self.assertEqual(self.line_i.cp_current, 700)

    def test_expense_charged_to_another_line(self):
        """A15: the expense changes line with its phases, credits do not move."""
        self.post(self.line_a, "commitment", committed=100)
        self.post(self.line_a, "liquidation", liquidated=100)
        self.post(self.line_a, "order", ordered=80)
        self.assertIn("less than", self.problems([(self.line_a, -90), (self.line_b, 90)], kind="a15"))
        one = self.amend([(self.line_a, -80), (self.line_b, 80)], kind="a15")
        self.decide(one)
        self.assertRecordValues(
            self.line_a | self.line_b,
            [
                {"committed": 20, "liquidated": 20, "ordered": 0, "cp_current": 1000},
                {"committed": 80, "liquidated": 80, "ordered": 80, "cp_current": 500},
            ],
        )
        self.check_books()

    def test_account_gives_to_the_general_budget_only(self):
        """A12 exists in one direction."""
        cas = self.env["gov.budget"].create(
            {"fiscal_year_id": self.year.id, "kind": "cas", "account_code": "99.004", "label": "Fund"}
        )
        chapter = self.node("chapter", "3.2.0.0.1.99.004", None, "Fund")
        parent = chapter
        for kind, code in (("programme", "402"), ("region", "00"), ("project", "10")):
            parent = self.node(kind, code, parent, kind)
        line = self.env["gov.budget.line"].create(
            {"budget_id": cas.id, "node_id": self.node("line", "28", parent, "Aid").id, "cp_proposed": 900}
        )
        cas.with_user(self.budget_user).action_vote("Law", "2025-12-31")
        cas.with_user(self.authorising).action_open()
        self.assertIn("only the other direction", self.problems([(self.line_a, -10), (line, 10)], kind="a12"))
        one = self.amend([(line, -10), (self.line_a, 10)], budget_id=cas.id)
        self.assertEqual(one.kind, "a12")
        self.decide(one, "Order 5/2026")
        self.assertRecordValues(self.line_a, [{"cp_added": 10, "available": 1010}])
        self.assertEqual(line.available, 890)

    def test_refusal_gives_back_and_takes_a_reason(self):
        one = self.amend([(self.line_a, -100), (self.line_b, 100)])
        self.decide(one, until="signed")
        with self.assertRaises(UserError):
            one.with_user(self.controller).action_refuse(" ")
        one.with_user(self.controller).action_refuse("The line is the wrong one.")
        self.assertEqual((one.state, self.line_a.reserved, self.line_a.available), ("refused", 0, 1000))
        self.check_books()

    def test_return_and_cancel(self):
        one = self.amend([(self.line_a, -100), (self.line_b, 100)])
        self.decide(one, until="signed")
        one.with_user(self.controller).action_return("Correct the label.")
        self.assertEqual((one.state, one.signed_by_id.id, self.line_a.reserved), ("draft", False, 0))
        self.decide(one, until="signed")
        with self.assertRaises(AccessError):
            one.with_user(self.budget_user).action_cancel("No longer needed")
        one.with_user(self.authorising).action_cancel("No longer needed")
        self.assertEqual((one.state, self.line_a.reserved), ("cancelled", 0))

    def test_who_acts_is_never_who_asked(self):
        both = self.make_user("b_both", "budget_officer", "authorising_officer", "expenditure_controller")
        one = self.amend([(self.line_a, -100), (self.line_b, 100)], user=both)
        one.action_submit()
        with self.assertRaises(AccessError):
            one.action_sign()
        one.with_user(self.authorising).action_sign()
        with self.assertRaises(AccessError):
            one._gov_visa()
        signer = self.make_user("b_signer", "authorising_officer", "expenditure_controller")
        two = self.amend([(self.line_a, -100), (self.line_b, 100)])
        two.action_submit()
        two.with_user(signer).action_sign()
        with self.assertRaises(AccessError):
            two.with_user(signer)._gov_visa()

    def test_an_act_happens_once(self):
        one = self.amend([(self.line_a, -100), (self.line_b, 100)])
        self.decide(one)
        for act in (
            lambda: one.with_user(self.controller)._gov_visa(),
            lambda: one.with_user(self.authorising).action_sign(),
            lambda: one.with_user(self.authorising).action_cancel("Too late for it"),
        ):
            with self.assertRaises(UserError):
                act()
        self.assertEqual(self.line_a.cp_current, 900)

    def test_content_is_frozen_once_handed_over(self):
        one = self.amend([(self.line_a, -100), (self.line_b, 100)])
        one.action_submit()
        for change in (
            lambda: one.write({"reason": "Other"}),
            lambda: one.line_ids[0].write({"cp": -5}),
            lambda: one.line_ids[0].unlink(),
            one.unlink,
            lambda: one.write({"state": "effective"}),
        ):
            with self.assertRaises(UserError):
                change()
        copied = one.copy()
        self.assertRecordValues(copied, [{"state": "draft", "number": False, "submitted_by_id": False}])
        self.assertEqual(len(copied.line_ids), 2)

    def test_odd_input_gets_a_sentence(self):
        for amount in (float("nan"), float("inf"), 10**20, "12"):
            with self.assertRaises(UserError):
                self.amend([(self.line_a, amount), (self.line_b, 1)])
        one = self.amend([(self.line_a, -10), (self.line_e, 10)])
        self.decide(one, until="signed")
        for reference, day in (("", "2026-03-01"), (12, "2026-03-01"), ("D 1", ""), ("D 1", "yesterday"), ("D 1", 5)):
            with self.assertRaises(UserError):
                one.with_user(self.authorising).action_authorise(reference, day)
        with self.assertRaises(UserError):
            one.with_user(self.controller).action_refuse(["x"])

    def test_refused_act_leaves_no_trace(self):
        one = self.amend([(self.line_a, -100), (self.line_b, 100)])
        self.decide(one, until="signed")
        entries = self.Entry.search_count([])
        journal = self.env["gov.journal.entry"].search_count([])
        self.post(self.line_b, "commitment", committed=1)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            one.with_user(self.budget_user)._gov_visa()
        self.assertEqual(self.Entry.search_count([]), entries + 1)
        self.assertEqual(self.env["gov.journal.entry"].search_count([]), journal)
        self.assertEqual(one.state, "signed")


class TestQuarterly(AmendmentCase):
    """M22: the list of the quarter, ten days after it."""

    def test_list_of_the_quarter(self):
        one = self.amend([(self.line_a, -100), (self.line_b, 100)])
        self.decide(one)
        lists = self.env["gov.budget.quarterly"]
        first = lists.create({"fiscal_year_id": self.year.id, "quarter": "1"})
        second = lists.create({"fiscal_year_id": self.year.id, "quarter": "2"})
        self.assertIn(one, first.amendment_ids)
        self.assertNotIn(one, second.amendment_ids)
        self.assertEqual(str(first.due_on), "2026-04-10")
        with self.assertRaisesRegex(UserError, "not over"):
            first.with_user(self.budget_user)._gov_issue()

    def test_posts_of_the_quarter(self):
        chapter = self.node("chapter", "1.2.1.1.0.99.000", None, "Personnel")
        act = (
            self.env["gov.budget.post.act"]
            .with_user(self.budget_user)
            .create(
                {
                    "kind": "a17_vacant",
                    "chapter_id": chapter.id,
                    "reason": "Needs",
                    "from_label": "T4",
                    "to_label": "IE",
                }
            )
        )
        act.action_submit()
        act.with_user(self.authorising).action_sign()
        with self.assertRaisesRegex(UserError, "order of the minister"):
            act.with_user(self.controller)._gov_visa()
        act.with_user(self.authorising).action_authorise("Order 3/2026", "2026-02-27")
        act.with_user(self.controller)._gov_visa()
        self.assertEqual(act.state, "effective")


class TestOverride(AmendmentCase):
    """Nothing goes beyond a credit but a named act, in the two cases of the law."""

    def test_personnel_is_limited_at_the_chapter(self):
        override = self.env["gov.budget.override"].with_user(self.budget_user)
        vals = {"line_id": self.line_a.id, "amount": 50, "legal_basis": "Art. 58", "reason": "Late payroll"}
        with self.assertRaisesRegex(UserError, "chapter of personnel"):
            override.create(vals).action_submit()

    def test_act_opens_and_ends(self):
        self.env.cr.execute("UPDATE gov_budget_line SET section = 'personnel' WHERE budget_id = %s", [self.budget.id])
        self.budget.line_ids.invalidate_recordset()
        one = (
            self.env["gov.budget.override"]
            .with_user(self.budget_user)
            .create({"line_id": self.line_a.id, "amount": 50, "legal_basis": "Art. 58", "reason": "Late payroll"})
        )
        self.decide(one)
        self.post(self.line_a, "commitment", committed=1050)
        self.assertEqual((self.line_a.available, self.line_a.authorised), (-50, 50))
        with self.assertRaises(BudgetRefused), self.env.cr.savepoint():
            self.post(self.line_a, "commitment", committed=0.01)


    def test_the_chapter_is_never_passed(self):
        """What a line may pass is held on the others: the chapter keeps to its credit. Its end gives it back."""
        self.env.cr.execute("UPDATE gov_budget_line SET section = 'personnel' WHERE budget_id = %s", [self.budget.id])
        self.budget.line_ids.invalidate_recordset()
        override = self.env["gov.budget.override"].with_user(self.budget_user)
        vals = {"line_id": self.line_a.id, "amount": 4000, "legal_basis": "Art. 58", "reason": "Late payroll"}
        chapter = self.budget.line_ids - self.line_i
        first, second = override.create(vals), override.create(vals | {"amount": 301, "line_id": self.line_b.id})
        for one in (first, second):
            self.decide(one, until="signed")
        first.with_user(self.controller)._gov_visa()
        chapter.invalidate_recordset()
        self.assertEqual(sum(chapter.mapped("reserved")), 4000)
        self.assertEqual(sum(chapter.mapped("available")) + self.line_a.authorised, 5300)
        second.with_user(self.controller)._gov_visa()
        with self.assertRaisesRegex(UserError, "less than asked"):
            override.create(vals | {"amount": 1300}).action_submit()
        self.decide(override.create(vals | {"kind": "end", "amount": 3000}))
        chapter.invalidate_recordset()
        self.assertEqual((self.line_a.authorised, sum(chapter.mapped("reserved"))), (1000, 1301))
        self.check_books()

    def test_two_authorisations_do_not_share_what_is_left(self):
        self.env.cr.execute("UPDATE gov_budget_line SET section = 'personnel' WHERE budget_id = %s", [self.budget.id])
        self.budget.line_ids.invalidate_recordset()
        override = self.env["gov.budget.override"].with_user(self.budget_user)
        vals = {"line_id": self.line_a.id, "amount": 4300, "legal_basis": "Art. 58", "reason": "Late payroll"}
        both = override.create(vals) | override.create(vals | {"amount": 1001, "line_id": self.line_b.id})
        for one in both:
            self.decide(one, until="signed")
        both[0].with_user(self.controller)._gov_visa()
        with self.assertRaisesRegex(UserError, "less than asked"), self.env.cr.savepoint():
            both[1].with_user(self.controller)._gov_visa()


class TestAmendmentService(BudgetCase):
    """The rules in values."""

    def test_net_of_a_programme(self):
        moves = rules.programme_moves([(1, -70), (1, 20), (2, 50)])
        self.assertEqual(moves, {1: (50, 0), 2: (0, 50)})

    def test_cap_rounds_down(self):
        self.assertEqual(str(rules.cap("1000.09", 0.1)), "100.00")
        self.assertTrue(rules.within_cap(1000, 0.1, (60, 0), (40, 0), "both"))
        self.assertFalse(rules.within_cap(1000, 0.1, (60, 0), (0, 40.01), "both"))
        self.assertTrue(rules.within_cap(1000, 0.1, (60, 0), (0, 40.01), "out"))


class TestCalledUpon(AmendmentCase):
    """Who acts next has it on the home page, until it is done."""

    def test_signatory_then_controller(self):
        one = self.amend([(self.line_a, -100), (self.line_b, 100)])
        holders = self.env.ref("gov_base.group_authorising_officer").all_user_ids
        if len(holders) > 5:
            holders[1:].group_ids -= self.env.ref("gov_base.group_authorising_officer")
        one.action_submit()
        self.assertIn(self.authorising, one.sudo().activity_ids.user_id)
        self.assertNotIn(self.budget_user, one.sudo().activity_ids.user_id)
        one.with_user(self.authorising).action_sign()
        self.assertIn(self.controller, one.sudo().activity_ids.user_id)
        self.assertNotIn(self.authorising, one.sudo().activity_ids.user_id)
        one.with_user(self.controller)._gov_visa()
        self.assertFalse(one.sudo().activity_ids)
