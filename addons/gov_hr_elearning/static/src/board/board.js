import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const WIDTH = 300;
const HEIGHT = 60;

/** Where learners stop: the funnel of a course, each lesson, the drop-off of each film, the questions most failed. */
export class GovLearningBoard extends Component {
    static template = "gov_hr_elearning.Board";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ board: null });
        const context = (this.props.action && this.props.action.context) || {};
        onWillStart(() => this.load(this.props.resId || context.active_id || null));
    }

    async load(id) {
        this.state.board = await this.orm.call("gov.learning.board", "get_board", [], { channel_id: id });
        if (this.props.updateActionState && id) {
            this.props.updateActionState({ resId: id });
        }
    }

    choose(ev) {
        return this.load(parseInt(ev.target.value));
    }

    get course() {
        return this.state.board.course;
    }

    share(count, total) {
        return total ? Math.round((count * 100) / total) : 0;
    }

    get enrolled() {
        return this.course.funnel[0].count;
    }

    open(step) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: step.name,
            res_model: step.model,
            domain: step.domain,
            views: [[false, "list"]],
        });
    }

    openStopped(lesson) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Opened and not done: %s", lesson.name),
            res_model: "slide.slide.partner",
            domain: [
                ["slide_id", "=", lesson.id],
                ["completed", "=", false],
                ["gov_started_on", "!=", false],
            ],
            views: [[false, "list"]],
        });
    }

    lessonText(lesson) {
        return _t("Opened by %(opened)s, done by %(done)s", lesson);
    }

    stoppedText(lesson) {
        return _t("Stopped here: %s", lesson.stopped);
    }

    line(lesson) {
        const most = Math.max(...lesson.curve, 1);
        const step = WIDTH / Math.max(lesson.curve.length - 1, 1);
        return lesson.curve
            .map((count, place) => `${(place * step).toFixed(1)},${(HEIGHT - (count * HEIGHT) / most).toFixed(1)}`)
            .join(" ");
    }

    area(lesson) {
        return `0,${HEIGHT} ${this.line(lesson)} ${WIDTH},${HEIGHT}`;
    }

    clock(seconds) {
        const whole = Math.round(seconds);
        return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    }

    drop(lesson) {
        // the step at which most viewers leave
        let worst = 0;
        let where = 0;
        lesson.curve.forEach((count, place) => {
            const lost = place ? lesson.curve[place - 1] - count : 0;
            if (lost > worst) {
                worst = lost;
                where = place;
            }
        });
        return worst
            ? _t("Most viewers leave at %(time)s (%(count)s)", {
                  time: this.clock((where * lesson.duration) / lesson.curve.length),
                  count: worst,
              })
            : "";
    }
}

registry.category("actions").add("gov.learning_board", GovLearningBoard);
