from . import gov_home
from . import gov_sample
from . import gov_sample_people
from . import gov_shortcut
from . import gov_suite
from . import ir_http
from . import ir_module_module
from . import res_users
