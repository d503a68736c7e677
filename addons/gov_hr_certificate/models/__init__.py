from . import gov_certificate_purpose
from . import gov_certificate_requirement
from . import gov_certificate_question
from . import gov_certificate_type
from . import gov_certificate_answer
from . import gov_certificate_request
from . import gov_document_template
from . import hr_employee
