import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { Component, onPatched, onWillStart, useRef, useState } from "@odoo/owl";
import { bandOf, formatMark, isMark, parseMark, sumMarks } from "../common";

const MODEL = "gov.evaluation.sheet";

/**
 * The marks of a head over the whole team: one row a person, one cell a criterion.  Enter and the arrows go from cell
 * to cell as in a spreadsheet; what was typed is saved when the row is left.
 */
export class EvaluationTeam extends Component {
    static template = "gov_hr_evaluation.Team";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.formatMark = formatMark;
        this.root = useRef("root");
        this.focus = null;
        this.state = useState({
            campaigns: [], campaign: false, criteria: [], bands: [], step: 0.25, rows: [], opened: null, busy: false,
        });
        onWillStart(() => this.load());
        onPatched(() => {
            if (this.focus) {
                const cell = this.root.el.querySelector(`[data-cell="${this.focus}"]`);
                this.focus = null;
                cell?.focus();
                cell?.select?.();
            }
        });
    }

    async load(campaignId = this.state.campaign && this.state.campaign.id) {
        const answer = await this.orm.call(MODEL, "get_team", [campaignId || null]);
        for (const row of answer.rows) {
            this.prepare(row, answer.criteria);
        }
        Object.assign(this.state, answer);
    }

    prepare(row, criteria) {
        const marks = row.marks;
        row.typed = Object.fromEntries(criteria.map((one) => [one.id, formatMark(marks ? marks.marks[one.id] : null)]));
        row.notes = Object.fromEntries(criteria.map((one) => [one.id, marks ? marks.notes[one.id] : ""]));
        row.words = marks ? marks.words : "";
        row.revision = marks ? marks.revision : 0;
        row.changed = false;
        row.failure = "";
    }

    isOpen(row) {
        return row.state === "head";
    }

    marksOf(row) {
        return Object.fromEntries(this.state.criteria.map((one) => [one.id, parseMark(row.typed[one.id])]));
    }

    isBad(row, criterion) {
        const mark = parseMark(row.typed[criterion.id]);
        return mark !== null && !isMark(mark, criterion.max, this.state.step);
    }

    isComplete(row) {
        return this.state.criteria.every((one) => parseMark(row.typed[one.id]) !== null && !this.isBad(row, one));
    }

    isReady(row) {
        return this.isOpen(row) && this.isComplete(row) && row.words.trim() && !row.interview_missing;
    }

    total(row) {
        if (this.state.criteria.some((one) => this.isBad(row, one))) {
            return null;
        }
        const marks = this.marksOf(row);
        return Object.values(marks).some((mark) => mark !== null && Number.isFinite(mark)) ? sumMarks(marks) : null;
    }

    band(row) {
        return this.isComplete(row) ? bandOf(this.total(row), this.state.bands) : "";
    }

    get totalLabel() {
        return _t("Total");
    }

    get counts() {
        const open = this.state.rows.filter((row) => this.isOpen(row));
        const ready = open.filter((row) => this.isReady(row));
        return { team: this.state.rows.length, open: open.length, ready: ready.length };
    }

    type(row, criterion, ev) {
        row.typed[criterion.id] = ev.target.value;
        row.changed = true;
        row.failure = "";
    }

    setWords(row, ev) {
        row.words = ev.target.value;
        row.changed = true;
    }

    setNote(row, criterion, ev) {
        row.notes[criterion.id] = ev.target.value;
        row.changed = true;
    }

    /** Go from cell to cell: Enter and down, up, and sideways at the end of what is typed. */
    onKeydown(row, criterion, ev) {
        const open = this.state.rows.filter((one) => this.isOpen(one));
        const at = open.indexOf(row);
        const column = this.state.criteria.indexOf(criterion);
        let target = null;
        if (ev.key === "Enter" || ev.key === "ArrowDown") {
            target = [open[at + 1], criterion];
        } else if (ev.key === "ArrowUp") {
            target = [open[at - 1], criterion];
        } else if (ev.key === "ArrowRight" || ev.key === "ArrowLeft") {
            const rtl = document.body.classList.contains("o_rtl");
            const step = (ev.key === "ArrowRight") === !rtl ? 1 : -1;
            const edge = step === 1 ? ev.target.value.length : 0;
            if (ev.target.selectionStart === edge || ev.target.selectionEnd - ev.target.selectionStart > 0) {
                target = [row, this.state.criteria[column + step]];
            }
        }
        if (target && target[0] && target[1]) {
            ev.preventDefault();
            const cell = this.root.el.querySelector(`[data-cell="${target[0].id}-${target[1].id}"]`);
            cell?.focus();
            cell?.select();
        }
    }

    /** Save the row when the focus leaves it. */
    onFocusout(row, ev) {
        if (!ev.currentTarget.contains(ev.relatedTarget)) {
            this.save(row);
        }
    }

    values(row) {
        return { marks: this.marksOf(row), notes: row.notes, words: row.words, revision: row.revision };
    }

    async save(row) {
        if (!row.changed || row.saving || !this.isOpen(row)) {
            return;
        }
        if (this.state.criteria.some((one) => this.isBad(row, one))) {
            const bad = this.state.criteria.find((one) => this.isBad(row, one));
            row.failure = _t("%(criterion)s is marked from 0 to %(most)s, by %(step)s.", {
                criterion: bad.name,
                most: formatMark(bad.max),
                step: formatMark(this.state.step),
            });
            return;
        }
        row.saving = true;
        row.changed = false;
        try {
            const answer = await this.orm.call(MODEL, "action_save_marks", [[row.id], this.values(row)]);
            row.revision = answer.revision;
            row.failure = "";
        } catch (error) {
            row.failure = error?.data?.message || _t("The server could not be reached: try again in a moment.");
            row.changed = true;
        } finally {
            row.saving = false;
        }
    }

    toggle(row) {
        this.state.opened = this.state.opened === row.id ? null : row.id;
        if (this.state.opened) {
            this.focus = `${row.id}-words`;
        }
    }

    openInterview(row) {
        return this.action.doActionButton({
            type: "object",
            name: "action_open_interview",
            resModel: MODEL,
            resId: row.id,
            onClose: () => this.load(),
        });
    }

    openSheet(row) {
        return this.action.doAction({
            type: "ir.actions.act_window", res_model: MODEL, res_id: row.id, views: [[false, "form"]],
        });
    }

    async startMarking(row) {
        await this.orm.call(MODEL, "action_start_marking", [[row.id]]);
        await this.load();
    }

    /** Give the marks of one person, or of all those that are complete. */
    async give(rows) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        let done = 0;
        for (const row of rows) {
            await this.save(row);
            if (row.failure) {
                continue;
            }
            try {
                await this.orm.call(MODEL, "action_submit_marks", [[row.id]]);
                done += 1;
            } catch (error) {
                row.failure = error?.data?.message || _t("The server could not be reached: try again in a moment.");
            }
        }
        const failures = Object.fromEntries(
            this.state.rows.filter((row) => row.failure).map((row) => [row.id, row.failure])
        );
        await this.load();
        for (const row of this.state.rows) {
            row.failure = failures[row.id] || "";
        }
        this.state.busy = false;
        if (done) {
            this.notification.add(_t("Marks given: %s. The heads above compare them.", done), { type: "success" });
        }
    }

    giveReady() {
        return this.give(this.state.rows.filter((row) => this.isReady(row)));
    }
}

registry.category("actions").add("gov_evaluation.team", EvaluationTeam);
