from . import content
from . import scorm
from . import website
