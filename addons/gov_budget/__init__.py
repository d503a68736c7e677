from . import controllers
from . import models
from . import models_pbt
from . import wizards
