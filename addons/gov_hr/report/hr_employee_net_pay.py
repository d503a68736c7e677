from odoo import models
from odoo.exceptions import UserError

from ..services import pay


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _gov_net_pays(self, on_date, versions):
        """Net pay of many employees on one date, without the sentences of a statement.

        Equal situations are computed once, so that the whole staff takes seconds.  The caller has checked rights.

        :param versions: ``{employee id: hr.version in force on that date}``
        :return: ``{employee id: net in dirhams}``; an employee whose file lacks what a statement needs is left out,
            and so is one whom the administration does not pay
        """
        parameters, _sources = self._gov_pay_parameters(on_date)
        # sudo: only numbers of persons are taken, the caller has checked rights
        named = self.env["gov.dependant"].sudo().search([("employee_id", "in", self.ids)]).employee_id
        families = named._gov_families(on_date) if named else {}
        allowances = self._gov_pay_allowances(on_date)
        extras = self._gov_pay_extras(on_date)
        shares, nets, result = {}, {}, {}
        for employee in self:
            version = versions[employee.id]
            position = version.statutory_position or "activity"
            if position not in shares:
                shares[position] = self._gov_paid_share(position, on_date)
            if not shares[position]:
                continue
            if employee.id in families:
                children, dependants = families[employee.id]
            else:
                children = version.children
                dependants = children + version.spouse_is_dependant
            try:
                situation = pay.Situation(
                    index=employee._gov_pay_index(version),
                    zone=employee._gov_pay_zone(version),
                    allowances=employee._gov_allowance_rows(version, allowances),
                    extras=extras.get(employee.id, ()),
                    is_amo_member=employee.is_amo_member,
                    family_children=children,
                    dependants=dependants,
                    paid_share=shares[position],
                )
            except UserError:
                continue
            if situation not in nets:
                nets[situation] = float(pay.compute(situation, parameters).net)
            result[employee.id] = nets[situation]
        return result
