from . import (
    gov_approval_circuit,
    gov_approval_line,
    gov_approval_mixin,
    gov_approval_receipt,
    gov_interim,
    hierarchy_hooks,
)
