import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The steps of a purchase in the calendar, back-scheduled from the day of need. */
export class ProcurementTimeline extends Component {
    static template = "gov_procurement.Timeline";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ steps: [] });
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
        const first = deserializeDate(steps[0].start);
        const total = Math.max(1, deserializeDate(steps.at(-1).end).diff(first, "days").days);
        this.state.steps = steps.map((step) => {
            const start = deserializeDate(step.start);
            const end = deserializeDate(step.end);
            return {
                ...step,
                when: `${formatDate(start)} – ${formatDate(end)}`,
                offset: (100 * start.diff(first, "days").days) / total,
                width: Math.max(1, (100 * end.diff(start, "days").days) / total),
            };
        });
    }
}

registry.category("view_widgets").add("gov_procurement_timeline", { component: ProcurementTimeline });
