/* The player of a package: the trusted page between the suite and the sandbox.
 *
 * It shows the table of contents, opens one activity at a time in a frame without an origin, takes messages of that
 * frame alone, and sends what they say to the server. */
(function () {
    "use strict";
    const config = JSON.parse(document.getElementById("gov_scorm_config").textContent);
    const frame = document.getElementById("gov_scorm_frame");
    const list = document.getElementById("gov_scorm_items");
    const words = config.words;
    const KINDS = ["hello", "start", "values", "commit", "finish"];
    let launch = null;
    let pending = {};
    let isFinished = false;
    let timer = null;
    let queue = Promise.resolve();

    async function rpc(method, args, keepalive = false) {
        const answer = await fetch(`/web/dataset/call_kw/gov.scorm.attempt/${method}`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            keepalive,
            body: JSON.stringify({
                jsonrpc: "2.0",
                method: "call",
                params: { model: "gov.scorm.attempt", method, args: [[config.attempt], ...args], kwargs: { context: config.context } },
            }),
        });
        const body = await answer.json();
        if (body.error) {
            const error = new Error((body.error.data && body.error.data.message) || words.failed);
            error.isRefused = true;
            throw error;
        }
        return body.result;
    }

    // -- what is shown

    function say(text, tone = "info") {
        const bar = document.getElementById("gov_scorm_message");
        bar.textContent = text || "";
        bar.className = text ? `gov_scorm_message ${tone}` : "gov_scorm_message";
    }

    function draw() {
        list.replaceChildren();
        for (const item of config.items) {
            const row = document.createElement("li");
            row.style.setProperty("--depth", item.depth);
            const line = document.createElement(item.is_launched ? "button" : "span");
            line.textContent = item.title;
            line.className = `gov_scorm_item ${item.status}`;
            if (item.is_launched) {
                line.type = "button";
                line.dataset.item = item.id;
                const mark = document.createElement("small");
                mark.textContent = words.status[item.status] || "";
                line.append(mark);
                line.addEventListener("click", () => open(item.id));
                if (launch && launch.item === item.id) {
                    line.setAttribute("aria-current", "true");
                }
            }
            row.append(line);
            list.append(row);
        }
        const shown = config.items.filter((item) => item.is_launched);
        document.body.classList.toggle("single", shown.length < 2);
        const place = shown.findIndex((item) => launch && item.id === launch.item);
        document.getElementById("gov_scorm_previous").disabled = place <= 0;
        document.getElementById("gov_scorm_next").disabled = place < 0 || place >= shown.length - 1;
    }

    function step(by) {
        const shown = config.items.filter((item) => item.is_launched);
        const place = shown.findIndex((item) => launch && item.id === launch.item);
        const next = shown[place + by];
        return next ? open(next.id) : undefined;
    }

    // -- launching

    async function open(item) {
        document.body.classList.remove("contents");
        say("");
        try {
            if (launch) {
                // the page says its last words while it is taken away
                frame.removeAttribute("src");
                frame.src = "about:blank";
                await new Promise((resolve) => setTimeout(resolve, 150));
                await save(true);
            }
            const answer = await rpc("action_launch", [item]);
            launch = { id: answer.launch, item, values: answer.values };
            pending = {};
            isFinished = false;
            frame.name = "gov_scorm";
            frame.title = answer.title;
            frame.src = answer.url;
            merge(answer);
        } catch (error) {
            say(error.message, "bad");
        }
    }

    function merge(answer) {
        for (const one of answer.items || []) {
            const item = config.items.find((other) => other.id === one.id);
            if (item) {
                item.status = one.status;
            }
        }
        draw();
        if (answer.attempt && window.parent !== window) {
            window.parent.postMessage({ gov: "scorm-progress", attempt: config.attempt, state: answer.attempt }, location.origin);
        }
    }

    // -- what the sandbox says

    function isInside(source) {
        let one = source;
        for (let depth = 0; one && depth < 6; depth++) {
            if (one === frame.contentWindow) {
                return true;
            }
            if (one === window || one === window.top || one === one.parent) {
                return false;
            }
            one = one.parent;
        }
        return false;
    }

    function take(changes) {
        const taken = {};
        if (!changes || typeof changes !== "object" || Array.isArray(changes)) {
            return taken;
        }
        for (const [name, value] of Object.entries(changes).slice(0, 3000)) {
            if (name.length <= 120 && typeof value === "string" && value.length <= 64000) {
                taken[name] = value;
            }
        }
        return taken;
    }

    window.addEventListener("message", (ev) => {
        const data = ev.data;
        if (!launch || !data || data.gov !== "scorm" || data.launch !== launch.id || !KINDS.includes(data.kind)) {
            return;
        }
        if (ev.origin !== "null" || !isInside(ev.source)) {
            return;
        }
        if (data.kind === "hello") {
            ev.source.postMessage({ gov: "scorm-state", launch: launch.id, values: launch.values }, "*");
            return;
        }
        const changes = take(data.changes);
        Object.assign(pending, changes);
        Object.assign(launch.values, changes);
        if (data.kind === "finish") {
            isFinished = true;
        }
        if (data.kind === "commit" || data.kind === "finish") {
            save(true).then(() => data.kind === "finish" && finished(changes));
        } else if (!timer) {
            timer = setTimeout(() => save(), 4000);
        }
    });

    function finished() {
        const request = (launch && launch.values["adl.nav.request"]) || "";
        if (request === "continue") {
            return step(1);
        }
        if (request === "previous") {
            return step(-1);
        }
        say(words.finished, "good");
    }

    /** Send what is not sent yet; one call at a time, in order. What fails is kept for the next. */
    function save(always = false) {
        clearTimeout(timer);
        timer = null;
        queue = queue.then(async () => {
            if (!launch || (!Object.keys(pending).length && !always)) {
                return;
            }
            const sent = pending;
            pending = {};
            try {
                merge(await rpc("action_commit", [launch.id, sent, isFinished]));
                if (document.getElementById("gov_scorm_message").classList.contains("offline")) {
                    say("");
                }
            } catch (error) {
                pending = { ...sent, ...pending };
                say(error.isRefused ? error.message : words.offline, error.isRefused ? "bad" : "bad offline");
                if (!error.isRefused && !timer) {
                    timer = setTimeout(() => save(true), 8000);
                }
            }
        });
        return queue;
    }

    window.addEventListener("pagehide", () => {
        if (launch && Object.keys(pending).length) {
            rpc("action_commit", [launch.id, pending, isFinished], true).catch(() => {});
            pending = {};
        }
    });
    document.addEventListener("visibilitychange", () => document.hidden && save());
    window.addEventListener("online", () => save(true));
    document.getElementById("gov_scorm_previous").addEventListener("click", () => step(-1));
    document.getElementById("gov_scorm_next").addEventListener("click", () => step(1));
    document
        .getElementById("gov_scorm_contents")
        .addEventListener("click", () => document.body.classList.toggle("contents"));
    // the file of the package stays readable as long as the page is open
    setInterval(() => launch && save(true), 10 * 60 * 1000);

    draw();
    if (config.current) {
        open(config.current);
    }
})();
