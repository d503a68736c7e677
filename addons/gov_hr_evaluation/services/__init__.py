from . import calendar, eligibility, hierarchy, marks, statistics
