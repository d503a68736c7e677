from odoo.tests import tagged

from .common import CertificateCase


@tagged("post_install", "-at_install")
class TestValues(CertificateCase):
    def test_words_agree_with_the_sex_of_the_person(self):
        for user, fr, ar in (
            (self.amina, ("Mme", "l’intéressée"), ("السيدة", "للمعنية بالأمر بطلب منها")),
            (self.youssef, ("M.", "l’intéressé,"), ("السيد:", "للمعني بالأمر بطلب منه")),
        ):
            french = self.text_of(self.ask(user, "work", "fr")[1])
            arabic = self.text_of(self.ask(user, "work", "ar")[1])
            for word in fr:
                self.assertIn(word, french)
            for word in ar:
                self.assertIn(word, arabic)

    def test_base_block_of_every_document(self):
        for lang in ("ar", "fr"):
            text = self.text_of(self.ask(self.amina, "work", lang)[1])
            for value in ("أمينة بنعلي", "Amina BENALI", "TA000001", "9000001", "509"):
                self.assertIn(value, text)

    def test_salary_in_figures_and_words_labelled_indicative(self):
        _result, request = self.ask(self.amina, "salary", "fr")
        self.approve(request, self.officer, self.manager)
        text = self.text_of(request)
        statement = self.amina_file.get_pay_statement(request.document_id.issue_date)
        amount = f"{statement['net']:,.2f}".replace(",", "\u00a0").replace(".", ",")
        self.assertIn(amount, text)
        self.assertIn(self.env["gov.words"].amount(statement["net"], "fr"), text)
        self.assertIn("sous réserve de vérification par la Trésorerie", text)

    def test_salary_in_arabic(self):
        _result, request = self.ask(self.amina, "salary", "ar")
        self.approve(request, self.officer, self.manager)
        text = self.text_of(request)
        net = self.amina_file.get_pay_statement(request.document_id.issue_date)["net"]
        self.assertIn(self.env["gov.words"].amount(net, "ar"), text)
        self.assertIn("الخزينة العامة للمملكة", text)

    def test_engagement_prints_the_transferable_share_of_the_parameters(self):
        _result, request = self.ask(self.amina, "engagement", "fr")
        answer = request.answer_ids.with_env(self.as_user(self.officer))
        answer.value_amount = 1000
        net = self.amina_file.get_pay_statement(request.submitted_on.date())["net"]
        self.approve(request, self.officer, self.manager)
        rate = self.env["gov.parameter"].get_value("certificate.transferable.rate")
        share = int((net * rate - 1000) * 100) / 100
        self.assertIn(f"{share:,.2f}".replace(",", "\u00a0").replace(".", ","), self.text_of(request))

    def test_statement_of_services_lists_every_act(self):
        self.amina_file.create_version(
            {
                "date_version": "2025-01-15", "echelon": 7, "act_kind": "echelon", "act_number": "77/2025",
                "act_date": "2025-01-10",
            }
        )
        _result, request = self.ask(self.amina, "service_record", "fr")
        self.approve(request, self.officer, self.manager)
        text = self.text_of(request)
        for value in ("1/2024", "77/2025", "15/01/2024", "15/01/2025"):
            self.assertIn(value, text)

    def test_extract_of_an_act(self):
        version = self.amina_file.version_id
        _result, request = self.ask(self.amina, "act_copy", "fr", answers={"act": version.id})
        self.approve(request, self.officer)
        self.assertEqual(request.state, "issued")
        self.assertIn("1/2024", self.text_of(request))

    def test_transfer_order_prints_the_account(self):
        _result, request = self.ask(
            self.amina,
            "transfer_order",
            "fr",
            answers={"bank": "Banque de Rabat", "rib": "011810000000000000000002", "loan": "P-55"},
        )
        self.approve(request, self.officer, self.manager)
        text = self.text_of(request)
        self.assertIn("Banque de Rabat", text)
        self.assertIn("P-55", text)

    def test_title_of_who_signs_is_his_headship(self):
        text = self.text_of(self.ask(self.amina, "work", "ar")[1])
        self.assertIn("رئيس قسم الموارد البشرية", text)
        text = self.text_of(self.ask(self.amina, "work", "fr")[1])
        self.assertIn("Chef de la Division des ressources humaines", text)

    def test_document_says_the_situation_of_its_day(self):
        _result, request = self.ask(self.amina, "work", "fr")
        before = self.text_of(request)
        self.amina_file.create_version({"date_version": "2020-01-01", "echelon": 3})
        self.assertEqual(self.text_of(request), before)
