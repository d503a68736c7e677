from . import test_counting
from . import test_leave_acts
