"""What all documents of purchases share: their object, party and amount, who signs, the identifiers of a supplier."""

from markupsafe import Markup

from odoo.tools import format_date, format_datetime

from odoo.addons.gov_base.tools.text import nbsp_amount
from odoo.addons.gov_document.tools.blocks import data_table, ltr, money_cell

NOTHING = Markup("")


def document_head(env, lang, subject, officer, party="", amount=None):
    """Return the values every document of a purchase has: object, party, amount in figures and words, who signs.

    :param lang: "ar" or "fr": the language of the part
    :param amount: in dirhams; None when the document names none
    """
    person = officer.user_id.employee_id
    name = person._gov_document_name(lang) if person else ""
    return {
        "subject": subject,
        "party": party,
        "amount": "" if amount is None else nbsp_amount(amount),
        "amount_words": "" if amount is None else env["gov.words"].amount(amount, lang),
        "signatory_name": name or officer.name,
        "signatory_title": officer.name if name else "",
    }


def party_rows(_, partner):
    """Return the identifiers of a supplier as rows of a table of facts."""
    return [
        (_("Supplier"), partner.display_name),
        (_("Common identifier (ICE)"), ltr(partner.gov_ice)),
        (_("Tax identifier (IF)"), ltr(partner.gov_tax_number)),
        (_("Trade register (RC)"), ltr(partner.gov_trade_register)),
        (_("Business tax number"), ltr(partner.gov_business_tax)),
        (_("CNSS number"), ltr(partner.gov_cnss_number)),
    ]


def accounts_table(env, heading, accounts):
    """Return the table of progress accounts, each with its date, sum and net; ``heading`` names its first column."""
    _ = env._
    return data_table(
        [heading, _("Date"), _("This account"), _("Net to pay")],
        [
            [one.number, ltr(format_date(env, one.signed_on)), money_cell(one.this_account), money_cell(one.net)]
            for one in accounts
        ],
        numeric=(2, 3),
    )


def moment_text(record, moment):
    """Return a moment as day and hour of its reader's zone, empty when there is none."""
    # digits alone: marks of direction inside would break the hour in an Arabic page
    return format_datetime(record.env, moment, dt_format="dd/MM/yyyy HH:mm") if moment else ""
