from . import gov_procurement_dialog
