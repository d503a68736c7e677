from . import test_archive
from . import test_http
from . import test_learning
from . import test_services
