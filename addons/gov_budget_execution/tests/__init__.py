from . import test_commitment
from . import test_services
