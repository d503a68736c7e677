from . import test_evaluation
from . import test_execution_tools
from . import test_plan
from . import test_purchase_order
from . import test_tender
from . import test_contract
from . import test_ocds
