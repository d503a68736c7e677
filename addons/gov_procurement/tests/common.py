from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time

from odoo.addons.gov_budget_execution.tests.common import TODAY, ExecutionCase

__all__ = ["TODAY", "ProcurementCase"]
ICES = ["002136093000040", "001565457000023", "001509176000008", "003004005000064", "000111222000029"]


class ProcurementCase(ExecutionCase):
    """The small budget with credits of some million dirhams, two procurement officers, suppliers with their ICE."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procurement2 = cls.make_user("b_procurement2", "procurement_officer")
        cls.authorising2 = cls.make_user("b_authorising2", "authorising_officer")
        cls.env["gov.budget.entry"].sudo()._gov_post(
            [
                {"line": line, "kind": "amendment", "cp": 9_000_000, "label": "Means of the tests"}
                for line in (cls.line_a, cls.line_i)
            ]
        )
        cls.nature = cls.env["gov.procurement.nature"].create({"code": "T01", "name": "Paper", "kind": "supplies"})
        cls.works_nature = cls.env["gov.procurement.nature"].create(
            {"code": "T02", "name": "Building", "kind": "works", "in_order_list": False}
        )
        cls.suppliers = cls.env["res.partner"].create(
            [
                {"name": f"Supplier {ice[:3]}", "is_company": True, "gov_ice": ice, "street": f"{n} street"}
                for n, ice in enumerate(ICES)
            ]
        )

    @contextmanager
    def refuses(self, text=""):
        """Expect a refusal in a sentence that holds ``text``, and that it leaves nothing behind."""
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()

    @classmethod
    def purchase(cls, amount=1000, vat=20, user=None, nature=None, **vals):
        """Make the need of an order of one line, ``amount`` before tax."""
        values = {
            "gov_object": "Paper for the offices",
            "gov_nature_id": (nature or cls.nature).id,
            "gov_officer_id": cls.officer.id,
            "gov_unit_id": cls.unit.id,
            "gov_budget_line_id": cls.line_a.id,
            "gov_place": "Rabat",
            "partner_id": cls.suppliers[0].id,
            "order_line": [
                fields.Command.create({"name": "Reams", "product_qty": 1, "price_unit": amount, "gov_vat_rate": vat})
            ],
            **vals,
        }
        return cls.env["purchase.order"].with_user(user or cls.procurement).create(values)

    @classmethod
    def quote(cls, order, supplier, price, **vals):
        one = (
            cls.env["gov.purchase.quotation"]
            .with_user(cls.procurement)
            .create({"order_id": order.id, "partner_id": supplier.id, "received_at": fields.Datetime.now(), **vals})
        )
        one.line_ids.unit_price = price
        return one

    @classmethod
    def opened(cls, prices, **vals):
        """Publish an order, receive quotations at ``prices`` and open them after the deadline."""
        order = cls.purchase(**vals)
        now = fields.Datetime.now()
        order.action_publish(now + timedelta(hours=48))
        quotes = [cls.quote(order, supplier, price) for supplier, price in zip(cls.suppliers, prices, strict=False)]
        with freeze_time(now + timedelta(hours=49)):
            order.action_open_quotations()
        return order, quotes

    @classmethod
    def awarded(cls, amount=1000, **vals):
        order, _quotes = cls.opened([amount], **vals)
        order._gov_award()
        return order

    @classmethod
    def visaed(cls, order):
        """Propose the commitment of an order or a contract and give it its visa."""
        commitment = getattr(order, "gov_commitment_id", None) or order.commitment_id
        # sudo: the pieces on paper of the tests
        commitment.sudo().piece_ids.write({"reference": "on paper"})
        commitment.with_user(cls.procurement).action_submit()
        commitment.with_user(cls.controller).action_visa()
        return commitment

    @classmethod
    def presented(cls, tender):
        """Write the report of presentation of a call and have it signed: its approval asks for it (art. 156)."""
        words = ("need", "objectives", "indicators", "means", "reasons", "choice", "market_price")
        report = (
            cls.env["gov.tender.report"]
            .with_user(cls.procurement)
            .create({"tender_id": tender.id, **{name: f"{name} of the tests" for name in words}})
        )
        report.with_user(cls.authorising)._gov_sign()
        return report
