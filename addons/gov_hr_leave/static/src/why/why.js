import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { _t } from "@web/core/l10n/translation";
import { DayField } from "../common/day_field";
import { longDate, toDay, toIso, today } from "../common/dates";

const MONTHS = 18;

/**
 * "Why 14.5 days?": each line of a balance with its running total, the sentence that explains it and its text of law;
 * a slider looks ahead ("if I wait until March"). One's own, or an employee's for those who may.
 */
export class LeaveWhy extends Component {
    static template = "gov_hr_leave.Why";
    static components = { DayField };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.longDate = longDate;
        this.dateLabel = _t("On another day");
        this.months = MONTHS;
        this.wanted = 0;
        this.timer = null;
        const { context = {}, params = {} } = this.props.action || {};
        this.employeeId = params.employee_id || context.employee_id || false;
        this.state = useState({
            code: params.code || context.code || false,
            date: toIso(today()),
            ahead: 0,
            page: { employee: false, types: [], balance: { lines: [] }, summary: [] },
            loading: false,
        });
        onWillStart(() => this.load());
        onWillUnmount(() => clearTimeout(this.timer));
    }

    async load() {
        const number = ++this.wanted;
        this.state.loading = true;
        try {
            const page = await this.orm.silent.call("hr.leave", "get_balance_page", [], {
                employee_id: this.employeeId,
                code: this.state.code,
                on_date: this.state.date,
            });
            if (number === this.wanted) {
                this.state.page = page;
                this.state.code = page.code;
            }
        } finally {
            if (number === this.wanted) {
                this.state.loading = false;
            }
        }
    }

    later() {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.load(), 200);
    }

    setCode(code) {
        this.state.code = code;
        this.load();
    }

    /** Slide by whole months from today. */
    slide(ev) {
        this.state.ahead = parseInt(ev.target.value);
        this.state.date = toIso(today().plus({ months: this.state.ahead }));
        this.later();
    }

    setDate(iso) {
        this.state.date = iso;
        const months = toDay(iso).diff(today(), "months").months;
        this.state.ahead = Math.min(MONTHS, Math.max(0, Math.round(months)));
        this.later();
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("gov_leave.why", LeaveWhy);
