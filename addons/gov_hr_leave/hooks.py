"""What data files cannot do when the module is installed."""

from psycopg2 import errors

from odoo.exceptions import UserError


def pre_init(env):
    """Make sure that PostgreSQL can compare a person and a period in one constraint (extension btree_gist)."""
    env.cr.execute("SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'")
    if env.cr.fetchone():
        return
    try:
        with env.cr.savepoint():
            env.cr.execute("CREATE EXTENSION btree_gist")
    except (errors.InsufficientPrivilege, errors.UndefinedFile, errors.FeatureNotSupported) as error:
        raise UserError(
            env._(
                "Leave needs the extension btree_gist of PostgreSQL, which keeps two leaves of one person from "
                "overlapping, and the role of the server may not create it here (%(error)s). Ask the administrator of "
                "the database to run once, in this database: CREATE EXTENSION btree_gist;",
                error=str(error).strip().splitlines()[0],
            )
        ) from error


def post_init(env):
    """Archive the types of leave Odoo brings: those of the General Statute take their place."""
    stock = env["ir.model.data"].search([("model", "=", "hr.leave.type"), ("module", "!=", "gov_hr_leave")])
    env["hr.leave.type"].browse(stock.mapped("res_id")).exists().write({"active": False})
