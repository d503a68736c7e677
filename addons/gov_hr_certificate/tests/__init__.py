from . import test_tools
from . import test_types
from . import test_filing
from . import test_circuit
from . import test_issue
from . import test_access
from . import test_attacks
from . import test_values
