import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { money, percent } from "./format";

/** What is left on a line and why: the equation, each term of which opens its entries, and the last acts. */
export class GovBudgetLineDialog extends Component {
    static template = "gov_budget_report.LineDialog";
    static components = { Dialog };
    static props = { close: Function, lineId: Number, day: { type: [String, Boolean], optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ line: null });
        this.money = money;
        this.percent = percent;
        onWillStart(async () => {
            this.state.line = await this.orm.call("gov.budget.situation", "get_line", [
                this.props.lineId,
                this.props.day || null,
            ]);
        });
    }

    get title() {
        return _t("What is left, and why");
    }

    async openColumn(column) {
        const action = await this.orm.call("gov.budget.situation", "get_entries_action", [column], {
            day: this.props.day || null,
            filters: { line: this.props.lineId },
            fiscal_year_id: this.state.line.year,
        });
        this.props.close();
        return this.action.doAction(action);
    }

    openAct(entry) {
        if (!entry.model) {
            return;
        }
        this.props.close();
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: entry.model,
            res_id: entry.res_id,
            views: [[false, "form"]],
        });
    }

    openLine() {
        this.props.close();
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "gov.budget.line",
            res_id: this.props.lineId,
            views: [[false, "form"]],
        });
    }
}
