import { Component, markup, onMounted, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloatTime } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { GovVideoLesson } from "./video";

const KINDS = {
    article: _t("Text"),
    document: _t("Document"),
    video: _t("Film"),
    infographic: _t("Picture"),
    quiz: _t("Quiz"),
    scorm: _t("Interactive course"),
    certification: _t("Certification"),
};

/** The one page of a learner: what I must do, what I started, what I could do next; then a course, then a lesson. */
export class GovLearning extends Component {
    static template = "gov_hr_elearning.Learning";
    static components = { GovVideoLesson };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.root = useRef("root");
        this.state = useState({
            page: null,
            course: null,
            lesson: null,
            tag: "",
            answers: {},
            outcome: null,
            after: null,
            isBusy: false,
            isAttemptBegun: false,
        });
        const context = (this.props.action && this.props.action.context) || {};
        onWillStart(async () => {
            const course = this.props.resId || context.active_id;
            if (course) {
                await this.openCourse(course);
            } else {
                await this.openPage();
            }
        });
        this.onMessage = this.onMessage.bind(this);
        this.onFocus = this.onFocus.bind(this);
        onMounted(() => {
            browser.addEventListener("message", this.onMessage);
            browser.addEventListener("focus", this.onFocus);
        });
        onWillUnmount(() => {
            browser.removeEventListener("message", this.onMessage);
            browser.removeEventListener("focus", this.onFocus);
        });
        useEffect(
            () => {
                if (this.root.el) {
                    this.root.el.scrollTop = 0;
                }
            },
            () => [this.state.lesson && this.state.lesson.id, this.state.course && this.state.course.id]
        );
    }

    // -- moving

    async openPage() {
        this.state.page = await this.orm.call("gov.learning", "get_my_courses", []);
        Object.assign(this.state, { course: null, lesson: null, after: null });
        this.tellAddress(false);
    }

    async openCourse(id) {
        try {
            this.state.course = await this.orm.call("gov.learning", "get_course", [id]);
        } catch (error) {
            await this.openPage();
            throw error;
        }
        Object.assign(this.state, { lesson: null, after: null });
        this.tellAddress(id);
    }

    async openLesson(id) {
        const lesson = await this.orm.call("gov.learning", "get_lesson", [id]);
        Object.assign(this.state, {
            lesson,
            answers: {},
            outcome: null,
            after: null,
            isAttemptBegun: false,
        });
        if (!this.state.course || this.state.course.id !== lesson.channel) {
            this.state.course = await this.orm.call("gov.learning", "get_course", [lesson.channel]);
        }
    }

    tellAddress(id) {
        if (this.props.updateActionState) {
            this.props.updateActionState({ resId: id || false });
        }
    }

    async resume(card) {
        await this.openCourse(card.id);
        if (!this.state.course.is_member) {
            await this.join();
        }
        if (this.state.course.resume) {
            await this.openLesson(this.state.course.resume);
        }
    }

    async join() {
        await this.orm.call("gov.learning", "action_join", [this.state.course.id]);
        await this.openCourse(this.state.course.id);
    }

    backToCourse() {
        return this.openCourse(this.state.course.id);
    }

    get nextLesson() {
        const { after, lesson } = this.state;
        return after && after.is_course_done ? false : (after && after.next) || lesson.next;
    }

    async next() {
        const next = this.nextLesson;
        return next ? this.openLesson(next) : this.backToCourse();
    }

    // -- words

    kind(line) {
        return KINDS[line.kind] || "";
    }

    duration(hours) {
        return _t("%s h", formatFloatTime(hours));
    }

    lessonsText(count) {
        return _t("Lessons: %s", count);
    }

    doneText(card) {
        return card.expires_text
            ? _t("Finished on %(day)s, valid until %(end)s", { day: card.completed_text, end: card.expires_text })
            : _t("Finished on %s", card.completed_text);
    }

    stateText(line) {
        return line.is_done ? _t("done") : line.is_started ? _t("begun") : _t("not begun");
    }

    get certificationText() {
        const { success_min, minutes } = this.state.lesson.certification;
        return minutes
            ? _t("To be certified, answer the questions and reach %(score)s %. You have %(minutes)s minutes.", {
                  score: success_min,
                  minutes,
              })
            : _t("To be certified, answer the questions and reach %s %.", success_min);
    }

    get failedText() {
        return _t(
            "Not passed: %s %. You stay in the course and may try again.",
            this.state.lesson.certification.last_score
        );
    }

    get passText() {
        return _t("%s % of right answers are asked. You may try as often as you like.", this.state.lesson.pass_share);
    }

    get outcomeText() {
        return _t("%s % of right answers.", this.state.outcome.share);
    }

    minutes(count) {
        return _t("%s min", count);
    }

    html(text) {
        return markup(text || "");
    }

    sections() {
        const found = [];
        for (const line of this.state.course.items) {
            if (!found.length || found.at(-1).name !== line.section) {
                found.push({ name: line.section, lines: [] });
            }
            found.at(-1).lines.push(line);
        }
        return found;
    }

    levels(card) {
        return card.competencies.map((one) => `${one.name} (${one.level_name})`).join(", ");
    }

    others() {
        const { others } = this.state.page;
        return this.state.tag ? others.filter((card) => card.tags.includes(this.state.tag)) : others;
    }

    get isEmpty() {
        const { must, started, suggested, done, others } = this.state.page;
        return !(must.length + started.length + suggested.length + done.length + others.length);
    }

    // -- lessons

    async finishLesson() {
        this.state.isBusy = true;
        try {
            this.follow(await this.orm.call("gov.learning", "action_finish_lesson", [this.state.lesson.id]));
            this.state.lesson.is_content_done = true;
        } finally {
            this.state.isBusy = false;
        }
    }

    /** Take note of what the server says after an act. */
    follow(answer) {
        if (answer.is_done) {
            this.state.lesson.is_done = true;
            this.state.after = answer;
        }
    }

    onWatched(answer) {
        if (answer.is_done && !this.state.lesson.is_done) {
            this.follow(answer);
        }
    }

    choose(question, ev) {
        this.state.answers[question] = parseInt(ev.target.value);
    }

    async answerQuiz() {
        this.state.isBusy = true;
        try {
            const outcome = await this.orm.call("gov.learning", "action_answer_quiz", [
                this.state.lesson.id,
                this.state.answers,
            ]);
            this.state.outcome = outcome;
            this.follow(outcome);
        } finally {
            this.state.isBusy = false;
        }
    }

    result(question) {
        return this.state.outcome && this.state.outcome.results.find((one) => one.id === question);
    }

    async certify() {
        const url = await this.orm.call("gov.learning", "action_certify", [this.state.lesson.id]);
        browser.open(url, "_blank");
    }

    /** Back from the certification in another window: see whether it is passed. */
    async onFocus() {
        const lesson = this.state.lesson;
        if (lesson && lesson.kind === "certification" && !lesson.is_done) {
            const fresh = await this.orm.call("gov.learning", "get_lesson", [lesson.id]);
            if (this.state.lesson && this.state.lesson.id === fresh.id) {
                this.state.lesson = fresh;
            }
        }
    }

    async newAttempt() {
        this.state.lesson = await this.orm.call("gov.learning", "action_new_attempt", [this.state.lesson.id]);
        this.state.isAttemptBegun = true;
    }

    beginAttempt() {
        this.state.isAttemptBegun = true;
    }

    /** The player of a package says where the attempt is; only ours is listened to. */
    async onMessage(ev) {
        const lesson = this.state.lesson;
        const frame = this.root.el && this.root.el.querySelector("iframe.o_gov_scorm");
        if (
            !lesson ||
            lesson.kind !== "scorm" ||
            !frame ||
            ev.source !== frame.contentWindow ||
            ev.origin !== browser.location.origin ||
            !ev.data ||
            ev.data.gov !== "scorm-progress" ||
            ev.data.attempt !== lesson.attempt.id
        ) {
            return;
        }
        Object.assign(lesson.attempt, ev.data.state);
        if (lesson.attempt.completion === "completed" && lesson.attempt.success !== "failed" && !lesson.is_done) {
            const course = await this.orm.call("gov.learning", "get_course", [lesson.channel]);
            const line = course.items.find((one) => one.id === lesson.id);
            if (line && line.is_done && this.state.lesson === lesson) {
                const left = course.items.find((one) => !one.is_done);
                this.follow({
                    is_done: true,
                    next: left && left.id,
                    progress: course.progress,
                    is_course_done: course.status === "completed",
                });
            }
        }
    }

    scormState() {
        const { completion, success, score } = this.state.lesson.attempt;
        const words = {
            not_attempted: _t("Not begun"),
            incomplete: _t("Begun"),
            completed: _t("Completed"),
            passed: _t("Passed"),
            failed: _t("Failed"),
        };
        const state = words[success !== "unknown" ? success : completion];
        return score === null || score === undefined ? state : _t("%(state)s, score %(score)s %", { state, score });
    }

    openBoard() {
        return this.action.doAction("gov_hr_elearning.gov_learning_board_action", {
            additionalContext: { active_id: this.state.course.id },
        });
    }

    askCertificate() {
        return this.action.doAction("gov_hr_certificate.gov_certificate_ask_action");
    }
}

registry.category("actions").add("gov.learning", GovLearning);
