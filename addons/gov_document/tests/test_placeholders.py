import lxml.html
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from odoo.tests import BaseCase, tagged

from ..services.placeholders import PlaceholderError, compile_html, compile_text

VALUES = {"employee_name": "Ali <b>& 'Co\"", "sex": "female", "number": "1"}
INNOCENT = (
    "{{ object.env.cr.dbname }}",
    "{% raw %}",
    "${object.env}",
    "%(employee_name)s",
    "%s %d",
    "{employee_name}",
    "{0.__class__}",
    "#{1+1}",
    "[employee_name]",
)


@tagged("post_install", "-at_install")
class TestPlaceholders(BaseCase):
    def refused(self, source, compiler=compile_html):
        with self.assertRaises(PlaceholderError) as caught:
            compiler(source).check(VALUES, {"table"})
        return caught.exception.code

    def test_values_are_escaped(self):
        text = compile_html("<p>[[employee_name]]</p>").fill(VALUES)
        self.assertEqual(text, "<p>Ali &lt;b&gt;&amp; &#39;Co&#34;</p>")

    def test_markup_given_as_a_value_is_escaped_too(self):
        text = compile_html("<p>[[employee_name]]</p>").fill({"employee_name": Markup("<script>x</script>")})
        self.assertNotIn("<script>", text)

    def test_text_follows_the_sex(self):
        text = compile_html("<p>[[sex?né|née]] &amp; [[ sex?l'intéressé|l'intéressée ]]</p>")
        self.assertEqual(text.fill({"sex": "male"}), "<p>né &amp; l&#39;intéressé</p>")
        self.assertEqual(text.fill({"sex": "female"}), "<p>née &amp; l&#39;intéressée</p>")

    def test_markup_typed_inside_the_sex_text_is_escaped(self):
        text = compile_html("<p>[[sex?a &lt;b&gt;|b]]</p>").fill({"sex": "male"})
        self.assertEqual(text, "<p>a &lt;b&gt;</p>")

    def test_unknown_sex_is_refused(self):
        for sex in (None, "", "other", "M"):
            with self.assertRaises(PlaceholderError) as caught:
                compile_html("[[sex?a|b]]").fill({"sex": sex})
            self.assertEqual(caught.exception.code, "sex")

    def test_block_replaces_its_paragraph(self):
        text = compile_html("<p>a</p><p>[[block:table]]</p><p>b</p>")
        self.assertEqual(text.fill({"table": Markup("<table></table>")}), "<p>a</p><table></table><p>b</p>")

    def test_block_must_be_made_by_code(self):
        with self.assertRaises(PlaceholderError) as caught:
            compile_html("[[block:table]]").fill({"table": "<table></table>"})
        self.assertEqual(caught.exception.code, "missing_block")

    def test_missing_value_is_refused_and_named(self):
        for value in (None, False, ""):
            with self.assertRaises(PlaceholderError) as caught:
                compile_html("[[employee_name]]").fill({"employee_name": value})
            self.assertEqual((caught.exception.code, caught.exception.detail), ("missing", "employee_name"))

    def test_what_looks_like_code_is_printed_as_it_stands(self):
        for source in INNOCENT:
            text = compile_html(f"<p>{escape(source)}</p>").fill(VALUES)
            self.assertEqual(text, f"<p>{escape(source)}</p>".replace("&#39;", "'").replace("&#34;", '"'))

    def test_text_nested_beyond_reason_is_refused(self):
        compile_html("<div>" * 50 + "[[employee_name]]" + "</div>" * 50)
        with self.assertRaises(PlaceholderError) as caught:
            compile_html("<div>" * 3000 + "[[employee_name]]" + "</div>" * 3000)
        self.assertEqual(caught.exception.code, "nested")

    def test_code_in_double_brackets_is_refused(self):
        for source, code in (
            ("[[__class__]]", "syntax"),
            ("[[employee.name]]", "syntax"),
            ("[[employee_name.__class__]]", "syntax"),
            ("[[employee_name|safe]]", "syntax"),
            ("[[employee_name()]]", "syntax"),
            ("[[1+1]]", "syntax"),
            ("[[]]", "syntax"),
            ("[[ ]]", "syntax"),
            ("[[sex?a]]", "syntax"),
            ("[[sex?a|b|c]]", "syntax"),
            ("[[grade?a|b]]", "syntax"),
            ("[[block:]]", "syntax"),
            ("[[block:a.b]]", "syntax"),
            ("[[employee_<b>name</b>]]", "unclosed"),
            ("[[employee_name", "unclosed"),
            ("[[secret]]", "unknown"),
            ("[[block:secret]]", "unknown_block"),
            ('<a href="[[employee_name]]">x</a>', "attribute"),
            ('<p class="a [[employee_name]]">x</p>', "attribute"),
            ("[[[[employee_name]]]]", "syntax"),
        ):
            with self.subTest(source):
                self.assertEqual(self.refused(f"<div>{source}</div>"), code)

    def test_a_value_is_not_read_again_for_placeholders(self):
        text = compile_html("<p>[[employee_name]]</p>").fill({"employee_name": "[[number]] {{x}}", "number": "1"})
        self.assertEqual(text, "<p>[[number]] {{x}}</p>")

    def test_comments_are_dropped(self):
        self.assertNotIn("number", compile_html("<p>a<!-- [[number]] --></p>").fill(VALUES))

    def test_titles(self):
        text = compile_text("Attestation de [[employee_name]] <b>[[sex?lui|elle]]</b>").fill(VALUES)
        self.assertEqual(text, "Attestation de Ali &lt;b&gt;&amp; &#39;Co&#34; &lt;b&gt;elle&lt;/b&gt;")
        self.assertEqual(self.refused("[[x y]]", compile_text), "syntax")

    @settings(max_examples=200, deadline=None)
    @given(st.text(max_size=80))
    def test_any_value_stays_text(self, value):
        if not value:
            return
        html = compile_html("<p>[[employee_name]]</p>").fill({"employee_name": value})
        tree = lxml.html.fragment_fromstring(str(html), create_parent="div")
        self.assertEqual([node.tag for node in tree.iter()], ["div", "p"])

    @settings(max_examples=200, deadline=None)
    @given(st.text(alphabet="[]|?:ab_ sex<>&;", max_size=40))
    def test_any_template_is_compiled_or_refused(self, source):
        for compiler in (compile_html, compile_text):
            try:
                compiled = compiler(source)
            except PlaceholderError:
                continue
            self.assertTrue(all(name.replace("_", "").isalnum() for name in compiled.names | compiled.blocks))
