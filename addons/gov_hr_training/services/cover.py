"""The cheapest set of courses that brings a person to the levels wanted, in plain Python.

A course brings a competency from an entry level to a level.  Courses may build on each other: one that asks level 2 at
entry counts once another has given it.  The search is an exact branch and bound: it takes the competency that fewest
courses can move, tries each of them, and leaves a branch when what it costs, and the least that the rest costs (each
missing competency pays its share of the cheapest course that moves it), is no better than the best found.  Beyond
``NODES`` steps it gives the best found and says that it is not sure to be the cheapest.
"""

from dataclasses import dataclass, field

NODES = 50_000


@dataclass(frozen=True)
class Course:
    """``lines``: of each competency ``(level at entry, level reached)``.  ``cost`` in whole numbers (centimes);
    ``days`` decide between sets of the same cost."""

    key: object
    cost: int
    days: float
    lines: dict


@dataclass
class Cover:
    """``courses``: keys in the order in which they are followed; ``missing``: competencies that no course brings to
    the level wanted, with the level the courses do reach."""

    courses: list = field(default_factory=list)
    cost: int = 0
    days: float = 0
    missing: dict = field(default_factory=dict)
    is_exact: bool = True
    nodes: int = 0


def reached(held, courses):
    """Return the levels after the courses, each taken as soon as its entry level is held, and the order taken."""
    levels, order, left = dict(held), [], list(courses)
    moved = True
    while moved:
        moved = False
        for course in list(left):
            useful = False
            for skill, (entry, level) in course.lines.items():
                now = levels.get(skill, 0)
                if entry <= now < level:
                    levels[skill] = level
                    useful = True
            if useful:
                moved = True
                if course not in order:
                    order.append(course)
                # a course may bring another competency further once its own entry level is held
                if not any(levels.get(skill, 0) < level for skill, (_entry, level) in course.lines.items()):
                    left.remove(course)
    return levels, order


def cheapest(wanted, held, courses, nodes=NODES):
    """Return the :class:`Cover` of least cost, then of fewest days.

    :param wanted: ``{competency: level}``
    :param held: ``{competency: level}``, those not named being 0
    :param courses: list of :class:`Course`
    """
    held = {skill: level for skill, level in held.items() if level}
    missing = {skill: level for skill, level in wanted.items() if held.get(skill, 0) < level}
    if not missing:
        return Cover()
    useful = [course for course in courses if any(skill in missing for skill in course.lines)]
    top, _order = reached(held, useful)
    out_of_reach = {skill: top.get(skill, 0) for skill, level in missing.items() if top.get(skill, 0) < level}
    goal = {skill: min(level, top.get(skill, 0)) for skill, level in missing.items()}
    goal = {skill: level for skill, level in goal.items() if level > held.get(skill, 0)}
    search = _Search(goal, held, useful, nodes)
    search.run()
    _levels, order = reached(held, search.found)
    return Cover(
        courses=[course.key for course in order],
        cost=sum(course.cost for course in search.found),
        days=sum(course.days for course in search.found),
        missing=out_of_reach,
        is_exact=search.left > 0,
        nodes=nodes - search.left,
    )


class _Search:
    def __init__(self, goal, held, courses, nodes):
        self.goal, self.held, self.left = goal, held, nodes
        self.courses = sorted(courses, key=lambda course: (course.cost, course.days, str(course.key)))
        self.best, self.found = None, []

    def run(self):
        # all together reach the goal: the first set, which the search betters
        self.found = list(self.courses)
        self.best = self._price(self.found)
        self._descend([], frozenset())
        self._prune()

    def _price(self, courses):
        return sum(course.cost for course in courses), sum(course.days for course in courses)

    def _prune(self):
        """Take away what the set does not need (only when the search was cut short can there be any)."""
        for course in sorted(self.found, key=lambda one: (-one.cost, -one.days)):
            rest = [one for one in self.found if one is not course]
            if self._short(rest)[0] == {}:
                self.found = rest

    def _short(self, chosen):
        levels, _order = reached(self.held, chosen)
        return {skill: level for skill, level in self.goal.items() if levels.get(skill, 0) < level}, levels

    def _descend(self, chosen, refused):
        if self.left <= 0:
            return
        self.left -= 1
        short, levels = self._short(chosen)
        price = self._price(chosen)
        if not short:
            if price < self.best:
                self.best, self.found = price, list(chosen)
            return
        free = [course for course in self.courses if course not in chosen and course.key not in refused]
        moving = {
            skill: [
                course
                for course in free
                if skill in course.lines and course.lines[skill][0] <= levels.get(skill, 0) < course.lines[skill][1]
            ]
            for skill in short
        }
        if not all(moving.values()):
            return
        if (price[0] + self._least(short, free), price[1]) >= self.best:
            return
        skill = min(moving, key=lambda one: (len(moving[one]), str(one)))
        tried = set()
        for course in moving[skill]:
            self._descend([*chosen, course], refused | tried)
            tried.add(course.key)

    def _least(self, short, free):
        """The least that the missing competencies cost: each pays its share of a course that may move it."""
        total = 0
        for skill in short:
            total += min(
                course.cost / sum(1 for one in short if one in course.lines)
                for course in free
                if skill in course.lines
            )
        # of shares that are not whole, never more than the truth
        return int(total - 1e-6) if total > int(total) else int(total)
