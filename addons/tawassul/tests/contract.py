"""What every module of the suite keeps to, as functions that return the list of what breaks it.

The first ones read source text alone; the others look at an installed database.  ``test_contract`` runs them over
all our modules, ``test_contract_checkers`` over bad examples, so that a checker that sees nothing cannot pass.
"""

import ast
import io
import pathlib
import re
import tokenize

import polib
from docutils.core import publish_string

from odoo.modules import Manifest
from odoo.tools import safe_eval as safe
from odoo.tools.translate import TranslationModuleReader

AUTHOR = "Tawassul"

# Public methods that are neither action_* nor an override of Odoo's own: the documented API, which checks rights.
PUBLIC_API = {
    ("gov.approval.line", "get_waiting"),
    ("gov.certificate.type", "get_catalogue"),
    ("gov.approval.line", "get_waiting_count"),
    ("gov.budget.framework", "get_checklist"),
    ("gov.budget.framework", "get_comparison"),
    ("gov.budget.line", "get_availability"),
    ("gov.home", "get_home"),
    ("gov.budget.board", "get_board"),
    ("gov.budget.landing", "get_landing"),
    ("gov.budget.situation", "get_entries_action"),
    ("gov.budget.situation", "get_line"),
    ("gov.budget.situation", "get_options"),
    ("gov.budget.situation", "get_situation"),
    ("gov.parameter", "get_value"),
    ("gov.words", "amount"),
    ("gov.words", "number"),
    ("hr.employee", "get_pay_statement"),
    ("gov.competency.gap", "get_heatmap"),
    ("gov.competency.gap", "get_people"),
    ("gov.workforce.projection", "get_projection"),
    ("gov.workforce.projection", "get_cell"),
    ("gov.workforce.watch", "get_watch"),
    ("gov.workforce.watch", "get_leaving_skills"),
    ("gov.workforce.watch", "get_leaving_people"),
    ("hr.job", "get_career_paths"),
    ("gov.evaluation.sheet", "get_distribution"),
    ("gov.evaluation.sheet", "get_my_evaluation"),
    ("gov.evaluation.sheet", "get_team"),
    ("gov.leave.return", "get_missing_returns"),
    ("gov.training.course", "get_path"),
    ("hr.employee", "get_leave_balance"),
    ("hr.leave", "get_pay_fractions"),
    ("hr.leave", "get_ask_data"),
    ("hr.leave", "get_balance_page"),
    ("hr.leave", "get_my_leave"),
    ("hr.leave", "get_request_preview"),
    ("hr.leave", "get_team_calendar"),
    ("gov.leave.feed", "get_my_feeds"),
    ("gov.leave.plan", "get_arbitration"),
    ("gov.leave.plan", "get_my_plan"),
    ("gov.procurement.plan.line", "get_timeline"),
    ("gov.training.registration", "get_test"),
    ("gov.training.session", "get_attendance"),
    ("gov.training.session", "get_feedback"),
    ("gov.training.session", "get_my_training"),
    ("gov.training.slot", "get_code"),
    ("gov.learning", "get_course"),
    ("gov.learning", "get_lesson"),
    ("gov.learning", "get_my_courses"),
    ("gov.learning.board", "get_board"),
}

# Passages over rights (sudo) without a comment of their own, module by module: the number can only go down.
SUDO_LEFT = {}

# Models with a person or a company in them that need no record rule, and why.
NO_RULE_NEEDED = {
    "gov.workforce.flow": "a hypothesis on a region is no data about people; its figures follow the reader's regions",
}

# (model, state) that may be given at creation by hand, and why.
FREE_STATES = {
    ("gov.public.holiday", "exceptional"): "days off announced by decree are entered by hand, by HR managers",
}


def our_modules(env):
    """Return the names of our installed modules: those of our author."""
    names = env["ir.module.module"].sudo().search([("state", "=", "installed")]).mapped("name")
    return sorted(
        name for name in names if (Manifest.for_addon(name, display_warning=False) or {}).get("author") == AUTHOR
    )


def our_models(env, modules):
    """Return the models first defined by our modules."""
    return sorted(name for name, cls in env.registry.items() if cls._original_module in modules)


def module_path(module):
    return pathlib.Path(Manifest.for_addon(module).path)


def sources(module):
    """Yield (path, text) of the Python files of a module, its tests apart."""
    root = module_path(module)
    for path in sorted(root.rglob("*.py")):
        if "tests" not in path.relative_to(root).parts:
            yield path, path.read_text(encoding="utf-8")


# -- source text


def _commented_lines(text):
    comments = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0] for token in comments if token.type == tokenize.COMMENT and len(token.string) > 8}


def _is_sudo(call):
    if any(w.arg == "su" and isinstance(w.value, ast.Constant) and w.value.value is True for w in call.keywords):
        return True
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "sudo":
        return not (call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value is False)
    return call.func.attr == "with_user" and "SUPERUSER" in ast.dump(call)


def sudo_problems(text, path):
    """Find rights passed over without a comment on the same statement or the line above it (S5)."""
    comments = _commented_lines(text)
    tree = ast.parse(text)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    problems = []
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not _is_sudo(call):
            continue
        holders = [s for s in statements if s.lineno <= call.lineno <= s.end_lineno]
        statement = max(holders, key=lambda s: (s.lineno, -s.end_lineno))
        # of a compound statement only its head is meant, not its whole body
        body = getattr(statement, "body", None)
        end = body[0].lineno - 1 if isinstance(body, list) and body else statement.end_lineno
        first = statement.lineno - 1
        docstring = _is_explained_function(tree, call)
        if not docstring and not comments & set(range(first, end + 1)):
            problems.append(
                f"{path}:{call.lineno}: rights are passed over (sudo) without a comment that says what for"
            )
    return problems


def _is_explained_function(tree, call):
    """Tell whether the innermost function around a call says ``sudo:`` in its docstring."""
    best = None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.lineno <= call.lineno <= node.end_lineno:
            if best is None or node.lineno > best.lineno:
                best = node
    return best is not None and "sudo:" in (ast.get_docstring(best) or "")


def many2one_problems(text, path):
    """Find stored many2one fields that do not say ``index`` and ``ondelete``."""
    problems = []
    for cls in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)):
        is_transient = any("TransientModel" in ast.dump(base) for base in cls.bases)
        for node in cls.body:
            call = node.value if isinstance(node, ast.Assign) else None
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            if call.func.attr != "Many2one":
                continue
            words = {word.arg: word.value for word in call.keywords}
            if not call.args and "comodel_name" not in words:
                continue  # an extension of a field defined elsewhere
            stored = words.get("store")
            is_stored = isinstance(stored, ast.Constant) and stored.value is True
            if ("related" in words or "compute" in words) and not is_stored:
                continue
            if isinstance(stored, ast.Constant) and stored.value is False:
                continue
            missing = [word for word in ("ondelete", "index") if word not in words]
            if is_transient and "index" in missing:
                missing.remove("index")
            if missing:
                name = node.targets[0].id
                problems.append(f"{path}:{node.lineno}: {cls.name}.{name} does not say {' and '.join(missing)}")
    return problems


def po_problems(pot, po, name):
    """Find terms of a .pot that a .po lacks, leaves unsure, or translates with other placeholders."""
    problems = []
    ours = {(entry.msgctxt, entry.msgid): entry for entry in po if not entry.obsolete}
    for entry in pot:
        found = ours.get((entry.msgctxt, entry.msgid))
        if found is None or not found.msgstr.strip():
            problems.append(f"{name}: no translation of {entry.msgid!r}")
        elif "fuzzy" in found.flags:
            problems.append(f"{name}: unsure translation of {entry.msgid!r}")
        elif _placeholders(entry.msgid) != _placeholders(found.msgstr):
            problems.append(f"{name}: the placeholders of {entry.msgid!r} are not those of its translation")
    return problems


def _placeholders(text):
    return sorted(set(re.findall(r"%\(\w+\)[sdf]|\[\[[^\]|]+\]\]", text)))


CODE_SIGNS = re.compile(
    r"\{\{|\$\{|<t[ >]|\bt-(?:out|esc|raw|if|foreach|set|call|att\w*)\s*=|%\(\w+\)|<script|javascript:"
)


def code_problems(text, name):
    """Find code in a text that business users edit: templating that would be run."""
    found = CODE_SIGNS.search(text or "")
    return [f"{name}: holds code ({found.group(0)})"] if found else []


def _extended(node):
    """Return the model that a class defines or extends, or None."""
    given = {
        line.targets[0].id: line.value
        for line in node.body
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
    }
    for name in ("_name", "_inherit"):
        value = given.get(name)
        if isinstance(value, ast.List) and len(value.elts) == 1:
            value = value.elts[0]
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
    return None


def _super_calls(node):
    """Return the names that a class calls by ``super().name``."""
    return {
        attribute.attr
        for attribute in ast.walk(node)
        if isinstance(attribute, ast.Attribute)
        and isinstance(attribute.value, ast.Call)
        and getattr(attribute.value.func, "id", None) == "super"
    }


def _is_hook(function):
    """Tell whether a method only answers with nothing, or something fixed, for others to say more."""
    body = [
        line for line in function.body if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
    ]
    return all(
        isinstance(line, ast.Pass)
        or isinstance(line, ast.Return)
        and (line.value is None or isinstance(line.value, ast.Constant | ast.List | ast.Dict | ast.Tuple))
        for line in body
    )


def twin_problems(texts):
    """Find methods that several classes define on one model without calling each other: one silently hides the other.

    :param texts: (path, text) of the source of all modules
    """
    found = {}
    for path, text in texts:
        for node in ast.walk(ast.parse(text)):
            model = _extended(node) if isinstance(node, ast.ClassDef) else None
            if not model:
                continue
            called = _super_calls(node)
            for line in node.body:
                if isinstance(line, ast.FunctionDef) and line.name not in called and not _is_hook(line):
                    found.setdefault((model, line.name), []).append(str(path))
    return [
        f"{model}.{name} is defined apart in {', '.join(sorted(paths))}: name one otherwise, or call super()"
        for (model, name), paths in found.items()
        if len(paths) > 1
    ]


def todo_problems(text, path):
    """Find to-dos whose sentence an act gives as a text: it would stay in the language of that day."""
    return [
        f"{path}:{call.lineno}: give the to-do by _gov_said, and its sentence by _gov_todo_words"
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "activity_schedule"
        and any(word.arg == "summary" for word in call.keywords)
    ]


def description_problems(text):
    """Find what Odoo warns of in the log when it reads a README, as reStructuredText, for the list of modules."""
    warnings = io.StringIO()
    publish_string(text, settings_overrides={"warning_stream": warnings, "file_insertion_enabled": False})
    return warnings.getvalue()


# -- installed database


def access_problems(env, models, modules):
    """Find models without access lines, and access lines that name no group (S1)."""
    problems = []
    lines = env["ir.model.access"].sudo().search([])
    covered = set(lines.filtered("group_id").mapped("model_id.model"))
    for name in models:
        model = env[name]
        if not model._abstract and name not in covered:
            problems.append(f"{name}: no access line with a group")
    data = env["ir.model.data"].sudo().search([("model", "=", "ir.model.access"), ("module", "in", modules)])
    for line in env["ir.model.access"].sudo().browse(data.mapped("res_id")).exists():
        if not line.group_id:
            problems.append(f"{line.model_id.model}: access line {line.name!r} names no group")
    return problems


def rule_problems(env, models):
    """Find models with a company, a person or a region that no record rule limits (S2)."""
    problems = []
    rules = env["ir.rule"].sudo().search([])
    for name in models:
        model = env[name]
        if model._abstract or model._transient or name in NO_RULE_NEEDED:
            continue
        own = rules.filtered(lambda rule, name=name: rule.model_id.model == name)
        stored = {f.name for f in model._fields.values() if f.store and f.type == "many2one"}
        if "company_id" in stored and not own.filtered(lambda r: not r.groups and "company" in (r.domain_force or "")):
            problems.append(f"{name}: has a company and no global rule on it")
        if stored & {"employee_id", "region_id"} and not own:
            problems.append(f"{name}: is about a person or a region and no record rule says who sees it")
    return problems


VIEW_TYPES = {"list", "form", "kanban", "search", "pivot", "graph", "calendar", "activity", "hierarchy"}


def view_problems(env, modules):
    """Find views of our modules that do not load, in each type."""
    problems = []
    data = env["ir.model.data"].sudo().search([("model", "=", "ir.ui.view"), ("module", "in", modules)])
    for view in env["ir.ui.view"].sudo().browse(data.mapped("res_id")).exists():
        if view.type == "qweb" or not view.model:
            continue
        root = view
        while root.mode != "primary" and root.inherit_id:
            root = root.inherit_id
        try:
            env[root.model].get_view(root.id, root.type)
        except Exception as error:  # noqa: BLE001 - whatever breaks is what is reported
            problems.append(f"{view.xml_id or view.name}: does not load: {error}")
    return problems


def our_actions(env, modules):
    data = env["ir.model.data"].sudo().search([("model", "=", "ir.actions.act_window"), ("module", "in", modules)])
    return env["ir.actions.act_window"].sudo().browse(data.mapped("res_id")).exists()


def action_problems(env, actions):
    """Find actions whose model, views, domain or context are wrong, and lists without a helpful empty state."""
    problems = []
    for action in actions:
        name = action.xml_id or action.name
        if action.res_model not in env:
            problems.append(f"{name}: its model {action.res_model} does not exist")
            continue
        modes = action.view_mode.split(",")
        wrong = set(modes) - VIEW_TYPES
        if wrong:
            problems.append(f"{name}: unknown kinds of view {sorted(wrong)}")
        try:
            env[action.res_model].get_views(
                [(view, kind) for view, kind in action.views if kind in VIEW_TYPES]
                + [(action.search_view_id.id, "search")]
            )
        except Exception as error:  # noqa: BLE001
            problems.append(f"{name}: its views do not load: {error}")
        problems += _expression_problems(env, action, name)
        text = re.sub(r"<[^>]+>|\s", "", action.help or "")
        if "list" in modes and action.target != "new" and len(text) < 20:
            problems.append(f"{name}: its list has no help for when it is empty")
    return problems


def _expression_problems(env, action, name):
    names = {
        "uid": env.uid,
        "active_id": 1,
        "active_ids": [1],
        "active_model": action.res_model,
        "context": {},
        "allowed_company_ids": env.companies.ids,
        "time": safe.time,
        "datetime": safe.datetime,
        "context_today": lambda: safe.datetime.date.today(),
        "relativedelta": safe.dateutil.relativedelta.relativedelta,
    }
    problems = []
    try:
        safe.safe_eval(action.context or "{}", dict(names))
    except Exception as error:  # noqa: BLE001
        problems.append(f"{name}: its context is not understood: {error}")
    try:
        domain = safe.safe_eval(action.domain or "[]", dict(names))
        env[action.res_model].sudo().search(domain, limit=1)
    except Exception as error:  # noqa: BLE001
        problems.append(f"{name}: its domain is not understood: {error}")
    return problems


def menu_problems(env, menus):
    """Find menus shown to a group that cannot read what they open."""
    problems = []
    lines = env["ir.model.access"].sudo().search([("perm_read", "=", True)])
    readers = {}
    for line in lines:
        readers.setdefault(line.model_id.model, set()).add(line.group_id.id)
    user_group = env.ref("base.group_user")
    for menu in menus:
        action = menu.action
        if not action or action._name != "ir.actions.act_window":
            continue
        groups = menu.group_ids
        parent = menu.parent_id
        while not groups and parent:
            groups, parent = parent.group_ids, parent.parent_id
        for group in groups or user_group:
            allowed = readers.get(action.res_model, set())
            if not allowed & {False, *(group | group.all_implied_ids).ids}:
                problems.append(
                    f"{menu.complete_name}: shown to {group.full_name}, which cannot read {action.res_model}"
                )
    return problems


def our_menus(env, modules):
    data = env["ir.model.data"].sudo().search([("model", "=", "ir.ui.menu"), ("module", "in", modules)])
    return (
        env["ir.ui.menu"].sudo().with_context(**{"ir.ui.menu.full_list": True}).browse(data.mapped("res_id")).exists()
    )


def public_methods(env, modules):
    """Yield (model, method) of the public methods that our modules add: those a user may call from outside (S4)."""
    prefixes = tuple(f"odoo.addons.{module}." for module in modules)
    for name in sorted(env.registry):
        ours, others = set(), set()
        for cls in type(env[name]).mro():
            for key, value in vars(cls).items():
                if key.startswith("_") or not callable(value) or isinstance(value, type):
                    continue
                # what is private anywhere in the ancestry cannot be called from outside
                if cls.__module__.startswith(prefixes) and not getattr(value, "_api_private", False):
                    ours.add(key)
                else:
                    others.add(key)
        for method in sorted(ours - others):
            yield name, method


def public_problems(methods, allowed=frozenset(PUBLIC_API)):
    """Find public methods that are neither an act nor of the documented API."""
    names = {method for _model, method in allowed}
    return [
        f"{model}.{method}: public, thus callable from outside; name it action_*, _{method}, or document it as API"
        for model, method in methods
        if not method.startswith("action_") and not ((model, method) in allowed or method in names)
    ]


def state_models(env, models):
    """Return our stored models whose life cycle is a selection field ``state``."""
    return [
        name
        for name in models
        if not env[name]._abstract
        and not env[name]._transient
        and env[name]._auto
        and (field := env[name]._fields.get("state")) is not None
        and field.type == "selection"
        and field.store
        and not field.related
        and not field.compute
    ]


def state_problems(record):
    """Try to change the state of a record from outside, by writing and by importing, to each other state (S7).

    :param record: in an environment without superuser rights, of a user who has every role
    """
    name, state = record._name, record.state
    problems = []
    for target, _label in record._fields["state"]._description_selection(record.env):
        if target == state:
            continue
        acts = {
            "write": lambda target=target: record.write({"state": target}),
            "an import": lambda target=target: record.load([".id", "state"], [[str(record.id), target]]),
        }
        for word, act in acts.items():
            if _state_after(record, act) != state:
                problems.append(f"{name}: {word} turned its state from {state} into {target}")
    return problems


def creation_problems(model, vals):
    """Try to create a record in each state but the first, and to copy the state (S7)."""
    problems = []
    first = model.default_get(["state"]).get("state")
    for target, _label in model._fields["state"]._description_selection(model.env):
        if target == first or (model._name, target) in FREE_STATES:
            continue
        record = make_record(model, {**vals, "state": target}, build=False)
        if record and record.state != first:
            problems.append(f"{model._name}: was created in state {target}")
    if model._fields["state"].copy:
        problems.append(f"{model._name}: its state is copied")
    return problems


def _state_after(record, act):
    """Do an act in a savepoint that is rolled back, and return the state it led to; a refusal changes nothing."""
    before = record.state
    try:
        with record.env.cr.savepoint(flush=False) as savepoint:
            act()
            record.env.flush_all()
            record.invalidate_recordset()
            after = record.state
            savepoint.rollback()
    except Exception:  # noqa: BLE001 - any refusal is good
        after = before
    record.env.invalidate_all(flush=False)
    return after


PLAIN = {
    "char": "Probe",
    "text": "Probe",
    "html": "<p>Probe</p>",
    "integer": 1,
    "float": 1.0,
    "monetary": 1.0,
    "boolean": True,
    "json": {},
}


def make_record(model, vals=None, build=True, depth=0):
    """Return a record of the model made with simple values, or None when its rules want better ones."""
    vals = dict(vals or {})
    today = safe.datetime.date.today()
    for field in model._fields.values():
        if not field.required or not field.store or field.name in vals or field.compute or field.related:
            continue
        if field.inherited or field.name in model.default_get([field.name]):
            continue
        if field.type in PLAIN:
            vals[field.name] = PLAIN[field.type]
        elif field.type == "date":
            vals[field.name] = today
        elif field.type == "datetime":
            vals[field.name] = safe.datetime.datetime.now().replace(microsecond=0)
        elif field.type == "selection":
            vals[field.name] = field._description_selection(model.env)[0][0]
        elif field.type == "many2one":
            comodel = model.env[field.comodel_name]
            other = comodel.search([], limit=1)
            if not other and build and depth < 2:
                other = make_record(comodel, depth=depth + 1)
            if not other:
                return None
            vals[field.name] = other.id
    try:
        with model.env.cr.savepoint():
            return model.create(vals)
    except Exception:  # noqa: BLE001
        model.env.invalidate_all(flush=False)
        return None


def exported_terms(env, module):
    """Return the terms of a module that a user can meet, as Odoo exports them."""
    return {row[4] for row in TranslationModuleReader(env.cr, modules=[module]) if row[0] == module and row[4].strip()}


def read_po(module, lang):
    path = module_path(module) / "i18n" / (f"{lang}.po" if lang else f"{module}.pot")
    return polib.pofile(str(path)) if path.exists() else None
