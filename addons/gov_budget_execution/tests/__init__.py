from . import test_carryover
from . import test_commitment
from . import test_gid
from . import test_imprest
from . import test_payment
from . import test_pieces
from . import test_random_acts
from . import test_services
