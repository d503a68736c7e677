import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** The private address that shows one's leave, or that of one's unit, in the calendar of a telephone. */
export class LeaveFeed extends Component {
    static template = "gov_hr_leave.Feed";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({ feeds: [], busy: false });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.feeds = await this.orm.call("gov.leave.feed", "get_my_feeds", []);
    }

    async run(method, feed) {
        this.state.busy = true;
        try {
            this.state.feeds = await this.orm.call("gov.leave.feed", method, [feed.scope]);
        } finally {
            this.state.busy = false;
        }
    }

    async copy(feed) {
        try {
            await navigator.clipboard.writeText(feed.url);
            this.notification.add(_t("The address is copied."), { type: "success" });
        } catch {
            // pages without https may not write to the clipboard: the address is selected, ready to be copied
            document.querySelector(`#gov_feed_${feed.scope}`)?.select();
        }
    }

    renew(feed) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Make another address?"),
            body: _t("The present one stops working at once, in every calendar that uses it."),
            confirmLabel: _t("Make another"),
            cancelLabel: _t("Keep it"),
            confirm: () => this.run("action_renew", feed),
            cancel: () => {},
        });
    }

    revoke(feed) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Stop this address?"),
            body: _t("Calendars that use it will show nothing new. You can make another at any time."),
            confirmLabel: _t("Stop it"),
            cancelLabel: _t("Keep it"),
            confirm: () => this.run("action_revoke", feed),
            cancel: () => {},
        });
    }
}

registry.category("actions").add("gov_leave.feed", LeaveFeed);
