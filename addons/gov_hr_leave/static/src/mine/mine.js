import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** My leave: each request with where it stands, who has it, its decision, and what is left of each right. */
export class LeaveMine extends Component {
    static template = "gov_hr_leave.Mine";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({ employee: true, cards: [], requests: [], more: false, open: false, busy: false });
        this.limit = 20;
        onWillStart(() => this.load());
    }

    async load() {
        Object.assign(this.state, await this.orm.call("hr.leave", "get_my_leave", [], { limit: this.limit }));
    }

    async showMore() {
        this.limit += 40;
        await this.load();
    }

    toggle(request) {
        this.state.open = this.state.open === request.id ? false : request.id;
    }

    ask() {
        return this.action.doAction("gov_hr_leave.leave_ask_action");
    }

    resume(request) {
        return this.action.doAction("gov_hr_leave.leave_ask_action", { additionalContext: { draft_id: request.id } });
    }

    openWhy(code) {
        return this.action.doAction("gov_hr_leave.leave_why_action", { additionalContext: { code } });
    }

    openFeed() {
        return this.action.doAction("gov_hr_leave.leave_feed_action");
    }

    openForm(request) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "hr.leave",
            res_id: request.id,
            views: [[false, "form"]],
            target: "current",
        });
    }

    async run(method, request) {
        this.state.busy = true;
        try {
            const action = await this.orm.call("hr.leave", method, [[request.id]]);
            if (action && typeof action === "object") {
                await this.action.doAction(action);
            }
            await this.load();
        } finally {
            this.state.busy = false;
        }
    }

    cancel(request) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Withdraw this request?"),
            body: _t("Nobody will decide on it any more. You can ask again at any time."),
            confirmLabel: _t("Withdraw it"),
            cancelLabel: _t("Keep it"),
            confirm: () => this.run("action_cancel", request),
            cancel: () => {},
        });
    }

    discard(request) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Delete this draft?"),
            body: _t("It has not been sent to anybody."),
            confirmLabel: _t("Delete it"),
            cancelLabel: _t("Keep it"),
            confirm: async () => {
                await this.orm.unlink("hr.leave", [request.id]);
                await this.load();
            },
            cancel: () => {},
        });
    }
}

registry.category("actions").add("gov_leave.mine", LeaveMine);
