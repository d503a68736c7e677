import { Component, useState } from "@odoo/owl";
import { longDate } from "./dates";
import { RangePicker } from "./range_picker";

/** One day, chosen on a month: the same on every telephone and in every language. */
export class DayField extends Component {
    static template = "gov_hr_leave.DayField";
    static components = { RangePicker };
    static props = {
        id: String,
        label: String,
        value: { type: String, optional: true },
        error: { type: String, optional: true },
        optional: { type: Boolean, optional: true },
        min: { type: String, optional: true },
        max: { type: String, optional: true },
        holidays: { type: Object, optional: true },
        onChange: Function,
    };
    static defaultProps = { value: "", error: "", optional: false, min: "", max: "", holidays: {} };

    setup() {
        this.longDate = longDate;
        this.state = useState({ open: false });
    }

    pick(iso) {
        this.state.open = false;
        this.props.onChange(iso);
    }
}
