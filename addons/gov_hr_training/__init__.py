from . import models
from . import models_session
from . import wizards
