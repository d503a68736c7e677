from . import test_staff_table
