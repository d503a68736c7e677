from . import test_framework
from . import test_import
from . import test_post
from . import test_assessment
from . import test_projection_service
from . import test_workforce_ahead
from . import test_mobility
