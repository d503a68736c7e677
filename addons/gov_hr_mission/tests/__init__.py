from . import test_settlement_service
from . import test_order
from . import test_booking
from . import test_settlement
from . import test_access
from . import test_workforce
