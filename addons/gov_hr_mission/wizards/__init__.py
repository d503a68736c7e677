from . import gov_mission_dialog
