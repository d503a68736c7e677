import base64
import re

from lxml import html as lxml_html

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import html_sanitize, is_html_empty

from ..services import manifest, media

MEGABYTE = 1024 * 1024
OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!data:|/(?!/))", re.IGNORECASE)
ADDRESSES = ("src", "srcset", "poster", "data", "background")


class SlideSlide(models.Model):
    """A lesson: text, picture, PDF, local video, SCORM package, quiz or certification; nothing comes from outside.

    A film or a package is kept once in the filestore and read only through this module's addresses, which check who
    reads.
    """

    _inherit = "slide.slide"

    slide_category = fields.Selection(selection_add=[("scorm", "SCORM package")], ondelete={"scorm": "set default"})
    slide_type = fields.Selection(
        selection_add=[("local_video", "Local video"), ("scorm", "SCORM package")],
        ondelete={"local_video": "set null", "scorm": "set null"},
    )
    nbr_scorm = fields.Integer("SCORM packages", compute="_compute_slides_statistics", store=True)
    source_type = fields.Selection(default="local_file")

    gov_video_id = fields.Many2one(
        "ir.attachment", "Film", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    gov_video_name = fields.Char("File of the film", readonly=True, copy=False)
    gov_duration = fields.Float(
        "Length (seconds)",
        digits=(10, 1),
        copy=False,
        aggregator=None,
        help="Read from the film. Some recordings do not say it: give it then.",
    )
    gov_package_id = fields.Many2one(
        "gov.scorm.package", "Package", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    gov_document_name = fields.Char("File of the document", readonly=True, copy=False)
    gov_caption_ids = fields.One2many("gov.lesson.caption", "slide_id", "Captions")
    gov_file_summary = fields.Char("File of the lesson", compute="_compute_gov_file_summary")
    gov_pass_share = fields.Integer(
        "Right answers asked (%)", default=80, help="Share of right answers from which the quiz is passed."
    )
    gov_retry_days = fields.Integer(
        "Days before a new round",
        help="When all attempts of the certification are used, a new round opens after these days; 0: the next day.",
    )

    _gov_pass_range = models.Constraint("CHECK (gov_pass_share BETWEEN 1 AND 100)", "A share is between 1 and 100 %.")
    _gov_duration_range = models.Constraint(
        "CHECK (gov_duration >= 0 AND gov_duration <= 86400)", "A film lasts at most a day."
    )
    _gov_retry_range = models.Constraint("CHECK (gov_retry_days BETWEEN 0 AND 365)", "At most a year.")

    @api.depends("gov_video_id")
    def _compute_slide_type(self):
        super()._compute_slide_type()
        for slide in self:
            if slide.slide_category == "scorm":
                slide.slide_type = "scorm"
            elif slide.slide_category == "video" and slide.gov_video_id:
                slide.slide_type = "local_video"

    @api.depends("slide_type")
    def _compute_slide_icon_class(self):
        super()._compute_slide_icon_class()
        for slide in self:
            if slide.slide_type == "local_video":
                slide.slide_icon_class = "fa-play-circle-o"
            elif slide.slide_type == "scorm":
                slide.slide_icon_class = "fa-cubes"

    @api.depends("gov_video_id", "gov_package_id", "gov_document_name", "gov_duration", "slide_category")
    def _compute_gov_file_summary(self):
        for slide in self:
            # sudo: name and size of the file, for who reads the lesson
            film, package = slide.gov_video_id.sudo(), slide.gov_package_id.sudo()
            if slide.slide_category == "video" and film:
                slide.gov_file_summary = self.env._(
                    "%(file)s · %(size).1f MB · %(minutes)s min",
                    file=slide.gov_video_name,
                    size=max(film.file_size / MEGABYTE, 0.1),
                    minutes=round((slide.gov_duration or 0) / 60, 1),
                )
            elif slide.slide_category == "scorm" and package:
                slide.gov_file_summary = package.summary
            elif slide.slide_category == "document":
                slide.gov_file_summary = slide.gov_document_name or False
            else:
                slide.gov_file_summary = False

    def _compute_mark_complete_actions(self):
        """Nobody says of himself that a film was seen or a package followed."""
        super()._compute_mark_complete_actions()
        for slide in self:
            if slide.slide_category in ("video", "scorm"):
                slide.can_self_mark_completed = False
            slide.can_self_mark_uncompleted = False

    @api.depends("gov_duration")
    def _compute_category_completion_time(self):
        super()._compute_category_completion_time()

    def _compute_website_url(self):
        super()._compute_website_url()
        for slide in self:
            if slide.id:
                slide.website_url = f"/odoo/my-courses/{slide.channel_id.id}"

    @api.constrains("url", "video_url")
    def _check_gov_nothing_outside(self):
        for slide in self:
            if slide.url:
                raise ValidationError(
                    self.env._(
                        "“%(lesson)s” points to an address outside (%(address)s). Lessons work without the internet: "
                        "put the file itself.",
                        lesson=slide.name,
                        address=slide.url[:80],
                    )
                )

    @api.constrains("survey_id")
    def _check_gov_certification_staff_only(self):
        for slide in self:
            # sudo: the settings of the survey of this lesson, which its author may not write otherwise
            survey = slide.survey_id.sudo()
            if survey and not (survey.users_login_required and survey.access_mode == "token"):
                survey.write({"users_login_required": True, "access_mode": "token"})

    def _fetch_external_metadata(self, image_url_only=False):
        """Ask nothing of video sites."""
        return {}, None

    def _post_publication(self):
        """Publish without a message to each follower: the page of courses shows what is new."""
        return True

    def _gov_is_ready(self):
        """Tell whether a lesson can be followed."""
        self.ensure_one()
        return {
            "video": bool(self.gov_video_id and self.gov_duration),
            "scorm": bool(self.gov_package_id),
            "document": bool(self.binary_content),
            "infographic": bool(self.image_1920),
            "quiz": bool(self.question_ids),
            "certification": bool(self.survey_id),
        }.get(self.slide_category, not is_html_empty(self.html_content))

    # -- files

    def _gov_limit(self, code):
        return int(self.env["gov.parameter"].get_value(f"elearning.{code}", fields.Date.context_today(self)))

    def _gov_take_file(self, stream, name):
        """Take the file of a lesson, whatever it is: a film, a package or a PDF; its content says which.

        :param stream: seekable binary file
        :param name: its name on the machine of the author
        :return: the kind taken
        """
        self.ensure_one()
        self.check_access("write")
        name = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069/\\]", "", name or "")[:150] or "file"
        stream.seek(0)
        head = stream.read(8)
        if head[:4] == b"%PDF":
            self._gov_take_document(stream, name)
            return "document"
        if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            self._gov_take_package(stream, name)
            return "scorm"
        self._gov_take_video(stream, name)
        return "video"

    def _gov_size(self, stream, limit, name):
        stream.seek(0, 2)
        size = stream.tell()
        stream.seek(0)
        if size > limit * MEGABYTE:
            raise UserError(
                self.env._(
                    "“%(file)s” has %(size)s MB; at most %(limit)s MB are taken. Make it smaller, or cut it into "
                    "several lessons.",
                    file=name,
                    size=size // MEGABYTE,
                    limit=limit,
                )
            )
        return size

    def _gov_take_video(self, stream, name):
        """Keep a film, checked by its content; a former film is let go."""
        self._gov_size(stream, self._gov_limit("video_megabytes"), name)
        try:
            mimetype, seconds = media.probe(stream)
        except media.MediaError as error:
            reasons = {
                "empty": self.env._("it is empty"),
                "kind": self.env._("it is neither MP4 nor WebM"),
                "damaged": self.env._("it is damaged"),
                "truncated": self.env._("its end is missing: send it again"),
                "no_picture": self.env._("it holds no picture"),
            }
            raise UserError(
                self.env._(
                    "“%(file)s” is not taken: %(reason)s. Films are MP4 (H.264) or WebM files; other formats have to "
                    "be converted first.",
                    file=name,
                    reason=reasons[error.code],
                )
            ) from error
        # sudo: the file of the lesson, which the caller may write; it is read through this module's address alone
        attachments = self.env["ir.attachment"].sudo()
        film = attachments._gov_store_stream(
            stream, {"name": name, "res_model": self._name, "res_id": self.id, "mimetype": mimetype}
        )
        former = self.gov_video_id.sudo()  # sudo: the former film of the lesson
        self.write(
            {
                "slide_category": "video",
                "source_type": "local_file",
                "gov_video_id": film.id,
                "gov_video_name": name,
                "gov_duration": round(seconds, 1) if seconds else 0,
                **({"completion_time": max(seconds / 3600, 0.01)} if seconds else {}),
            }
        )
        former.unlink()
        return film

    def _gov_take_package(self, stream, name):
        """Keep a SCORM package, looked at whole before; a former one stays for the attempts made of it."""
        package = self.env["gov.scorm.package"]._gov_take(self, stream, name)
        self.write({"slide_category": "scorm", "source_type": "local_file", "gov_package_id": package.id})
        return package

    def _gov_take_document(self, stream, name):
        """Keep a PDF."""
        self._gov_size(stream, self._gov_limit("document_megabytes"), name)
        stream.seek(0)
        data = stream.read()
        if b"%%EOF" not in data[-2048:]:
            raise UserError(self.env._("“%(file)s” is not a whole PDF: its end is missing. Send it again.", file=name))
        self.write(
            {
                "slide_category": "document",
                "source_type": "local_file",
                "binary_content": base64.b64encode(data),
                "gov_document_name": name,
            }
        )

    @api.model
    def _gov_package_refusal(self, error, name):
        """Say in words why a package is refused, which file is the reason, and what to do."""
        _ = self.env._
        reasons = {
            "not_zip": _("it is not a zip file, or it is damaged. Export the course again as a SCORM package (zip)."),
            "empty": _("it holds no file."),
            "archive_size": _("it has more than %(n)s MB. Take the films out and give them as lessons.",
                              n=error.detail),
            "count": _("it holds more than %(n)s files.", n=error.detail),
            "total": _("once unpacked it would fill more than %(n)s MB.", n=error.detail),
            "member_size": _("one file would fill more than %(n)s MB.", n=error.detail),
            "ratio": _("it is packed beyond what courses need (a “zip bomb”)."),
            "overlap": _("its files lie over one another (a “zip bomb”)."),
            "traversal": _("the name of a file leads out of the package (“..”)."),
            "absolute": _("the name of a file begins at the root of the machine (“/”)."),
            "drive": _("the name of a file begins with a drive (such as “C:”)."),
            "backslash": _("the name of a file holds “\\”. Make the zip with another tool."),
            "odd_name": _("the name of a file has an empty part or a “.”."),
            "control": _("the name of a file holds characters that cannot be seen."),
            "long_name": _("the name of a file is too long."),
            "not_utf8": _("the name of a file is not written in UTF-8. Make the zip with another tool, or rename it."),
            "link": _("a file is a link to another place. Put the file itself."),
            "special": _("a file is not a plain file."),
            "encrypted": _("a file is protected by a password. Make the package without one."),
            "method": _("a file is packed by a method other than “deflate”. Make the zip with another tool."),
            "duplicate": _("a file is there twice (capitals and small letters are the same)."),
            "nested": _("a file has the name of a folder."),
            "damaged": _("a file is damaged. Export the course again."),
            "no_manifest": _("it has no imsmanifest.xml: it is not a SCORM package. Choose SCORM 1.2 or 2004 when "
                             "exporting."),
            "manifest_folder": _("its imsmanifest.xml lies in the folder “%(n)s”. Zip what is in the folder, not the "
                                 "folder.", n=error.detail),
            "manifest_size": _("its imsmanifest.xml is too large."),
            "manifest_xml": _("its imsmanifest.xml is not valid XML: %(n)s", n=error.detail),
            "manifest_dtd": _("its imsmanifest.xml declares a document type or entities, which are not taken for "
                              "safety."),
            "manifest_root": _("its imsmanifest.xml is not a manifest of IMS content packaging."),
            "manifest_version": _("its version of SCORM (%(n)s) is not known; SCORM 1.2 and 2004 are.",
                                  n=error.detail),
            "manifest_empty": _("its imsmanifest.xml names nothing to launch."),
            "manifest_depth": _("its table of contents is too deep."),
            "manifest_items": _("its table of contents has more than %(n)s entries.", n=error.detail),
            "outside_address": _("it launches an address outside of the package (%(n)s). Export it with its files.",
                                 n=error.detail),
            "missing_file": _("a file that its imsmanifest.xml launches is missing: %(n)s.", n=error.detail),
            "missing_resource": _("its table of contents names a resource that is not there: %(n)s.", n=error.detail),
        }  # fmt: skip
        reason = reasons[error.code]
        if error.name and error.name != manifest.NAME:
            reason = _("%(reason)s (file: %(file)s)", reason=reason, file=error.name)
        return _("“%(package)s” is not taken: %(reason)s", package=name, reason=reason)

    # -- texts

    @api.model
    def _gov_local_html(self, content):
        """Return the text of a lesson as it is shown: sanitised, and without a request to the outside."""
        if is_html_empty(content):
            return ""
        content = html_sanitize(content, sanitize_attributes=True, sanitize_style=True)
        root = lxml_html.fragment_fromstring(content, create_parent="div")
        for node in list(root.iter()):
            if not isinstance(node.tag, str):
                continue
            for name in ADDRESSES:
                address = (node.get(name) or "").strip()
                if address and not (re.match(r"^/(?!/)", address) or address.startswith("data:image/")):
                    del node.attrib[name]
            if OUTSIDE.search(node.get("style") or ""):
                del node.attrib["style"]
            if node.tag == "a":
                node.set("target", "_blank")
                node.set("rel", "noopener noreferrer")
            if node.tag in ("iframe", "object", "embed", "form", "link", "meta", "base"):
                node.drop_tree()
        return lxml_html.tostring(root, encoding="unicode")


class GovLessonCaption(models.Model):
    """Words under a film, in one language (WebVTT)."""

    _name = "gov.lesson.caption"
    _description = "Captions of a film"
    _order = "slide_id, lang"
    _rec_name = "lang"

    slide_id = fields.Many2one("slide.slide", "Lesson", required=True, index=True, ondelete="cascade")
    lang = fields.Selection([("ar", "Arabic"), ("fr", "French"), ("en", "English")], "Language", required=True)
    file = fields.Binary("File (.vtt)", required=True, attachment=True)
    file_name = fields.Char("File name")

    _lang_uniq = models.Constraint("UNIQUE (slide_id, lang)", "A film has one set of captions in a language.")

    @api.constrains("file")
    def _check_file(self):
        for caption in self:
            text = caption._text()
            if text is None or not media.check_captions(text):
                raise ValidationError(
                    self.env._(
                        "“%(file)s” is not a file of captions: it is WebVTT, in UTF-8, and its first line is WEBVTT.",
                        file=caption.file_name or caption.lang,
                    )
                )

    def _text(self):
        self.ensure_one()
        try:
            return base64.b64decode(self.with_context(bin_size=False).file or b"").decode("utf-8-sig")
        except (ValueError, UnicodeDecodeError):
            return None
