from . import gov_approval_decision
