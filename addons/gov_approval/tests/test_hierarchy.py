from odoo.tests import BaseCase

from odoo.addons.gov_approval.services.hierarchy import Found, Post, find_post, merged_steps

SERVICE = Post(1, "service", 11, frozenset({101}))
DIVISION = Post(2, "division", 12, frozenset({102}))
DIRECTORATE = Post(3, "directorate", 13, frozenset({103}))
SECRETARIAT = Post(4, "secretariat_general", 14, frozenset({104}))
CHAIN = [SERVICE, DIVISION, DIRECTORATE, SECRETARIAT]
VACANT = Post(1, "service", False, frozenset())


class TestFindPost(BaseCase):
    def test_each_step_finds_its_head(self):
        self.assertEqual(find_post(CHAIN, "direct_head", 99, set()), Found(1, frozenset({101}), False))
        self.assertEqual(find_post(CHAIN, "head_of_division", 99, set()), Found(2, frozenset({102}), False))
        self.assertEqual(find_post(CHAIN, "director", 99, set()), Found(3, frozenset({103}), False))

    def test_head_never_judges_himself_even_without_login(self):
        self.assertEqual(find_post(CHAIN, "direct_head", 11, set()).unit, 2)
        # his post could act by a substitute: still the next head
        chain = [Post(1, "service", 11, frozenset({150})), DIVISION]
        self.assertEqual(find_post(chain, "direct_head", 11, set()), Found(2, frozenset({102}), True))

    def test_vacant_post_climbs(self):
        self.assertEqual(find_post([VACANT, DIVISION], "direct_head", 99, set()), Found(2, frozenset({102}), True))

    def test_barred_head_climbs(self):
        self.assertEqual(find_post(CHAIN, "direct_head", 99, {101, 102}).unit, 3)

    def test_level_that_does_not_exist_climbs_to_the_next_one(self):
        chain = [SERVICE, Post(3, "regional_directorate", 13, frozenset({103}))]
        self.assertEqual(find_post(chain, "head_of_division", 99, set()), Found(3, frozenset({103}), True))

    def test_director_who_asks_goes_to_the_secretary_general(self):
        self.assertEqual(find_post(CHAIN[2:], "director", 13, {103}), Found(4, frozenset({104}), True))

    def test_nobody_at_the_top_is_nobody(self):
        self.assertIsNone(find_post(CHAIN, "direct_head", 99, {101, 102, 103, 104}))
        self.assertIsNone(find_post([], "direct_head", 99, set()))

    def test_escalation_looks_above_only(self):
        self.assertEqual(find_post(CHAIN, "direct_head", 99, set(), above=2).unit, 3)
        self.assertIsNone(find_post(CHAIN, "direct_head", 99, set(), above=4))

    def test_units_without_kind_serve_the_direct_head_only(self):
        chain = [Post(1, False, 11, frozenset({101}))]
        self.assertEqual(find_post(chain, "direct_head", 99, set()).unit, 1)
        self.assertIsNone(find_post(chain, "director", 99, set()))


class TestMergedSteps(BaseCase):
    def test_distinct_heads_are_all_asked(self):
        self.assertEqual(
            merged_steps([(1, False, "opinion", True), (2, False, "opinion", True), (3, False, "approval", True)]), {}
        )

    def test_opinion_gives_way_to_the_approval_of_the_same_head(self):
        self.assertEqual(merged_steps([(3, True, "opinion", False), (3, False, "approval", False)]), {0: 1})

    def test_agent_who_is_chief_skips_his_levels(self):
        steps = [(3, True, "opinion", True), (3, True, "opinion", True), (3, False, "approval", True)]
        self.assertEqual(merged_steps(steps), {0: 1, 1: 2})

    def test_approval_is_never_replaced_by_an_opinion(self):
        self.assertEqual(merged_steps([(3, False, "approval", True), (3, False, "opinion", True)]), {1: 0})

    def test_option_off_asks_the_same_head_twice(self):
        self.assertEqual(merged_steps([(3, False, "opinion", False), (3, False, "approval", False)]), {})

    def test_one_step_of_each_head_always_stays(self):
        for kinds in (("opinion", "opinion", "opinion"), ("signature", "opinion", "approval")):
            steps = [(7, True, kind, True) for kind in kinds]
            self.assertEqual(len(merged_steps(steps)), 2)

    def test_roles_and_persons_are_never_merged_beforehand(self):
        self.assertEqual(merged_steps([(None, False, "opinion", True), (None, False, "approval", True)]), {})
