from . import gov_approval_test_request
