from . import test_offline
