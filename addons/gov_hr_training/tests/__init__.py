from . import test_training_services
