import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { GovBudgetLineDialog } from "../core/line_dialog";
import { money, percent } from "../core/format";

// what stands below what, from the outside in
const PATHS = {
    tree: ["chapter", "programme", "region", "project", "line"],
    unit: ["unit", "line"],
    region: ["region", "chapter", "programme", "project", "line"],
    line: ["line"],
};

/** The situation of execution at any date; each figure opens to its entries, each line tells what is left and why. */
export class GovBudgetSituation extends Component {
    static template = "gov_budget_report.Situation";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.money = money;
        this.percent = percent;
        const params = this.props.action.params || {};
        this.state = useState({
            options: null,
            year: params.year || null,
            day: params.day || "",
            by: params.by || "tree",
            kind: params.kind || "",
            search: "",
            full: false,
            rows: [],
            total: null,
            loading: false,
        });
        this.base = params.filters || {};
        this.columns = [
            { name: "lf", label: _t("Credits of the finance law (CP)"), wide: true },
            { name: "carried", label: _t("Carried over"), wide: true },
            { name: "moved", label: _t("Transfers"), wide: true },
            { name: "funds", label: _t("Support funds, supplementary"), wide: true },
            { name: "credits", label: _t("Final credits") },
            { name: "received", label: _t("Received by delegation"), wide: true },
            { name: "delegated", label: _t("Delegated"), wide: true },
            { name: "ce", label: _t("Commitment appropriations (CE)"), wide: true },
            { name: "committed", label: _t("Committed with visa") },
            { name: "rate_committed", label: _t("Commitment rate"), rate: true },
            { name: "available", label: _t("Available"), strong: true },
            { name: "ordered", label: _t("Ordered") },
            { name: "rate_issued", label: _t("Issue rate"), rate: true },
            { name: "rate_ordered", label: _t("Ordered of committed"), rate: true, wide: true },
            { name: "paid", label: _t("Paid") },
            { name: "rate_paid", label: _t("Payment rate"), rate: true, wide: true },
            { name: "to_order", label: _t("Remaining to order"), wide: true },
        ];
        onWillStart(async () => {
            this.state.options = await this.orm.call("gov.budget.situation", "get_options", []);
            this.state.year = this.state.year || this.state.options.year;
            await this.load();
        });
    }

    get shown() {
        return this.columns.filter((column) => this.state.full || !column.wide);
    }

    get path() {
        return this.state.search ? ["line"] : PATHS[this.state.by];
    }

    get filters() {
        const filters = { ...this.base };
        if (this.state.kind) {
            filters.kind = this.state.kind;
        }
        if (this.state.search) {
            filters.search = this.state.search;
        }
        return filters;
    }

    async fetch(level, filters) {
        return this.orm.call("gov.budget.situation", "get_situation", [], {
            fiscal_year_id: this.state.year,
            day: this.state.day || null,
            level,
            filters,
        });
    }

    async load() {
        this.state.loading = true;
        const answer = await this.fetch(this.path[0], this.filters);
        this.state.rows = this.dress(answer.rows, 0, this.filters);
        this.state.total = answer.total;
        this.state.date = answer.day;
        this.state.loading = false;
    }

    dress(rows, depth, filters) {
        const level = this.path[depth];
        return rows.map((row) => ({
            ...row,
            depth,
            level,
            key: `${depth}-${Object.values(filters).join("-")}-${row.id}`,
            filters: { ...filters, [level]: row.id },
            isOpen: false,
            isLine: level === "line",
        }));
    }

    async toggle(row) {
        if (row.isLine) {
            return this.explain(row);
        }
        const at = this.state.rows.findIndex((one) => one.key === row.key);
        if (row.isOpen) {
            let end = at + 1;
            while (end < this.state.rows.length && this.state.rows[end].depth > row.depth) {
                end += 1;
            }
            this.state.rows.splice(at + 1, end - at - 1);
            this.state.rows[at].isOpen = false;
            return;
        }
        const answer = await this.fetch(this.path[row.depth + 1], row.filters);
        const now = this.state.rows.findIndex((one) => one.key === row.key);
        this.state.rows[now].isOpen = true;
        this.state.rows.splice(now + 1, 0, ...this.dress(answer.rows, row.depth + 1, row.filters));
    }

    explain(row) {
        this.dialog.add(GovBudgetLineDialog, { lineId: row.id, day: this.state.day || false });
    }

    async openFigure(row, column) {
        const action = await this.orm.call("gov.budget.situation", "get_entries_action", [column.name], {
            fiscal_year_id: this.state.year,
            day: this.state.day || null,
            filters: row ? row.filters : this.filters,
        });
        return this.action.doAction(action);
    }

    figure(row, column) {
        const value = row[column.name];
        if (column.rate) {
            return percent(value);
        }
        return value ? money(value, 2) : "–";
    }

    set(name, value) {
        this.state[name] = value;
        return this.load();
    }

    download(kind) {
        const params = new URLSearchParams({ year: this.state.year, day: this.state.day || "" });
        params.set("by", this.state.by === "line" ? "tree" : this.state.by);
        for (const [name, value] of Object.entries(this.filters)) {
            params.set(name, value);
        }
        return `/gov_budget_report/situation.${kind}?${params}`;
    }
}

registry.category("actions").add("gov.budget_situation", GovBudgetSituation);
