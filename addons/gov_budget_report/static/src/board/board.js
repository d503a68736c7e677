import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { GovBudgetLineDialog } from "../core/line_dialog";
import { money, percent, short, width } from "../core/format";

/** The home of the budget: where the year stands, what waits, what is late, what is nearly spent. */
export class GovBudgetBoard extends Component {
    static template = "gov_budget_report.Board";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        Object.assign(this, { money, percent, short, width });
        this.state = useState({ options: null, year: null, kind: "", board: null, landing: null });
        onWillStart(async () => {
            this.state.options = await this.orm.call("gov.budget.situation", "get_options", []);
            this.state.year = this.state.options.year;
            await this.load();
        });
    }

    get filters() {
        return this.state.kind ? { kind: this.state.kind } : {};
    }

    async load() {
        const [board, landing] = await Promise.all([
            this.orm.call("gov.budget.board", "get_board", [], {
                fiscal_year_id: this.state.year,
                filters: this.filters,
            }),
            this.orm.call("gov.budget.landing", "get_landing", [], {
                fiscal_year_id: this.state.year,
                filters: this.filters,
            }),
        ]);
        this.state.landing = landing;
        this.state.board = board;
    }

    set(name, value) {
        this.state[name] = value;
        return this.load();
    }

    get tiles() {
        const total = this.state.board.total;
        return [
            { column: "credits", label: _t("Credits"), value: short(total.credits), full: total.credits, note: "" },
            {
                column: "committed",
                label: _t("Committed"),
                value: percent(total.rate_committed),
                full: total.committed,
                note: short(total.committed),
            },
            {
                column: "ordered",
                label: _t("Ordered"),
                value: percent(total.rate_issued),
                full: total.ordered,
                note: short(total.ordered),
            },
            {
                column: "paid",
                label: _t("Paid of ordered"),
                value: percent(total.rate_paid),
                full: total.paid,
                note: short(total.paid),
            },
            { column: "available", label: _t("Available"), value: short(total.available), full: total.available, note: "" },
        ];
    }

    get peak() {
        const known = this.state.board.months.map((month) => month.committed || 0);
        return Math.max(1, ...known);
    }

    height(value) {
        return width((value || 0) / this.peak);
    }

    async openColumn(column, filters = {}) {
        const action = await this.orm.call("gov.budget.situation", "get_entries_action", [column], {
            fiscal_year_id: this.state.year,
            filters: { ...this.filters, ...filters },
        });
        return this.action.doAction(action);
    }

    openSituation(params = {}) {
        return this.action.doAction({
            type: "ir.actions.client",
            tag: "gov.budget_situation",
            name: _t("Situation of execution"),
            params: { year: this.state.year, kind: this.state.kind, ...params },
        });
    }

    openLanding() {
        return this.action.doAction("gov_budget_report.gov_budget_landing_action");
    }

    openStage(stage) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: stage.label,
            res_model: stage.model,
            domain: stage.domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    explain(line) {
        this.dialog.add(GovBudgetLineDialog, { lineId: line.id });
    }
}

registry.category("actions").add("gov.budget_board", GovBudgetBoard);
