import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * The landing page of every internal user. It draws the sections that the server gathers in one call
 * (`gov.home`.get_home) and knows nothing of what they hold: modules add sections in Python.
 */
export class GovHome extends Component {
    static template = "tawassul.Home";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ greeting: {}, sections: [] });
        onWillStart(() => this.load());
    }

    async load() {
        const home = await this.orm.call("gov.home", "get_home", []);
        this.state.greeting = home.greeting;
        this.state.sections = home.sections;
    }

    get wide() {
        return this.state.sections.filter((section) => section.area === "wide");
    }

    get main() {
        return this.state.sections.filter((section) => section.area === "main");
    }

    get side() {
        return this.state.sections.filter((section) => section.area === "side");
    }

    /** @returns {string} greeting by the hour of the day */
    get salutation() {
        return new Date().getHours() < 18 ? _t("Good day,") : _t("Good evening,");
    }

    open(action, context = {}) {
        if (action) {
            return this.action.doAction(action, { additionalContext: context });
        }
    }
}

registry.category("actions").add("gov_home", GovHome);
