/* Run-time of SCORM 1.2 (API) and 2004 (API_1484_11), put before each page of a package.
 *
 * The page runs in a sandbox without an origin: it reaches neither the window around it nor the session. What it says of
 * the learner is checked here against the data model, kept in memory (calls of SCORM are synchronous), and told to the
 * player by messages; the server checks all of it again. MODEL and the settings of the launch come before this text. */
(function () {
    "use strict";
    const settings = window.__gov_scorm;
    if (!settings || !settings.launch || window.API || window.API_1484_11) {
        return;
    }
    const is2004 = settings.version === "2004";
    const rules = MODEL[settings.version].map((rule) => ({
        ...rule,
        pattern: new RegExp("^" + rule.name.replace(/\./g, "\\.").replace(/N/g, "(\\d{1,3})") + "$"),
    }));
    const known = new Map();
    const NAME = "gov_scorm";
    const DEFAULTS = is2004
        ? {
              "cmi.completion_status": "unknown",
              "cmi.success_status": "unknown",
              "cmi.learner_preference.audio_level": "1",
              "cmi.learner_preference.language": "",
              "cmi.learner_preference.delivery_speed": "1",
              "cmi.learner_preference.audio_captioning": "0",
              "cmi.comments_from_lms._count": "0",
              "adl.nav.request": "_none_",
              "adl.nav.request_valid.continue": "unknown",
              "adl.nav.request_valid.previous": "unknown",
          }
        : {
              "cmi.core.lesson_status": "not attempted",
              "cmi.core.lesson_location": "",
              "cmi.core.score.raw": "",
              "cmi.core.score.min": "",
              "cmi.core.score.max": "",
              "cmi.suspend_data": "",
              "cmi.comments": "",
              "cmi.comments_from_lms": "",
              "cmi.student_preference.audio": "0",
              "cmi.student_preference.language": "",
              "cmi.student_preference.speed": "0",
              "cmi.student_preference.text": "0",
          };

    let values = Object.assign(Object.create(null), settings.values);
    const fixed = Object.assign(Object.create(null), settings.fixed);
    let running = false;
    let finished = false;
    let error = "0";
    let detail = "";
    let dirty = Object.create(null);
    let timer = null;

    // -- what the page left when it went on to another page of the same launch

    function restore() {
        if (typeof window.name !== "string" || !window.name.startsWith(NAME + ":")) {
            return;
        }
        try {
            const left = JSON.parse(window.name.slice(NAME.length + 1));
            if (left.launch === settings.launch) {
                values = Object.assign(Object.create(null), left.values);
                running = left.running;
                finished = left.finished;
            }
        } catch {
            // a name that is not ours
        }
    }

    function leave() {
        flush("values");
        if (typeof window.name === "string" && window.name.startsWith(NAME)) {
            window.name = NAME + ":" + JSON.stringify({ launch: settings.launch, values, running, finished });
        }
    }

    // -- messages

    function ancestors() {
        const found = [];
        let one = window;
        while (one.parent && one.parent !== one && found.length < 8) {
            one = one.parent;
            found.push(one);
        }
        return found;
    }

    function post(kind, more) {
        const message = { gov: "scorm", launch: settings.launch, kind, ...more };
        for (const one of ancestors()) {
            one.postMessage(message, "*");
        }
    }

    function flush(kind) {
        clearTimeout(timer);
        timer = null;
        const changes = dirty;
        dirty = Object.create(null);
        if (kind !== "values" || Object.keys(changes).length) {
            post(kind, { changes: { ...changes } });
        }
    }

    window.addEventListener("message", (ev) => {
        const data = ev.data;
        if (!data || data.gov !== "scorm-state" || data.launch !== settings.launch || !ancestors().includes(ev.source)) {
            return;
        }
        // a page in an inner frame begins with what the others have said
        values = Object.assign(Object.create(null), data.values, dirty);
    });
    window.addEventListener("pagehide", leave);
    window.addEventListener("beforeunload", leave);

    // -- data model

    function ruleOf(name) {
        if (!known.has(name)) {
            known.set(name, name.length > 120 ? null : rules.find((rule) => rule.pattern.test(name)) || null);
        }
        return known.get(name);
    }

    function count(prefix) {
        let most = 0;
        for (const name of Object.keys(values)) {
            if (name.startsWith(prefix + ".")) {
                const place = parseInt(name.slice(prefix.length + 1), 10);
                most = Math.max(most, place + 1 || 0);
            }
        }
        return most;
    }

    function children(prefix) {
        const start = prefix.replace(/\.\d{1,3}(?=\.|$)/g, ".N") + ".";
        const found = [];
        for (const rule of rules) {
            let rest = null;
            if (rule.name.startsWith(start + "N.")) {
                rest = rule.name.slice(start.length + 2);
            } else if (rule.name.startsWith(start)) {
                rest = rule.name.slice(start.length);
            }
            const word = rest && rest.split(".")[0];
            if (word && !word.startsWith("_") && word !== "N" && !found.includes(word)) {
                found.push(word);
            }
        }
        return found.join(",");
    }

    const isNumber = (text, low, high) =>
        /^[+-]?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})$/.test(text) &&
        (low === undefined || Number(text) >= low) &&
        (high === undefined || Number(text) <= high);
    const TIME_12 = /^\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?$/;
    const DURATION =
        /^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})(\.\d{1,2})?S)?)?$/;
    const CLOCK = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/;
    const MOMENT =
        /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3])(:[0-5]\d(:[0-5]\d(\.\d{1,6})?)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?)?)?$/;

    /** Return null when the value fits, or "type" or "range". */
    function misfit(rule, value) {
        if (value.length > (rule.size || 4096) || value.includes("\0")) {
            return "type";
        }
        switch (rule.type || "string") {
            case "vocabulary":
                return rule.values.includes(value) || (rule.numbers && isNumber(value)) ? null : "type";
            case "number":
                if (value === "" && rule.blank) {
                    return null;
                }
                if (!isNumber(value)) {
                    return "type";
                }
                return isNumber(value, rule.min, rule.max) ? null : "range";
            case "time":
                return TIME_12.test(value) ? null : "type";
            case "duration":
                return DURATION.test(value) && !/[PT]$/.test(value) ? null : "type";
            case "moment":
                return CLOCK.test(value) || (MOMENT.test(value) && value.length >= 10) ? null : "type";
            case "identifier":
                return value.trim() && !/\s/.test(value.trim()) ? null : "type";
        }
        return null;
    }

    /** Return the first list of the name whose place does not follow those there are, or null. */
    function gap(name, isReading) {
        const pattern = /\.(\d{1,3})(?=\.)/g;
        let match;
        while ((match = pattern.exec(name))) {
            const prefix = name.slice(0, match.index);
            const place = Number(match[1]);
            if (isReading ? place >= count(prefix) : place > count(prefix)) {
                return prefix;
            }
        }
        return null;
    }

    function computed(name) {
        if (name === "cmi.completion_status" && fixed["cmi.completion_threshold"] && "cmi.progress_measure" in values) {
            return Number(values["cmi.progress_measure"]) >= Number(fixed["cmi.completion_threshold"])
                ? "completed"
                : "incomplete";
        }
        if (name === "cmi.success_status" && fixed["cmi.scaled_passing_score"]) {
            if (!("cmi.score.scaled" in values)) {
                return "unknown";
            }
            return Number(values["cmi.score.scaled"]) >= Number(fixed["cmi.scaled_passing_score"]) ? "passed" : "failed";
        }
        return undefined;
    }

    function fail(code, words) {
        error = String(code);
        detail = words || "";
        return false;
    }

    function read(name) {
        const rule = ruleOf(name);
        if (!rule) {
            if (/\._children$/.test(name)) {
                fail(is2004 ? 301 : 202);
            } else if (/\._count$/.test(name)) {
                fail(is2004 ? 301 : 203);
            } else {
                fail(is2004 ? (name ? 401 : 301) : 201);
            }
            return "";
        }
        if (rule.access === "w") {
            fail(is2004 ? 405 : 404);
            return "";
        }
        if (name in fixed) {
            return fixed[name];
        }
        if (name.endsWith("._children")) {
            return children(name.slice(0, -10));
        }
        if (gap(name.replace(/\._count$/, ""), true)) {
            fail(is2004 ? 301 : 201);
            return "";
        }
        if (name.endsWith("._count")) {
            return String(count(name.slice(0, -7)));
        }
        const worked = computed(name);
        if (worked !== undefined) {
            return worked;
        }
        if (name in values) {
            return values[name];
        }
        if (name in DEFAULTS) {
            return DEFAULTS[name];
        }
        if (/^cmi\.objectives\.\d+\.(success|completion)_status$/.test(name)) {
            return "unknown";
        }
        if (/^cmi\.objectives\.\d+\.status$/.test(name)) {
            return "not attempted";
        }
        if (is2004) {
            fail(403);
        }
        return "";
    }

    function write(name, value) {
        const rule = ruleOf(name);
        if (!rule) {
            return fail(is2004 ? (name ? 401 : 351) : 201);
        }
        if (/\._(children|count|version)$/.test(name)) {
            return fail(is2004 ? 404 : 402);
        }
        if (rule.access === "r") {
            return fail(is2004 ? 404 : 403);
        }
        value = value === null || value === undefined ? "" : String(value);
        const wrong = misfit(rule, value);
        if (wrong) {
            return fail(is2004 ? (wrong === "range" ? 407 : 406) : 405);
        }
        if (gap(name, false)) {
            return fail(is2004 ? 351 : 201, "The places of a list follow one another.");
        }
        const row = /^cmi\.(interactions|objectives)\.(\d{1,3})\.(.+)$/.exec(name);
        if (is2004 && row && row[3] !== "id" && !(`cmi.${row[1]}.${row[2]}.id` in values)) {
            return fail(408, "Give the identifier first.");
        }
        if (is2004 && row && row[1] === "objectives" && row[3] === "id") {
            const twice = Object.keys(values).some(
                (other) => other !== name && /^cmi\.objectives\.\d+\.id$/.test(other) && values[other] === value
            );
            if (twice || (name in values && values[name] !== value)) {
                return fail(351, "Each objective has an identifier of its own, which does not change.");
            }
        }
        if (!(name in values) && Object.keys(values).length >= 3000) {
            return fail(is2004 ? 351 : 101, "Too many elements.");
        }
        values[name] = value;
        dirty[name] = value;
        if (!timer) {
            timer = setTimeout(() => flush("values"), 400);
        }
        return true;
    }

    // -- the eight functions

    const ok = (result) => (result ? "true" : "false");

    function initialize(argument) {
        if (argument !== "" && argument !== undefined && argument !== null) {
            return fail(201);
        }
        if (running) {
            return fail(is2004 ? 103 : 101);
        }
        if (finished) {
            return fail(is2004 ? 104 : 101);
        }
        error = "0";
        running = true;
        post("start", {});
        return true;
    }

    function finish(argument) {
        if (argument !== "" && argument !== undefined && argument !== null) {
            return fail(201);
        }
        if (!running) {
            return fail(is2004 ? (finished ? 113 : 112) : 301);
        }
        error = "0";
        running = false;
        finished = true;
        flush("finish");
        return true;
    }

    function get(name) {
        if (!running) {
            fail(is2004 ? (finished ? 123 : 122) : 301);
            return "";
        }
        error = "0";
        detail = "";
        return read(String(name === null || name === undefined ? "" : name));
    }

    function set(name, value) {
        if (!running) {
            return fail(is2004 ? (finished ? 133 : 132) : 301);
        }
        error = "0";
        detail = "";
        return write(String(name === null || name === undefined ? "" : name), value);
    }

    function commit(argument) {
        if (argument !== "" && argument !== undefined && argument !== null) {
            return fail(201);
        }
        if (!running) {
            return fail(is2004 ? (finished ? 143 : 142) : 301);
        }
        error = "0";
        flush("commit");
        return true;
    }

    const TEXTS = is2004
        ? {
              0: "No error", 101: "General exception", 102: "General initialization failure", 103: "Already initialized",
              104: "Content instance terminated", 111: "General termination failure", 112: "Termination before initialization",
              113: "Termination after termination", 122: "Retrieve data before initialization",
              123: "Retrieve data after termination", 132: "Store data before initialization",
              133: "Store data after termination", 142: "Commit before initialization", 143: "Commit after termination",
              201: "General argument error", 301: "General get failure", 351: "General set failure",
              391: "General commit failure", 401: "Undefined data model element", 402: "Unimplemented data model element",
              403: "Data model element value not initialized", 404: "Data model element is read only",
              405: "Data model element is write only", 406: "Data model element type mismatch",
              407: "Data model element value out of range", 408: "Data model dependency not established",
          }
        : {
              0: "No error", 101: "General exception", 201: "Invalid argument error", 202: "Element cannot have children",
              203: "Element not an array - cannot have count", 301: "Not initialized", 401: "Not implemented error",
              402: "Invalid set value, element is a keyword", 403: "Element is read only", 404: "Element is write only",
              405: "Incorrect data type",
          };

    const lastError = () => error;
    const errorText = (code) => TEXTS[String(code)] || "";
    const diagnostic = (code) => (String(code || error) === error && detail) || errorText(code || error);

    restore();
    if (is2004) {
        window.API_1484_11 = {
            Initialize: (argument) => ok(initialize(argument)),
            Terminate: (argument) => ok(finish(argument)),
            GetValue: get,
            SetValue: (name, value) => ok(set(name, value)),
            Commit: (argument) => ok(commit(argument)),
            GetLastError: lastError,
            GetErrorString: errorText,
            GetDiagnostic: diagnostic,
        };
    } else {
        window.API = {
            LMSInitialize: (argument) => ok(initialize(argument)),
            LMSFinish: (argument) => ok(finish(argument)),
            LMSGetValue: get,
            LMSSetValue: (name, value) => ok(set(name, value)),
            LMSCommit: (argument) => ok(commit(argument)),
            LMSGetLastError: lastError,
            LMSGetErrorString: errorText,
            LMSGetDiagnostic: diagnostic,
        };
    }
    post("hello", {});

    // -- without an origin a page has no storage: it gets one that lives as long as it does

    function memory() {
        const kept = new Map();
        return {
            getItem: (key) => (kept.has(String(key)) ? kept.get(String(key)) : null),
            setItem: (key, value) => void kept.set(String(key), String(value)),
            removeItem: (key) => void kept.delete(String(key)),
            clear: () => kept.clear(),
            key: (place) => [...kept.keys()][place] ?? null,
            get length() {
                return kept.size;
            },
        };
    }
    for (const name of ["localStorage", "sessionStorage"]) {
        try {
            window[name].getItem("gov");
        } catch {
            Object.defineProperty(window, name, { value: memory(), configurable: true });
        }
    }
    try {
        void document.cookie;
    } catch {
        const cookies = new Map();
        Object.defineProperty(document, "cookie", {
            configurable: true,
            get: () => [...cookies].map(([key, value]) => `${key}=${value}`).join("; "),
            set: (text) => {
                const [key, ...rest] = String(text).split(";")[0].split("=");
                cookies.set(key.trim(), rest.join("="));
            },
        });
    }
})();
