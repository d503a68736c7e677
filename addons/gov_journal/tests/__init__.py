from . import test_access
from . import test_entry
from . import test_tamper
from . import test_verify
