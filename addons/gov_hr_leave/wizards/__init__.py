from . import gov_leave_dialog
from . import gov_leave_plan_open
