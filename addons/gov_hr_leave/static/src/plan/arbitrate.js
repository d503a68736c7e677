import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { RangePicker } from "../common/range_picker";

/** The wishes of a unit, answered by its head: agree, change with a reason, refuse; presence week by week. */
export class LeaveArbitrate extends Component {
    static template = "gov_hr_leave.Arbitrate";
    static components = { RangePicker };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        const { context = {}, params = {} } = this.props.action || {};
        this.planId = params.plan_id || context.plan_id || null;
        this.state = useState({
            data: { plans: [], plan: false, people: [], weeks: [], holidays: {} },
            answer: false,
            failure: "",
            busy: false,
        });
        onWillStart(() => this.load());
    }

    async load(planId = this.planId) {
        this.state.data = await this.orm.call("gov.leave.plan", "get_arbitration", [planId]);
        this.planId = this.state.data.plan?.id || null;
    }

    get openPlan() {
        return this.state.data.plan.state === "open";
    }

    /** Months over the strip of weeks, with how many weeks each covers. */
    get months() {
        const months = [];
        for (const week of this.state.data.weeks) {
            const last = months[months.length - 1];
            if (last && last.number === week.month) {
                last.weeks += 1;
            } else {
                const name = luxon.DateTime.fromObject({ year: 2024, month: week.month }).toLocaleString({ month: "short" });
                months.push({ key: week.iso, number: week.month, name, weeks: 1 });
            }
        }
        return months;
    }

    tone(week) {
        return week.low ? "low" : week.present < 100 ? "some" : "full";
    }

    start(line, kind) {
        this.state.failure = "";
        this.state.answer = { id: line.id, kind, date_from: line.date_from, date_to: line.date_to, reason: "" };
    }

    async run(method, args) {
        this.state.busy = true;
        this.state.failure = "";
        try {
            await this.orm.call("gov.leave.plan.line", method, args);
            this.state.answer = false;
            await this.load();
        } catch (error) {
            this.state.failure = error?.data?.message || String(error);
        } finally {
            this.state.busy = false;
        }
    }

    /** Agree at once; when too few people would be left, the server asks for a reason. */
    async agree(line) {
        await this.run("action_agree", [[line.id]]);
        if (this.state.failure) {
            const failure = this.state.failure;
            this.start(line, "agree");
            this.state.failure = failure;
        }
    }

    send() {
        const { id, kind, date_from, date_to, reason } = this.state.answer;
        if (kind === "agree") {
            return this.run("action_agree", [[id], reason]);
        }
        if (kind === "change") {
            return this.run("action_change", [[id], date_from, date_to, reason]);
        }
        return this.run("action_refuse", [[id], reason]);
    }

    close() {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Close the plan?"),
            body: _t("Each person then turns the agreed periods into requests. Human resources can open it again."),
            confirmLabel: _t("Close the plan"),
            cancelLabel: _t("Not yet"),
            confirm: async () => {
                await this.orm.call("gov.leave.plan", "action_close", [[this.planId]]);
                await this.load();
            },
            cancel: () => {},
        });
    }
}

registry.category("actions").add("gov_leave.arbitrate", LeaveArbitrate);
