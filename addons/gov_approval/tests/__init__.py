from . import test_hierarchy, test_interim
