from . import test_ir_asset
