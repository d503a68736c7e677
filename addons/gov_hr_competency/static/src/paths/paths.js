import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { localization } from "@web/core/l10n/localization";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const BOX = { width: 190, height: 64 };
const GAP = { column: 110, row: 18 };
const PHONE = { width: 150, height: 74, column: 14, row: 64 };

/** The jobs near one's own as a graph: a column a step (a row on a phone); a job opens to the reader's own gap. */
export class GovCareerPaths extends Component {
    static template = "gov_hr_competency.CareerPaths";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        this.isRtl = localization.direction === "rtl";
        this.state = useState({ data: null, depth: 1, chosen: 0, jobs: [] });
        onWillStart(async () => {
            this.state.jobs = await this.orm.searchRead("hr.job", [["rec_code", "!=", false]], ["name", "rec_code"], {
                order: "rec_code",
            });
            await this.load(this.props.action.params?.job_id || null);
        });
    }

    async load(job) {
        this.state.data = await this.orm.call("hr.job", "get_career_paths", [job, this.state.depth]);
        this.state.chosen = this.state.data.job_id;
    }

    setDepth(depth) {
        this.state.depth = depth;
        return this.load(this.state.data.job_id || null);
    }

    begin(ev) {
        const job = parseInt(ev.target.value);
        return job ? this.load(job) : undefined;
    }

    beginAt(job) {
        return this.load(job);
    }

    mine() {
        return this.load(null);
    }

    choose(id) {
        this.state.chosen = id;
    }

    onKey(ev, id) {
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            this.choose(id);
        }
    }

    get chosen() {
        return this.state.data.nodes.find((node) => node.id === this.state.chosen);
    }

    get isOwn() {
        return this.state.data.own_job_id && this.state.data.job_id === this.state.data.own_job_id;
    }

    openSheet(id) {
        this.action.doAction("gov_hr_competency.hr_job_action", { viewType: "form", props: { resId: id } });
    }

    percent(value) {
        return value === null || value === undefined ? "" : `${Math.round(value * 100)} %`;
    }

    months(edge) {
        return edge.months ? _t("%s months", edge.months) : "";
    }

    condition(node) {
        if (node.grade === null) {
            return "";
        }
        if (node.grade && node.experience) {
            return _t("Your grade and your years of service are those the job asks.");
        }
        if (node.grade) {
            return _t("Your grade fits, your years of service do not yet.");
        }
        return node.experience
            ? _t("Your years of service fit, your grade does not yet.")
            : _t("Neither your grade nor your years of service fit yet.");
    }

    /** How ready the reader is: held, near or far. */
    readiness(node) {
        if (!node.gap || node.gap.fit === null) {
            return "o_gov_path_unknown";
        }
        if (!node.gap.critical && node.gap.fit >= 0.9) {
            return "o_gov_path_ready";
        }
        return node.gap.fit >= 0.6 ? "o_gov_path_near" : "o_gov_path_far";
    }

    /** Two lines at most of a name, cut at a word. */
    lines(name, length) {
        const lines = [""];
        for (const word of name.split(" ")) {
            const last = lines[lines.length - 1];
            if (last && last.length + word.length + 1 > length) {
                lines.push(word);
            } else {
                lines[lines.length - 1] = last ? `${last} ${word}` : word;
            }
        }
        return lines.length > 2 ? [lines[0], `${lines[1]} …`] : lines;
    }

    /** Places of the boxes and of the paths, in the direction of reading; from top to bottom on a phone. */
    get graph() {
        const { nodes, edges } = this.state.data;
        const isPhone = this.ui.isSmall;
        const steps = [];
        for (const node of nodes) {
            (steps[node.step] ||= []).push(node);
        }
        const places = {};
        let width = 0;
        let height = 0;
        if (isPhone) {
            const perRow = 2;
            let y = 8;
            for (const step of steps) {
                step.forEach((node, n) => {
                    const row = Math.floor(n / perRow);
                    const inRow = Math.min(perRow, step.length - row * perRow);
                    const start = (perRow - inRow) * ((PHONE.width + PHONE.column) / 2);
                    places[node.id] = {
                        x: 8 + start + (n % perRow) * (PHONE.width + PHONE.column),
                        y: y + row * (PHONE.height + 14),
                    };
                });
                y += Math.ceil(step.length / perRow) * (PHONE.height + 14) + PHONE.row - 14;
            }
            width = 16 + perRow * PHONE.width + PHONE.column;
            height = y - PHONE.row + 16;
        } else {
            const most = Math.max(...steps.map((step) => step.length));
            height = 16 + most * (BOX.height + GAP.row);
            width = 16 + steps.length * BOX.width + (steps.length - 1) * GAP.column;
            steps.forEach((step, column) => {
                const top = (height - step.length * (BOX.height + GAP.row) + GAP.row) / 2;
                step.forEach((node, n) => {
                    places[node.id] = { x: 8 + column * (BOX.width + GAP.column), y: top + n * (BOX.height + GAP.row) };
                });
            });
        }
        const box = isPhone ? PHONE : BOX;
        const mirror = (x) => (this.isRtl ? width - x - box.width : x);
        const boxes = nodes.map((node) => ({
            node,
            x: mirror(places[node.id].x),
            y: places[node.id].y,
            width: box.width,
            height: box.height,
            lines: this.lines(node.name, isPhone ? 20 : 26),
        }));
        const at = Object.fromEntries(boxes.map((one) => [one.node.id, one]));
        const paths = edges.map((edge, n) => {
            const [from, to] = [at[edge.from], at[edge.to]];
            let start, end, d;
            if (isPhone) {
                start = { x: from.x + box.width / 2, y: from.y + box.height };
                end = { x: to.x + box.width / 2, y: to.y };
                const middle = (start.y + end.y) / 2;
                d = `M${start.x},${start.y} C${start.x},${middle} ${end.x},${middle} ${end.x},${end.y}`;
            } else {
                const side = this.isRtl ? 0 : box.width;
                start = { x: from.x + side, y: from.y + box.height / 2 };
                end = { x: to.x + box.width - side, y: to.y + box.height / 2 };
                const middle = (start.x + end.x) / 2;
                d = `M${start.x},${start.y} C${middle},${start.y} ${middle},${end.y} ${end.x},${end.y}`;
            }
            // the words stand near where the path ends, so that those of several paths do not meet
            const share = isPhone ? 0.72 : 0.68;
            return {
                key: `${edge.from}-${edge.to}-${n}`,
                edge,
                d,
                x: start.x + (end.x - start.x) * share,
                y: start.y + (end.y - start.y) * share - 4,
            };
        });
        return { boxes, paths, width, height, viewBox: `0 0 ${width} ${height}` };
    }
}

registry.category("actions").add("gov.career_paths", GovCareerPaths);
