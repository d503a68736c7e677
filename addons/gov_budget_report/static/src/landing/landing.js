import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { GovBudgetLineDialog } from "../core/line_dialog";
import { money } from "../core/format";

/** What will lapse on 31 December, and the legal transfers that would save it. */
export class GovBudgetLanding extends Component {
    static template = "gov_budget_report.Landing";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.money = money;
        this.state = useState({ options: null, year: null, landing: null });
        onWillStart(async () => {
            this.state.options = await this.orm.call("gov.budget.situation", "get_options", []);
            this.state.year = this.state.options.year;
            await this.load();
        });
    }

    async load() {
        this.state.landing = await this.orm.call("gov.budget.landing", "get_landing", [], {
            fiscal_year_id: this.state.year,
        });
    }

    setYear(ev) {
        this.state.year = parseInt(ev.target.value);
        return this.load();
    }

    async draft(move) {
        const action = await this.orm.call("gov.budget.landing", "action_draft_amendment", [move.source, move.target], {
            fiscal_year_id: this.state.year,
        });
        return this.action.doAction(action);
    }

    explain(id) {
        this.dialog.add(GovBudgetLineDialog, { lineId: id });
    }

    get link() {
        return `/gov_budget_report/landing.xlsx?year=${this.state.year}`;
    }
}

registry.category("actions").add("gov.budget_landing", GovBudgetLanding);
