from . import hierarchy, interim
