import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { Component, markup, onWillDestroy, onWillStart, useRef, useState } from "@odoo/owl";

const SESSION = "gov.training.session";
const SLOT = "gov.training.slot";
const AGAIN = 5000; // ms before the list of those who signed is read again

/**
 * The trainer's page, made for a tablet: the code that phones scan, the names to call or to have signed by hand, and
 * the means of the evaluations once there are enough.
 */
export class Attendance extends Component {
    static template = "gov_hr_training.Attendance";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.pad = useRef("pad");
        const params = this.props.action.params || {};
        this.state = useState({
            sessions: false,
            session: false,
            slots: [],
            slot: false,
            people: [],
            code: false,
            showCode: false,
            signing: false,
            drawn: false,
            feedback: false,
            failure: "",
            busy: false,
        });
        this.timers = [];
        onWillStart(() => this.open(params.session_id || false));
        onWillDestroy(() => this.stop());
    }

    get presentText() {
        return _t("%(present)s of %(expected)s present", this.state.slot);
    }

    get closedText() {
        return _t(
            "One signs for this half-day from %(opens_at)s to %(closes_at)s. Outside of it, the training officer corrects the attendance.",
            this.state.slot
        );
    }

    get fewText() {
        return _t(
            "Answers so far: %(count)s. They show from %(minimum)s on, so that nobody is recognised.",
            this.state.feedback
        );
    }

    stop() {
        this.timers.forEach((timer) => clearTimeout(timer));
        this.timers = [];
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

    async open(sessionId, slotId = false) {
        this.stop();
        Object.assign(this.state, { showCode: false, code: false, signing: false, feedback: false });
        await this.load(sessionId, slotId);
    }

    async load(sessionId, slotId = false) {
        const answer = await this.orm.call(SESSION, "get_attendance", [sessionId || false, slotId || false]);
        Object.assign(
            this.state,
            { sessions: false, session: false, slots: [], slot: false, people: [] },
            answer
        );
    }

    choose(sessionId) {
        return this.act(() => this.open(sessionId));
    }

    chooseSlot(ev) {
        return this.act(() => this.open(this.state.session.id, Number(ev.target.value)));
    }

    back() {
        return this.act(() => this.open(false));
    }

    // -- the code: a new one before the old one is out of date, and the names of those who have just signed

    toggleCode() {
        return this.act(async () => {
            this.stop();
            this.state.showCode = !this.state.showCode;
            if (this.state.showCode) {
                await this.renewCode();
                this.watch();
            }
        });
    }

    async renewCode() {
        const code = await this.orm.silent.call(SLOT, "get_code", [[this.state.slot.id]]);
        this.state.code = { ...code, svg: markup(code.svg) };
        this.timers.push(setTimeout(() => this.quietly(() => this.renewCode()), 1000 * code.seconds + 200));
    }

    watch() {
        this.timers.push(
            setTimeout(
                () =>
                    this.quietly(async () => {
                        if (!this.state.signing) {
                            await this.refresh();
                        }
                        this.watch();
                    }),
                AGAIN
            )
        );
    }

    async refresh() {
        const answer = await this.orm.silent.call(SESSION, "get_attendance", [
            this.state.session.id,
            this.state.slot.id,
        ]);
        this.state.slot = answer.slot;
        this.state.people = answer.people;
    }

    /** What the clock does: a network that is away for a moment is said, and tried again. */
    async quietly(call) {
        if (!this.state.showCode) {
            return;
        }
        try {
            await call();
            this.state.failure = "";
        } catch (error) {
            this.state.failure = error?.data?.message || _t("The server could not be reached: try again in a moment.");
            this.timers.push(setTimeout(() => this.quietly(call), AGAIN));
        }
    }

    // -- the list

    mark(person) {
        return this.act(async () => {
            await this.orm.call(SLOT, "action_sign_tablet", [[this.state.slot.id], person.registration_id]);
            await this.refresh();
        });
    }

    undo(person) {
        return this.act(async () => {
            await this.orm.call(SLOT, "action_unsign", [[this.state.slot.id], person.registration_id]);
            await this.refresh();
        });
    }

    // -- the signature, drawn with a finger

    ask(person) {
        Object.assign(this.state, { signing: person, drawn: false, failure: "" });
    }

    close() {
        this.state.signing = false;
    }

    point(ev) {
        const canvas = this.pad.el;
        const box = canvas.getBoundingClientRect();
        return {
            x: ((ev.clientX - box.left) * canvas.width) / box.width,
            y: ((ev.clientY - box.top) * canvas.height) / box.height,
        };
    }

    penDown(ev) {
        ev.preventDefault();
        this.pad.el.setPointerCapture(ev.pointerId);
        const context = this.pad.el.getContext("2d");
        Object.assign(context, { lineWidth: 2.5, lineCap: "round", lineJoin: "round", strokeStyle: "#16202a" });
        const { x, y } = this.point(ev);
        context.beginPath();
        context.moveTo(x, y);
        this.drawing = true;
    }

    penMove(ev) {
        if (!this.drawing) {
            return;
        }
        ev.preventDefault();
        const { x, y } = this.point(ev);
        const context = this.pad.el.getContext("2d");
        context.lineTo(x, y);
        context.stroke();
        this.state.drawn = true;
    }

    penUp() {
        this.drawing = false;
    }

    clear() {
        const canvas = this.pad.el;
        canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
        this.state.drawn = false;
    }

    keep() {
        if (!this.state.drawn) {
            this.state.failure = _t("Sign in the frame first.");
            return;
        }
        const image = this.pad.el.toDataURL("image/png");
        const person = this.state.signing;
        return this.act(async () => {
            await this.orm.call(SLOT, "action_sign_tablet", [[this.state.slot.id], person.registration_id, image]);
            this.state.signing = false;
            await this.refresh();
        });
    }

    // -- what participants thought of it

    showFeedback() {
        return this.act(async () => {
            this.state.feedback = await this.orm.call(SESSION, "get_feedback", [[this.state.session.id]]);
        });
    }

    get criteria() {
        const names = {
            content: _t("Content"),
            teaching: _t("Teaching"),
            usefulness: _t("Usefulness for work"),
            organisation: _t("Organisation"),
            pace: _t("Pace and materials"),
        };
        return Object.entries(this.state.feedback.means).map(([key, mean]) => ({
            key,
            name: names[key],
            text: mean.toFixed(1),
            width: `${(100 * mean) / 5}%`,
        }));
    }
}

registry.category("actions").add("gov_training.attendance", Attendance);
