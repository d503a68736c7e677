import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { Component, onMounted, useState } from "@odoo/owl";

/** Open a campaign or notify its marks: part after part, with a progress bar; a stop loses nothing. */
export class EvaluationBatch extends Component {
    static template = "gov_hr_evaluation.Batch";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.params = this.props.action.params;
        this.state = useState({ done: 0, skipped: 0, remaining: null, failed: [], running: true, stop: false });
        onMounted(() => this.run());
    }

    get percent() {
        const treated = this.state.done + this.state.skipped;
        const total = treated + (this.state.remaining || 0);
        return total ? Math.round((100 * treated) / total) : this.state.running ? 0 : 100;
    }

    async run() {
        do {
            try {
                const method = this.params.method;
                const answer = await this.orm.call("gov.evaluation.campaign", method, [this.params.campaign_id]);
                this.state.done += answer.done;
                this.state.skipped += answer.skipped;
                this.state.remaining = answer.remaining;
                for (const item of answer.failed) {
                    if (!this.state.failed.some((known) => known.name === item.name)) {
                        this.state.failed.push(item);
                    }
                }
                if (!answer.done && !answer.skipped) {
                    break;
                }
            } catch (error) {
                const message = error?.data?.message || _t("The server could not be reached.");
                this.state.failed.push({ name: _t("Stopped"), message });
                break;
            }
        } while (this.state.remaining && !this.state.stop);
        this.state.running = false;
    }

    stop() {
        this.state.stop = true;
    }

    async close() {
        await this.action.doAction({ type: "ir.actions.act_window_close" });
        return this.action.doAction({ type: "ir.actions.client", tag: "soft_reload" });
    }
}

registry.category("actions").add("gov_evaluation.batch", EvaluationBatch);
