import werkzeug.exceptions

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

MEGABYTE = 1024 * 1024


def largest_upload(_controller):
    """Return how many bytes a file of a lesson may have, by the parameters, with the form around it."""
    parameters = request.env["gov.parameter"].sudo()  # sudo: two numbers that everybody reads
    codes = ("elearning.video_megabytes", "elearning.package_megabytes")
    return max(int(parameters.get_value(code)) for code in codes) * MEGABYTE + MEGABYTE


class LessonFiles(http.Controller):
    """Files of lessons, for those who may read the lesson."""

    def _slide(self, slide_id, mode="read"):
        slide = request.env["slide.slide"].browse(slide_id)
        try:
            slide.check_access(mode)
            if not slide.exists():
                raise werkzeug.exceptions.NotFound()
        except (AccessError, MissingError) as error:
            # the same answer for what is not there and for what is not for the person
            raise werkzeug.exceptions.NotFound() from error
        return slide

    @http.route("/elearning/video/<int:slide_id>", type="http", auth="user", methods=["GET"])
    def video(self, slide_id, **_kwargs):
        """Stream a film; ranges of bytes are answered, so that one can seek and resume."""
        slide = self._slide(slide_id)
        film = slide.gov_video_id.sudo()  # sudo: the film of a lesson the person may read
        if slide.slide_category != "video" or not film:
            raise werkzeug.exceptions.NotFound()
        stream = film._to_http_stream()
        stream.mimetype = film.mimetype if film.mimetype in ("video/mp4", "video/webm") else "application/octet-stream"
        stream.public = False
        response = stream.get_response(as_attachment=False, max_age=0)
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @http.route("/elearning/captions/<int:caption_id>", type="http", auth="user", methods=["GET"])
    def captions(self, caption_id, **_kwargs):
        # sudo: the captions of a lesson the person may read, which is checked on the next line
        caption = request.env["gov.lesson.caption"].sudo().browse(caption_id).exists()
        if not caption:
            raise werkzeug.exceptions.NotFound()
        self._slide(caption.slide_id.id)
        return request.make_response(
            caption._text() or "WEBVTT\n",
            [("Content-Type", "text/vtt; charset=utf-8"), ("X-Content-Type-Options", "nosniff"),
             ("Cache-Control", "private, no-cache")],
        )  # fmt: skip

    @http.route("/elearning/document/<int:slide_id>", type="http", auth="user", methods=["GET"])
    def document(self, slide_id, **_kwargs):
        """The PDF of a lesson, for the reader of the web client."""
        slide = self._slide(slide_id)
        if slide.slide_category != "document" or not slide.binary_content:
            raise werkzeug.exceptions.NotFound()
        stream = request.env["ir.binary"]._get_stream_from(slide, "binary_content")
        stream.mimetype = "application/pdf"
        return stream.get_response(as_attachment=False, max_age=0)

    @http.route("/elearning/picture/<int:slide_id>", type="http", auth="user", methods=["GET"])
    def picture(self, slide_id, **_kwargs):
        slide = self._slide(slide_id)
        return request.env["ir.binary"]._get_image_stream_from(slide, "image_1920").get_response()

    @http.route(
        "/elearning/upload/<int:slide_id>",
        type="http",
        auth="user",
        methods=["POST"],
        max_content_length=largest_upload,
    )
    def upload(self, slide_id, **_kwargs):
        """Take the file of a lesson from its author; the answer says what was taken, or why nothing was."""
        slide = self._slide(slide_id, "write")
        file = request.httprequest.files.get("file")
        if file is None:
            return request.make_json_response({"error": request.env._("No file was sent.")}, status=400)
        try:
            with request.env.cr.savepoint():
                kind = slide._gov_take_file(file.stream, file.filename)
        except UserError as error:
            return request.make_json_response({"error": str(error)}, status=422)
        return request.make_json_response({"kind": kind, "summary": slide.gov_file_summary})
