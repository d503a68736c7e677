from . import test_counting
from . import test_leave_acts
from . import test_sick_service
from . import test_rules_service
from . import test_decision_words
from . import test_leave_law
from . import test_annual_leave
from . import test_leave_ledger
