from . import (
    test_services,
    test_campaign,
    test_flow,
    test_access,
    test_attacks,
    test_reply,
    test_interview,
    test_screens,
)
