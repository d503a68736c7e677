from . import gov_home
from . import gov_shortcut
from . import ir_http
from . import ir_module_module
