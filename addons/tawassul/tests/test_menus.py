import datetime
import time

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import sql

from . import contract

ROLES = ("hr_officer", "hr_manager", "training_officer", "budget_officer", "authorising_officer",
         "expenditure_controller", "procurement_officer", "asset_officer", "auditor")  # fmt: skip


@tagged("post_install", "-at_install", "contract")
class TestMenus(TransactionCase):
    """Each menu opens for whoever sees it: its list, its first record and a new one, read as the web client does."""

    def test_every_table_and_view_of_the_database_is_there(self):
        shown = set(self.env["ir.actions.act_window"].search([]).mapped("res_model"))
        tables = {
            model._table: name
            for name, model in self.env.items()
            if not model._table_query and (not model._abstract or name in shown)
        }
        known = set(sql.existing_tables(self.env.cr, list(tables)))
        self.assertEqual([f"{tables[table]}: {table}" for table in sorted(tables.keys() - known)], [])

    def opened(self, user):
        """Yield (menu, action, model, context) of the window actions of the menus that a user sees."""
        env = self.env(user=user, context={"lang": "en_US", "tz": "Africa/Casablanca"})
        seen = set()
        menus = env["ir.ui.menu"].load_menus(False)
        for menu in menus.values():
            action = menu.get("action") or ""
            if not action.startswith("ir.actions.act_window,") or action in seen:
                continue
            seen.add(action)
            record = env["ir.actions.act_window"].browse(int(action.split(",")[1])).sudo()
            names = {
                "uid": user.id, "context": env.context, "active_id": False, "active_ids": [], "time": time,
                "datetime": datetime, "relativedelta": relativedelta, "allowed_company_ids": user.company_ids.ids,
                "context_today": datetime.date.today,
            }  # fmt: skip
            context = eval(record.context or "{}", names)  # noqa: S307 - written by our modules
            domain = eval(record.domain or "[]", names)  # noqa: S307 - as above
            yield menu["name"], record, env[record.res_model].with_context(**context), domain

    def spec(self, arch, model):
        """Return what the web client reads of a view."""
        found = {}
        for node in arch:
            if not isinstance(node.tag, str):
                continue
            if node.tag != "field":
                found.update(self.spec(node, model))
                continue
            field = model._fields.get(node.get("name"))
            if field is None:
                continue
            found[field.name] = {}
            if field.relational:
                below = {"display_name": {}}
                for view in node:
                    if view.tag in ("list", "kanban"):
                        below = self.spec(view, model.env[field.comodel_name]) or below
                found[field.name] = {"fields": below}
        return found

    def try_to(self, problems, what, act):
        try:
            with self.env.cr.savepoint():
                return act()
        except Exception as error:  # noqa: BLE001 - whatever it is, the user would see it
            problems.append(f"{what}: {type(error).__name__}: {str(error).splitlines()[0][:200]}")
            self.env.invalidate_all(flush=False)

    def open_all(self, user, make):
        problems = []
        ours = set(contract.our_modules(self.env))
        for name, action, model, domain in self.opened(user):
            what = f"{user.login}, {name} ({action.get_external_id()[action.id]})"
            kinds = [kind for _view, kind in action.views if kind in ("list", "kanban")][:1]
            views = [(view, kind) for view, kind in action.views if kind in (*kinds, "form")]
            if not any(kind == "form" for _view, kind in views):
                views.append((False, "form"))
            got = self.try_to(problems, f"{what}, views", lambda m=model, v=views: m.get_views(v, {}))
            if not got:
                continue
            arches = {kind: etree.fromstring(view["arch"]) for kind, view in got["views"].items()}
            ids = []
            for kind in kinds:
                spec = self.spec(arches[kind], model)
                rows = self.try_to(
                    problems, f"{what}, {kind}", lambda m=model, s=spec, d=domain: m.web_search_read(d, s, limit=20)
                )
                ids = [row["id"] for row in rows["records"]] if rows else []
            spec = self.spec(arches["form"], model)
            if ids:
                self.try_to(problems, f"{what}, form", lambda m=model, s=spec, i=ids: m.browse(i[:1]).web_read(s))
            elif action.get_external_id()[action.id].split(".")[0] in ours and model._auto:
                for field, below in spec.items():
                    comodel = model._fields[field].comodel_name
                    if below and model._fields[field].type != "many2one" and not model.env[comodel].has_access("read"):
                        problems.append(f"{what}, form: {field} shows {comodel}, which the user does not read")
            if make and arches["form"].get("create") not in ("0", "false", "False") and model.has_access("create"):
                self.try_to(problems, f"{what}, new", lambda m=model, s=spec: m.onchange({}, [], s))
        return problems

    def test_every_menu_opens_for_every_role(self):
        problems = []
        nobody = new_test_user(self.env, "menu_nobody", "base.group_user")
        self.env["hr.employee"].create({"name": "Of the menus", "user_id": nobody.id})
        problems += self.open_all(nobody, make=True)
        everything = new_test_user(self.env, "menu_everything", "base.group_system")
        for role in ROLES:
            user = new_test_user(self.env, f"menu_{role}", f"base.group_user,gov_base.group_{role}")
            everything.group_ids |= self.env.ref(f"gov_base.group_{role}")
            problems += self.open_all(user, make=False)
        problems += self.open_all(everything, make=True)
        if problems:
            self.fail("\n".join([f"{len(problems)} screen(s):", *sorted(set(problems))]))
