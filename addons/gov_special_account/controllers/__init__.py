from . import situation
