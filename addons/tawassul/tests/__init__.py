from . import test_better_words
from . import test_contract
from . import test_contract_checkers
from . import test_home
from . import test_hostile
from . import test_menus
from . import test_palette
from . import test_suite
