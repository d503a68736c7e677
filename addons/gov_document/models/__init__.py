from . import gov_document_register
from . import gov_document_template
from . import gov_document
from . import gov_document_mixin
from . import gov_document_seal
from . import hr_employee
from . import ir_attachment
from . import res_company
