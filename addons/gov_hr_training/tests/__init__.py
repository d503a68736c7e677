from . import test_training_need
from . import test_training_plan
from . import test_training_record
from . import test_training_services
from . import test_session
