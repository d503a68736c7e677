from . import gov_evaluation_decision, gov_evaluation_latecomer
