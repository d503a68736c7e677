import { Component, onPatched, useRef, useState } from "@odoo/owl";
import { localization } from "@web/core/l10n/localization";
import { longDate, monthName, monthWeeks, toDay, toIso, today, weekdayNames } from "./dates";

/**
 * A month to tap on: the first tap is the first day, the second the last one. Weekends, public holidays and the
 * person's own absences are shown, so that nobody needs another calendar beside it. Works with the keyboard.
 */
export class RangePicker extends Component {
    static template = "gov_hr_leave.RangePicker";
    static props = {
        from: { type: String, optional: true },
        to: { type: String, optional: true },
        single: { type: Boolean, optional: true },
        min: { type: String, optional: true },
        max: { type: String, optional: true },
        holidays: { type: Object, optional: true },
        busy: { type: Object, optional: true },
        onChange: Function,
    };
    static defaultProps = { from: "", to: "", single: false, min: "", max: "", holidays: {}, busy: {} };

    setup() {
        this.grid = useRef("grid");
        this.weekdays = weekdayNames();
        const start = toDay(this.props.from) || toDay(this.props.min) || today();
        const shown = start < today() && !this.props.from ? today() : start;
        this.state = useState({ month: shown.startOf("month"), half: false, focus: toIso(shown) });
        this.moveFocus = false;
        onPatched(() => {
            if (this.moveFocus && this.grid.el) {
                this.moveFocus = false;
                this.grid.el.querySelector(`[data-day="${this.state.focus}"]`)?.focus();
            }
        });
    }

    get title() {
        return monthName(this.state.month);
    }

    get weeks() {
        const todayIso = toIso(today());
        return monthWeeks(this.state.month).map((week) =>
            week.map((day) => {
                if (!day) {
                    return null;
                }
                const iso = toIso(day);
                const holiday = this.props.holidays[iso];
                const busy = this.props.busy[iso];
                const { from, to } = this.props;
                const chosen = Boolean(from && iso >= from && iso <= (to || from));
                const note = [holiday, busy].filter(Boolean).join(", ");
                return {
                    iso,
                    number: day.day,
                    note,
                    label: longDate(iso, true) + (note ? ` — ${note}` : ""),
                    chosen,
                    disabled: Boolean((this.props.min && iso < this.props.min) || (this.props.max && iso > this.props.max)),
                    classes: {
                        weekend: day.weekday > 5,
                        holiday: Boolean(holiday),
                        busy: Boolean(busy),
                        today: iso === todayIso,
                        chosen,
                        first: chosen && iso === from,
                        last: chosen && iso === (to || from),
                    },
                };
            })
        );
    }

    get notes() {
        const month = toIso(this.state.month).slice(0, 7);
        return Object.entries(this.props.holidays)
            .filter(([iso]) => iso.startsWith(month))
            .sort()
            .map(([iso, name]) => ({ iso, text: `${toDay(iso).toLocaleString({ day: "numeric", month: "long" })}`, name }));
    }

    get tabStop() {
        return this.state.focus.startsWith(toIso(this.state.month).slice(0, 7))
            ? this.state.focus
            : toIso(this.state.month);
    }

    move(months) {
        this.state.month = this.state.month.plus({ months });
    }

    pick(iso) {
        this.state.focus = iso;
        if (this.props.single) {
            this.props.onChange(iso, iso);
        } else if (this.state.half && iso >= this.props.from) {
            this.state.half = false;
            this.props.onChange(this.props.from, iso);
        } else {
            this.state.half = true;
            this.props.onChange(iso, iso);
        }
    }

    onKeydown(ev) {
        const forward = localization.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
        const backward = localization.direction === "rtl" ? "ArrowRight" : "ArrowLeft";
        const steps = { [forward]: 1, [backward]: -1, ArrowDown: 7, ArrowUp: -7 };
        const months = { PageDown: 1, PageUp: -1 };
        let day = toDay(ev.target.dataset.day);
        if (!day) {
            return;
        }
        if (ev.key in steps) {
            day = day.plus({ days: steps[ev.key] });
        } else if (ev.key in months) {
            day = day.plus({ months: months[ev.key] });
        } else {
            return;
        }
        ev.preventDefault();
        this.state.focus = toIso(day);
        this.state.month = day.startOf("month");
        this.moveFocus = true;
        // the month may be the same: the focus moves all the same
        this.grid.el?.querySelector(`[data-day="${this.state.focus}"]`)?.focus();
    }
}
