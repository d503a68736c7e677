import { Component, onWillDestroy, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const EVERY_MS = 1500;

/** A bar that follows a running import, and reloads the record when it ends. */
export class ImportProgress extends Component {
    static template = "gov_import.ImportProgress";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ percent: Math.round(this.props.record.data[this.props.name] || 0) });
        this.timer = setInterval(() => this.follow(), EVERY_MS);
        onWillDestroy(() => clearInterval(this.timer));
    }

    get label() {
        return _t("The file is being imported: %s %. You may leave this page.", this.state.percent);
    }

    async follow() {
        const record = this.props.record;
        if (this.asking || !record.resId || record.data.state !== "importing") {
            return;
        }
        this.asking = true;
        try {
            const [found] = await this.orm.silent.read("gov.import.batch", [record.resId], ["state", "progress"]);
            this.state.percent = Math.round(found.progress);
            if (found.state !== "importing") {
                clearInterval(this.timer);
                await record.load();
            }
        } finally {
            this.asking = false;
        }
    }
}

registry.category("fields").add("gov_import_progress", {
    component: ImportProgress,
    supportedTypes: ["float"],
});
