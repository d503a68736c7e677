"""The catalogue, the axes and the needs of the sample year: fictitious, of a ministry of communication.

The courses are in ``sample_courses.txt``: code, kind, modality, days, least and most participants, cost of a session
and per participant (DH without tax), provider, competencies (code, level at entry, level reached), names.
"""

import pathlib

AXES = (
    ("A1", "Services numériques et données", "Digital services and data", "الخدمات الرقمية والمعطيات"),
    ("A2", "Régulation et soutien des médias", "Regulation and support of the media", "تقنين ودعم وسائل الإعلام"),
    ("A3", "Performance et finances publiques", "Performance and public finance", "النجاعة والمالية العمومية"),
    ("A4", "Management et conduite du changement", "Management and change", "التدبير وقيادة التغيير"),
    ("A5", "Accueil, langues et égalité", "Welcome, languages and equality", "الاستقبال واللغات والمساواة"),
)
PROVIDERS = {
    "INT": ("Centre de formation du secteur (interne)", "Rabat"),
    "IAP": ("Institut d'administration publique de l'Exemple", "Rabat"),
    "EIM": ("École de l'image et des médias de l'Exemple", "Casablanca"),
    "NUM": ("Académie numérique de l'Exemple", "Rabat"),
}
AXIS_OF = {
    "RH": "A4", "FI": "A3", "AU": "A3", "JU": "A2", "ME": "A2", "ET": "A3", "SI": "A1", "DO": "A1", "AC": "A5",
    "MA": "A4", "PR": "A4", "RC": "A1",
}  # fmt: skip


def courses():
    """Yield the courses, each a dict of texts and numbers."""
    path = pathlib.Path(__file__).with_name("sample_courses.txt")
    heads = ("code", "kind", "modality", "days", "min_seats", "max_seats", "cost_session", "cost_head", "provider",
             "skills", "fr_FR", "en_US", "ar_MA")  # fmt: skip
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            row = dict(zip(heads, line.split("|"), strict=True))
            numbers = ("days", "min_seats", "max_seats", "cost_session", "cost_head")
            yield row | {name: float(row[name]) if name == "days" else int(row[name]) for name in numbers}


ORIENTATIONS = {
    "ar_MA": "تأهيل الكفاءات الرقمية، وتقوية مهن تقنين ودعم وسائل الإعلام، وتحسين نجاعة التدبير المالي، ومواكبة رؤساء "
    "البنيات، وضمان ولوج متكافئ للتكوين بين النساء والرجال وبين الجهات.",
    "fr_FR": "Renforcer les compétences numériques et les métiers de la régulation et du soutien des médias, "
    "améliorer la performance de la gestion financière, accompagner les responsables de structures et assurer un "
    "accès égal à la formation entre femmes et hommes et entre régions.",
    "en_US": "Build digital skills and the trades of media regulation and support, improve financial management, "
    "support the heads of units, and give women and men, and all regions, the same access to training.",
}
# trainings followed outside of the plan in 2026: course, day it ended, how many people
EXTERNAL = (
    ("DO-02", "2026-02-12", 14),
    ("SI-04", "2026-03-20", 18),
    ("AC-01", "2026-04-16", 12),
    ("JU-03", "2026-05-22", 16),
    ("MA-05", "2026-06-18", 10),
)
