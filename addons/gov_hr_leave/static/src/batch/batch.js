import { Component, onMounted, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const CHUNK = 10;

/** Decide on many requests, by chunks, with a progress bar; what fails is listed with its reason. */
export class LeaveBatch extends Component {
    static template = "gov_hr_leave.Batch";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const params = this.props.action.params;
        this.ids = params.ids;
        this.state = useState({ total: this.ids.length, treated: 0, done: 0, failed: [], running: true, stop: false });
        onMounted(() => this.run());
    }

    get percent() {
        return this.state.total ? Math.round((100 * this.state.treated) / this.state.total) : 100;
    }

    async run() {
        for (let at = 0; at < this.ids.length && !this.state.stop; at += CHUNK) {
            const chunk = this.ids.slice(at, at + CHUNK);
            try {
                const answer = await this.orm.silent.call("hr.leave", "action_treat", [chunk]);
                this.state.done += answer.done;
                this.state.failed.push(...answer.failed);
            } catch (error) {
                const message = error?.data?.message || _t("The server could not be reached.");
                this.state.failed.push({ id: chunk[0], name: _t("The rest of the selection"), message });
                break;
            } finally {
                this.state.treated = Math.min(at + CHUNK, this.ids.length);
            }
        }
        this.state.running = false;
    }

    close() {
        return this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("gov_leave.batch", LeaveBatch);
