from . import test_circuit, test_self_approval, test_states
