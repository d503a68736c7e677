import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillStart, useState } from "@odoo/owl";
import { bandOf, formatMark, sumMarks } from "../common";

const MODEL = "gov.evaluation.sheet";

/**
 * My evaluations, made for a phone first: assess one's own year criterion by criterion, read the record of the
 * interview and sign it, read the mark, reply, and see the marks of the years.
 */
export class MyEvaluation extends Component {
    static template = "gov_hr_evaluation.My";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.formatMark = formatMark;
        this.state = useState({
            sheet: false,
            history: [],
            message: "",
            marks: {},
            notes: {},
            words: "",
            wishes: "",
            opened: {},
            reply: "",
            replying: false,
            busy: false,
            saved: false,
            failure: "",
        });
        onWillStart(() => this.load());
    }

    async load() {
        const answer = await this.orm.call(MODEL, "get_my_evaluation", []);
        const own = answer.sheet && answer.sheet.self;
        Object.assign(this.state, {
            ...answer,
            marks: own ? { ...own.marks } : {},
            notes: own ? { ...own.notes } : {},
            words: own ? own.words : "",
            wishes: own ? own.wishes : "",
            saved: Boolean(own),
        });
        if (answer.sheet && answer.sheet.marks && !answer.sheet.is_read) {
            await this.orm.call(MODEL, "action_read_mark", [[answer.sheet.id]]);
        }
    }

    // -- self-assessment

    get total() {
        return sumMarks(this.state.marks);
    }

    get maximum() {
        return this.maximumOf(this.state.sheet);
    }

    maximumOf(sheet) {
        return sumMarks(Object.fromEntries(sheet.criteria.map((one) => [one.id, one.max])));
    }

    get isComplete() {
        return this.state.sheet.criteria.every((one) => this.isMarked(one.id));
    }

    get band() {
        return this.isComplete ? bandOf(this.total, this.state.sheet.bands) : "";
    }

    isMarked(id) {
        const mark = this.state.marks[id];
        return mark !== null && mark !== undefined;
    }

    /** The whole points of a criterion, for the buttons; the slider gives the parts of a point. */
    points(criterion) {
        return Array.from({ length: Math.floor(criterion.max) + 1 }, (_none, at) => at);
    }

    setMark(criterion, value) {
        this.state.marks[criterion.id] = value;
        this.state.saved = false;
        this.state.failure = "";
    }

    slide(criterion, ev) {
        this.setMark(criterion, Number(ev.target.value));
    }

    setNote(criterion, ev) {
        this.state.notes[criterion.id] = ev.target.value;
        this.state.saved = false;
    }

    setText(name, ev) {
        this.state[name] = ev.target.value;
        this.state.saved = false;
    }

    get values() {
        const { marks, notes, words, wishes, sheet } = this.state;
        return { marks, notes, words, wishes, revision: sheet.self ? sheet.self.revision : undefined };
    }

    async act(call) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        this.state.failure = "";
        try {
            await call();
        } catch (error) {
            this.state.failure = error?.data?.message || _t("The server could not be reached: try again in a moment.");
        } finally {
            this.state.busy = false;
        }
    }

    save() {
        return this.act(async () => {
            await this.orm.call(MODEL, "action_save_self", [[this.state.sheet.id], this.values]);
            await this.load();
        });
    }

    submit() {
        if (!this.isComplete) {
            this.state.failure = _t("Give a mark to each criterion first.");
            return;
        }
        return this.act(async () => {
            await this.orm.call(MODEL, "action_submit_self", [[this.state.sheet.id], this.values]);
            await this.load();
        });
    }

    // -- interview, reply

    answerInterview(operation) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("Record of the interview"),
                res_model: "gov.evaluation.decision",
                views: [[false, "form"]],
                target: "new",
                context: {
                    default_sheet_id: this.state.sheet.id,
                    default_interview_id: this.state.sheet.interview.id,
                    default_operation: operation,
                },
            },
            { onClose: () => this.load() }
        );
    }

    sendReply() {
        if (!this.state.reply.trim()) {
            this.state.failure = _t("Write your reply: it is read by the authority that decides.");
            return;
        }
        return this.act(async () => {
            await this.orm.call(MODEL, "action_reply", [[this.state.sheet.id], this.state.reply]);
            this.state.replying = false;
            await this.load();
        });
    }

    // -- history: a small curve, drawn without any library

    get curve() {
        const rows = this.state.history;
        const width = 320;
        const height = 110;
        const left = 24;
        const right = 12;
        const stride = rows.length > 1 ? (width - left - right) / (rows.length - 1) : 0;
        const marks = rows.map((row) => row.mark);
        const lowest = Math.max(0, Math.min(10, Math.floor(Math.min(...marks))));
        const y = (mark) => height - 20 - ((mark - lowest) / (20 - lowest)) * (height - 36);
        const dots = rows.map((row, at) => ({
            x: rows.length > 1 ? left + at * stride : width / 2,
            y: y(row.mark),
            year: row.year,
            label: formatMark(row.mark),
        }));
        const grid = [lowest, 20].map((mark) => ({ y: y(mark), label: formatMark(mark) }));
        return { width, height, dots, grid, line: dots.map((dot) => `${dot.x},${dot.y}`).join(" ") };
    }

    get historyNewestFirst() {
        return [...this.state.history].reverse();
    }
}

registry.category("actions").add("gov_evaluation.my", MyEvaluation);
