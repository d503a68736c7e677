from . import gov_journal_entry
from . import gov_journal_chain
from . import gov_journal_head
from . import gov_journal_check
