from . import test_access
from . import test_career
from . import test_pay
from . import test_pay_service
from . import test_staff_import
from . import test_career_act
