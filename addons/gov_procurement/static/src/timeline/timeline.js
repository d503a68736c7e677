import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { deserializeDate, formatDate, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The steps of a purchase in the calendar: the real days of what is done, then what remains until the day of need. */
export class ProcurementTimeline extends Component {
    static template = "gov_procurement.Timeline";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ steps: [], needAt: null, todayAt: null });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((next) => this.load(next));
    }

    async load(props) {
        const { resId, data } = props.record;
        if (!resId || !data.need_date) {
            this.state.steps = [];
            return;
        }
        const steps = await this.orm.call("gov.procurement.plan.line", "get_timeline", [[resId]]);
        if (!steps.length) {
            this.state.steps = [];
            return;
        }
        const days = steps.filter((step) => !step.milestone);
        const first = days.map((step) => deserializeDate(step.start)).reduce((a, b) => (a < b ? a : b));
        const last = [...days.map((step) => deserializeDate(step.end)), data.need_date].reduce((a, b) =>
            a > b ? a : b
        );
        const total = Math.max(1, last.diff(first, "days").days);
        const place = (day) => Math.min(100, Math.max(0, (100 * day.diff(first, "days").days) / total));
        this.state.needAt = place(data.need_date);
        const now = today();
        this.state.todayAt = now >= first && now <= last ? place(now) : null;
        this.state.steps = steps.map((step) => {
            const start = deserializeDate(step.start);
            const end = deserializeDate(step.end);
            return {
                ...step,
                when: step.milestone ? formatDate(end) : `${formatDate(start)} – ${formatDate(end)}`,
                note: this.note(step),
                isOver: !step.milestone && end > data.need_date,
                offset: place(start),
                width: step.milestone ? 0 : Math.max(1, place(end) - place(start)),
            };
        });
    }

    note(step) {
        if (step.milestone) {
            return "";
        }
        const notes = [];
        if (step.done) {
            notes.push(_t("Done"));
        }
        if (step.slipped > 0) {
            notes.push(_t("%s days late", step.slipped));
        }
        return notes.join(" · ");
    }
}

registry.category("view_widgets").add("gov_procurement_timeline", { component: ProcurementTimeline });
