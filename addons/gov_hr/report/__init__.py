from . import gov_workforce_band
from . import hr_department
from . import hr_job
from . import gov_grade
from . import gov_workforce_year
from . import gov_workforce_report
from . import gov_workforce_figure
