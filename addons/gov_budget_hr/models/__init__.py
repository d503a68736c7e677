from . import gov_budget_framework
