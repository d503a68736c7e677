from . import ocds
from . import plan
