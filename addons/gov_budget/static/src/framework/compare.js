import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const PAGE = 80;

/** A framework beside its scenarios, or beside what each level of arbitration made of it, line by line. */
export class FrameworkCompare extends Component {
    static template = "gov_budget.FrameworkCompare";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        const params = this.props.action.params || {};
        const context = this.props.action.context || {};
        this.frameworkId = params.framework_id || context.active_id;
        this.rounds = Boolean(params.rounds);
        this.state = useState({
            figure: "cp_1",
            table: null,
            search: "",
            only: false,
            shown: PAGE,
            picked: {},
            scenario: null,
            reason: "",
            prefer: "",
        });
        this.marks = {
            branch: _t("changed in the scenario"),
            main: _t("changed in the framework since"),
            both: _t("changed alike"),
            conflict: _t("changed on both sides"),
            added: _t("only in the scenario"),
        };
        onWillStart(() => this.load());
    }

    async load() {
        this.state.table = await this.orm.call("gov.budget.framework", "get_comparison", [], {
            framework_id: this.frameworkId,
            figure: this.state.figure,
            rounds: this.rounds,
        });
        const columns = this.state.table.columns.filter((column) => !column.is_main);
        if (!this.rounds && !columns.some((column) => column.id === this.state.scenario)) {
            this.state.scenario = columns.length ? columns[0].id : null;
        }
    }

    setFigure(ev) {
        this.state.figure = ev.target.value;
        return this.load();
    }

    get rows() {
        const words = this.state.search.trim().toLowerCase();
        return this.state.table.rows.filter((row) => {
            if (this.state.only && !this.differs(row)) {
                return false;
            }
            return !words || `${row.code} ${row.name} ${row.unit}`.toLowerCase().includes(words);
        });
    }

    get visible() {
        return this.rows.slice(0, this.state.shown);
    }

    get hidden() {
        return this.rows.length - this.visible.length;
    }

    get moreLabel() {
        return _t("Show %s more lines", Math.min(this.hidden, PAGE));
    }

    more() {
        this.state.shown += PAGE;
    }

    differs(row) {
        const first = row.cells[0] ? row.cells[0].value : 0;
        return row.cells.some((cell) => cell && (cell.value !== first || ["conflict", "added"].includes(cell.status)));
    }

    amount(value) {
        return formatFloat(value || 0, { digits: [16, 2] });
    }

    delta(row, cell) {
        const first = row.cells[0] ? row.cells[0].value : 0;
        return cell && cell !== row.cells[0] ? cell.value - first : 0;
    }

    signed(value) {
        return `${value > 0 ? "+" : ""}${this.amount(value)}`;
    }

    totalDelta(index) {
        return this.state.table.totals[index] - this.state.table.totals[0];
    }

    mark(cell) {
        return cell && this.marks[cell.status] ? this.marks[cell.status] : "";
    }

    isFirstOfProgramme(rows, index) {
        return index === 0 || rows[index - 1].programme !== rows[index].programme || rows[index - 1].chapter !== rows[index].chapter;
    }

    open(cell) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "gov.budget.framework.line",
            res_id: cell.line,
            views: [[false, "form"]],
        });
    }

    openColumn(column) {
        if (this.rounds) {
            return;
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "gov.budget.framework",
            res_id: column.id,
            views: [[false, "form"]],
        });
    }

    // ---- merging ----
    get scenarios() {
        return this.state.table.columns.filter((column) => !column.is_main);
    }

    setScenario(ev) {
        this.state.scenario = Number(ev.target.value);
        this.state.picked = {};
    }

    branchCell(row) {
        const index = this.state.table.columns.findIndex((column) => column.id === this.state.scenario);
        return index > 0 ? row.cells[index] : null;
    }

    canPick(row) {
        const cell = this.branchCell(row);
        return this.state.table.can_merge && cell && ["branch", "conflict", "added"].includes(cell.status);
    }

    toggle(row) {
        const line = this.branchCell(row).line;
        this.state.picked[line] = !this.state.picked[line];
    }

    isPicked(row) {
        const cell = this.branchCell(row);
        return Boolean(cell && this.state.picked[cell.line]);
    }

    pickAll() {
        for (const row of this.rows) {
            if (this.canPick(row)) {
                this.state.picked[this.branchCell(row).line] = true;
            }
        }
    }

    get pickedIds() {
        return Object.keys(this.state.picked)
            .filter((line) => this.state.picked[line])
            .map(Number);
    }

    get mergeLabel() {
        return _t("Merge %s lines into the framework", this.pickedIds.length);
    }

    async merge() {
        const result = await this.orm.call("gov.budget.framework", "action_merge", [[this.state.scenario]], {
            line_ids: this.pickedIds,
            reason: this.state.reason,
            prefer: this.state.prefer || false,
        });
        this.state.picked = {};
        this.state.reason = "";
        this.notification.add(_t("%s lines changed in the framework.", result.merged), { type: "success" });
        await this.load();
    }
}

registry.category("actions").add("gov_budget.framework_compare", FrameworkCompare);
