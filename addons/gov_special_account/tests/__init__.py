from . import test_rules_service
