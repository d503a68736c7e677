from . import help
from . import home
from . import webmanifest
