from . import budget
from . import framework
