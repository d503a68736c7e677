from . import gov_procurement_dialog
from . import gov_ocds_export
