from odoo import fields, models


class GovJournalChain(models.Model):
    """The head of each chain: the number and hash of its last act.

    One row a chain, moved by the journal in one statement with the act it writes.  It serves to write fast; the
    proof is in the acts and in the daily heads, and the verification compares the three.
    """

    _name = "gov.journal.chain"
    _inherit = ["gov.journal.append.only"]
    _description = "Chain of the journal"
    _order = "name"
    _log_access = False

    name = fields.Char(string="Chain", readonly=True, required=True)
    sequence = fields.Integer(string="Acts", readonly=True, required=True)
    hash = fields.Char(readonly=True, required=True)
    previous_hash = fields.Char(readonly=True, required=True)
    check_state = fields.Selection(
        [("ok", "Proven"), ("broken", "Broken"), ("never", "Never checked")],
        string="Last check",
        compute="_compute_check",
    )
    check_date = fields.Datetime(string="Checked on", compute="_compute_check")
    check_message = fields.Text(string="Findings", compute="_compute_check")

    _name_unique = models.UniqueIndex("(name)", "A chain has one head.")

    def init(self):
        # no guard: the head moves
        pass

    def _compute_check(self):
        last = self.env["gov.journal.check"]._last_by_chain(self.mapped("name"))
        for chain in self:
            check = last.get(chain.name)
            chain.check_state = check.state if check else "never"
            chain.check_date = check.date if check else False
            chain.check_message = check.message if check else False

    def action_verify_all(self):
        """Check every chain from its first act, whichever are selected; for auditors and HR managers.

        Not ``api.model``: the button of a list sends the selected numbers first.
        """
        return self.search([]).action_verify()

    def action_verify(self):
        """Check these chains from their first act and keep the result; for auditors and HR managers."""
        checks = self.env["gov.journal.check"]._run(self.mapped("name"))
        broken = checks.filtered(lambda check: check.state == "broken")
        if broken:
            message = self.env._(
                "%(count)s chains are broken: %(names)s", count=len(broken), names=", ".join(broken.mapped("chain"))
            )
        else:
            acts = sum(checks.mapped("acts"))
            message = self.env._("%(acts)s acts in %(count)s chains: everything holds.", acts=acts, count=len(checks))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if broken else "success",
                "sticky": bool(broken),
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
