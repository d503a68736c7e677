from . import models

# Scheduled actions that report to Odoo's publisher or send its advertising.
CRONS = (
    "mail.ir_cron_module_update_notification",
    "digest.ir_cron_digest_scheduler_action",
    "partner_autocomplete.ir_cron_partner_autocomplete",
    "iap_mail.ir_cron_iap_mail",
)


def close_connections(env):
    """Stop the scheduled actions that call outside (those of modules that are not installed do not exist)."""
    for xml_id in CRONS:
        if cron := env.ref(xml_id, raise_if_not_found=False):
            cron.active = False
    companies = env["res.company"].search([])
    if "iap_enrich_auto_done" in companies._fields:
        # at an administrator's first sign-in Odoo would ask its publisher what it knows of the company
        companies.iap_enrich_auto_done = True
