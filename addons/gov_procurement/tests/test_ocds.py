import json
import tracemalloc
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from ocdsmerge import Merger

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import BaseCase, HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..tools import ocds
from .calls import CallCase
from .common import TODAY, ProcurementCase
from .ocds_schema import extension_faults, faults, reference_faults, schema

URI = "https://example.org/ocds.json"
merger = None


def official_merge(releases):
    """Return what the reference implementation makes of releases; its rules come from the schema of the folder."""
    global merger
    merger = merger or Merger(schema=schema("release-schema"))
    return merger.create_compiled_release(releases)


@tagged("post_install", "-at_install")
class TestOcdsTools(BaseCase):
    """The plain part: moments, merging, packages."""

    def test_moments_are_those_of_the_standard(self):
        self.assertEqual(ocds.moment(date(2026, 3, 1)), "2026-03-01T00:00:00Z")
        self.assertEqual(ocds.moment(datetime(2026, 3, 1, 9, 5, 7, 99)), "2026-03-01T09:05:07Z")
        self.assertIsNone(ocds.moment(False))
        self.assertEqual(ocds.latest(date(2026, 3, 1), None, datetime(2026, 3, 1, 8)), datetime(2026, 3, 1, 8))

    def test_schema_finds_what_is_wrong(self):
        release = {
            "ocid": "ocds-000000-1", "id": "1", "date": "2026-03-01T00:00:00Z", "tag": ["tender"],
            "initiationType": "tender", "tender": {"id": "1"},
        }  # fmt: skip
        self.assertEqual(faults("release-schema", release), [])
        wrong = (
            {"date": "1 March 2026"}, {"date": "2026-02-30T00:00:00Z"}, {"tag": ["sold"]}, {"initiationType": "gift"},
            {"tender": {"id": "1", "status": "open"}}, {"tender": {"title": "no id"}},
            {"tender": {"id": "1", "value": {"amount": "12", "currency": "MAD"}}},
            {"tender": {"id": "1", "documents": [{"id": "1", "url": "not an address"}]}},
        )  # fmt: skip
        for change in wrong:
            with self.subTest(change=change):
                self.assertTrue(faults("release-schema", {**release, **change}))

    # a key always holds the same type, as in a schema
    section = st.fixed_dictionaries(
        {},
        optional={
            "title": st.text("ab", min_size=1, max_size=2),
            "submissionMethod": st.lists(st.sampled_from("xyz"), min_size=1, max_size=3),
            "value": st.fixed_dictionaries({}, optional={"amount": st.integers(0, 9), "currency": st.just("MAD")}),
            "lots": st.lists(
                st.fixed_dictionaries(
                    {"id": st.sampled_from("123")}, optional={"status": st.sampled_from(["active", "complete"])}
                ),
                max_size=3,
                unique_by=lambda one: one["id"],
            ),
        },
    )

    @settings(max_examples=60, deadline=None)
    @given(st.lists(section, min_size=1, max_size=5))
    def test_releases_merge_as_the_reference_implementation_does(self, sections):
        releases = [
            {
                "ocid": "ocds-000000-1", "id": str(n), "date": f"2026-03-{n:02d}T00:00:00Z", "tag": ["tender"],
                "initiationType": "tender", "tender": ocds.clean({"id": "1", **section}),
            }
            for n, section in enumerate(sections, 1)
        ]  # fmt: skip
        self.assertEqual(ocds.compile_releases(releases), official_merge(releases))

    def test_package_takes_the_memory_of_one_process(self):
        def processes(count):
            for n in range(count):
                yield [
                    {
                        "ocid": f"ocds-000000-{n}", "id": str(n), "date": "2026-03-01T00:00:00Z", "tag": ["planning"],
                        "initiationType": "tender", "tender": {"id": str(n), "title": "x" * 20_000},
                    }
                ]  # fmt: skip

        head = {"uri": URI, "published": datetime(2026, 3, 1), "publisher": {"name": "Tests"}}
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        size = sum(len(text) for text in ocds.package("records", head, processes(500)))
        self.assertGreater(size, 20_000_000)
        self.assertLess(tracemalloc.get_traced_memory()[1], 2_000_000)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestOcds(CallCase):
    """Open contracting data of real purchases: valid, dated by their acts, never rewritten, never too early."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.env["gov.ocds"].with_user(cls.procurement)

    # ------------------------------------------------------------------ tools
    def releases_of(self, kind, record):
        """Return the releases of a record, after checking them, their merging, and that old ones never change."""
        self.env.flush_all()
        found = dict(self.data._gov_processes()).get(f"{kind}-{record.id}", [])
        if not found:
            return []
        for release in found:
            self.assertEqual(faults("release-schema", release), [])
            self.assertEqual(reference_faults(release), [], release["id"])
        self.assertEqual(len({one["id"] for one in found}), len(found))
        self.assertEqual([one["date"] for one in found], sorted(one["date"] for one in found))
        compiled = ocds.compile_releases(found)
        self.assertEqual(compiled, official_merge(found))
        self.assertEqual(faults("release-schema", compiled), [])
        self.assertEqual(extension_faults(compiled) + reference_faults(compiled), [])
        before = self.known.get((kind, record.id), [])
        self.assertEqual(found[: len(before)], before, "a release was rewritten")
        self.known[kind, record.id] = found
        return found

    def setUp(self):
        super().setUp()
        self.known = {}

    def tags(self, releases):
        return [one["tag"] for one in releases]

    def note_published(self, tender):
        self.assertEqual(self.releases_of("tender", tender), [])

    def note_sealed(self, tender):
        self.sealed = self.releases_of("tender", tender)

    # ------------------------------------------------------------------ programme
    def test_programme_gives_what_each_version_published(self):
        plan = (
            self.env["gov.procurement.plan"]
            .with_user(self.procurement)
            .create(
                {
                    "year": 2027,
                    "officer_id": self.officer.id,
                    "line_ids": [
                        fields.Command.create(
                            {
                                "name": "Paper", "nature_id": self.nature.id, "place": "Rabat",
                                "estimate_untaxed": 100_000, "need_date": "2027-06-30",
                                "publication_month": "2027-02-01", "reservation": "small",
                            }
                        )
                    ],
                }
            )
        )  # fmt: skip
        line = plan.line_ids
        self.assertEqual(self.releases_of("plan", line), [])
        plan.action_publish()
        (first,) = self.releases_of("plan", line)
        self.assertEqual(first["planning"]["budget"]["amount"], {"amount": 120_000, "currency": "MAD"})
        self.assertEqual((first["tag"], first["tender"]["status"]), (["planning"], "planning"))
        plan.action_amend()
        line.write({"estimate_untaxed": 200_000, "name": "Paper and pens"})
        self.assertEqual(len(self.releases_of("plan", line)), 1, "a change is not public before its version")
        with freeze_time("2026-03-20 09:00:00"):
            plan.action_publish()
        first, second = self.releases_of("plan", line)
        self.assertEqual((second["tag"], second["date"]), (["planningUpdate"], "2026-03-20T09:00:00Z"))
        self.assertEqual((first["tender"]["title"], second["tender"]["title"]), ("Paper", "Paper and pens"))
        with self.refuses():
            line.published_versions = []

    # ------------------------------------------------------------------ calls
    def test_call_of_two_lots_from_notice_to_contracts(self):
        tender = self.awarded_call(estimates=(1_000_000, 140_000))
        sealed = json.dumps(self.sealed)
        self.assertEqual(self.tags(self.sealed), [["tender"]])
        for secret in ("140000", "1000000", "1140000", self.suppliers[0].name, "numberOfTenderers", "bids"):
            self.assertNotIn(secret, sealed)
        notice, award = self.releases_of("tender", tender)
        self.assertEqual(notice["date"], "2026-03-13T09:00:00Z")
        self.assertEqual(notice["tender"]["tenderPeriod"]["endDate"], "2026-04-10T10:00:00Z")
        self.assertEqual(len(notice["tender"]["documents"]), 3)
        self.assertEqual(notice["tender"]["awardPeriod"]["startDate"], "2026-04-10T10:00:00Z")
        self.assertEqual((award["tag"], award["date"]), (["award"], "2026-04-13T09:00:00Z"))
        self.assertEqual(award["tender"]["value"]["amount"], 1_140_000)
        self.assertEqual(award["tender"]["numberOfTenderers"], 2)
        self.assertEqual({one["id"]: one["value"]["amount"] for one in award["bids"]["details"]}["1-2"], 123_456)
        self.assertEqual([one["status"] for one in award["awards"]], ["pending", "pending"])
        winner = tender.lot_ids[0].winner_offer_id.partner_id
        self.assertEqual(award["awards"][0]["suppliers"][0]["id"], f"MA-ICE-{winner.gov_ice}")
        with freeze_time("2026-04-29 09:00:00"):
            self.presented(tender)
            tender.with_user(self.authorising).action_approve()
        releases = self.releases_of("tender", tender)
        self.assertEqual(self.tags(releases)[2:], [["awardUpdate"]])
        contract = tender.contract_ids.sorted("id")[0]
        contract.with_user(self.procurement).action_prepare_commitment()
        self.visaed(contract)
        with freeze_time("2026-05-04 09:00:00"):
            contract.with_user(self.procurement).action_notify()
        releases = self.releases_of("tender", tender)
        self.assertEqual(self.tags(releases)[3:], [["contract"]])
        made = releases[-1]["contracts"][0]
        self.assertEqual((made["awardID"], made["status"]), (f"{tender.number}-1", "active"))
        self.assertEqual(made["dateSigned"], "2026-04-29T00:00:00Z")
        everything = json.dumps(releases)
        for person in (*self.members, self.procurement, self.authorising):
            self.assertNotIn(person.name, everything)

    def test_consultation_by_letter_is_public_with_its_results(self):
        tender = self.call(estimates=(1_000_000, 140_000))
        self.evaluated(tender, [(820_000, 123_456), (940_000, 131_313)])
        tender._gov_write({"procedure": "restricted"})
        self.known = {}
        self.assertEqual(self.releases_of("tender", tender), [])
        bids = tender.bid_ids.with_user(self.procurement)
        with freeze_time("2026-04-13 09:00:00"):
            for bid in bids:
                bid.action_ask_documents()
                bid.action_documents_complete()
            tender.action_award()
        releases = self.releases_of("tender", tender)
        self.assertEqual(self.tags(releases), [["tender"], ["award"]])
        self.assertEqual({one["date"] for one in releases}, {"2026-04-13T09:00:00Z"})

    def test_nothing_of_the_bids_while_they_are_examined(self):
        tender = self.call()
        self.evaluated(tender, [(912_345,), (940_000,)])
        self.assertEqual(self.releases_of("tender", tender), self.sealed)

    def test_rectified_then_cancelled_after_its_award(self):
        tender = self.call()
        with freeze_time("2026-03-16 09:00:00"):
            tender.action_rectify("2026-04-12 10:00:00", "The plan of the second floor was replaced")
        notice, change = self.releases_of("tender", tender)
        self.assertEqual(change["tag"], ["tenderAmendment"])
        self.assertEqual(notice["tender"]["tenderPeriod"]["endDate"], "2026-04-10T10:00:00Z")
        self.assertEqual(change["tender"]["tenderPeriod"]["endDate"], "2026-04-12T10:00:00Z")
        amendment = change["tender"]["amendments"][0]
        self.assertEqual((amendment["amendsReleaseID"], amendment["releaseID"]), (notice["id"], change["id"]))
        with freeze_time("2026-04-01 09:00:00"):
            tender.with_user(self.authorising).action_cancel("The need has changed in its technical data")
        last = self.releases_of("tender", tender)[-1]
        self.assertEqual((last["tag"], last["tender"]["status"]), (["tenderCancellation"], "cancelled"))
        self.assertIn("technical data", last["tender"]["documents"][0]["description"])
        other = self.awarded_call(estimates=(1_000_000, 140_000))
        with freeze_time("2026-04-20 09:00:00"):
            other.with_user(self.authorising).action_cancel("A founded complaint on the first lot")
        last = self.releases_of("tender", other)[-1]
        self.assertEqual(last["tag"], ["tenderCancellation", "awardCancellation"])
        self.assertEqual({one["status"] for one in last["awards"]}, {"cancelled"})

    def test_infructuous_call(self):
        tender = self.call()
        with freeze_time("2026-04-10 11:00:00"):
            tender.action_declare_infructuous("no_bid")
        last = self.releases_of("tender", tender)[-1]
        self.assertEqual((last["tag"], last["tender"]["status"]), (["tenderUpdate"], "unsuccessful"))
        self.assertNotIn("value", last["tender"])
        self.assertEqual(last["date"], "2026-04-10T11:00:00Z")

    # ------------------------------------------------------------------ orders and contracts
    def test_order_to_its_payment(self):
        order, _quotes = self.opened([900, 800, 850])
        notice = self.releases_of("order", order)
        self.assertEqual(self.tags(notice), [["tender"]])
        self.assertNotIn("numberOfTenderers", json.dumps(notice))
        with freeze_time("2026-03-05 09:00:00"):
            order._gov_award()
            self.assertEqual(len(self.releases_of("order", order)), 1, "an award is public with its result")
            order.action_post_results("RES-7")
        award = self.releases_of("order", order)[-1]
        self.assertEqual((award["tender"]["numberOfTenderers"], award["awards"][0]["value"]["amount"]), (3, 960))
        self.assertNotIn(self.suppliers[0].name, json.dumps(award), "the quotations of the others are not published")
        with freeze_time("2026-03-06 09:00:00"):
            order.action_engage()
        commitment = self.visaed(order)
        with freeze_time("2026-03-09 09:00:00"):
            order.with_user(self.authorising)._gov_sign()
        self.assertEqual(self.tags(self.releases_of("order", order))[-1], ["awardUpdate", "contract"])
        with freeze_time("2026-03-12 09:00:00"):
            order.action_deliver("2026-03-11")
            order.with_user(self.procurement2).action_certify()
            invoice = self.certified(commitment, 960, contract_ref=order.name, invoice_ice=self.suppliers[1].gov_ice)
            bank = {"partner_id": self.suppliers[1].id, "acc_number": "225810001234567890123476"}
            self.env["res.partner.bank"].create(bank)
            payment = self.issued(invoice)
            # sudo: the pieces on paper of the tests
            payment.sudo().piece_ids.write({"reference": "on paper"})
            payment.with_user(self.controller).action_visa()
            payment.with_user(self.controller).action_pay("2026-03-12", "VIR 1")
        releases = self.releases_of("order", order)
        self.assertEqual(self.tags(releases)[3], ["implementation"])
        compiled = ocds.compile_releases(releases)
        (contract,) = compiled["contracts"]
        (paid,) = contract["implementation"]["transactions"]
        self.assertEqual((paid["value"]["amount"], paid["date"]), (payment.net_amount, "2026-03-12T00:00:00Z"))
        self.assertEqual(paid["payee"]["id"], f"MA-ICE-{self.suppliers[1].gov_ice}")
        self.assertEqual(contract["implementation"]["milestones"][0]["dateMet"], "2026-03-11T00:00:00Z")
        self.assertEqual(compiled["awards"][0]["status"], "active")
        self.assertNotIn("225810001234567890123476", json.dumps(releases))

    def test_order_without_competition_and_cancelled_ones(self):
        need = self.purchase()
        need.action_cancel_order("The need is gone")
        self.assertEqual(self.releases_of("order", need), [])
        order = self.purchase()
        order.with_user(self.authorising)._gov_award_without_competition("Only one maker: Mr Secret")
        self.assertEqual(self.releases_of("order", order), [])
        order.action_post_results("RES-8")
        (award,) = self.releases_of("order", order)
        self.assertEqual((award["tag"], award["tender"]["procurementMethod"]), (["award"], "direct"))
        self.assertNotIn("Secret", json.dumps(award))
        with freeze_time("2026-03-05 09:00:00"):
            order.action_cancel_order("The need is gone")
        last = self.releases_of("order", order)[-1]
        self.assertEqual((last["tag"], last["awards"][0]["status"]), (["awardCancellation"], "cancelled"))
        published = self.purchase()
        published.action_publish(fields.Datetime.now() + timedelta(hours=48))
        with freeze_time("2026-03-05 09:00:00"):
            published.action_no_result()
        self.assertEqual(self.releases_of("order", published)[-1]["tender"]["status"], "unsuccessful")

    def test_contract_changed_then_terminated(self):
        contract = (
            self.env["gov.contract"]
            .with_user(self.procurement)
            .create(
                {
                    "object": "Press subscriptions", "partner_id": self.suppliers[0].id, "officer_id": self.officer.id,
                    "unit_id": self.unit.id, "nature_id": self.nature.id, "budget_line_id": self.line_i.id,
                    "form": "ordinary_law",
                    "line_ids": [
                        fields.Command.create({"number": "1", "name": "News", "quantity": 5, "unit_price": 100_000})
                    ],
                }
            )
        )  # fmt: skip
        contract.action_prepare_commitment()
        self.visaed(contract)
        self.assertEqual(self.releases_of("contract", contract), [])
        contract.action_notify()
        (made,) = self.releases_of("contract", contract)
        self.assertEqual((made["tag"], made["tender"]["procurementMethod"]), (["award", "contract"], "direct"))
        change = (
            self.env["gov.contract.change"]
            .with_user(self.procurement)
            .create(
                {
                    "contract_id": contract.id, "reference": "AV-1", "kind": "increase", "amount": 30_000,
                    "reason": "More copies",
                }
            )
        )  # fmt: skip
        self.assertEqual(len(self.releases_of("contract", contract)), 1)
        with freeze_time("2026-05-04 09:00:00"):
            change.with_user(self.authorising).action_sign()
        changed = self.releases_of("contract", contract)[-1]
        self.assertEqual(
            (changed["tag"], changed["contracts"][0]["value"]["amount"]), (["contractAmendment"], 630_000)
        )
        with freeze_time("2026-06-01 09:00:00"):
            contract.with_user(self.authorising).action_terminate("The newspaper has closed")
        last = self.releases_of("contract", contract)[-1]
        self.assertEqual((last["tag"], last["date"]), (["contractTermination"], "2026-06-01T09:00:00Z"))

    # ------------------------------------------------------------------ packages, access
    def test_packages_of_a_period_are_valid(self):
        order = self.awarded()
        for kind, name in (("releases", "release-package-schema"), ("records", "record-package-schema")):
            data = json.loads("".join(self.data._gov_stream(kind, URI, fields.Date.today(), fields.Date.today())))
            self.assertEqual(faults(name, data), [])
            self.assertEqual(data["version"], "1.1")
            ocids = {one["ocid"] for one in data[kind]}
            self.assertIn(f"ocds-000000-BC-{order.id}", ocids)
        with self.refuses("Nothing was made public"):
            self.data._gov_stream("releases", URI, date(1999, 1, 1), date(1999, 2, 1))
        with self.refuses("begins after"):
            self.data._gov_stream("releases", URI, date(2026, 2, 1), date(2026, 1, 1))

    def test_pages_follow_each_other_and_lose_nothing(self):
        orders = [self.awarded(100 + n) for n in range(5)]
        whole = [cursor for cursor, _releases in self.data._gov_processes()]
        found, after = [], None
        for _page in range(len(whole) + 1):
            pieces = self.data._gov_page("records", URI, after, limit=2)
            if pieces is None:
                break
            page = json.loads("".join(pieces))
            self.assertEqual(faults("record-package-schema", page), [])
            found += [one["ocid"] for one in page["records"]]
            after = page.get("links", {}).get("next", "").partition("after=")[2]
            if not after:
                break
        self.assertEqual(len(found), len(whole))
        self.assertEqual(len(set(found)), len(found))
        self.assertTrue({f"ocds-000000-BC-{order.id}" for order in orders} <= set(found))
        for cursor in ("nothing-3", "order-x", "order-", "order-12345678901"):
            with self.subTest(cursor=cursor), self.refuses("no cursor"):
                list(self.data._gov_processes(cursor))

    def test_who_may_download(self):
        self.awarded()
        for user in (self.procurement, self.auditor):
            self.assertTrue("".join(self.env["gov.ocds"].with_user(user)._gov_stream("releases", URI)))
        for user in (self.employee, self.controller):
            with self.assertRaises(AccessError):
                self.env["gov.ocds"].with_user(user)._gov_stream("releases", URI)
        far = self.make_user("b_far_procurement", "procurement_officer")
        far.gov_region_ids = self.far
        seen = {cursor for cursor, _releases in self.env["gov.ocds"].with_user(far)._gov_processes()}
        mine = {cursor for cursor, _releases in self.data._gov_processes()}
        self.assertLess(seen, mine)

    def test_prefix_is_that_of_the_registry(self):
        company = self.env.company
        for wrong in ("", "ocds-", "ocds-ABCDEF", "ocds-12345", "x-123456", "ocds-1234567"):
            with self.subTest(prefix=wrong), self.assertRaises(ValidationError), self.env.cr.savepoint():
                company.gov_ocds_prefix = wrong
        company.gov_ocds_prefix = "ocds-a1b2c3"
        order = self.awarded()
        self.assertTrue(self.releases_of("order", order)[0]["ocid"].startswith("ocds-a1b2c3-BC-"))


@tagged("post_install", "-at_install")
class TestOcdsDownloads(HttpCase, ProcurementCase):
    """The addresses: for officers and auditors, and for all once the organisation opens the data."""

    def test_open_data_only_once_opened(self):
        order = self.awarded()
        address = "/opendata/ocds/records.json"
        self.assertEqual(self.url_open(address).status_code, 404)
        self.env.company.gov_open_data = True
        self.env.flush_all()
        answer = self.url_open(address)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("application/json", answer.headers["Content-Type"])
        self.assertEqual(answer.headers.get("Access-Control-Allow-Origin"), "*")
        data, ocids, pages = answer.json(), set(), 0
        while True:
            self.assertEqual(faults("record-package-schema", data), [])
            ocids |= {one["ocid"] for one in data["records"]}
            following = data.get("links", {}).get("next")
            pages += 1
            if not following or pages > 20:
                break
            data = self.url_open("/" + following.split("/", 3)[3]).json()
        self.assertIn(f"ocds-000000-BC-{order.id}", ocids)
        self.assertEqual(
            self.url_open(address + "?after=order-999999999").status_code, 200 if self.has_contract() else 404
        )
        self.assertEqual(self.url_open(address + "?after=../etc").status_code, 400)
        self.assertEqual(self.url_open("/opendata/ocds/users.json").status_code, 404)

    def has_contract(self):
        return bool(
            self.env["gov.contract"].search_count([("tender_id", "=", False), ("notified_on", "!=", False)], limit=1)
        )

    @mute_logger("odoo.http")
    def test_download_of_a_period(self):
        self.awarded()
        self.env.flush_all()
        address = "/gov_procurement/ocds/releases.json"
        answer = self.url_open(address, allow_redirects=False)
        self.assertIn(answer.status_code, (302, 303))
        for user in (self.procurement, self.auditor, self.employee):
            user.password = user.login
        self.authenticate(self.procurement.login, self.procurement.login)
        answer = self.url_open(address + "?date_from=2026-01-01&date_to=2099-12-31")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(faults("release-package-schema", answer.json()), [])
        self.assertEqual(self.url_open(address + "?date_from=yesterday").status_code, 422)
        wizard = self.env["gov.ocds.export"].with_user(self.procurement).create({})
        self.assertIn(str(wizard.date_from), wizard.action_download()["url"])
        self.authenticate(self.employee.login, self.employee.login)
        self.assertEqual(self.url_open(address).status_code, 403)
