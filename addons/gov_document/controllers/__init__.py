from . import download
from . import verify
