from . import gov_job_family
from . import hr_skill
from . import hr_job
from . import gov_post
from . import hr_employee
from . import gov_import_framework
