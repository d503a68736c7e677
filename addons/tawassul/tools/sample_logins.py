"""The sample logins: who they are in data/staff_2026.xlsx (by payroll number), what they may do, in which language.

The password of each is its login. They exist in a sample database only (see ``gov.sample``).
"""

AR, FR = "ar_MA", "fr_FR"

# login: (payroll number, roles, language)
LOGINS = {
    "employee": ("9010767", [], AR),
    "head": ("9010730", [], AR),
    "director": ("9008103", [], AR),
    "hr": ("9008288", ["gov_base.group_hr_officer"], AR),
    "hrmanager": ("9008177", ["gov_base.group_hr_manager"], AR),
    "training": ("9008732", ["gov_base.group_training_officer"], AR),
    "social": ("9009028", ["gov_base.group_social_officer"], AR),
    "budget": ("9009361", ["gov_base.group_budget_officer"], FR),
    "authorising": ("9009250", ["gov_base.group_authorising_officer"], FR),
    "controller": ("9009694", ["gov_base.group_expenditure_controller"], FR),
    "procurement": ("9010027", ["gov_base.group_procurement_officer"], FR),
    "asset": ("9010434", ["gov_base.group_asset_officer"], AR),
    "editor": ("9001591", ["gov_base.group_news_editor"], AR),
    "auditor": ("9000999", ["gov_base.group_auditor"], FR),
}

# An HR officer of one region only: login, region, roles, language. The person is the first of the region's staff who
# heads nothing.
REGIONAL = ("hrdakhla", "12", ["gov_base.group_hr_officer"], AR)

ADMIN_LANG = FR
