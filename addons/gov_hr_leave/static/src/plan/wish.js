import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { longDate } from "../common/dates";
import { RangePicker } from "../common/range_picker";

/** My wishes for the leave of the year: enter periods on a phone, read the answers, turn them into requests. */
export class LeaveWish extends Component {
    static template = "gov_hr_leave.Wish";
    static components = { RangePicker };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.longDate = longDate;
        this.state = useState({
            data: { employee: true, plan: false, years: [], lines: [], holidays: {} },
            form: false,
            failure: "",
            busy: false,
        });
        onWillStart(() => this.load());
    }

    async load(year = this.state.data.plan?.year) {
        this.state.data = await this.orm.call("gov.leave.plan", "get_my_plan", [], { year: year || null });
    }

    get busyDays() {
        const days = {};
        for (const line of this.state.data.lines) {
            if (line.state !== "refused" && line.id !== this.state.form?.line_id) {
                let day = luxon.DateTime.fromISO(line.date_from);
                for (const end = luxon.DateTime.fromISO(line.date_to); day <= end; day = day.plus({ days: 1 })) {
                    days[day.toISODate()] = line.state_text;
                }
            }
        }
        return days;
    }

    add() {
        this.state.failure = "";
        this.state.form = { line_id: false, date_from: "", date_to: "", note: "" };
    }

    edit(line) {
        this.state.failure = "";
        this.state.form = { line_id: line.id, date_from: line.date_from, date_to: line.date_to, note: line.note };
    }

    get formText() {
        const { date_from, date_to } = this.state.form;
        return date_from === date_to ? longDate(date_from, true) : `${longDate(date_from)} – ${longDate(date_to)}`;
    }

    /** Run an act; what the server refuses stays beside the button. */
    async run(call) {
        this.state.busy = true;
        this.state.failure = "";
        try {
            const result = await call();
            await this.load();
            return result;
        } catch (error) {
            this.state.failure = error?.data?.message || String(error);
        } finally {
            this.state.busy = false;
        }
    }

    async save() {
        await this.run(async () => {
            const values = { ...this.state.form, plan_id: this.state.data.plan.id };
            await this.orm.call("gov.leave.plan", "action_wish", [values]);
            this.state.form = false;
        });
    }

    remove(line) {
        return this.run(() => this.orm.call("gov.leave.plan.line", "action_unwish", [[line.id]]));
    }

    async request() {
        const lines = this.state.data.lines.filter(
            (line) => ["agreed", "changed"].includes(line.state) && !line.has_request
        );
        const made = await this.run(() =>
            this.orm.call("gov.leave.plan.line", "action_make_requests", [lines.map((line) => line.id)])
        );
        if (made?.length) {
            await this.action.doAction("gov_hr_leave.leave_mine_action");
        }
    }
}

registry.category("actions").add("gov_leave.wish", LeaveWish);
