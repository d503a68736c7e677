from . import controllers
from . import models
from . import models_session
from . import wizards
