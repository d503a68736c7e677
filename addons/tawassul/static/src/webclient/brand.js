import { browser } from "@web/core/browser/browser";
import { titleService } from "@web/core/browser/title_service";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { DocumentationLink } from "@web/views/widgets/documentation_link/documentation_link";

const HELP = "/tawassul/help";

// No link to a publisher's shop, account or help desk: help is the module's own pages.
const menu = registry.category("user_menuitems");
for (const item of ["support", "odoo_account"]) {
    if (menu.contains(item)) {
        menu.remove(item);
    }
}

// The page title ends with the name of the suite.
registry.category("services").add(
    "title",
    {
        dependencies: ["localization"],
        start() {
            const service = titleService.start();
            const setParts = service.setParts;
            const withBrand = (parts) => {
                // The name comes last: it is set again after each change of the other parts.
                setParts({ gov_brand: null });
                setParts(parts);
                setParts({ gov_brand: _t("Tawassul").toString() });
            };
            withBrand({});
            return Object.defineProperties(
                {},
                {
                    current: { get: () => service.current },
                    getParts: {
                        value: () => {
                            const parts = service.getParts();
                            delete parts.gov_brand;
                            return parts;
                        },
                    },
                    setCounters: { value: service.setCounters },
                    setParts: { value: withBrand },
                }
            );
        },
    },
    { force: true }
);

// Help is a page of the suite itself, in the user's language.
menu.add("gov_help", () => ({
    type: "item",
    id: "gov_help",
    description: _t("Help"),
    href: HELP,
    callback: () => browser.open(HELP, "_blank"),
    sequence: 20,
}));

patch(DocumentationLink.prototype, {
    get url() {
        return HELP;
    },
});

// The choice of a company is offered where there is one.
const systray = registry.category("systray");
if (user.allowedCompanies.length < 2 && systray.contains("SwitchCompanyMenu")) {
    systray.remove("SwitchCompanyMenu");
}
