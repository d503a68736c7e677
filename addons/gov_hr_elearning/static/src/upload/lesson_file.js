import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Sends the file of a lesson (film, package, PDF) as it is, with its progress; the server says what it took. */
export class GovLessonFile extends Component {
    static template = "gov_hr_elearning.LessonFile";
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
        this.input = useRef("input");
        this.state = useState({ percent: null, error: "" });
    }

    async choose() {
        this.state.error = "";
        if (this.props.record.resId) {
            this.input.el.value = "";
            this.input.el.click();
        } else {
            this.state.error = _t("Save the lesson and the course first; then open the lesson again and choose its file.");
        }
    }

    send(ev) {
        const file = ev.target.files[0];
        if (!file) {
            return;
        }
        const form = new FormData();
        form.append("csrf_token", odoo.csrf_token);
        form.append("file", file, file.name);
        const request = new XMLHttpRequest();
        this.state.percent = 0;
        request.upload.addEventListener("progress", (step) => {
            if (step.lengthComputable) {
                this.state.percent = Math.round((step.loaded * 100) / step.total);
            }
        });
        request.addEventListener("load", () => this.received(request));
        request.addEventListener("error", () => this.failed(_t("The network was cut. Send the file again.")));
        request.open("POST", `/elearning/upload/${this.props.record.resId}`);
        request.send(form);
    }

    async received(request) {
        let answer = {};
        try {
            answer = JSON.parse(request.responseText);
        } catch {
            answer = {};
        }
        if (request.status === 200) {
            this.state.percent = null;
            this.notification.add(answer.summary || _t("The file was taken."), { type: "success" });
            await this.props.record.load();
        } else if (request.status === 413) {
            this.failed(_t("This file is too large for the server. Make it smaller, or cut it into several lessons."));
        } else {
            this.failed(answer.error || _t("The file was not taken. Try again."));
        }
    }

    failed(text) {
        this.state.percent = null;
        this.state.error = text;
    }
}

registry.category("fields").add("gov_lesson_file", {
    component: GovLessonFile,
    displayName: _t("File of a lesson"),
    supportedTypes: ["integer"],
});
