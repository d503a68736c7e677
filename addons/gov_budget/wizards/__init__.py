from . import gov_budget_dialog
