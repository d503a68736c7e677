from . import test_access
from . import test_attacks
from . import test_campaign
from . import test_flow
from . import test_interview
from . import test_reply
from . import test_screens
from . import test_services
