from . import test_circuit, test_delays, test_interim, test_receipt, test_self_approval, test_states
