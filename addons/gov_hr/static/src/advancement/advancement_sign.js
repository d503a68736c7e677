import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";

const PART = 20;
const WAIT_MS = 1500;

/**
 * Signs the accepted lines of an advancement campaign, part by part, with a progress bar.
 *
 * Nothing is kept here: what is signed is signed on the server, so that the dialog may be closed or the page reloaded
 * at any moment and the signing goes on where it stopped.  A part that another manager is signing is waited for.
 */
export class AdvancementSign extends Component {
    static template = "gov_hr.AdvancementSign";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const { id, total } = this.props.action.params;
        this.id = id;
        this.state = useState({ total, done: 0, remaining: total, failed: [], running: true, stopped: false, error: "" });
        this.alive = true;
        onMounted(() => this.run());
        onWillUnmount(() => (this.alive = false));
    }

    get treated() {
        return Math.max(this.state.total - this.state.remaining, 0);
    }

    get percent() {
        return this.state.total ? Math.min(Math.round((100 * this.treated) / this.state.total), 100) : 100;
    }

    get outcome() {
        return _t("Signed: %(done)s. Not signed: %(failed)s. Left: %(left)s.", {
            done: this.state.done,
            failed: this.state.failed.length,
            left: this.state.remaining,
        });
    }

    async run() {
        Object.assign(this.state, { running: true, stopped: false, error: "" });
        while (this.alive && !this.state.stopped && this.state.remaining) {
            try {
                const answer = await this.orm.call("gov.advancement.campaign", "action_sign_next", [[this.id], PART]);
                this.state.done += answer.done;
                this.state.remaining = answer.remaining;
                this.state.failed.push(...answer.failed);
                if (!answer.done && !answer.failed.length && answer.remaining) {
                    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
                }
            } catch (error) {
                this.state.error = error?.data?.message || _t("The server could not be reached.");
                break;
            }
        }
        this.state.running = false;
    }

    stop() {
        this.state.stopped = true;
    }

    close() {
        return this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("gov_hr.advancement_sign", AdvancementSign);
