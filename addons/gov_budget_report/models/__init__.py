from . import gov_budget_situation
from . import gov_budget_report
from . import gov_budget_landing
from . import gov_budget_forecast
from . import gov_budget_board
from . import gov_budget_seal
from . import gov_budget_verification
from . import gov_sample
