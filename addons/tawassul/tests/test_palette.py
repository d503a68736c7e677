import re

from odoo.tests import BaseCase, tagged
from odoo.tools import file_open

from ..tools.contrast import blend, contrast

WHITE = "#ffffff"
TEXT, LARGE = 4.5, 3.0  # WCAG AA: text, and large text or borders of controls


@tagged("at_install")
class TestPalette(BaseCase):
    """Every pair of colours used together is readable (WCAG 2.1 AA)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open("tawassul/static/src/scss/primary_variables.scss") as source:
            text = source.read()
        found = dict(re.findall(r"^\$([\w-]+):\s*(#[0-9a-f]{6}|\$[\w-]+)\s*(?:!default)?;", text, re.M))
        cls.colours = {name: found[value[1:]] if value.startswith("$") else value for name, value in found.items()}
        cls.words = dict(re.findall(r'"(\w+)": (#[0-9a-f]{6})', text))
        cls.muted = float(re.search(r"\$o-opacity-muted: ([\d.]+)", text).group(1))

    def _check(self, text, ground, least, what):
        ratio = contrast(text, ground)
        self.assertGreaterEqual(ratio, least, f"{what}: {text} on {ground} is {ratio:.2f}, needs {least}")

    def test_formula_gives_the_known_ratios(self):
        self.assertAlmostEqual(contrast("#000000", WHITE), 21, places=2)
        self.assertAlmostEqual(contrast("#777777", WHITE), 4.48, places=2)

    def test_white_text_on_coloured_grounds(self):
        for name in (
            "gov-green-900",
            "gov-green-700",
            "gov-green-600",
            "gov-terracotta-700",
            "o-success",
            "o-info",
            "o-danger",
        ):
            self._check(WHITE, self.colours[name], TEXT, name)

    def test_text_on_every_light_ground(self):
        grounds = [WHITE] + [
            self.colours[n] for n in ("gov-paper", "o-gray-200", "gov-green-100", "gov-terracotta-100")
        ]
        for ground in grounds:
            for name in (
                "gov-ink",
                "o-gray-800",
                "o-gray-700",
                "gov-green-900",
                "gov-green-700",
                "gov-terracotta-700",
            ):
                self._check(self.colours[name], ground, TEXT, name)
            for tone, colour in self.words.items():
                self._check(colour, ground, TEXT, tone)

    def test_muted_text_stays_readable(self):
        for ground in (WHITE, self.colours["gov-paper"], self.colours["o-gray-200"]):
            self._check(blend(self.colours["o-gray-700"], ground, self.muted), ground, TEXT, "muted text")

    def test_borders_of_fields_and_focus_are_seen(self):
        for ground in (WHITE, self.colours["gov-paper"]):
            self._check(self.colours["o-gray-600"], ground, LARGE, "border of a field")
            self._check(self.colours["gov-terracotta-700"], ground, LARGE, "focus ring")
        self._check(WHITE, self.colours["gov-green-900"], LARGE, "focus ring of the navigation bar")

    def test_dark_text_on_the_warning_ground(self):
        self._check(self.colours["gov-ink"], self.colours["o-warning"], TEXT, "warning")
