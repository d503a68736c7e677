from . import gov_budget_stateful
from . import gov_budget_node
from . import gov_budget
from . import gov_budget_line
from . import gov_budget_entry
from . import gov_budget_cap
from . import gov_budget_officer
