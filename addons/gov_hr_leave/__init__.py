from . import models
from .hooks import post_init, pre_init
