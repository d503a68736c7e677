from . import test_commitment
from . import test_payment
from . import test_services
