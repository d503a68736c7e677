from . import home
from . import webmanifest
