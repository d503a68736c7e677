from . import gov_mission_group
from . import gov_mission_rate
from . import gov_mission_order
from . import gov_mission_booking
from . import gov_mission_stage
from . import gov_mission_settlement
from . import gov_document_template
from . import hr_employee
