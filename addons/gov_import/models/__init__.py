from . import gov_import_batch
from . import gov_import_column
from . import gov_import_error
from . import gov_import_mapping
from . import gov_import_progress
