"""What the tests of several modules need: users with their roles and regions, and what each of them sees."""

from odoo.fields import Command


def make_user(env, login, *groups, regions=None, **vals):
    """Return a new user of the software with these groups.

    :param groups: xml ids; ``budget_officer`` is short for ``gov_base.group_budget_officer``
    :param regions: the regions that he serves; all of them when none is given
    """
    names = ("base.group_user", *(name if "." in name else f"gov_base.group_{name}" for name in groups if name))
    values = {
        "name": login,
        "login": login,
        "lang": "en_US",
        "tz": "Africa/Casablanca",
        "group_ids": [Command.set([env.ref(name).id for name in names])],
        "gov_region_ids": [Command.set(regions.ids if regions else [])],
        **vals,
    }
    return env["res.users"].with_context(no_reset_password=True).create(values)


class AsUserMixin:
    def as_user(self, user, records=None, lang="en_US", **context):
        """Return the environment of a request of this user, or ``records`` in it: nothing is cached."""
        self.env.flush_all()
        self.env.invalidate_all()
        context = dict(self.env.context, lang=lang, tz="Africa/Casablanca", **context)
        env = self.env(user=user.id, su=False, context=context)
        return records.with_env(env) if records is not None else env
