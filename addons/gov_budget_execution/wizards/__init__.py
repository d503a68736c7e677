from . import gov_execution_dialog
