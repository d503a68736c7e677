import logging
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.gov_approval.services import hierarchy
from odoo.addons.gov_base.tools.act import is_acting, run_short
from odoo.addons.gov_base.tools.search import search_when

from .gov_approval_circuit import KINDS, WHO

_logger = logging.getLogger(__name__)

# Above this number of holders no to-do is made for each: the role has its list "Waiting for me".
MOST_ACTIVITIES = 5
# Waiting lines worked out again at once when a head changes; the cron takes the rest.
REFRESHED_AT_ONCE = 200


def drop_activities(env, model, records, type_id):
    """Delete the to-dos of one type on some records by one statement, and tell their users' screens.

    Deleted one by one by Odoo they cost nine statements an act.  Done to-dos, which are archived, stay.

    :param records: the ids in SQL: a tuple, or a statement that gives them
    """
    env["mail.activity"].flush_model()
    env.cr.execute(
        SQL(
            """DELETE FROM mail_activity WHERE res_model = %s AND res_id IN (%s) AND activity_type_id = %s AND active
               RETURNING res_id, user_id, date_deadline""",
            model,
            records,
            type_id,
        )
    )
    gone = env.cr.fetchall()
    if not gone:
        return
    env["mail.activity"].invalidate_model(flush=False)
    env[model].browse({row[0] for row in gone}).invalidate_recordset(["activity_ids"], flush=False)
    today = fields.Date.today()
    for user_id, count in Counter(user_id for _id, user_id, deadline in gone if user_id and deadline <= today).items():
        env["res.users"].browse(user_id)._bus_send(
            "mail.activity/updated", {"activity_deleted": True, "count_diff": -count}
        )


class GovApprovalLine(models.Model):
    """Step of one request: the copy of a circuit's step, and the act that was done on it.

    Made when a request is filed, one waits at a time.  Lines are written by the acts of ``gov.approval.mixin`` only:
    no user has any right but to read them.
    """

    _name = "gov.approval.line"
    _description = "Step of a request"
    _order = "receipt_id desc, round desc, sequence, id"
    _rec_name = "what"

    receipt_id = fields.Many2one("gov.approval.receipt", "Receipt", required=True, index=True, ondelete="cascade")
    res_model = fields.Char(required=True, readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference("Request", model_field="res_model", required=True, readonly=True, index=True)
    what = fields.Char("What was asked", related="receipt_id.what")
    requester_id = fields.Many2one(related="receipt_id.requester_id")
    circuit_id = fields.Many2one("gov.approval.circuit", "Circuit", readonly=True, index=True, ondelete="restrict")
    round = fields.Integer("Filing", default=1, readonly=True, help="Goes up each time the request is filed again.")
    sequence = fields.Integer(readonly=True)
    # the title of the step in each language, as it was on filing
    names = fields.Json(readonly=True, export_string_translation=False)
    name = fields.Char("Step", compute="_compute_name")
    who = fields.Selection(WHO, "Who acts", required=True, readonly=True)
    kind = fields.Selection(KINDS, "Kind of act", required=True, readonly=True)
    days = fields.Integer("Delay (working days)", readonly=True)
    merge = fields.Boolean(readonly=True, export_string_translation=False)
    group_id = fields.Many2one("res.groups", "Role", readonly=True, index="btree_not_null", ondelete="restrict")
    is_regional = fields.Boolean(readonly=True, export_string_translation=False)
    region_id = fields.Many2one("gov.region", "Region", readonly=True, index="btree_not_null", ondelete="restrict")
    user_id = fields.Many2one("res.users", "Person", readonly=True, index="btree_not_null", ondelete="restrict")
    unit_id = fields.Many2one(
        "hr.department",
        "Unit whose head acts",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    actor_ids = fields.Many2many(
        "res.users",
        "gov_approval_line_actor_rel",
        string="Heads who may act",
        readonly=True,
        help="Heads and persons called upon; they are worked out again at the moment of acting.",
    )
    state = fields.Selection(
        [
            ("pending", "To come"),
            ("waiting", "Waiting"),
            ("approved", "Given"),
            ("refused", "Refused"),
            ("returned", "Sent back"),
            ("tacit", "Tacit agreement"),
            ("skipped", "Skipped"),
            ("cancelled", "Dropped"),
        ],
        required=True,
        default="pending",
        readonly=True,
    )
    opinion = fields.Selection([("favourable", "Favourable"), ("unfavourable", "Unfavourable")], readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    decided_for_id = fields.Many2one(
        "res.users",
        "In the interim of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    decided_on = fields.Datetime("Decided on", readonly=True)
    reason = fields.Text(readonly=True)
    waiting_since = fields.Datetime("Waiting since", readonly=True)
    due_on = fields.Date("Act due on", readonly=True)
    request_due_on = fields.Date("Answer due on", readonly=True)
    reminded_on = fields.Date(readonly=True, export_string_translation=False)
    escalated_on = fields.Date(readonly=True, export_string_translation=False)
    is_escalation_over = fields.Boolean(readonly=True, export_string_translation=False)
    checked_on = fields.Date(readonly=True, export_string_translation=False)
    refreshed_on = fields.Date(readonly=True, export_string_translation=False)
    escalation_unit_id = fields.Many2one(
        "hr.department",
        "Escalated to the head of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    is_blocked = fields.Boolean(
        "Nobody can act", readonly=True, help="No head and no holder of the role can act: HR has been told."
    )
    status_text = fields.Char("Where it stands", compute="_compute_status_text")
    days_left = fields.Integer("Working days left", compute="_compute_days_left")
    is_overdue = fields.Boolean("Late", compute="_compute_days_left")
    waiting_for = fields.Char("Who is called upon", compute="_compute_waiting_for")
    is_waiting_me = fields.Boolean("Waiting for me", compute="_compute_is_waiting_me", search="_search_is_waiting_me")

    # One step of a request waits at a time; it is also the index of all the queues.
    _waiting_idx = models.UniqueIndex(
        "(res_model, res_id) WHERE state = 'waiting'", "One step of a request waits at a time."
    )
    _group_waiting_idx = models.Index("(group_id, region_id) WHERE state = 'waiting'")
    _due_idx = models.Index("(due_on) WHERE state = 'waiting'")

    @api.depends_context("lang")
    @api.depends("names")
    def _compute_name(self):
        for line in self:
            names = line.names or {}
            line.name = names.get(self.env.lang) or names.get("en_US") or ""

    @api.depends("state", "due_on")
    def _compute_days_left(self):
        # sudo: the calendar of holidays is public
        holidays = self.env["gov.public.holiday"].sudo()
        today, known = self._today(), {}
        for line in self:
            if line.state != "waiting" or not line.due_on:
                line.days_left, line.is_overdue = 0, False
                continue
            due = line.due_on
            if due not in known:
                known[due] = (
                    holidays._count_working_days(today + timedelta(days=1), due)
                    if due >= today
                    else -holidays._count_working_days(due + timedelta(days=1), today)
                )
            line.days_left, line.is_overdue = known[due], due < today

    @api.depends("state", "actor_ids", "group_id", "unit_id")
    @api.depends_context("lang")
    def _compute_waiting_for(self):
        # sudo: only the names of those called upon, for whoever reads the line
        interims = self.env["gov.interim"].sudo()
        # sudo: as above
        for line in self.sudo():
            if line.state != "waiting":
                line.waiting_for = ""
                continue
            names = []
            for user in line.actor_ids:
                substitutes = interims._get_substitutes(user, line=line) - line.receipt_id.excluded_user_ids
                names.append(
                    self.env._(
                        "%(head)s (interim: %(substitute)s)",
                        head=user.name,
                        substitute=", ".join(substitutes.mapped("name")),
                    )
                    if substitutes
                    else user.name
                )
            if line.group_id and (not line.unit_id or line.escalated_on):
                names.append(line.group_id.name)
            line.waiting_for = ", ".join(names)

    @api.depends("state", "actor_ids", "group_id", "due_on", "is_blocked", "decided_by_id", "decided_for_id")
    @api.depends_context("lang")
    def _compute_status_text(self):
        for line in self:
            # sudo: only the name of who decided, for whoever reads the line
            facts = line.sudo()
            if line.state != "waiting":
                line.status_text = (
                    self.env._(
                        "%(user)s, in the interim of %(absent)s",
                        user=facts.decided_by_id.name,
                        absent=facts.decided_for_id.name,
                    )
                    if facts.decided_for_id
                    else facts.decided_by_id.name
                )
            elif line.is_blocked:
                line.status_text = self.env._("Nobody can act at present: HR has been told.")
            elif line.due_on:
                line.status_text = self.env._(
                    "Waiting for %(who)s, by %(date)s (working days left: %(number)s)",
                    who=line.waiting_for,
                    date=format_date(self.env, line.due_on),
                    number=max(line.days_left, 0),
                )
            else:
                line.status_text = self.env._("Waiting for %(who)s", who=line.waiting_for)

    @api.depends_context("uid")
    @api.depends("state", "actor_ids", "group_id")
    def _compute_is_waiting_me(self):
        # sudo: only the lines on which the user himself may act
        mine = self.sudo().search(Domain("id", "in", self.ids) & self._waiting_domain())
        for line in self:
            line.is_waiting_me = line in mine

    @search_when
    def _search_is_waiting_me(self):
        return self._waiting_domain()

    # ------------------------------------------------------------------ public
    @api.model
    def get_waiting(self, limit=20):
        """Return the requests that wait for the current user, the most urgent first.

        :param limit: greatest number of requests returned, or None for all
        :return: list of dicts ``model``, ``res_id``, ``name`` (of the request), ``step`` (title), ``kind`` (opinion,
            approval, signature), ``requester``, ``since`` and ``due`` (ISO dates or False), ``overdue``
        """
        lines = self.search(self._waiting_domain(), order="due_on, waiting_since, id", limit=limit)
        # sudo: only the name of who asks, on lines that wait for the user
        return [
            {
                "model": line.res_model,
                "res_id": line.res_id,
                "name": line.what,
                "step": line.name,
                "kind": line.kind,
                "requester": line.sudo().requester_id.name,
                "since": fields.Date.to_string(fields.Datetime.context_timestamp(line, line.waiting_since)),
                "due": fields.Date.to_string(line.due_on) if line.due_on else False,
                "overdue": line.is_overdue,
            }
            for line in lines
        ]

    @api.model
    def get_waiting_count(self):
        """Return how many requests wait for the current user."""
        return self.search_count(self._waiting_domain())

    def action_approve(self, comment=None):
        """Do the act that the chosen steps wait for on all their requests; each request checks who acts."""
        self.check_access("read")
        for model, lines in self.grouped("res_model").items():
            records = self.env[model].with_context(gov_approval_lines=lines.ids).browse(lines.mapped("res_id"))
            records.action_approve(comment)
        return True

    def action_open(self):
        """Open the request of the step."""
        self.ensure_one()
        self.check_access("read")
        return self.receipt_id.action_open()

    @api.model
    def _subselect_records(self, domain):
        """Return the SQL of the ids of the requests whose steps meet a domain."""
        return self._search(domain).subselect(SQL.identifier(self._table, "res_id"))

    # ------------------------------------------------------------------ who may act
    @api.model
    def _today(self):
        """Return the day at the seat of the administration, whoever asks and wherever the server stands."""
        return fields.Date.context_today(self.with_context(tz=self._seat_timezone(self.env.company.id)))

    @api.model
    @tools.ormcache("company_id")
    def _seat_timezone(self, company_id):
        # sudo: only the time zone of the administration
        company = self.env["res.company"].sudo().browse(company_id)
        return company.resource_calendar_id.tz or "Africa/Casablanca"

    @api.model
    def _get_rights(self, user):
        """Return by what rights a user acts today: list of tuples ``(absent, interims, domain)``.

        The first is his own (no absent); the others come from those he stands in for.  The domain says on which lines
        (whatever their state) the right bears; the bars against acting for oneself are not in it.

        sudo: the user's own roles and regions, and for whom he stands in.
        """
        user = user.sudo()
        rights = [(user.browse(), self.env["gov.interim"].browse(), self._holder_domain(user))]
        for absent, interims in self.env["gov.interim"].sudo()._get_absents(user):
            domain = self._holder_domain(absent)
            for interim in interims:
                domain &= interim._scope_domain()
            rights.append((absent, interims, domain))
        return rights

    @api.model
    def _holder_domain(self, user):
        role = Domain("group_id", "in", user._get_group_ids()) & Domain("state", "!=", "pending")
        if user.gov_region_ids:
            role &= Domain("is_regional", "=", False) | Domain("region_id", "in", user.gov_region_ids.ids)
        return Domain("actor_ids", "in", user.ids) | role

    @api.model
    def _waiting_domain(self, user=None):
        """Return the lines on which a user may act today (one condition in SQL, no loop over the lines)."""
        rights = self._get_rights(user or self.env.user)
        # who stands in for somebody concerned does not act on the request either, by whatever right
        barred = (user or self.env.user).ids + [absent.id for absent, _interims, _domain in rights if absent]
        return (
            Domain("state", "=", "waiting")
            & Domain.OR(domain for _absent, _interims, domain in rights)
            & Domain("receipt_id.excluded_user_ids", "not in", barred)
        )

    def _find_right(self, user):
        """Return ``(allowed, absent)``: whether the user may act on this line now, and in whose place."""
        self.ensure_one()
        # sudo: the bars and the state of the line decide, whatever the user may read; only yes or no comes out
        line = self.sudo()
        excluded = line.receipt_id.excluded_user_ids
        rights = self._get_rights(user)
        stands_for = user.browse().union(*(absent for absent, _interims, _domain in rights))
        if line.state != "waiting" or excluded & (user | stands_for):
            return False, user.browse()
        for absent, _interims, domain in rights:
            if line.filtered_domain(domain):
                return True, absent
        return False, user.browse()

    def _explain_refusal(self, user):
        """Return the sentence that tells a user why he may not act on this line."""
        self.ensure_one()
        # sudo: only the summary, for a user who has just called upon this request
        line = self.sudo()
        excluded, what = line.receipt_id.excluded_user_ids, line.what
        if user in excluded:
            return self.env._(
                "You cannot act on “%(request)s”: you asked for it, filed it, or it concerns you. "
                "Whoever decides is never who asked.",
                request=what,
            )
        absents = user.browse().union(*(absent for absent, _interims in self.env["gov.interim"]._get_absents(user)))
        if excluded & absents:
            return self.env._(
                "You cannot act on “%(request)s”: you stand in for %(absent)s, whom it concerns.",
                request=what,
                absent=(excluded & absents)[:1].name,
            )
        return self.env._(
            "The step “%(step)s” of “%(request)s” waits for %(who)s: you cannot act on it.",
            step=line.with_context(lang=self.env.lang).name,
            request=what,
            who=line.waiting_for or self.env._("a head not yet named; HR has been told"),
        )

    def _barred_users(self):
        """Return who must not act on the request: those concerned, and whoever stands in for them today.

        sudo: who is barred is worked out for the act, never shown.
        """
        self.ensure_one()
        concerned = self.sudo().receipt_id.excluded_user_ids
        return concerned | self.env["gov.interim"].sudo()._get_substitutes(concerned)

    def _get_chain(self):
        """Return the posts over the employee concerned, from his unit to the top (see ``services.hierarchy``).

        sudo: posts and logins of the heads, which the organisation chart shows.
        """
        self.ensure_one()
        # sudo: only who is concerned
        employee = self.sudo().receipt_id.employee_id
        key = ("gov.chain", employee.id)
        if key in self.env.cr.cache:
            return self.env.cr.cache[key]
        interims = self.env["gov.interim"].sudo()
        self.env["hr.department"].flush_model(["unit_kind", "manager_id", "parent_id"])
        self.env["hr.employee"].flush_model(["user_id", "active", "current_version_id"])
        self.env["hr.version"].flush_model(["department_id"])
        self.env["res.users"].flush_model(["active"])
        self.env.cr.execute(
            SQL(
                """
                WITH RECURSIVE chain AS (
                    SELECT unit.id, unit.unit_kind, unit.manager_id, unit.parent_id, 1 AS height
                      FROM hr_employee employee
                      JOIN hr_version situation ON situation.id = employee.current_version_id
                      JOIN hr_department unit ON unit.id = situation.department_id
                     WHERE employee.id = %s
                    UNION ALL
                    SELECT unit.id, unit.unit_kind, unit.manager_id, unit.parent_id, height + 1
                      FROM hr_department unit JOIN chain ON unit.id = chain.parent_id WHERE height < 50
                )
                SELECT chain.id, chain.unit_kind, chief.id, chief.active, login.id, login.active
                  FROM chain
                  LEFT JOIN hr_employee chief ON chief.id = chain.manager_id
                  LEFT JOIN res_users login ON login.id = chief.user_id
              ORDER BY chain.height
                """,
                employee.id or None,
            )
        )
        chain = []
        for unit_id, kind, chief_id, is_active, user_id, has_login in self.env.cr.fetchall():
            users = {user_id} if is_active and has_login else set()
            if is_active and not users:  # a head without login: those who stand in for him act
                users = set(interims._get_substitutes_of_employee(self.env["hr.employee"].browse(chief_id)).ids)
            chain.append(hierarchy.Post(unit_id, kind or False, chief_id or False, frozenset(users)))
        if is_acting(self.env):  # read once an act; what changes a head forgets it
            self.env.cr.cache[key] = chain
        return chain

    def _work_out_actors(self):
        """Return the values ``unit_id``, ``actor_ids`` (set of ids), ``is_blocked`` and whether the hierarchy was
        climbed, as of now."""
        self.ensure_one()
        # sudo: who is called upon depends on the organisation, not on who looks
        line = self.sudo()
        barred = line._barred_users()
        employee = line.receipt_id.employee_id.id
        found, users = None, set()
        if line.who == "person":
            person = line.user_id
            users = set(person.filtered("active").ids) - set(barred.ids)
            climb = None if users else "direct_head"
        elif line.who == "role":
            climb = None if line._get_role_holders(barred, limit=1) else "direct_head"
        else:
            climb = line.who
        chain = line._get_chain() if climb or line.escalation_unit_id else []
        if climb:
            found = hierarchy.find_post(chain, climb, employee, barred.ids)
            if found:
                users = set(found.users)
        is_blocked = bool(climb and not found)
        if line.escalation_unit_id:
            for post in chain:
                if post.unit == line.escalation_unit_id.id:
                    users |= set(post.users) - set(barred.ids)
        return {
            "unit_id": found.unit if found else False,
            "actor_ids": users,
            "is_blocked": is_blocked and not users,
            "climbed": bool(found and (found.climbed or line.who in ("role", "person"))),
        }

    def _get_role_holders(self, barred, limit=None):
        """Return the users who hold the role of the line, for the region of the employee.

        sudo: who holds the role depends on the settings, not on who looks.
        """
        self.ensure_one()
        line = self.sudo()
        domain = Domain("all_group_ids", "in", line.group_id.ids) & Domain("id", "not in", barred.ids)
        domain &= Domain("id", "!=", self.env.ref("base.user_root").id)
        if line.is_regional:
            domain &= Domain("gov_region_ids", "=", False) | Domain("gov_region_ids", "in", line.region_id.ids)
        return self.env["res.users"].sudo().search(domain, limit=limit)

    def _refresh_actors(self):
        """Work out again who may act on the waiting lines, write what changed and move the to-dos."""
        # sudo: lines are written by acts alone, nobody has the right to
        for line in self.sudo():
            if line.state != "waiting":
                continue
            receipt = line.receipt_id
            if late := receipt.employee_id.user_id - receipt.excluded_user_ids:
                # the login was given to the employee after the filing: it is he whom the request concerns
                receipt.excluded_user_ids = [fields.Command.link(late.id)]
            vals = line._work_out_actors()
            users = vals["actor_ids"]
            if (
                users != set(line.actor_ids.ids)
                or line.unit_id.id != vals["unit_id"]
                or line.is_blocked != vals["is_blocked"]
            ):
                newly_blocked = vals["is_blocked"] and not line.is_blocked
                line.write(
                    {
                        "unit_id": vals["unit_id"],
                        "actor_ids": [fields.Command.set(list(users))],
                        "is_blocked": vals["is_blocked"],
                    }
                )
                line._plan_activities()
                if newly_blocked:
                    line._tell_hr()

    # ------------------------------------------------------------------ life of a line
    def _get_record(self):
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)

    def _activate(self):
        """Make the line the one that waits: its delay starts, those called upon get a to-do.

        sudo: lines are written by acts alone, nobody has the right to; holidays are public.
        """
        now, today = fields.Datetime.now(), self._today()
        holidays = self.env["gov.public.holiday"].sudo()
        for line in self.sudo():
            due_on = holidays._add_working_days(today, line.days) if line.days else line.request_due_on
            vals = line._work_out_actors()
            line.write(
                {
                    "state": "waiting",
                    "waiting_since": now,
                    "due_on": due_on,
                    "unit_id": vals["unit_id"],
                    "actor_ids": [fields.Command.set(list(vals["actor_ids"]))],
                    "is_blocked": vals["is_blocked"],
                }
            )
            line._plan_activities(is_first=True)
            if line.is_blocked:
                line._tell_hr()

    def _is_already_decided(self):
        """Tell whether all who would act on this line have already given as strong an act on the request."""
        self.ensure_one()
        # sudo: the acts of the other steps count, whoever looks; only yes or no comes out
        line = self.sudo()
        if not line.merge or line.who == "role":
            return False
        given = line.receipt_id.line_ids.filtered(
            lambda other: other.round == line.round
            and other.state == "approved"
            and other.opinion != "unfavourable"
            and hierarchy.STRENGTH[other.kind] >= hierarchy.STRENGTH[line.kind]
        )
        if not given:
            return False
        actors = line._work_out_actors()["actor_ids"]
        return bool(actors) and actors <= set((given.decided_by_id | given.decided_for_id).ids)

    def _plan_activities(self, is_first=False):
        """Give a to-do to each person called upon and to those who stand in for them; take away the others'.

        :param is_first: the lines wait since now, and have no to-do to compare with
        sudo: to-dos of those called upon, whoever did the act that brings them.
        """
        type_id = self.env["ir.model.data"]._xmlid_to_res_id("gov_approval.mail_activity_type_decision")
        for line in self.sudo():
            record = line._get_record()
            users = line.actor_ids
            if line.group_id and not line.unit_id:
                holders = line._get_role_holders(line._barred_users(), limit=MOST_ACTIVITIES + 1)
                if len(holders) <= MOST_ACTIVITIES:
                    users |= holders
            users |= self.env["gov.interim"].sudo()._get_substitutes(line.actor_ids, line=line)
            users -= line._barred_users()
            if not is_first:
                old = record.activity_ids.filtered(lambda activity: activity.activity_type_id.id == type_id)
                gone = old.filtered(lambda activity, users=users: activity.user_id not in users)
                users -= (old - gone).user_id
                gone.unlink()
            line._add_activities(users, type_id)

    def _add_activities(self, users, type_id):
        """Give a to-do to some users by one statement: Odoo's way makes the users followers, and costs six."""
        self.ensure_one()
        if not users:
            return
        today, due_on, now = fields.Date.today(), self.due_on or self._today(), fields.Datetime.now()
        self.env["mail.activity"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mail_activity (res_model_id, res_model, res_id, res_name, activity_type_id, summary,
                                           date_deadline, user_id, user_tz, automated, active, gov_key, create_uid,
                                           write_uid, create_date, write_date)
                SELECT %(model_id)s, %(model)s, %(res_id)s, %(name)s, %(type)s, title.summary, %(due)s, login.id,
                       partner.tz, TRUE, TRUE, %(key)s, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM unnest(%(users)s, %(titles)s) AS title (user_id, summary)
                  JOIN res_users login ON login.id = title.user_id
                  JOIN res_partner partner ON partner.id = login.partner_id
                """,
                model_id=self.env["ir.model"]._get_id(self.res_model),
                model=self.res_model,
                res_id=self.res_id,
                name=self._get_record().display_name,
                type=type_id,
                due=due_on,
                key=f"step:{self.id}",
                uid=self.env.uid,
                now=now,
                users=users.ids,
                titles=[self.with_context(lang=user.lang).name for user in users],
            )
        )
        self.env["mail.activity"].invalidate_model(flush=False)
        self._get_record().invalidate_recordset(["activity_ids"], flush=False)
        if due_on <= today:
            users._bus_send("mail.activity/updated", {"activity_created": True, "count_diff": 1})

    def _clear_activities(self):
        """Take the to-dos away once the act is done.

        sudo: to-dos of others end with the act, whose caller was checked.
        """
        type_id = self.env["ir.model.data"]._xmlid_to_res_id("gov_approval.mail_activity_type_decision")
        for model, lines in self.sudo().grouped("res_model").items():
            drop_activities(
                self.env, model, SQL("SELECT res_id FROM gov_approval_line WHERE id IN %s", tuple(lines.ids)), type_id
            )

    def _tell_hr(self):
        """Tell HR managers that nobody can act on a step, with what to do.

        sudo: to-dos and line of the journal made by the act, not by a right of the user.
        """
        group = self.env.ref("gov_base.group_hr_manager").sudo()
        activity_type = self.env.ref("gov_approval.mail_activity_type_blocked")
        for line in self.sudo():
            barred = line._barred_users()
            managers = group.all_user_ids.filtered("active") - barred - self.env.ref("base.user_root")
            record = line._get_record()
            for user in managers[:MOST_ACTIVITIES]:
                record.with_context(lang=user.lang, mail_activity_quick_update=True)._gov_plan_blocked(
                    line, user, activity_type
                )
            self.env["gov.journal.entry"].sudo()._record(record, "blocked", {"step": line.names.get("en_US")})

    # ------------------------------------------------------------------ crons
    @api.model
    def _cron_overdue(self, batch=100):
        """Remind of late steps, call upon the next head, and apply the rule of silence.

        Each line is a short transaction of its own, and what was done carries its date: the cron can stop anywhere
        and run twice without harm.

        sudo: scheduled for all the lines.
        """
        today = self._today()
        domain = (
            Domain("state", "=", "waiting")
            & (Domain("due_on", "<", today) | Domain("request_due_on", "<", today))
            & (Domain("checked_on", "=", False) | Domain("checked_on", "<", today))
        )
        lines = self.sudo().search(domain, order="due_on, id", limit=batch)
        remaining = self.sudo().search_count(domain)
        cron = self.env["ir.cron"]
        for line in lines:
            line._run_one(lambda one: one._treat_overdue(today))
            remaining -= 1
            if not cron._commit_progress(1, remaining=remaining):
                break

    @api.model
    def _cron_refresh(self, batch=500):
        """Work out again who may act on every waiting line not seen today (heads, roles and interims change).

        sudo: scheduled for all the lines.
        """
        today = self._today()
        domain = Domain("state", "=", "waiting") & (
            Domain("refreshed_on", "=", False) | Domain("refreshed_on", "<", today)
        )
        lines = self.sudo().search(domain, order="id", limit=batch)
        remaining = self.sudo().search_count(domain)
        cron = self.env["ir.cron"]
        for line in lines:
            line._run_one(lambda one: one._refresh_today(today))
            remaining -= 1
            if not cron._commit_progress(1, remaining=remaining):
                break

    def _run_one(self, function):
        """Call ``function(line)`` in a short transaction; a failure is logged and leaves the other lines alone."""
        self.ensure_one()
        line_id = self.id
        try:
            # sudo: scheduled for all the lines
            run_short(self.env, lambda env: function(env["gov.approval.line"].sudo().browse(line_id)) and None)
        except Exception:
            _logger.exception("Approval line %s could not be treated", line_id)

    def _claim(self, column, today):
        """Take one waiting line for the cron of the day: False when it was done, or decided, in the meantime."""
        self.ensure_one()
        self._get_record()._gov_lock()
        self.env.cr.execute(
            SQL(
                """UPDATE gov_approval_line SET %(column)s = %(today)s
                   WHERE id = %(id)s AND state = 'waiting' AND (%(column)s IS NULL OR %(column)s < %(today)s)
                   RETURNING id""",
                column=SQL.identifier(column),
                today=today,
                id=self.id,
            )
        )
        taken = bool(self.env.cr.fetchone())
        self.invalidate_recordset()
        return taken

    def _refresh_today(self, today):
        if self._claim("refreshed_on", today):
            self._refresh_actors()
            self._plan_activities()  # an interim may begin or end today

    def _treat_overdue(self, today):
        self.ensure_one()
        if not self._claim("checked_on", today):
            return
        self._refresh_actors()
        circuit = self.circuit_id
        is_over = bool(self.request_due_on and self.request_due_on < today)
        if is_over and circuit.silence == "accept" and self._allows_tacit():
            self._get_record()._gov_accept_silence(self)
            return
        if is_over and circuit.silence != "none" and not self.escalated_on:
            self._escalate(today)
        elif self.due_on and self.due_on < today and not self.reminded_on:
            self._remind(today)
        elif self.reminded_on and not self.is_escalation_over:
            last = self.escalated_on or self.reminded_on
            # sudo: the calendar of holidays is public
            holidays = self.env["gov.public.holiday"].sudo()
            if holidays._add_working_days(last, circuit.escalation_days) < today:
                self._escalate(today)

    def _allows_tacit(self):
        """Silence never stands for a signature, neither the one that waits nor one to come."""
        self.ensure_one()
        left = self.receipt_id.line_ids.filtered(lambda line: line.state in ("waiting", "pending"))
        if self._get_record()._gov_rule_of_applicant():
            return False  # he would have granted himself
        return bool(self.circuit_id.legal_text_id) and "signature" not in left.mapped("kind")

    def _remind(self, today):
        """Put a reminder on the to-do list of each person called upon."""
        self.ensure_one()
        self.reminded_on = today
        activity_type = self.env.ref("gov_approval.mail_activity_type_decision")
        record = self._get_record()
        reminded = record.activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type)
        for activity in reminded:
            activity.write(
                {
                    "summary": self.with_context(lang=activity.user_id.lang)._get_reminder(),
                    "note": record.with_context(lang=activity.user_id.lang)._gov_reminder_note(self),
                }
            )

    def _get_reminder(self):
        self.ensure_one()
        return self.env._("Late: %(step)s", step=self.name)

    def _escalate(self, today):
        """Call upon the next head as well; those called upon before keep their right to act."""
        self.ensure_one()
        self.escalated_on = today
        self.reminded_on = self.reminded_on or today
        above = self.escalation_unit_id or self.unit_id
        who = self.who if self.who in hierarchy.LOWEST_RANK else "director"
        found = hierarchy.find_post(
            self._get_chain(),
            "direct_head" if above else who,
            self.receipt_id.employee_id.id,
            self._barred_users().ids,
            above=above.id or None,
        )
        if not found:
            self.is_escalation_over = True
            self._tell_hr()
            return
        self.escalation_unit_id = found.unit
        self._refresh_actors()
        # sudo: the journal is written by acts alone, nobody has the right to
        self.env["gov.journal.entry"].sudo()._record(
            self._get_record(), "escalate", {"step": self.names.get("en_US"), "unit": found.unit}
        )
