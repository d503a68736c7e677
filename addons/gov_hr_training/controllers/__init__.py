from . import sign
