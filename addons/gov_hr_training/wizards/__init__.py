from . import gov_training_reason
