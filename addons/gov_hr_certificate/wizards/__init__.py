from . import gov_certificate_reason
