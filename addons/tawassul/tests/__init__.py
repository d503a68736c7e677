from . import test_palette
