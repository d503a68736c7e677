import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { Component, onPatched, onWillStart, useRef, useState } from "@odoo/owl";

const LANG_NAMES = { ar: "العربية", fr: "Français", ar_fr: "العربية – Français" };

/**
 * The screen where an employee asks for a certificate: choose a document, check two choices, press one button.
 * Made for a phone first; all texts come translated, all data in one call.
 */
export class CertificateAsk extends Component {
    static template = "gov_hr_certificate.Ask";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.title = useRef("title");
        this.canShare = Boolean(navigator.share && navigator.canShare);
        this.focusNext = false;
        this.state = useState({
            step: "choose",
            types: [],
            purposes: [],
            acts: [],
            employee: false,
            type: null,
            lang: "ar",
            purposeId: false,
            otherPurpose: "",
            answers: {},
            errors: {},
            busy: false,
            failure: "",
            result: null,
        });
        onWillStart(() => this.load());
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
        const catalogue = await this.orm.call("gov.certificate.type", "get_catalogue", []);
        this.userLang = catalogue.lang;
        Object.assign(this.state, {
            types: catalogue.types,
            purposes: catalogue.purposes,
            acts: catalogue.acts,
            employee: catalogue.employee,
        });
        const wanted = this.props.action?.context?.default_type_code || this.props.action?.params?.type_code;
        const type = wanted && this.state.types.find((item) => item.code === wanted);
        if (type) {
            this.choose(type);
        }
    }

    go(step) {
        this.state.step = step;
        this.focusNext = true;
    }

    choose(type) {
        Object.assign(this.state, {
            type,
            lang: type.langs.includes(this.userLang) ? this.userLang : type.langs[0],
            purposeId: this.purposesOf(type)[0]?.id || false,
            otherPurpose: "",
            answers: {},
            errors: {},
            failure: "",
            result: null,
        });
        this.go("details");
    }

    purposesOf(type) {
        const offered = new Set(type.purposes);
        return this.state.purposes.filter((purpose) => !offered.size || offered.has(purpose.id));
    }

    langName(lang) {
        return LANG_NAMES[lang];
    }

    langCode(lang) {
        return lang === "fr" ? "fr" : "ar";
    }

    setPurpose(ev) {
        this.state.purposeId = ev.target.value === "other" ? "other" : parseInt(ev.target.value);
    }

    setAnswer(question, ev) {
        this.state.answers[question.id] = ev.target.value;
        delete this.state.errors[question.id];
    }

    /** Check what can be checked here; the server checks all again. */
    check() {
        const errors = {};
        if (this.state.purposeId === "other" && !this.state.otherPurpose.trim()) {
            errors.purpose = _t("Write the purpose, or choose one of the list.");
        }
        for (const question of this.state.type.questions) {
            const value = (this.state.answers[question.id] || "").trim();
            if (question.is_required && !value) {
                errors[question.id] = _t("This answer is needed.");
            } else if (question.kind === "rib" && value && value.replace(/\D/g, "").length !== 24) {
                errors[question.id] = _t("A RIB has 24 digits.");
            } else if (question.kind === "amount" && value && !(parseFloat(value.replace(",", ".")) > 0)) {
                errors[question.id] = _t("Write an amount in dirhams, such as 1500.50.");
            }
        }
        this.state.errors = errors;
        return !Object.keys(errors).length;
    }

    async submit() {
        if (this.state.busy) {
            return;
        }
        if (!this.check()) {
            document.querySelector(".o_gov_ask [aria-invalid='true']")?.focus();
            return;
        }
        this.state.busy = true;
        this.state.failure = "";
        const values = {
            type_code: this.state.type.code,
            lang: this.state.lang,
            answers: Object.fromEntries(
                this.state.type.questions.map((question) => [question.code, this.state.answers[question.id] || ""])
            ),
        };
        if (this.state.purposeId === "other") {
            values.purpose = this.state.otherPurpose.trim();
        } else if (this.state.purposeId) {
            values.purpose_id = this.state.purposeId;
        }
        try {
            this.state.result = await this.orm.call("gov.certificate.request", "action_ask", [values]);
            this.go("result");
        } catch (error) {
            // a sentence of the server stays beside the button, nothing typed is lost
            if (error?.data?.message) {
                this.state.failure = error.data.message;
            } else {
                this.state.failure = _t("The server could not be reached. Nothing was lost: try again.");
            }
        } finally {
            this.state.busy = false;
        }
    }

    async share() {
        const result = this.state.result;
        const response = await fetch(result.download_url);
        const file = new File([await response.blob()], result.file_name, { type: "application/pdf" });
        if (navigator.canShare({ files: [file] })) {
            try {
                await navigator.share({ files: [file], title: result.title });
            } catch {
                // the person closed the sharing panel
            }
        }
    }

    again() {
        this.state.type = null;
        this.go("choose");
    }

    openRequests() {
        return this.action.doAction("gov_hr_certificate.gov_certificate_request_action_my");
    }

    openRequest() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "gov.certificate.request",
            res_id: this.state.result.id,
            views: [[false, "form"]],
            target: "current",
        });
    }
}

registry.category("actions").add("gov_certificate.ask", CertificateAsk);
