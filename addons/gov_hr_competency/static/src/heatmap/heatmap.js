import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/views/fields/formatters";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const SHOWN = 24;

/** Gaps of competencies by two axes; a cell opens the people behind it, of those the user may see. */
export class GovHeatmap extends Component {
    static template = "gov_hr_competency.Heatmap";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.axes = [
            { code: "directorate", name: _t("Directorate") },
            { code: "unit", name: _t("Unit") },
            { code: "region", name: _t("Region") },
            { code: "family", name: _t("Job family") },
            { code: "job", name: _t("Job") },
            { code: "person", name: _t("Person") },
        ];
        this.state = useState({
            rows: "directorate",
            columns: "skill",
            critical: false,
            all: false,
            table: null,
            people: null,
            title: "",
        });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.people = null;
        this.state.table = await this.orm.call("gov.competency.gap", "get_heatmap", [], {
            rows: this.state.rows,
            columns: this.state.columns,
            critical: this.state.critical,
        });
    }

    get shown() {
        return this.state.all ? this.state.table.columns : this.state.table.columns.slice(0, SHOWN);
    }

    get hidden() {
        return this.state.table.columns.length - this.shown.length;
    }

    get moreLabel() {
        return _t("Show all columns (%s more)", this.hidden);
    }

    setRows(ev) {
        this.state.rows = ev.target.value;
        return this.load();
    }

    setColumns(ev) {
        this.state.columns = ev.target.value;
        return this.load();
    }

    setCritical(ev) {
        this.state.critical = ev.target.checked;
        return this.load();
    }

    showAll() {
        this.state.all = true;
    }

    percent(value) {
        return value === null || value === undefined ? "–" : `${Math.round(value * 100)} %`;
    }

    figure(cell) {
        return cell ? formatFloat(cell.gap, { digits: [16, 1] }) : "";
    }

    heat(cell) {
        if (!cell) {
            return "o_gov_heat_none";
        }
        const steps = [0.05, 0.5, 1, 1.75];
        return `o_gov_heat_${steps.filter((step) => cell.gap >= step).length}`;
    }

    label(cell) {
        return cell ? _t("%(short)s of %(people)s below the required level", cell) : "";
    }

    async open(row, column) {
        const isSkill = this.state.columns === "skill";
        this.state.title = [row.name, column && column.name].filter(Boolean).join(" · ");
        this.state.people = await this.orm.call("gov.competency.gap", "get_people", [this.state.rows, row.id], {
            skill_id: column && isSkill ? column.id : null,
            kind: column && !isSkill ? column.id : null,
            critical: this.state.critical,
        });
    }

    close() {
        this.state.people = null;
    }
}

registry.category("actions").add("gov.competency_heatmap", GovHeatmap);
