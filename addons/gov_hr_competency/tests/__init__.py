from . import test_framework
from . import test_import
from . import test_post
from . import test_assessment
