import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatInteger } from "@web/views/fields/formatters";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const SHOWN = 40;

/** What to watch over the workforce, and the competencies that leave with the retirements. */
export class GovWatch extends Component {
    static template = "gov_hr_competency.Watch";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ watch: null, years: 5, skills: [], all: false, people: null, title: "" });
        onWillStart(async () => {
            this.state.watch = await this.orm.call("gov.workforce.watch", "get_watch", []);
            await this.load();
        });
    }

    async load() {
        this.state.people = null;
        this.state.skills = await this.orm.call("gov.workforce.watch", "get_leaving_skills", [this.state.years]);
    }

    setYears(years) {
        this.state.years = years;
        this.state.all = false;
        return this.load();
    }

    get shown() {
        return this.state.all ? this.state.skills : this.state.skills.slice(0, SHOWN);
    }

    get tiles() {
        const watch = this.state.watch;
        return [
            { show: "seniors", value: this.percent(watch.share), name: _t("of the staff aged %s or more", watch.senior_age) },
            { show: "vacant", value: this.number(watch.vacant), name: _t("vacant posts") },
            { show: "vacant_sensitive", value: this.number(watch.vacant_sensitive), name: _t("vacant sensitive posts") },
            { show: "leaving_sensitive", value: this.number(watch.leaving_sensitive), name: _t("sensitive posts whose holder leaves soon") },
            { show: "single", value: this.number(watch.single), name: _t("jobs with a single holder") },
        ];
    }

    number(value) {
        return formatInteger(value || 0);
    }

    percent(value) {
        return `${Math.round((value || 0) * 100)} %`;
    }

    leaveLabel(years) {
        return years === 1 ? _t("1 year") : _t("%s years", years);
    }

    async show(name) {
        if (name) {
            await this.action.doAction(await this.orm.call("gov.workforce.watch", "action_show", [name]));
        }
    }

    async openSkill(row) {
        this.state.title = `${row.skill} · ${row.level}. ${row.level_name}`;
        this.state.people = await this.orm.call("gov.workforce.watch", "get_leaving_people", [
            this.state.years,
            row.skill_id,
            row.level,
        ]);
    }

    async openLeavers(years) {
        this.state.title = _t("People who leave within %s", this.leaveLabel(years));
        this.state.people = await this.orm.call("gov.workforce.watch", "get_leaving_people", [years]);
    }

    close() {
        this.state.people = null;
    }

    showAll() {
        this.state.all = true;
    }
}

registry.category("actions").add("gov.workforce_watch", GovWatch);
