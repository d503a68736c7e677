import io
import pathlib
import zipfile

from odoo.tests import TransactionCase, new_test_user

FIXTURES = pathlib.Path(__file__).parent / "fixtures"

MANIFEST_12 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M" version="1.2" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="O"><organization identifier="O"><title>Sécurité</title>
    <item identifier="I1" identifierref="R1"><title>One</title><adlcp:masteryscore>60</adlcp:masteryscore>
      <adlcp:datafromlms>hello</adlcp:datafromlms></item>
    <item identifier="I2" identifierref="R2" parameters="?p=2"><title>Two</title></item>
  </organization></organizations>
  <resources>
    <resource identifier="R1" type="webcontent" adlcp:scormtype="sco" href="one.html">
      <file href="one.html"/></resource>
    <resource identifier="R2" type="webcontent" adlcp:scormtype="sco" href="two.html">
      <file href="two.html"/></resource>
  </resources>
</manifest>"""

MANIFEST_2004 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M4" version="1" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
  <organizations default="O"><organization identifier="O"><title>Module</title>
    <item identifier="I1" identifierref="R1"><title>Only</title>
      <adlcp:completionThreshold minProgressMeasure="0.8" completedByMeasure="true"/>
      <imsss:sequencing><imsss:objectives><imsss:primaryObjective objectiveID="main" satisfiedByMeasure="true">
        <imsss:minNormalizedMeasure>0.5</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>
      </imsss:sequencing></item>
  </organization></organizations>
  <resources>
    <resource identifier="R1" type="webcontent" adlcp:scormType="sco" href="one.html">
      <file href="one.html"/></resource>
  </resources>
</manifest>"""

PAGE = "<!DOCTYPE html><html><head><title>x</title></head><body><p>Page</p></body></html>"


def package(files=None, manifest=MANIFEST_12, compression=zipfile.ZIP_DEFLATED):
    """Return a package as a file: its manifest, its pages and whatever else is given by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        if manifest is not None:
            archive.writestr("imsmanifest.xml", manifest)
        for name, content in {"one.html": PAGE, "two.html": PAGE, **(files or {})}.items():
            archive.writestr(name, content)
    stream.seek(0)
    return stream


def fixture(name):
    return io.BytesIO((FIXTURES / name).read_bytes())


class ElearningCase(TransactionCase):
    """A course of an author, an employee with a job that asks for more than he holds, and a competency to gain."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, no_reset_password=True, lang="en_US"))
        cls.officer = new_test_user(
            cls.env, "el_officer", groups="base.group_user,gov_base.group_training_officer", name="Officer One"
        )
        cls.learner = new_test_user(cls.env, "el_learner", groups="base.group_user", name="Amina Test")
        cls.other = new_test_user(cls.env, "el_other", groups="base.group_user", name="Other Test")
        cls.auditor = new_test_user(cls.env, "el_auditor", groups="base.group_user,gov_base.group_auditor")
        cls.author = new_test_user(cls.env, "el_author", groups="base.group_user,gov_hr_elearning.group_course_author")
        cls.unit = cls.env["hr.department"].create({"name": "Unit", "unit_code": "EL-U", "unit_kind": "service"})
        kind = cls.env["hr.skill.type"].search([("gov_kind", "=", "knowledge")])
        cls.skill = cls.env["hr.skill"].create({"name": "Data", "code": "EL-1", "skill_type_id": kind.id})
        level = kind.skill_level_ids.filtered(lambda one: one.gov_rank == 2)
        cls.job = cls.env["hr.job"].create({"name": "Job"})
        cls.env["hr.job.skill"].create(
            {
                "job_id": cls.job.id,
                "skill_id": cls.skill.id,
                "skill_type_id": kind.id,
                "skill_level_id": level.id,
                "weight": 2,
            }
        )
        cls.employee = cls.env["hr.employee"].create(
            {"name": "Amina Test", "user_id": cls.learner.id, "department_id": cls.unit.id, "job_id": cls.job.id}
        )
        cls.env["hr.employee"].create({"name": "Other Test", "user_id": cls.other.id, "department_id": cls.unit.id})
        cls.course = cls.make_course("Personal data")

    @classmethod
    def make_course(cls, name, **vals):
        return (
            cls.env["slide.channel"]
            .with_user(cls.officer)
            .create(
                {
                    "name": name,
                    "is_published": True,
                    "gov_hours": 2,
                    "gov_competency_ids": [(0, 0, {"skill_id": cls.skill.id, "level": 2})],
                    **vals,
                }
            )
        )

    @classmethod
    def make_lesson(cls, course=None, **vals):
        return (
            cls.env["slide.slide"]
            .with_user(cls.officer)
            .create(
                {
                    "name": "Lesson",
                    "channel_id": (course or cls.course).id,
                    "slide_category": "article",
                    "html_content": "<p>Text</p>",
                    "is_published": True,
                    **vals,
                }
            )
        )

    @classmethod
    def make_film(cls, course=None, name="film.webm"):
        lesson = cls.make_lesson(course, name="Film", html_content=False, slide_category="video")
        lesson._gov_take_file(fixture(name), name)
        return lesson

    @classmethod
    def make_package(cls, course=None, stream=None):
        lesson = cls.make_lesson(course, name="Package", html_content=False, slide_category="scorm")
        lesson._gov_take_file(stream or package(), "course.zip")
        return lesson

    def learning(self, user=None):
        return self.env["gov.learning"].with_user(user or self.learner)
