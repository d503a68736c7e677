import functools
import hashlib
import json
import secrets
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..services import archive, cmi, manifest

MEGABYTE = 1024 * 1024
LAUNCH_HOURS = 2  # a launch is readable so long after the last word of the player
LAUNCH_MOST_HOURS = 14
LAUNCH_ID = 32
STATUSES = [("not_attempted", "Not begun"), ("incomplete", "Begun"), ("completed", "Completed")]
SUCCESSES = [("unknown", "Not said"), ("passed", "Passed"), ("failed", "Failed")]


@functools.lru_cache(maxsize=16)
def reader(path):
    """Return the members of a package; the file never changes, its name is the digest of its content."""
    return archive.Reader(path)


class GovScormPackage(models.Model):
    """A SCORM package: one file, never unpacked, and what it launches."""

    _name = "gov.scorm.package"
    _description = "SCORM package"
    _order = "id desc"
    _rec_name = "title"

    slide_id = fields.Many2one("slide.slide", "Lesson", required=True, index=True, ondelete="cascade")
    title = fields.Char(required=True, readonly=True)
    identifier = fields.Char(readonly=True)
    file_name = fields.Char("File", readonly=True)
    version = fields.Selection([("1.2", "SCORM 1.2"), ("2004", "SCORM 2004")], required=True, readonly=True)
    edition = fields.Char(readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", "Package", required=True, readonly=True, index=True, ondelete="restrict"
    )
    file_count = fields.Integer("Files", readonly=True)
    unpacked_size = fields.Integer("Size unpacked", readonly=True)
    item_ids = fields.One2many("gov.scorm.item", "package_id", "Table of contents", readonly=True)
    summary = fields.Char(compute="_compute_summary")

    @api.depends("file_name", "version", "file_count", "unpacked_size", "item_ids")
    def _compute_summary(self):
        for package in self:
            package.summary = self.env._(
                "%(file)s · SCORM %(version)s · %(activities)s activities · %(files)s files · %(size).1f MB",
                file=package.file_name or package.title,
                version=package.version,
                activities=len(package.item_ids.filtered("href")),
                files=package.file_count,
                size=max(package.unpacked_size / MEGABYTE, 0.1),
            )

    @api.model
    def _gov_take(self, slide, stream, name):
        """Look at a package whole, and keep it for a lesson; the caller may write the lesson."""
        limits = archive.Limits(
            archive=slide._gov_limit("package_megabytes") * MEGABYTE,
            total=slide._gov_limit("package_unpacked_megabytes") * MEGABYTE,
            count=slide._gov_limit("package_files"),
        )
        try:
            contents = archive.inspect(stream, limits)
            if manifest.NAME not in contents.files:
                inner = [path for path in contents.files if path.endswith("/" + manifest.NAME)]
                if inner:
                    raise archive.PackageError("manifest_folder", detail=min(inner, key=len).rpartition("/")[0])
                raise archive.PackageError("no_manifest")
            if contents.files[manifest.NAME] > manifest.SIZE:
                raise archive.PackageError("manifest_size")
            stream.seek(0)
            with archive.open_archive(stream) as opened:
                data = opened.read(manifest.NAME)
            course = manifest.parse(data, contents.files)
        except archive.PackageError as error:
            raise UserError(slide._gov_package_refusal(error, name)) from error
        # sudo: the file of the lesson, which the caller may write; it is read through this module's address alone
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            ._gov_store_stream(stream, {"name": name, "res_model": self._name, "mimetype": "application/zip"})
        )
        # sudo: rows that follow from the file; nobody writes them by hand
        package = self.sudo().create(
            {
                "slide_id": slide.id,
                "title": course.title or name,
                "identifier": course.identifier,
                "file_name": name,
                "version": course.version,
                "edition": course.edition[:60],
                "attachment_id": attachment.id,
                "file_count": len(contents.files),
                "unpacked_size": min(contents.total, 2**31 - 1),
                "item_ids": [
                    (
                        0,
                        0,
                        {
                            "sequence": place,
                            "identifier": item.identifier,
                            "title": item.title,
                            "depth": item.depth,
                            "href": item.href,
                            "kind": item.kind or False,
                            "is_visible": item.is_visible,
                            "has_mastery": item.mastery is not None,
                            "mastery": item.mastery or 0,
                            "has_threshold": item.threshold is not None,
                            "threshold": item.threshold or 0,
                            "max_seconds": item.max_seconds or 0,
                            "limit_action": item.limit_action,
                            "launch_data": item.launch_data,
                            "objectives": item.objectives,
                        },
                    )
                    for place, item in enumerate(course.items)
                ],
            }
        )
        attachment.res_id = package.id
        return package

    def _gov_reader(self):
        self.ensure_one()
        # sudo: the file is read for who may read the lesson, which the caller has checked
        attachment = self.attachment_id.sudo()
        return reader(attachment._full_path(attachment.store_fname))


class GovScormItem(models.Model):
    """An entry of the table of contents of a package."""

    _name = "gov.scorm.item"
    _description = "Activity of a SCORM package"
    _order = "package_id, sequence, id"
    _rec_name = "title"

    package_id = fields.Many2one("gov.scorm.package", "Package", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(aggregator=None)
    identifier = fields.Char()
    title = fields.Char(required=True)
    depth = fields.Integer(aggregator=None)
    href = fields.Char("Address in the package")
    kind = fields.Selection([("sco", "Activity that reports"), ("asset", "Page")])
    is_visible = fields.Boolean("Shown")
    has_mastery = fields.Boolean()
    mastery = fields.Float("Score asked", digits=(6, 3), aggregator=None)
    has_threshold = fields.Boolean()
    threshold = fields.Float("Progress asked", digits=(6, 3), aggregator=None)
    max_seconds = fields.Float("Time allowed (seconds)", aggregator=None)
    limit_action = fields.Char("When the time is over")
    launch_data = fields.Text("Data at launch")
    objectives = fields.Json()

    def _gov_launched(self):
        return self.filtered(lambda item: item.href and item.is_visible)


class GovScormAttempt(models.Model):
    """One time a person follows a package, from its beginning to its end.

    The person and the training officers read it.  What the course says of the learner is written by the player alone,
    checked and bounded.
    """

    _name = "gov.scorm.attempt"
    _description = "Attempt of a SCORM package"
    _order = "id desc"
    _rec_name = "slide_id"

    slide_id = fields.Many2one("slide.slide", "Lesson", required=True, index=True, ondelete="cascade")
    channel_id = fields.Many2one(
        "slide.channel", "Course", related="slide_id.channel_id", store=True, index=True, ondelete="cascade"
    )
    package_id = fields.Many2one("gov.scorm.package", "Package", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Learner", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", "Contact", related="user_id.partner_id", store=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(required=True, default=1, aggregator=None)
    is_current = fields.Boolean("Current", default=True)
    track_ids = fields.One2many("gov.scorm.track", "attempt_id", "Activities")
    completion = fields.Selection(STATUSES, required=True, default="not_attempted", index=True)
    success = fields.Selection(SUCCESSES, required=True, default="unknown")
    has_score = fields.Boolean()
    score = fields.Float("Score (%)", digits=(6, 2), aggregator="avg")
    seconds = fields.Float("Time (seconds)", digits=(10, 0))
    started_on = fields.Datetime(required=True, default=fields.Datetime.now)
    last_on = fields.Datetime("Last time", default=fields.Datetime.now)

    _number_uniq = models.Constraint("UNIQUE (slide_id, user_id, number)", "This attempt is there already.")

    # -- what the player calls

    def _gov_own(self):
        """Return the attempt, for its learner alone, who still may read the lesson; rights are then passed over."""
        self.ensure_one()
        attempt = self.sudo()  # sudo: the learner's own attempt, checked on the next lines
        if not attempt.exists() or attempt.user_id != self.env.user:
            raise AccessError(self.env._("This is the attempt of somebody else."))
        attempt.slide_id.with_user(self.env.user).check_access("read")
        return attempt

    def action_launch(self, item_id):
        """Open an activity: ``{launch, url, title, values, items, attempt}``; a former launch of the attempt ends.

        :param item_id: the activity of the table of contents
        """
        attempt = self._gov_own()
        item = attempt.package_id.item_ids.filtered(lambda one: one.id == item_id and one.href)
        if not item:
            raise UserError(self.env._("This activity is not in the course any more: open the course again."))
        if not attempt.is_current:
            raise UserError(self.env._("This attempt is over: open the course again."))
        now = fields.Datetime.now()
        launches = self.env["gov.scorm.launch"].sudo()  # sudo: launches of the learner's own attempt
        launches.search([("attempt_id", "=", attempt.id)]).unlink()
        track = attempt._gov_track(item)
        track._gov_begin(now)
        secret, launch_id = secrets.token_urlsafe(32), secrets.token_urlsafe(LAUNCH_ID)
        launches.create(
            {
                "attempt_id": attempt.id,
                "track_id": track.id,
                "user_id": self.env.uid,
                "launch": launch_id,
                "token_hash": launches._gov_hash(secret),
                "started_on": now,
                "expires_on": now + timedelta(hours=LAUNCH_HOURS),
                "seconds_before": track.seconds,
            }
        )
        attempt.last_on = now
        attempt._gov_roll_up()
        return {
            "launch": launch_id,
            "url": f"/scorm/{secret}/{item.href}",
            "title": item.title,
            "values": track.values or {},
            **attempt._gov_progress(),
        }

    def action_commit(self, launch, values, is_finished=False):
        """Keep what a launched activity says of the learner; return the progress and what was refused.

        :param launch: the launch, as ``action_launch`` gave it; that of another window is refused
        :param values: ``{element of the data model: text}``
        :param is_finished: whether the activity said that it is over
        """
        attempt = self._gov_own()
        if not isinstance(values, dict) or not isinstance(launch, str):
            raise UserError(self.env._("The course sent something that is not understood."))
        now = fields.Datetime.now()
        # sudo: the launch of the learner's own attempt
        found = self.env["gov.scorm.launch"].sudo().search(
            [("attempt_id", "=", attempt.id), ("launch", "=", launch), ("expires_on", ">", now)], limit=1
        )  # fmt: skip
        if not found:
            raise UserError(
                self.env._("The course was opened in another window, or a long time ago. Open it again here.")
            )
        refused = found.track_id._gov_take(values, bool(is_finished), found, now)
        end = found.started_on + timedelta(hours=LAUNCH_MOST_HOURS)
        found.expires_on = min(now + timedelta(hours=LAUNCH_HOURS), end)
        attempt.last_on = now
        attempt._gov_roll_up()
        return {"refused": refused[:20], **attempt._gov_progress()}

    # -- inside

    def _gov_track(self, item):
        track = self.track_ids.filtered(lambda one: one.item_id == item)
        return track or self.env["gov.scorm.track"].sudo().create(  # sudo: as in _gov_own
            {"attempt_id": self.id, "item_id": item.id}
        )

    def _gov_roll_up(self):
        """Work out the state of the attempt from its activities, and tell the lesson when it is done."""
        for attempt in self:
            items = attempt.package_id.item_ids._gov_launched()
            tracks = {track.item_id: track for track in attempt.track_ids}
            states = [tracks[item].completion if item in tracks else "not_attempted" for item in items]
            successes = [track.success for track in tracks.values()]
            scores = [track.score for track in tracks.values() if track.has_score]
            if states and all(state == "completed" for state in states):
                completion = "completed"
            elif tracks:
                completion = "incomplete"
            else:
                completion = "not_attempted"
            success = "unknown"
            if "failed" in successes:
                success = "failed"
            elif "passed" in successes and completion == "completed":
                success = "passed"
            attempt.write(
                {
                    "completion": completion,
                    "success": success,
                    "has_score": bool(scores),
                    "score": sum(scores) / len(scores) if scores else 0,
                    "seconds": sum(track.seconds for track in tracks.values()),
                }
            )
            if completion == "completed" and success != "failed":
                attempt.slide_id.with_user(attempt.user_id)._gov_content_done()

    def _gov_progress(self):
        """Return what the player and the page of the course show."""
        self.ensure_one()
        tracks = {track.item_id: track for track in self.track_ids}
        return {
            "items": [
                {"id": item.id, "status": tracks[item]._gov_status() if item in tracks else "not_attempted"}
                for item in self.package_id.item_ids._gov_launched()
            ],
            "attempt": {
                "completion": self.completion,
                "success": self.success,
                "score": round(self.score, 1) if self.has_score else None,
                "seconds": self.seconds,
            },
        }

    def _gov_player_values(self):
        """Return the values of the page of the player."""
        self.ensure_one()
        package = self.package_id
        items = package.item_ids.filtered("is_visible")
        launched = items._gov_launched()
        tracks = {track.item_id: track for track in self.track_ids}
        ongoing = launched.filtered(lambda item: item in tracks and tracks[item].completion != "completed")
        left = launched.filtered(lambda item: item not in tracks or tracks[item].completion != "completed")
        last = max(ongoing, key=lambda item: tracks[item].last_on or self.started_on, default=None)
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        statuses = dict(self._fields["completion"]._description_selection(self.env))
        statuses |= dict(self._fields["success"]._description_selection(self.env))
        config = {
            "attempt": self.id,
            "current": (last or left[:1] or launched[:1]).id,
            "context": {"lang": self.env.lang},
            "items": [
                {
                    "id": item.id,
                    "title": item.title,
                    "depth": item.depth,
                    "is_launched": item in launched,
                    "status": tracks[item]._gov_status() if item in tracks else "not_attempted",
                }
                for item in items
            ],
            "words": {
                "status": {key: text for key, text in statuses.items() if key != "unknown"},
                "failed": self.env._("The server refused what the course says. Open the course again."),
                "offline": self.env._("The network is cut: what you do is kept here and sent when it is back."),
                "finished": self.env._("This part is finished."),
            },
        }
        text = json.dumps(config).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        return {
            "title": self.slide_id.name,
            "lang": (self.env.lang or "en_US").replace("_", "-"),
            "direction": lang.direction or "ltr",
            "config": Markup(text),  # noqa: S704 - signs of markup are escaped on the line above
        }


class GovScormTrack(models.Model):
    """What an activity of a package said of the learner in one attempt."""

    _name = "gov.scorm.track"
    _description = "Activity of an attempt"
    _order = "attempt_id, id"
    _rec_name = "item_id"

    attempt_id = fields.Many2one("gov.scorm.attempt", "Attempt", required=True, index=True, ondelete="cascade")
    item_id = fields.Many2one("gov.scorm.item", "Activity", required=True, index=True, ondelete="cascade")
    values = fields.Json("Data model")
    completion = fields.Selection(STATUSES, required=True, default="not_attempted")
    success = fields.Selection(SUCCESSES, required=True, default="unknown")
    has_score = fields.Boolean()
    score = fields.Float("Score (%)", digits=(6, 2), aggregator="avg")
    seconds = fields.Float("Time (seconds)", digits=(10, 0))
    entry = fields.Char()
    is_finished = fields.Boolean("Left by its own end")
    launch_count = fields.Integer("Times opened")
    last_on = fields.Datetime("Last time")

    _item_uniq = models.Constraint("UNIQUE (attempt_id, item_id)", "This activity is followed already.")

    def _gov_status(self):
        return self.success if self.success != "unknown" else self.completion

    def _gov_version(self):
        return self.attempt_id.package_id.version

    def _gov_begin(self, now):
        """Prepare a launch: resume what was suspended or cut, or begin."""
        self.ensure_one()
        version, kept = self._gov_version(), dict(self.values or {})
        leaving = kept.pop("cmi.core.exit" if version == "1.2" else "cmi.exit", "")
        for name in ("cmi.core.session_time", "cmi.session_time", "adl.nav.request"):
            kept.pop(name, None)
        entry = "ab-initio"
        if self.launch_count:
            if not self.is_finished or leaving in ("suspend", "logout" if version == "2004" else "suspend"):
                entry = "resume"
            elif version == "1.2":
                entry = ""
            else:
                # an activity of 2004 that ended by itself begins anew; what it reached stays in the row
                kept = {}
        vals = {"values": kept, "entry": entry, "is_finished": False, "launch_count": self.launch_count + 1,
                "last_on": now}  # fmt: skip
        if self.item_id.kind == "asset":
            vals["completion"] = "completed"
        elif self.completion == "not_attempted":
            vals["completion"] = "incomplete"
        self.write(vals)

    def _gov_take(self, values, is_finished, launch, now):
        """Keep what the activity says, checked and bounded; return the names refused."""
        self.ensure_one()
        version, item = self._gov_version(), self.item_id
        before = dict(self.values or {})
        kept, refused = cmi.accept(version, before, values)
        ended = is_finished or self.is_finished
        said = cmi.outcome(
            version,
            kept,
            item.mastery if item.has_mastery else None,
            item.threshold if item.has_threshold else None,
            ended,
        )
        elapsed = max(0.0, (now - launch.started_on).total_seconds())
        if version == "1.2":
            claimed = cmi.parse_time_12(kept.get("cmi.core.session_time"))
        else:
            claimed = cmi.duration_2004(kept.get("cmi.session_time"))
        # an activity that counts no time is given that of the clock; none is given more than went by
        spent = min(claimed, elapsed + 30) if claimed is not None else min(elapsed, 4 * 3600)
        vals = {"values": kept, "is_finished": ended, "last_on": now, "seconds": launch.seconds_before + spent}
        if said["completion"] == "completed" or self.completion != "completed":
            vals["completion"] = said["completion"].replace(" ", "_")
            if vals["completion"] == "not_attempted":
                vals["completion"] = "incomplete"
        if said["success"] != "unknown" and self.success != "passed":
            vals["success"] = said["success"]
        if said["score"] is not None:
            vals.update(has_score=True, score=said["score"])
        self.write(vals)
        if any(name.startswith("cmi.interactions.") for name in values):
            self._gov_keep_answers()
        return refused

    def _gov_keep_answers(self):
        """Write the answers to questions as rows, for the authors' board."""
        attempt = self.attempt_id
        answers = self.env["gov.lesson.answer"].sudo()  # sudo: the learner's own answers, read by authors as sums
        answers.search([("attempt_id", "=", attempt.id), ("item_id", "=", self.item_id.id)]).unlink()
        answers.create(
            [
                {
                    "slide_id": attempt.slide_id.id,
                    "user_id": attempt.user_id.id,
                    "attempt_id": attempt.id,
                    "item_id": self.item_id.id,
                    "question": row["id"],
                    "label": row["label"],
                    "given": row["given"],
                    "is_right": row["is_right"],
                }
                for row in cmi.interactions(self._gov_version(), self.values or {})
            ]
        )

    def _gov_fixed(self):
        """Return the elements the course may only read."""
        self.ensure_one()
        version, item, user = self._gov_version(), self.item_id, self.attempt_id.user_id
        total = cmi.format_time(version, self.seconds)
        name = user.name.strip()
        if version == "1.2":
            family, _space, first = name[::-1].partition(" ")
            fixed = {
                "cmi._version": "3.4",
                "cmi.core.student_id": f"u{user.id}",
                "cmi.core.student_name": f"{family[::-1]}, {first[::-1]}" if first else name,
                "cmi.core.credit": "credit",
                "cmi.core.lesson_mode": "normal",
                "cmi.core.entry": self.entry or "",
                "cmi.core.total_time": total,
                "cmi.launch_data": item.launch_data or "",
                "cmi.student_data.mastery_score": f"{item.mastery:g}" if item.has_mastery else "",
                "cmi.student_data.max_time_allowed": (
                    cmi.format_time(version, item.max_seconds) if item.max_seconds else ""
                ),
                "cmi.student_data.time_limit_action": item.limit_action or "",
            }
            return fixed
        fixed = {
            "cmi._version": "1.0",
            "cmi.learner_id": f"u{user.id}",
            "cmi.learner_name": name,
            "cmi.credit": "credit",
            "cmi.mode": "normal",
            "cmi.entry": self.entry or "",
            "cmi.total_time": total,
        }
        if item.launch_data:
            fixed["cmi.launch_data"] = item.launch_data
        if item.has_mastery:
            fixed["cmi.scaled_passing_score"] = f"{item.mastery:g}"
        if item.has_threshold:
            fixed["cmi.completion_threshold"] = f"{item.threshold:g}"
        if item.max_seconds:
            fixed["cmi.max_time_allowed"] = cmi.format_time(version, item.max_seconds)
        if item.limit_action:
            fixed["cmi.time_limit_action"] = item.limit_action
        return fixed

    def _gov_start_values(self):
        """Return the elements the course finds at its beginning; the objectives of the manifest are there."""
        self.ensure_one()
        values = dict(self.values or {})
        if self._gov_version() == "2004" and not any(name.startswith("cmi.objectives.") for name in values):
            for place, identifier in enumerate(self.item_id.objectives or ()):
                values[f"cmi.objectives.{place}.id"] = identifier
        return values

    def _gov_settings(self, launch_id):
        """Return what the run-time in the page needs, as text that is safe within a script."""
        text = json.dumps(
            {
                "launch": launch_id,
                "version": self._gov_version(),
                "values": self._gov_start_values(),
                "fixed": self._gov_fixed(),
            }
        )
        return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


class GovScormLaunch(models.Model):
    """An open activity: its files are read by an address nobody guesses, bound to one learner and package.

    A page in the sandbox has no session, so the address is what says who reads; only its digest is kept.
    """

    _name = "gov.scorm.launch"
    _description = "Open SCORM activity"
    _rec_name = "launch"

    attempt_id = fields.Many2one("gov.scorm.attempt", "Attempt", required=True, index=True, ondelete="cascade")
    track_id = fields.Many2one("gov.scorm.track", "Activity", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Learner", required=True, index=True, ondelete="cascade")
    launch = fields.Char(required=True)
    token_hash = fields.Char(required=True)
    started_on = fields.Datetime(required=True)
    expires_on = fields.Datetime(required=True, index=True)
    seconds_before = fields.Float()

    _token_uniq = models.UniqueIndex("(token_hash)", "This address is taken.")

    @api.model
    def _gov_hash(self, secret):
        return hashlib.sha256(secret.encode()).hexdigest()

    @api.model
    def _gov_find(self, secret):
        """Return the launch of an address, empty when it is unknown, over, or its learner may not read any more."""
        none = self.browse()
        if not isinstance(secret, str) or not 20 <= len(secret) <= 100:
            return none
        # sudo: the address itself says who reads; the rights of that person are checked on the next lines
        launch = self.sudo().search(
            [("token_hash", "=", self._gov_hash(secret)), ("expires_on", ">", fields.Datetime.now())], limit=1
        )
        if not launch or not launch.user_id.active:
            return none
        slide = launch.attempt_id.slide_id.with_user(launch.user_id)
        return launch if slide.exists() and slide.has_access("read") else none

    @api.autovacuum
    def _gc_launches(self):
        self.search([("expires_on", "<", fields.Datetime.now())]).unlink()
