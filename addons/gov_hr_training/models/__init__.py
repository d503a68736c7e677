from . import gov_training_course
from . import gov_training_need
from . import gov_training_plan
from . import gov_training_action
from . import gov_training_record
