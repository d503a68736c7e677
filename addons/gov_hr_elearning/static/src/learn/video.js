import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";

const BEAT = 8000; // milliseconds between two reports of the player
const STEP = 1.5; // seconds: a larger leap between two moments of the film is a seek

/** A film of the suite's own: resumes where one stopped, and reports which seconds were really shown. */
export class GovVideoLesson extends Component {
    static template = "gov_hr_elearning.VideoLesson";
    static props = { lesson: Object, onWatched: Function };

    setup() {
        this.video = useRef("video");
        this.state = useState({ share: this.props.lesson.share, isOffline: false, isBroken: false });
        this.seen = [];
        this.last = null;
        this.leave = this.leave.bind(this);
        onMounted(() => {
            this.timer = browser.setInterval(() => this.report(), BEAT);
            browser.addEventListener("pagehide", this.leave);
            document.addEventListener("visibilitychange", this.leave);
        });
        onWillUnmount(() => {
            browser.clearInterval(this.timer);
            browser.removeEventListener("pagehide", this.leave);
            document.removeEventListener("visibilitychange", this.leave);
            this.report();
        });
    }

    get percent() {
        return Math.round(this.state.share * 100);
    }

    get seenText() {
        return _t("Seen: %(seen)s %. The lesson is done from %(needed)s % on; what is skipped does not count.", {
            seen: this.percent,
            needed: Math.round(this.props.lesson.needed * 100),
        });
    }

    onReady() {
        const { position, duration } = this.props.lesson;
        // not to the very end: one who finished begins again
        if (position > 1 && position < duration - 2) {
            this.video.el.currentTime = position;
        }
    }

    onTime() {
        const { currentTime, seeking, paused, playbackRate } = this.video.el;
        if (seeking) {
            this.last = null;
            return;
        }
        if (this.last !== null && currentTime > this.last && currentTime - this.last < STEP * Math.max(1, playbackRate)) {
            const open = this.seen.at(-1);
            if (open && Math.abs(open[1] - this.last) < 0.01) {
                open[1] = currentTime;
            } else {
                this.seen.push([this.last, currentTime]);
            }
        }
        this.last = paused && currentTime !== this.last ? null : currentTime;
    }

    onSeek() {
        this.last = null;
    }

    onPause() {
        this.onTime();
        this.report();
    }

    leave() {
        if (document.hidden || !this.video.el) {
            this.report();
        }
    }

    async report() {
        if (!this.seen.length || !this.video.el) {
            return;
        }
        const seen = this.seen;
        this.seen = [];
        const { currentTime } = this.video.el;
        try {
            const answer = await rpc("/web/dataset/call_kw/gov.learning/action_watch", {
                model: "gov.learning",
                method: "action_watch",
                args: [this.props.lesson.id, currentTime, seen],
                kwargs: {},
            });
            this.state.share = answer.share;
            this.state.isOffline = false;
            this.props.onWatched(answer);
        } catch (error) {
            if (error.name === "ConnectionLostError" || error.constructor.name === "ConnectionLostError") {
                // the network is cut: kept for the next report
                this.seen = [...seen, ...this.seen];
                this.state.isOffline = true;
                return;
            }
            throw error;
        }
    }

    onError() {
        this.state.isBroken = true;
    }
}
