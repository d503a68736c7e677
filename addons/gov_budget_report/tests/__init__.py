from . import test_forecast
from . import test_landing
from . import test_services
from . import test_situation
from . import test_verification
