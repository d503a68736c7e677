from . import gov_leave_plan_open
