from . import ocds
from . import plan
from . import publication
