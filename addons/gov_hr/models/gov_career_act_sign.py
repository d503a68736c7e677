from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import short_transaction

from ..services import acts
from .gov_career_act import acting

# Followed on the later situations: what an act changes holds until another act changes it.  The index follows from
# grade and step, and seniority runs on by itself.
CARRIED = ("grade_id", "echelon", "statutory_position", "department_id", "job_id", "residence_zone")
DEPARTURES = {
    "retirement": "hr.departure_retired",
    "compulsory_retirement": "hr.departure_retired",
    "resignation": "hr.departure_resigned",
}
# What each act ends or renews; acts by which a person leaves end everything
CLOSES = {
    "provision": ("provision",),
    "secondment": ("provision",),
    "availability": ("provision", "secondment", "secondment_renewal"),
    "military": (),
    "tenure": ("probation", "probation_extension"),
    "probation_extension": ("probation",),
    "provision_end": ("provision",),
    "secondment_renewal": ("secondment", "secondment_renewal"),
    "secondment_end": ("secondment", "secondment_renewal"),
    "availability_renewal": ("availability", "availability_renewal"),
    "reinstatement": (
        "provision",
        "secondment",
        "secondment_renewal",
        "availability",
        "availability_renewal",
        "military",
    ),
}


class GovCareerAct(models.Model):
    """Signing: the act takes its number, makes the dated situation and its document, and is journalled."""

    _inherit = "gov.career.act"

    # -- acts -----------------------------------------------------------------------------------------------------
    def action_sign(self):
        """Sign these acts, all or none: HR managers, never on their own file.

        :raise AccessError: for whoever may not sign
        :raise UserError: naming the person and what the law lacks
        """
        self._gov_check_signer()
        self._gov_sign_act()
        # sudo: the documents of discipline are closed to some; rendering was granted by the signing
        self.sudo().document_id._gov_finish()
        return True

    @short_transaction
    def _gov_sign_act(self):
        self._gov_sign()

    def action_cancel(self, reason):
        """Cancel drafts for ``reason``: HR officers, in their regions.  They stay in the list, without a number."""
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Say why the act is cancelled."))
        self._gov_check_officer()
        return self._gov_cancel_act(reason)

    @short_transaction
    def _gov_cancel_act(self, reason):
        rows = self._gov_claim("cancelled")
        if len(rows) != len(self):
            raise UserError(self.env._("Only a draft is cancelled; a signed act needs a contrary act."))
        self._gov_acting().write({"cancel_reason": reason})
        return True

    def action_make_contrary(self, reason):
        """Prepare the contrary act of this one, for ``reason``: HR managers.  Its signing restores what was before.

        :return: the draft contrary act
        """
        self.ensure_one()
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Say why the act is cancelled: the reason is printed on the contrary act."))
        self._gov_check_signer()
        if self.state != "signed" or self.kind == "contrary":
            raise UserError(self.env._("Only a signed act, which cancels no other, is cancelled by a contrary act."))
        waiting = self.search([("contrary_of_id", "=", self.id), ("state", "!=", "cancelled")], limit=1)
        if waiting:
            return waiting
        contrary = self._gov_acting().create(
            {
                "kind": "contrary",
                "employee_id": self.employee_id.id,
                "contrary_of_id": self.id,
                "effective_date": self.effective_date,
                "reason": reason,
            }
        )
        return self.browse(contrary.id)

    # -- who ------------------------------------------------------------------------------------------------------
    def _gov_check_officer(self):
        if not self.env.su and not self.env.user.has_group("gov_base.group_hr_officer"):
            raise AccessError(self.env._("Only human resources prepare career acts."))
        self.check_access("write")
        self._gov_check_not_own()

    def _gov_check_signer(self):
        if not self.env.su and not self.env.user.has_group("gov_base.group_hr_manager"):
            raise AccessError(self.env._("Only an HR manager signs career acts."))
        self.check_access("write")
        self._gov_check_not_own()

    def _gov_check_not_own(self):
        # sudo: only the link to the user is looked at
        if not self.env.su and self.env.user in self.sudo().employee_id.user_id:
            raise AccessError(
                self.env._("Nobody prepares, signs or cancels an act of their own career: ask another HR officer.")
            )

    def _gov_acting(self):
        return acting(self.sudo())  # sudo: the caller has checked who acts; what acts alone write is written by them

    # -- the act --------------------------------------------------------------------------------------------------
    def _gov_claim(self, state):
        """Take these drafts, in the order of their ids; return the ids of those that still were drafts."""
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_career_act SET state = %s, write_date = now() AT TIME ZONE 'UTC', write_uid = %s
                    WHERE id IN (SELECT id FROM gov_career_act
                                  WHERE id IN %s AND state = 'draft' ORDER BY id FOR UPDATE)
                RETURNING id""",
                state,
                self.env.uid,
                self._ids or (0,),
            )
        )
        self.invalidate_recordset(flush=False)
        return [row[0] for row in rows]

    def _gov_sign(self):
        """Sign these acts inside the caller's act: number, situation, document to be finished, journal.

        To be called in a short transaction, first and for all the acts at once; then, outside of it,
        ``acts.document_id._gov_finish()``.

        :return: the acts, in the order in which they were numbered
        :raise UserError: naming the person, when one of them is not a draft any more or breaks a rule; none is signed
        """
        self._gov_check_signer()
        if len(self._gov_claim("signed")) != len(self):
            raise UserError(self.env._("One of these acts is signed or cancelled already. Open the list again."))
        signed = (
            self.with_context(tracking_disable=True)._gov_acting().sorted(lambda act: (act.effective_date, act.id))
        )
        people = signed.employee_id
        self.env.execute_query(
            SQL(
                """UPDATE hr_employee SET career_revision = coalesce(career_revision, 0) + 1
                    WHERE id IN (SELECT id FROM hr_employee WHERE id IN %s ORDER BY id FOR UPDATE) RETURNING id""",
                people._ids or (0,),
            )
        )
        # what another act of the same person has just written is seen from here on
        self.env.invalidate_all()
        signed._gov_propose_signatories()
        for batch in signed._gov_rounds():
            batch._gov_check_law()
            batch._gov_apply()
        signed._gov_issue()
        signed._gov_journal()
        return self.browse(signed.ids)

    def _gov_rounds(self):
        """Yield these acts in rounds with one act of each person, so that each act finds what the one before made."""
        rounds = []
        seen = {}
        for act in self:
            rank = seen.get(act.employee_id.id, 0)
            seen[act.employee_id.id] = rank + 1
            if rank == len(rounds):
                rounds.append([])
            rounds[rank].append(act.id)
        for ids in rounds:
            yield self.browse(ids)

    # -- the situation --------------------------------------------------------------------------------------------
    def _gov_apply(self):
        """Write the situations that these acts (one for each person) make, and note the old and new ones on them."""
        versions = self.env["hr.version"]
        creating, later, notes = [], [], {}
        for act in self:
            base = act._gov_situation()
            start = act.employee_id._gov_seniority_starts().get(base.id)
            old = {name: base[name] for name in acts.SITUATION}
            old["step_seniority_date"] = start
            new = act._gov_new_values(base)
            notes[act] = {f"old_{name}": _raw(value) for name, value in old.items()}
            kept = act.effective_date if _moves(old, new) else start
            shown = {**old, "step_seniority_date": kept, **new}
            notes[act].update({name: _raw(value) for name, value in shown.items()})
            changed = act._gov_changed_names()
            if not changed:
                continue
            values = {name: _raw(new[name]) for name in changed if name in new}
            if _moves(old, new):
                values.setdefault("step_seniority_date", False)
            act._gov_check_later(base, new)
            after = act.employee_id.version_ids.filtered(lambda v, day=act.effective_date: v.date_version > day)
            later.append((act, after, old, new))
            values.update(act._gov_act_values(base))
            if base.date_version == act.effective_date:
                act._gov_write_version(base, values)
                notes[act]["version_id"] = base.id
            else:
                creating.append((act, base, act.effective_date, values))
            act._gov_add_return(creating, base, old)
        made = versions._gov_copy_situations([(base, day, values) for _act, base, day, values in creating])
        for (act, *_rest), version in zip(creating, made, strict=True):
            notes[act].setdefault("version_id", version.id)
        for act, after, old, new in later:
            act._gov_carry(after, old, new)
        for act, vals in notes.items():
            version = versions.browse(vals.get("version_id"))
            if version:
                vals["salary_index"] = version.salary_index
            elif act.kind != "contrary":
                vals["salary_index"] = vals["old_salary_index"]
            vals["act_date"] = fields.Date.context_today(self)
            vals["signed_by_id"] = self.env.uid
            act.write(vals)
        self._gov_follow_up()

    def _gov_changed_names(self):
        """Return the fields of the situation that the act, or the act it cancels, may change."""
        return (self.contrary_of_id or self)._gov_spec().changes

    def _gov_new_values(self, base):
        """Return the values that the act gives to the situation, among the fields it may change."""
        names = self._gov_changed_names()
        if self.contrary_of_id:
            return {name: self.contrary_of_id[f"old_{name}"] for name in names}
        given = {
            "grade_id": self.grade_id or base.grade_id,
            "echelon": self.echelon or base.echelon,
            "statutory_position": self.statutory_position or base.statutory_position,
            "department_id": self.department_id or base.department_id,
            "job_id": self.job_id or base.job_id,
            "residence_zone": self.residence_zone or base.residence_zone,
        }
        new = {name: given[name] for name in names if name in given}
        if "echelon" in names and self.step_seniority_date:
            new["step_seniority_date"] = self.step_seniority_date
        return new

    def _gov_act_values(self, base):
        """Return what the situation says of the act behind it."""
        values = {
            "act_kind": "other" if self.is_restricted else self._gov_spec().version,
            "act_number": False,
            "act_date": fields.Date.context_today(self),
            "act_id": self.id,
        }
        if self._gov_spec().leaves:
            # a dismissal bears no reason here: those who keep the files need not know of it
            xmlid = DEPARTURES.get(self.sanction_kind or self.kind)
            reason = xmlid and self.env.ref(xmlid, raise_if_not_found=False)
            values.update(
                departure_date=self.effective_date - timedelta(days=1),
                departure_reason_id=reason.id if reason else False,
            )
        elif self.contrary_of_id and base.departure_date:
            values.update(departure_date=False, departure_reason_id=False)
        return values

    def _gov_write_version(self, version, values):
        values = dict(values)
        if self.contrary_of_id and "echelon" in values:
            # an index kept on a personal basis comes back with the situation it belonged to
            index = values.pop("salary_index", None)
            version.write(values)
            if index and version.salary_index != index:
                version.write({"salary_index": index})
            return
        version.write(values)

    def _gov_add_return(self, creating, base, old):
        """A temporary exclusion ends by itself: the situation of the day after its end is written at once."""
        if self.kind != "sanction" or self.sanction_kind != "exclusion":
            return
        day = self.end_date + timedelta(days=1)
        versions = self.employee_id.version_ids
        if any(version.date_version == day for version in versions):
            return
        last = versions.filtered(lambda version: version.date_version < day)[-1:] or base
        values = {
            "statutory_position": old["statutory_position"],
            "act_kind": self._gov_spec().version,
            "act_date": fields.Date.context_today(self),
            "act_id": self.id,
        }
        creating.append((self, last, day, values))

    def _gov_check_later(self, base, new):
        """Refuse an act that another one, later in time, has overtaken: what it changes was changed again since."""
        original = self.contrary_of_id
        until = self.end_date if self.sanction_kind == "exclusion" else None
        for name in CARRIED:
            if name not in new:
                continue
            if original and base[name] not in (original[name], new[name]):
                self._gov_refuse_later(base)
            for version in self.employee_id.version_ids:
                if version.date_version <= self.effective_date or (until and version.date_version > until):
                    continue
                if original and version.act_id == original:
                    continue
                if version[name] not in (base[name], new[name]):
                    self._gov_refuse_later(version)

    def _gov_refuse_later(self, version):
        if version.act_id:
            self._gov_refuse(
                self.env._(
                    "since %(day)s act %(number)s has changed again what this act changes. Cancel that one by a "
                    "contrary act first.",
                    day=self._gov_day(version.date_version),
                    number=version.act_id.number or "—",
                )
            )
        self._gov_refuse(
            self.env._(
                "a situation recorded on the file from %(day)s says otherwise about what this act changes. Correct "
                "the situation, or the date of the act.",
                day=self._gov_day(version.date_version),
            )
        )

    def _gov_carry(self, after, old, new):
        """What the act changes holds on the later situations too, where they still bear the former value."""
        until = self.end_date if self.sanction_kind == "exclusion" else None
        for version in after:
            if until and version.date_version > until:
                continue
            values = {
                name: _raw(new[name])
                for name in CARRIED
                if name in new and new[name] != old[name] and version[name] == old[name]
            }
            if values:
                version.write(values)

    def _gov_follow_up(self):
        """What the acts change beside the situation: dates of the service, positions that end, people who leave."""
        today = fields.Date.context_today(self)
        for act in self:
            employee, spec, original = act.employee_id, act._gov_spec(), act.contrary_of_id
            vals = {"old_tenure_date": employee.tenure_date, "old_recruitment_date": employee.recruitment_date}
            act.write(vals)
            if act.kind == "tenure":
                employee.write({"tenure_date": act.effective_date})
            elif act.kind == "recruitment" and not employee.recruitment_date:
                employee.write({"recruitment_date": act.effective_date})
            if spec.closes:
                open_acts = act._gov_acts_to_close()
                open_acts.write({"closed_by_id": act.id})
            if spec.leaves and act.effective_date <= today and employee.active:
                employee.write({"active": False})
            if original:
                act._gov_undo(original)

    def _gov_acts_to_close(self):
        """Return the acts whose position this one ends or renews."""
        domain = [
            ("employee_id", "=", self.employee_id.id),
            ("state", "=", "signed"),
            ("closed_by_id", "=", False),
            ("contrary_id", "=", False),
            ("end_date", "!=", False),
            ("id", "!=", self.id),
            ("effective_date", "<=", self.effective_date),
        ]
        if not self._gov_spec().leaves:
            domain.append(("kind", "in", CLOSES.get(self.kind, ())))
        return self.search(domain)

    def _gov_undo(self, original):
        """What the cancelled act had changed beside the situation comes back."""
        employee = original.employee_id
        original.write({"contrary_id": self.id})
        if original.kind == "tenure":
            employee.write({"tenure_date": original.old_tenure_date})
        elif original.kind == "recruitment":
            employee.write({"recruitment_date": original.old_recruitment_date})
        if original._gov_spec().leaves and not employee.active:
            employee.write({"active": True})
        # sudo: inherited from the act; the positions that the cancelled act had ended run again
        self.search([("closed_by_id", "=", original.id)]).write({"closed_by_id": False})
        if self.effective_date == original.effective_date and original.document_id.state in ("valid", "issuing"):
            original.document_id._revoke(
                self.env._("Withdrawn by the contrary act of %s.", self._gov_day(self.act_date))
            )

    # -- journal --------------------------------------------------------------------------------------------------
    def _gov_facts(self):
        """Facts for the journal: no discipline, health or pay in them."""
        self.ensure_one()
        facts = {"employee": self.employee_id.id, "date": str(self.effective_date)}
        if self.is_restricted:
            return facts
        facts.update(number=self.number, kind=self.kind)
        for name in ("grade_id", "echelon", "statutory_position", "department_id", "job_id"):
            old, new = self[f"old_{name}"], self[name]
            if old != new:
                facts[name] = [_raw(old) or 0, _raw(new) or 0]
        if self.contrary_of_id:
            facts["cancels"] = self.contrary_of_id.number
        return facts

    def _gov_journal(self):
        self.env["gov.journal.entry"]._record_many([(act, "sign", act._gov_facts()) for act in self])


def _raw(value):
    return value.id if isinstance(value, models.BaseModel) else value


def _moves(old, new):
    """Tell whether the rank changes, so that seniority begins again."""
    return any(name in new and new[name] != old[name] for name in ("grade_id", "echelon"))
