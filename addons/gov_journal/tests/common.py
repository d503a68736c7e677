from odoo.tests import TransactionCase, new_test_user


class JournalCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Entry = cls.env["gov.journal.entry"]
        cls.Check = cls.env["gov.journal.check"]
        cls.auditor = new_test_user(cls.env, "journal_auditor", groups="gov_base.group_auditor")
        cls.manager = new_test_user(cls.env, "journal_manager", groups="gov_base.group_hr_manager")
        cls.employee = new_test_user(cls.env, "journal_employee", groups="base.group_user")
        cls.partners = cls.env["res.partner"].create([{"name": f"Concerned {n}"} for n in range(6)])

    @classmethod
    def write_acts(cls, chain="test.chain", count=6):
        """Write ``count`` acts and return them in their order."""
        acts = cls.Entry.browse()
        for n in range(count):
            acts += cls.Entry._record(cls.partners[n], "sign", {"rank": n, "name": 'أحمد "né" \\ \n'}, chain=chain)
        return acts

    def sql(self, statement, *parameters):
        """Do what only PostgreSQL's owner can: change the journal with its triggers switched off."""
        cr = self.env.cr
        cr.execute("ALTER TABLE gov_journal_entry DISABLE TRIGGER USER")
        cr.execute(statement, parameters)
        cr.execute("ALTER TABLE gov_journal_entry ENABLE TRIGGER USER")
        self.env.invalidate_all()
