from . import gov_document_revoke
from . import gov_document_register_print
