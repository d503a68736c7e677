from . import test_rules_service
from . import test_year
from . import test_revenue
from . import test_program
from . import test_act
from . import test_access
from . import test_situation
from . import test_edges
