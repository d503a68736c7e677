import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The checks of a framework: what holds, what does not, and the rows that are wrong. */
export class FrameworkChecklist extends Component {
    static template = "gov_budget.FrameworkChecklist";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ checks: null });
        this.words = {
            ok: _t("Holds"),
            warning: _t("To look at"),
            blocked: _t("Blocks"),
            waiting: _t("Waits"),
        };
        this.icons = {
            ok: "fa-check-circle text-success",
            warning: "fa-exclamation-triangle text-warning",
            blocked: "fa-times-circle text-danger",
            waiting: "fa-clock-o text-muted",
        };
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((next) => this.load(next.record));
    }

    async load(record) {
        this.state.checks = record.resId
            ? await this.orm.call("gov.budget.framework", "get_checklist", [[record.resId]])
            : [];
    }

    open(check) {
        return this.action.doAction(check.action);
    }
}

registry.category("view_widgets").add("gov_framework_checklist", { component: FrameworkChecklist });
