import { Component, onPatched, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { longDate, shortDate, toDay, toIso } from "../common/dates";
import { DayField } from "../common/day_field";
import { RangePicker } from "../common/range_picker";

const EMPTY = {
    id: false,
    date_from: "",
    date_to: "",
    cause_id: false,
    event_date: "",
    certificate_date: "",
    child_birthdate: "",
    nursing_time: "end",
    request_hour_from: 9,
    request_hour_to: 11,
    decision_lang: false,
    is_rural: false,
    is_abroad: false,
    country_id: false,
    address_during: "",
    phone_during: "",
    interim_employee_id: false,
    notes: "",
};

/**
 * The screen where an employee asks for leave: see what is left, choose a kind, tap the days, read what the law makes
 * of them, send. Made for a phone first. Nothing typed is lost: a request that cannot be sent stays a draft.
 */
export class LeaveAsk extends Component {
    static template = "gov_hr_leave.Ask";
    static components = { DayField, RangePicker };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.title = useRef("title");
        this.longDate = longDate;
        this.shortDate = shortDate;
        this.labels = {
            child: _t("Date of birth of the child"),
            certificate: _t("Date of the medical certificate"),
        };
        this.langs = [
            { code: "ar", name: "العربية" },
            { code: "fr", name: "Français" },
        ];
        this.hours = Array.from({ length: 21 }, (_item, index) => {
            const value = 7.5 + index / 2;
            const text = `${String(Math.floor(value)).padStart(2, "0")}:${value % 1 ? "30" : "00"}`;
            return { value, text };
        });
        this.focusNext = false;
        this.wanted = 0;
        this.timer = null;
        this.state = useState({
            step: "choose",
            data: { types: [], cards: [], causes: [], interims: [], countries: [], drafts: [], holidays: {}, busy: {} },
            type: null,
            values: { ...EMPTY },
            proof: null,
            keptProofs: [],
            preview: null,
            loading: false,
            errors: {},
            busy: false,
            failure: "",
            result: null,
            picking: "",
        });
        onWillStart(() => this.load());
        onWillUnmount(() => clearTimeout(this.timer));
        // each step is announced: the focus goes to its title
        onPatched(() => {
            if (this.focusNext && this.title.el) {
                this.focusNext = false;
                this.title.el.focus();
                this.title.el.scrollIntoView({ block: "start" });
            }
        });
    }

    async load() {
        this.state.data = await this.orm.call("hr.leave", "get_ask_data", []);
        const params = { ...this.props.action?.context, ...this.props.action?.params };
        const draft = params.draft_id && this.state.data.drafts.find((item) => item.id === params.draft_id);
        const code = params.type_code || params.default_type_code;
        const type = this.state.data.types.find((item) => item.code === code);
        if (draft) {
            this.resume(draft);
        } else if (type) {
            this.choose(type);
        }
    }

    go(step) {
        this.state.step = step;
        this.focusNext = true;
    }

    get groups() {
        const groups = [];
        for (const type of this.state.data.types) {
            let group = groups.find((item) => item.name === type.group);
            if (!group) {
                groups.push((group = { name: type.group, types: [] }));
            }
            group.types.push(type);
        }
        return groups;
    }

    choose(type, values = {}) {
        Object.assign(this.state, {
            type,
            values: {
                ...EMPTY,
                phone_during: this.state.data.phone || "",
                address_during: (type.fields.includes("certificate") && this.state.data.address) || "",
                cause_id: (type.fields.includes("cause") && this.state.data.default_cause) || false,
                ...values,
            },
            proof: null,
            keptProofs: values.proofs || [],
            preview: null,
            errors: {},
            failure: "",
            result: null,
            picking: values.date_from ? "" : "dates",
        });
        this.go("details");
        this.refresh();
    }

    resume(draft) {
        const type = this.state.data.types.find((item) => item.code === draft.code);
        if (type) {
            this.choose(type, draft.values);
            this.state.failure = draft.message || "";
        }
    }

    has(field) {
        return this.state.type.fields.includes(field);
    }

    set(name, value) {
        this.state.values[name] = value;
        delete this.state.errors[name];
        if (["cause_id", "event_date", "certificate_date", "child_birthdate", "is_rural"].includes(name)) {
            this.refresh();
        }
    }

    setNumber(name, ev) {
        this.set(name, parseInt(ev.target.value) || false);
    }

    setHour(name, ev) {
        this.state.values[name] = parseFloat(ev.target.value);
        this.refresh();
    }

    /** Arabic, or French for who reads French or leaves the country. */
    get decisionLang() {
        const { decision_lang, is_abroad } = this.state.values;
        return decision_lang || (is_abroad || this.state.data.lang === "fr" ? "fr" : "ar");
    }

    setDates(from, to) {
        if (from === to && !(from === this.state.values.date_from && to === this.state.values.date_to)) {
            to = this.wholeLength(from) || to;
        }
        this.state.values.date_from = from;
        this.state.values.date_to = to;
        delete this.state.errors.dates;
        this.refresh();
    }

    /** The last day of a leave whose length the law gives. */
    wholeLength(from) {
        const { days, months } = this.state.type.length;
        if (!days && !months) {
            return "";
        }
        return toIso(toDay(from).plus(days ? { days } : { months }).minus({ days: 1 }));
    }

    get datesText() {
        const { date_from, date_to } = this.state.values;
        if (!date_from) {
            return _t("Choose the days");
        }
        if (date_from === date_to) {
            return longDate(date_from, true);
        }
        return _t("From %(first)s to %(last)s", { first: longDate(date_from), last: longDate(date_to) });
    }

    toggle(name) {
        this.state.picking = this.state.picking === name ? "" : name;
    }

    payload() {
        const values = { ...this.state.values, code: this.state.type.code, decision_lang: this.decisionLang };
        delete values.proofs;
        return values;
    }

    /** Ask the server what these days make; only the answer to the last question is shown. */
    refresh() {
        clearTimeout(this.timer);
        const { date_from } = this.state.values;
        if (!date_from && !this.state.values.event_date) {
            this.state.preview = null;
            return;
        }
        this.state.loading = true;
        this.timer = setTimeout(async () => {
            const number = ++this.wanted;
            try {
                const preview = await this.orm.silent.call("hr.leave", "get_request_preview", [this.payload()]);
                if (number === this.wanted) {
                    this.state.preview = preview;
                    if (preview.proposed_from && !this.state.values.date_from) {
                        this.setDates(preview.proposed_from, preview.proposed_to);
                    }
                }
            } catch {
                if (number === this.wanted) {
                    this.state.preview = null;
                }
            } finally {
                if (number === this.wanted) {
                    this.state.loading = false;
                }
            }
        }, 250);
    }

    async setProof(ev) {
        const file = ev.target.files[0];
        delete this.state.errors.proof;
        if (!file) {
            this.state.proof = null;
            return;
        }
        if (file.size > this.state.data.max_proof) {
            this.state.errors.proof = _t("This file is too large: %(size)s MB at most. Take a smaller picture.", {
                size: Math.floor(this.state.data.max_proof / 1024 / 1024),
            });
            ev.target.value = "";
            return;
        }
        const data = await new Promise((resolve, reject) => {
            const reader = new FileReader();
            reader.onload = () => resolve(reader.result.split(",", 2)[1] || "");
            reader.onerror = reject;
            reader.readAsDataURL(file);
        });
        this.state.proof = { name: file.name, data };
    }

    check() {
        const errors = {};
        const { values, type } = this.state;
        if (!values.date_from) {
            errors.dates = _t("Choose the first and the last day.");
        }
        if (this.has("event_date") && type.event_required && !values.event_date) {
            errors.event_date = _t("Give this date: the right is counted from it.");
        }
        if (this.has("child_birthdate") && !values.child_birthdate) {
            errors.child_birthdate = _t("Give this date: the right depends on the age of the child.");
        }
        if (this.has("interim") && type.interim_required && !values.interim_employee_id) {
            errors.interim_employee_id = _t("You head a unit: say who stands in for you.");
        }
        if (values.is_abroad && !values.country_id) {
            errors.country_id = _t("Choose the country.");
        }
        this.state.errors = errors;
        return !Object.keys(errors).length;
    }

    async submit() {
        if (this.state.busy) {
            return;
        }
        if (!this.check()) {
            document.querySelector(".o_gov_leave [aria-invalid='true']")?.focus();
            return;
        }
        this.state.busy = true;
        this.state.failure = "";
        try {
            const result = await this.orm.call("hr.leave", "action_ask", [this.payload(), this.state.proof || false]);
            if (result.state === "draft") {
                // kept as a draft: the sentence stays beside the button, what was typed stays in the fields
                this.state.values.id = result.id;
                this.state.failure = result.message;
                this.state.keptProofs = result.proofs;
                this.state.proof = null;
            } else {
                this.state.result = result;
                this.go("result");
            }
        } catch (error) {
            this.state.failure =
                error?.data?.message || _t("The server could not be reached. Nothing was lost: try again.");
        } finally {
            this.state.busy = false;
        }
    }

    async again() {
        this.state.type = null;
        this.state.data = await this.orm.call("hr.leave", "get_ask_data", []);
        this.go("choose");
    }

    openMine() {
        return this.action.doAction("gov_hr_leave.leave_mine_action");
    }

    openWhy(code) {
        return this.action.doAction("gov_hr_leave.leave_why_action", { additionalContext: { code } });
    }

    openTeam() {
        return this.action.doAction("gov_hr_leave.leave_team_action");
    }
}

registry.category("actions").add("gov_leave.ask", LeaveAsk);
