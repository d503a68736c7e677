import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillStart, useState } from "@odoo/owl";
import { formatMark } from "../common";

const MODEL = "gov.evaluation.sheet";

/**
 * The harmonisation: how the marks spread, where a unit, a grade or a head stands from the mean of all, and the marks
 * themselves, each opening to the sheet where it may be adjusted with a reason.
 */
export class EvaluationBoard extends Component {
    static template = "gov_hr_evaluation.Board";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.formatMark = formatMark;
        this.state = useState({ group: "unit", key: null, data: { campaigns: [], campaign: false } });
        onWillStart(() => this.load(this.props.action?.params?.campaign_id));
    }

    async load(campaignId = this.state.data.campaign && this.state.data.campaign.id) {
        this.state.data = await this.orm.call(MODEL, "get_distribution", [campaignId || null, this.state.group]);
    }

    async setGroup(group) {
        this.state.group = group;
        this.state.key = null;
        await this.load();
    }

    choose(group) {
        this.state.key = this.state.key === group.key ? null : group.key;
    }

    get rows() {
        const key = this.state.key;
        const rows = this.state.data.rows || [];
        return key === null ? rows : rows.filter((row) => row[`${this.state.group}_id`] === key);
    }

    /** The bars of the histogram, one a point: what I see before what all have. */
    get bars() {
        const { mine, all } = this.state.data;
        const chosen = this.state.key === null ? null : this.state.data.groups.find((one) => one.key === this.state.key);
        const first = (chosen || mine).bars;
        const second = all ? all.bars : {};
        const floors = [...Object.keys(first), ...Object.keys(second)].map(Number);
        const lowest = floors.length ? Math.min(...floors, 10) : 10;
        const share = (bars, floor, count) => (count ? (bars[floor] || 0) / count : 0);
        const bars = [];
        for (let floor = lowest; floor <= 20; floor++) {
            bars.push({
                floor,
                count: first[floor] || 0,
                part: share(first, floor, (chosen || mine).count),
                other: share(second, floor, all ? all.count : 0),
            });
        }
        const most = Math.max(0.01, ...bars.map((bar) => Math.max(bar.part, bar.other)));
        return bars.map((bar) => ({ ...bar, height: (100 * bar.part) / most, otherHeight: (100 * bar.other) / most }));
    }

    /** How far to the left or right of the mean a group stands, in hundredths of half the width (four points). */
    width(gap) {
        return Math.min(50, (Math.abs(gap || 0) / 4) * 50);
    }

    signed(gap) {
        if (gap === null || gap === undefined) {
            return "";
        }
        return (gap > 0 ? "+" : gap < 0 ? "−" : "") + (formatMark(Math.abs(gap)) || "0");
    }

    bandCount(summary, name) {
        return summary.bands[name] || 0;
    }

    openSheet(row) {
        return this.action.doAction({
            type: "ir.actions.act_window", res_model: MODEL, res_id: row.id, views: [[false, "form"]],
        });
    }

    adjust(row) {
        return this.action.doActionButton({
            type: "object",
            name: "action_open_decision",
            resModel: MODEL,
            resId: row.id,
            context: { gov_operation: "adjust" },
            onClose: () => this.load(),
        });
    }

    openPivot() {
        return this.action.doAction("gov_hr_evaluation.gov_evaluation_assessment_action");
    }
}

registry.category("actions").add("gov_evaluation.board", EvaluationBoard);
