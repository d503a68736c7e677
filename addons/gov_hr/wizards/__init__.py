from . import gov_workforce_statement
