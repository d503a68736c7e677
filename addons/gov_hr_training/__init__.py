from . import models
from . import models_session
