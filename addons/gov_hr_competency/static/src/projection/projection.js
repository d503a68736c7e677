import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { localization } from "@web/core/l10n/localization";
import { registry } from "@web/core/registry";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { formatInteger } from "@web/views/fields/formatters";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const WIDTH = 760;
const HEIGHT = 260;
const EDGE = { start: 56, end: 16, top: 16, bottom: 28 };
const SHOWN_AT_FIRST = 3;

/** The staff of the years to come, by scenarios side by side; each figure opens to what makes it. */
export class GovProjection extends Component {
    static template = "gov_hr_competency.Projection";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.isRtl = localization.direction === "rtl";
        this.axes = [
            { code: "directorate", name: _t("Directorate") },
            { code: "unit", name: _t("Unit") },
            { code: "region", name: _t("Region") },
            { code: "job", name: _t("Job") },
            { code: "grade", name: _t("Grade") },
            { code: "sex", name: _t("Sex") },
        ];
        this.state = useState({
            scenarios: [],
            chosen: [],
            axis: "directorate",
            regions: [],
            region: 0,
            sex: "",
            table: null,
            cell: null,
            title: "",
        });
        onWillStart(async () => {
            const [scenarios, regions] = await Promise.all([
                this.orm.searchRead("gov.workforce.scenario", [], ["name"], { limit: 40 }),
                this.orm.searchRead("gov.region", [], ["name"]),
            ]);
            this.state.scenarios = scenarios;
            this.state.regions = regions;
            const asked = this.props.action.params?.scenario_ids || [];
            const known = asked.filter((id) => scenarios.some((one) => one.id === id));
            this.state.chosen = known.length ? known : scenarios.slice(0, SHOWN_AT_FIRST).map((one) => one.id);
            await this.load();
        });
    }

    get filters() {
        return { region: this.state.region, sex: this.state.sex };
    }

    async load() {
        this.state.cell = null;
        this.state.table = this.state.chosen.length
            ? await this.orm.call("gov.workforce.projection", "get_projection", [
                  this.state.chosen,
                  this.state.axis,
                  this.filters,
              ])
            : null;
    }

    toggle(id) {
        const chosen = this.state.chosen;
        this.state.chosen = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
        return this.load();
    }

    setAxis(ev) {
        this.state.axis = ev.target.value;
        return this.load();
    }

    setRegion(ev) {
        this.state.region = parseInt(ev.target.value) || 0;
        return this.load();
    }

    setSex(ev) {
        this.state.sex = ev.target.value;
        return this.load();
    }

    number(value) {
        return value === undefined || value === null ? "" : formatInteger(value);
    }

    signed(value) {
        return value > 0 ? `+${formatInteger(value)}` : formatInteger(value);
    }

    day(value) {
        return formatDate(deserializeDate(value));
    }

    /** Change between today and the end, in percent. */
    change(stocks) {
        if (!stocks || !stocks[0]) {
            return "";
        }
        const percent = Math.round((100 * (stocks[stocks.length - 1] - stocks[0])) / stocks[0]);
        return `${percent > 0 ? "+" : ""}${percent} %`;
    }

    color(place) {
        return `o_gov_line_${place % 6}`;
    }

    /** The lines of the graph, in the direction of reading. */
    get graph() {
        const table = this.state.table;
        const series = table.scenarios.map((one) => one.total.stocks);
        const all = series.flat();
        const count = Math.max(...series.map((one) => one.length));
        const most = Math.max(1, ...all);
        const least = Math.min(...all) > most * 0.6 ? Math.min(...all) * 0.9 : 0;
        const rough = Math.max(1, (most - least) / 5);
        const power = 10 ** Math.floor(Math.log10(rough));
        const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
        const low = Math.floor(least / step) * step;
        const high = Math.ceil(most / step) * step;
        const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_one, n) => low + n * step);
        const x = (n) => {
            const at = EDGE.start + (n * (WIDTH - EDGE.start - EDGE.end)) / Math.max(1, count - 1);
            return this.isRtl ? WIDTH - at : at;
        };
        const y = (value) =>
            HEIGHT - EDGE.bottom - ((value - low) * (HEIGHT - EDGE.top - EDGE.bottom)) / Math.max(1, high - low);
        return {
            lines: series.map((stocks, place) => ({
                place,
                points: stocks.map((value, n) => `${x(n)},${y(value)}`).join(" "),
                dots: stocks.map((value, n) => ({ x: x(n), y: y(value), value, n })),
            })),
            ticks: ticks.map((value) => ({ value, y: y(value) })),
            years: [_t("Today"), ...table.years].slice(0, count).map((name, n) => ({ name, x: x(n) })),
            axis: this.isRtl ? WIDTH - EDGE.start + 6 : EDGE.start - 6,
            first: x(0),
            last: x(count - 1),
        };
    }

    get anchor() {
        return `text-anchor: ${this.isRtl ? "start" : "end"}`;
    }

    get viewBox() {
        return `0 0 ${WIDTH} ${HEIGHT}`;
    }

    get rows() {
        const table = this.state.table;
        const total = {
            id: null,
            name: _t("Total"),
            isTotal: true,
            stocks: table.scenarios.map((one) => one.total.stocks),
        };
        return [total, ...table.rows];
    }

    async open(row, place, year) {
        const scenario = this.state.table.scenarios[place];
        this.state.title = [scenario.name, row.name, year].join(" · ");
        this.state.cell = await this.orm.call("gov.workforce.projection", "get_cell", [
            scenario.id,
            this.state.axis,
            row.isTotal ? null : row.id || 0,
            year,
            this.filters,
        ]);
    }

    close() {
        this.state.cell = null;
    }

    openScenarios() {
        this.action.doAction("gov_hr_competency.gov_workforce_scenario_action");
    }

    openPerson(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "hr.employee",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("gov.workforce_projection", GovProjection);
