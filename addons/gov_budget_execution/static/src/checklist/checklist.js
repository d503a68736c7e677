import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The checks of the controller (C1 to C6): what holds, what is waived and why, what is missing and where to mend it. */
export class GovChecklist extends Component {
    static template = "gov_budget_execution.Checklist";
    static props = { ...standardFieldProps };

    get checks() {
        return this.props.record.data[this.props.name] || [];
    }

    label(check) {
        return check.ok === false ? _t("To mend") : check.ok === null ? _t("Waived") : _t("Holds");
    }

    icon(check) {
        return check.ok === false ? "fa-times-circle" : check.ok === null ? "fa-minus-circle" : "fa-check-circle";
    }

    tone(check) {
        return check.ok === false ? "o_gov_wrong" : check.ok === null ? "o_gov_waived" : "o_gov_right";
    }

    open(check, ev) {
        const form = ev.currentTarget.closest(".o_form_view");
        const tab = form && form.querySelector(`.nav-link[name="${check.page}"]`);
        if (tab) {
            tab.click();
            tab.scrollIntoView({ behavior: "smooth", block: "nearest" });
        }
    }
}

registry.category("fields").add("gov_checklist", {
    component: GovChecklist,
    supportedTypes: ["json"],
});
