import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillStart, useState } from "@odoo/owl";

const SESSION = "gov.training.session";
const REGISTRATION = "gov.training.registration";
const TRANSFER = "gov.training.transfer";

/**
 * My sessions, made for a phone: what waits for me now, what I am convoked to, what I may apply for, what I followed.
 */
export class MyTraining extends Component {
    static template = "gov_hr_training.My";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({
            employee: false,
            todo: [],
            mine: [],
            open: [],
            past: [],
            gives: 0,
            programmes: 0,
            doing: false, // {kind, id, title, …} of what is being answered
            marks: {},
            words: "",
            test: false,
            answers: {},
            result: false,
            applying: false,
            withdrawing: false,
            said: "",
            failure: "",
            busy: false,
        });
        onWillStart(() => this.load());
    }

    async load() {
        Object.assign(this.state, await this.orm.call(SESSION, "get_my_training", []));
    }

    get criteria() {
        if (this.state.doing.kind === "transfer") {
            return [
                { key: "used", name: _t("I use at work what I learnt") },
                { key: "progress", name: _t("My work is better for it") },
                { key: "conditions", name: _t("I have the means and the time for it") },
            ];
        }
        return [
            { key: "content", name: _t("Content") },
            { key: "teaching", name: _t("Teaching") },
            { key: "usefulness", name: _t("Usefulness for work") },
            { key: "organisation", name: _t("Organisation") },
            { key: "pace", name: _t("Pace and materials") },
        ];
    }

    async act(call) {
        if (this.state.busy) {
            return;
        }
        Object.assign(this.state, { busy: true, failure: "", said: "" });
        try {
            await call();
        } catch (error) {
            this.state.failure = error?.data?.message || _t("The server could not be reached: try again in a moment.");
        } finally {
            this.state.busy = false;
        }
    }

    leave() {
        Object.assign(this.state, {
            doing: false, test: false, result: false, applying: false, withdrawing: false, marks: {}, words: "",
            answers: {}, failure: "",
        });
    }

    // -- answers

    begin(todo) {
        return this.act(async () => {
            this.leave();
            if (todo.kind === "test") {
                this.state.test = await this.orm.call(REGISTRATION, "get_test", [[todo.id]]);
            }
            this.state.doing = todo;
        });
    }

    mark(key, value) {
        this.state.marks[key] = value;
    }

    send() {
        const { doing, marks, words } = this.state;
        if (this.criteria.some((one) => !marks[one.key])) {
            this.state.failure = _t("Give a mark to each line first.");
            return;
        }
        return this.act(async () => {
            if (doing.kind === "transfer") {
                await this.orm.call(TRANSFER, "action_answer", [[doing.id], { ...marks, remark: words }]);
            } else {
                await this.orm.call(REGISTRATION, "action_give_feedback", [[doing.id], { ...marks, comment: words }]);
            }
            this.leave();
            await this.load();
            this.state.said = _t("Thank you: your answer is kept.");
        });
    }

    tick(question, choice, ev) {
        const before = this.state.answers[question.id] || [];
        if (question.many) {
            this.state.answers[question.id] = ev.target.checked
                ? [...before, choice.id]
                : before.filter((id) => id !== choice.id);
        } else {
            this.state.answers[question.id] = [choice.id];
        }
    }

    sendTest() {
        const { doing, test, answers } = this.state;
        if (test.questions.some((question) => !(answers[question.id] || []).length)) {
            this.state.failure = _t("Answer each question first.");
            return;
        }
        return this.act(async () => {
            const result = await this.orm.call(REGISTRATION, "action_answer_test", [[doing.id], test.phase, answers]);
            await this.load();
            this.state.result = { score: Math.round(result.score), gain: result.gain };
        });
    }

    get gainText() {
        const gain = Math.round(this.state.result.gain || 0);
        return gain > 0 ? `+${gain}` : String(gain);
    }

    // -- apply, withdraw

    apply(card) {
        this.leave();
        this.state.applying = card.session_id;
    }

    sendApplication(card) {
        return this.act(async () => {
            await this.orm.call(SESSION, "action_apply", [[card.session_id], this.state.words]);
            this.leave();
            await this.load();
            this.state.said = _t("Your application is with your head.");
        });
    }

    withdraw(card) {
        this.leave();
        this.state.withdrawing = card.id;
    }

    sendWithdrawal(card) {
        if (card.needs_reason && !this.state.words.trim()) {
            this.state.failure = _t("Say why: the training officer reads it.");
            return;
        }
        return this.act(async () => {
            await this.orm.call(REGISTRATION, "action_cancel", [[card.id], this.state.words]);
            this.leave();
            await this.load();
            this.state.said = _t("You are no longer registered.");
        });
    }

    openAttendance() {
        return this.action.doAction("gov_hr_training.gov_training_attendance_action");
    }

    openProgramme() {
        return this.action.doAction("gov_hr_training.gov_training_programme_my_action");
    }

    todoText(todo) {
        return {
            sign: _t("Sign for this half-day: scan the code on the trainer's screen"),
            feedback: _t("Say what the session was worth: one minute"),
            test: todo.phase === "before" ? _t("Take the test before the session") : _t("Take the test after the session"),
            transfer: _t("Say what you use at work of this training"),
        }[todo.kind];
    }
}

registry.category("actions").add("gov_training.my", MyTraining);
