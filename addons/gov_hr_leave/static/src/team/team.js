import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { longDate, monthName, shortDate, toDay, toIso, today } from "../common/dates";

/** Who is away in a unit: people in rows, days in columns; on a phone, one strip for each person. */
export class LeaveTeam extends Component {
    static template = "gov_hr_leave.Team";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.longDate = longDate;
        const { context = {}, params = {} } = this.props.action || {};
        const start = toDay(params.date || context.date) || today();
        this.state = useState({
            month: toIso(start.startOf("month")),
            unitId: params.department_id || context.department_id || false,
            day: toIso(today()),
            open: false,
            loading: false,
            team: { units: [], days: [], people: [] },
        });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.loading = true;
        const month = toDay(this.state.month);
        try {
            const team = await this.orm.call("hr.leave", "get_team_calendar", [
                this.state.month,
                toIso(month.endOf("month")),
                this.state.unitId,
            ]);
            for (const person of team.people) {
                person.cells = this.cells(person, team.days);
            }
            this.state.team = team;
            this.state.unitId = team.unit_id;
            if (!team.days.some((day) => day.iso === this.state.day)) {
                this.state.day = (team.days.find((day) => !day.off) || team.days[0])?.iso;
            }
        } finally {
            this.state.loading = false;
        }
    }

    /** One cell a day: the absence that covers it, if any. */
    cells(person, days) {
        return days.map((day) => {
            const absence = person.absences.find((item) => item.date_from <= day.iso && day.iso <= item.date_to);
            const title = `${person.name} — ${longDate(day.iso, true)}`;
            return {
                iso: day.iso,
                off: day.off,
                tone: absence ? absence.tone : "",
                first: absence && (absence.date_from === day.iso || day === days[0]),
                last: absence && (absence.date_to === day.iso || day === days[days.length - 1]),
                title: absence ? `${title}: ${absence.label}` : title,
                label: absence ? absence.label : "",
            };
        });
    }

    get title() {
        return monthName(toDay(this.state.month));
    }

    get chosen() {
        return this.state.team.days.find((day) => day.iso === this.state.day);
    }

    /** Who is away on the chosen day. */
    get away() {
        const found = [];
        for (const person of this.state.team.people) {
            for (const absence of person.absences) {
                if (absence.date_from <= this.state.day && this.state.day <= absence.date_to) {
                    found.push({ key: `${person.id}-${absence.date_from}-${absence.kind}`, person, absence });
                }
            }
        }
        return found;
    }

    dates(absence) {
        return absence.date_from === absence.date_to
            ? shortDate(absence.date_from)
            : `${shortDate(absence.date_from)} – ${shortDate(absence.date_to)}`;
    }

    move(months) {
        this.state.month = toIso(toDay(this.state.month).plus({ months }));
        this.load();
    }

    now() {
        this.state.month = toIso(today().startOf("month"));
        this.state.day = toIso(today());
        this.load();
    }

    setUnit(ev) {
        this.state.unitId = parseInt(ev.target.value) || false;
        this.state.open = false;
        this.load();
    }

    toggle(person) {
        this.state.open = this.state.open === person.id ? false : person.id;
    }
}

registry.category("actions").add("gov_leave.team", LeaveTeam);
