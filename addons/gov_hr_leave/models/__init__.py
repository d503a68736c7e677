from . import hr_leave_type
from . import gov_leave_cause
from . import gov_leave_counter
from . import gov_leave_ledger
from . import hr_leave
from . import hr_leave_stock
from . import hr_employee_balance
