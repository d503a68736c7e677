"""Import of the staff: what the file may hold, how its rows are checked, and how they are written by sets.

Three kinds of sheet: the personnel (one row a person, the situation of today), the career (past acts, one row each)
and the units of the organisation chart.  The person's row describes the situation in force; the acts before it become
the dated situations of the past.
"""

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tools.translate import LazyTranslate

from odoo.addons.gov_base.tools import identifiers
from odoo.addons.gov_import.services import bulk, parsers, problems
from odoo.addons.gov_import.services.headings import normalise
from odoo.addons.gov_import.services.problems import Problem
from odoo.addons.gov_import.services.spec import Column, Made, SheetSpec, Target

from .staff_writer import StaffWriter, situation_day

_lt = LazyTranslate(__name__)

problems.register(
    {
        "ppr": (
            _lt("“%(value)s” is not a payroll number (PPR)."),
            _lt("Write its one to eight digits, as on the pay slip."),
        ),
        "cnie": (
            _lt("“%(value)s” is not an identity card number (CNIE)."),
            _lt("Write one or two letters, then digits, such as AB123456."),
        ),
        "rib": (
            _lt("“%(value)s” is not a bank account number (RIB): it needs 24 digits and the right key."),
            _lt("Copy the 24 digits from the bank's statement, in a cell of text format."),
        ),
        "script_ar": (
            _lt("“%(value)s” is not written in Arabic letters."),
            _lt("Write the name in Arabic here; the Latin name has its own column."),
        ),
        "script_latin": (
            _lt("“%(value)s” is not written in Latin letters."),
            _lt("Write the name in Latin letters here; the Arabic name has its own column."),
        ),
        "too_young": (
            _lt("The person would be recruited on %(value)s, before the age of %(age)s."),
            _lt("Correct the date of birth or the date of recruitment."),
        ),
        "step_without_grade": (
            _lt("A step is given without a grade."),
            _lt("Give the code of the grade, or its official name."),
        ),
        "no_such_step": (
            _lt("Step %(value)s does not exist in the grade %(grade)s on %(day)s."),
            _lt("Its steps are: %(steps)s."),
        ),
        "wrong_corps": (
            _lt("The grade %(grade)s does not belong to the corps “%(value)s”."),
            _lt("Correct one of the two, or leave the corps empty: it follows the grade."),
        ),
        "two_heads": (
            _lt("The unit “%(value)s” already has a head on line %(line)s."),
            _lt("Write yes for one person only."),
        ),
        "head_without_unit": (_lt("The person is said to head a unit and none is given."), _lt("Give the unit.")),
        "double_act": (
            _lt("Line %(line)s gives another act of the same person with the same effect date %(value)s."),
            _lt("Keep one of the two, or correct a date."),
        ),
        "career_after": (
            _lt("This act takes effect on %(value)s, after the situation in force (%(other)s)."),
            _lt("Correct the date, or bring the person's row up to date."),
        ),
        "career_end": (
            _lt("The last act of the career (line %(line)s) is not the situation of the person's row."),
            _lt("Correct one of the two, or give the date from which the situation in force runs."),
        ),
        "unit_loop": (_lt("The unit “%(value)s” stands under itself."), _lt("Correct the code of the unit above.")),
        "unit_under": (
            _lt("A unit of this kind cannot stand under “%(value)s”."),
            _lt("Correct the kind, or the code of the unit above."),
        ),
        "region_needed": (_lt("A regional directorate needs its region."), _lt("Write its code, 01 to 12.")),
        "no_name": (_lt("The name is missing."), _lt("Fill in the full name, or the family name and the given name.")),
    }
)


def _identifier(code, check):
    def parse(value):
        try:
            return check(value)
        except ValueError as error:
            raise Problem(code, value=parsers.clean(value)) from error

    return parse


def _is_arabic(char):
    return "\u0600" <= char <= "\u06ff" or "\u0750" <= char <= "\u077f"


def _latin_name(value):
    name = parsers.text(120)(value)
    if any(_is_arabic(char) for char in name) or not any(char.isalpha() for char in name):
        raise Problem("script_latin", value=name)
    return name


def _arabic_name(value):
    name = parsers.text(120)(value).replace("ـ", "")
    if not any(_is_arabic(char) for char in name) or any("a" <= char.lower() <= "z" for char in name):
        raise Problem("script_ar", value=name)
    return name


SEX = {
    "male": ("M", "H", "Masculin", "Homme", "Male", "ذكر"),
    "female": ("F", "Féminin", "Femme", "Female", "أنثى"),
}
MARITAL = {
    "single": ("Célibataire", "C", "Single", "عازب", "عازبة", "أعزب", "عزباء"),
    "married": ("Marié(e)", "Marié", "Mariée", "Married", "M", "متزوج", "متزوجة"),
    "divorced": ("Divorcé(e)", "Divorcé", "Divorcée", "Divorced", "D", "مطلق", "مطلقة"),
    "widower": ("Veuf", "Veuve", "Veuf (veuve)", "Widower", "Widowed", "Widow", "V", "أرمل", "أرملة"),
}
POSITION = {
    "activity": (
        "Activité",
        "En activité",
        "Position d'activité",
        "Activity",
        "القيام بالوظيفة",
        "في وضعية القيام بالوظيفة",
    ),
    "provision": ("Mise à disposition", "Made available", "الوضع رهن الإشارة"),
    "secondment": ("Détachement", "Détaché", "Secondment", "الإلحاق", "ملحق"),
    "availability": ("Disponibilité", "Mise en disponibilité", "Availability", "الاستيداع", "التوقيف المؤقت عن العمل"),
    "military": ("Sous les drapeaux", "Military service", "الجندية"),
}
ZONE = {
    "A": ("A", "Zone A", "المنطقة أ", "أ"),
    "B": ("B", "Zone B", "المنطقة ب", "ب"),
    "C": ("C", "Zone C", "المنطقة ج", "ج"),
}
ACT = {
    "recruitment": ("Recrutement", "Nomination", "Recruitment", "التوظيف", "توظيف"),
    "titularisation": ("Titularisation", "الترسيم", "ترسيم"),
    "echelon": ("Avancement d'échelon", "Step advancement", "الترقي في الرتبة", "الترقية في الرتبة"),
    "grade_choice": (
        "Avancement de grade au choix",
        "Promotion au choix",
        "Grade promotion by choice",
        "الترقي في الدرجة بالاختيار",
        "الترقي بالاختيار",
    ),
    "grade_exam": (
        "Avancement de grade par examen",
        "Examen d'aptitude professionnelle",
        "Grade promotion by examination",
        "الترقي في الدرجة بالامتحان",
        "امتحان الكفاءة المهنية",
    ),
    "reclassification": ("Reclassement", "Reclassification", "إعادة الترتيب"),
    "appointment": ("Nomination à un poste de responsabilité", "Appointment", "التعيين في منصب المسؤولية"),
    "mutation": ("Mutation", "الانتقال", "انتقال"),
    "provision": POSITION["provision"],
    "secondment": ("Détachement", "Secondment", "الإلحاق"),
    "availability": ("Disponibilité", "Mise en disponibilité", "Availability", "الاستيداع"),
    "reinstatement": ("Réintégration", "Reinstatement", "إعادة الإدماج"),
    "discipline": ("Sanction disciplinaire", "Discipline", "عقوبة تأديبية"),
    "takeover": ("Reprise de situation", "Takeover", "وضعية مأخوذة من الملف السابق"),
    "other": ("Autre", "Other", "آخر"),
}
KIND = {
    "cabinet": ("Cabinet", "ديوان", "الديوان"),
    "secretariat_general": ("Secrétariat général", "General secretariat", "كتابة عامة", "الكتابة العامة"),
    "inspectorate": ("Inspection générale", "Inspection", "General inspectorate", "مفتشية عامة", "المفتشية العامة"),
    "directorate": ("Direction", "Directorate", "مديرية"),
    "division": ("Division", "قسم"),
    "service": ("Service", "مصلحة"),
    "regional_directorate": ("Direction régionale", "Regional directorate", "مديرية جهوية"),
}

UNITS = SheetSpec(
    "units",
    en=("Units", "Organisation"),
    fr=("Unités", "Organigramme", "Structures"),
    ar=("الوحدات", "الهيكل التنظيمي", "الوحدات الإدارية"),
    columns=(
        Column(
            "code",
            en=("Unit code", "Code"),
            fr=("Code de l'unité", "Code unité", "Code"),
            ar=("رمز الوحدة", "الرمز"),
            parse=parsers.code,
            required=True,
            unique=True,
        ),
        Column(
            "name_fr",
            en=("Name in French",),
            fr=(
                "Intitulé en français",
                "Intitulé",
                "Libellé",
                "Libellé français",
                "Nom",
                "Nom en français",
                "Dénomination",
            ),
            ar=("التسمية بالفرنسية", "الاسم بالفرنسية"),
            parse=parsers.text(200),
            required=True,
        ),
        Column(
            "name_ar",
            en=("Name in Arabic",),
            fr=("Intitulé en arabe", "Libellé arabe", "Nom en arabe", "Dénomination en arabe"),
            ar=("التسمية بالعربية", "التسمية", "الاسم بالعربية"),
            parse=parsers.text(200),
            required=True,
        ),
        Column(
            "name_en",
            en=("Name in English", "Name"),
            fr=("Intitulé en anglais",),
            ar=("التسمية بالإنجليزية",),
            parse=parsers.text(200),
        ),
        Column(
            "kind",
            en=("Kind of unit", "Kind"),
            fr=("Type d'unité", "Type", "Nature", "Niveau"),
            ar=("نوع الوحدة", "النوع"),
            parse=parsers.choice(KIND),
            required=True,
        ),
        Column(
            "parent",
            en=("Code of the unit above", "Parent code"),
            fr=("Code de l'unité mère", "Code parent", "Unité de rattachement", "Rattachement", "Unité mère"),
            ar=("رمز الوحدة الأعلى", "رمز الوحدة الأم", "الوحدة الأم"),
            parse=parsers.code,
            help=_lt("Leave it empty at the top of the chart."),
        ),
        Column(
            "region",
            en=("Region code", "Region"),
            fr=("Code région", "Code de la région", "Région"),
            ar=("رمز الجهة", "الجهة"),
            parse=lambda value: parsers.code(value).zfill(2),
            help=_lt("00 for the central services, 01 to 12."),
        ),
    ),
)

STAFF = SheetSpec(
    "staff",
    en=("Personnel", "Staff", "Employees"),
    fr=("Personnel", "Agents", "Fonctionnaires", "Effectif", "Effectifs", "Liste du personnel"),
    ar=("الموظفون", "الموظفين", "لائحة الموظفين", "المستخدمون"),
    required=True,
    columns=(
        Column(
            "ppr",
            en=("Payroll number (PPR)", "PPR", "Payroll number"),
            fr=(
                "N° PPR",
                "PPR",
                "Numéro PPR",
                "DOTI",
                "N° DOTI",
                "SOM",
                "N° de SOM",
                "PPR/SOM",
                "Matricule",
                "Numéro de PPR",
            ),
            ar=("رقم التأجير", "ر.ت", "رقم الدوتي", "رقم التاجير"),
            parse=_identifier("ppr", identifiers.check_ppr),
            required=True,
            unique=True,
            help=_lt("One to eight digits, unique."),
        ),
        Column(
            "cnie",
            en=("Identity card (CNIE)", "CNIE", "Identity card"),
            fr=("CNIE", "CIN", "N° CNIE", "N° CIN", "Carte nationale", "N° de la CNIE", "CNI"),
            ar=(
                "البطاقة الوطنية",
                "رقم البطاقة الوطنية",
                "رقم البطاقة الوطنية للتعريف",
                "ب.ت.و",
                "رقم ب.و.ت",
                "البطاقة الوطنية للتعريف الإلكترونية",
            ),
            parse=_identifier("cnie", identifiers.check_cnie),
            unique=True,
        ),
        Column(
            "name",
            en=("Full name", "Name", "Name in Latin letters"),
            fr=(
                "Nom et prénom",
                "Nom complet",
                "Nom et prénom en français",
                "Nom & prénom",
                "Nom et prénom (latin)",
                "Prénom et nom",
            ),
            ar=(
                "الاسم الكامل بالفرنسية",
                "الاسم الكامل باللاتينية",
                "الاسم بالفرنسية",
                "الاسم العائلي والشخصي بالفرنسية",
            ),
            parse=_latin_name,
        ),
        Column(
            "family_name",
            en=("Family name", "Last name"),
            fr=("Nom", "Nom de famille", "Nom en français"),
            ar=("الاسم العائلي بالفرنسية", "النسب بالفرنسية"),
            parse=_latin_name,
        ),
        Column(
            "given_name",
            en=("Given name", "First name"),
            fr=("Prénom", "Prénom en français"),
            ar=("الاسم الشخصي بالفرنسية",),
            parse=_latin_name,
        ),
        Column(
            "name_ar",
            en=("Name in Arabic",),
            fr=("Nom et prénom en arabe", "Nom en arabe", "Nom complet en arabe", "Nom et prénom (arabe)"),
            ar=(
                "الاسم الكامل",
                "الاسم الكامل بالعربية",
                "الاسم العائلي والشخصي",
                "الاسم والنسب",
                "الاسم الشخصي والعائلي",
            ),
            parse=_arabic_name,
        ),
        Column("sex", en=("Sex", "Gender"), fr=("Sexe", "Genre"), ar=("الجنس", "النوع"), parse=parsers.choice(SEX)),
        Column(
            "birth_date",
            en=("Date of birth", "Birth date"),
            fr=("Date de naissance", "Né(e) le", "Naissance", "DN"),
            ar=("تاريخ الازدياد", "تاريخ الولادة", "تاريخ الميلاد"),
            parse=parsers.date,
        ),
        Column(
            "birth_place",
            en=("Place of birth",),
            fr=("Lieu de naissance", "Né(e) à"),
            ar=("مكان الازدياد", "مكان الولادة"),
            parse=parsers.text(80),
        ),
        Column(
            "unit",
            en=("Unit code", "Unit"),
            fr=(
                "Code de l'unité",
                "Code unité",
                "Unité",
                "Affectation",
                "Entité",
                "Structure",
                "Service d'affectation",
            ),
            ar=("رمز الوحدة", "الوحدة", "مقر العمل", "التعيين", "الوحدة الإدارية"),
            parse=parsers.code,
            help=_lt("Code of the unit, in the organisation chart or in the sheet of units."),
        ),
        Column(
            "corps",
            en=("Corps",),
            fr=("Corps", "Cadre", "Code corps"),
            ar=("الهيئة", "الإطار"),
            parse=parsers.text(120),
            help=_lt("Code or name; it follows the grade when empty."),
        ),
        Column(
            "grade",
            en=("Grade", "Grade code"),
            fr=("Grade", "Code grade", "Code du grade", "Libellé du grade"),
            ar=("الدرجة", "رمز الدرجة"),
            parse=parsers.text(160),
            help=_lt("Code or official name of the grade, in Arabic or French."),
        ),
        Column(
            "echelon", en=("Step",), fr=("Échelon", "Ech"), ar=("الرتبة",), parse=parsers.number(1, 20, whole=True)
        ),
        Column(
            "situation_date",
            en=("In force since",),
            fr=("Date d'effet de la situation", "Date d'effet", "Ancienneté dans l'échelon", "Date d'échelon"),
            ar=("تاريخ مفعول الوضعية", "تاريخ المفعول", "الأقدمية في الرتبة"),
            parse=parsers.date,
            help=_lt(
                "Date from which this grade and step run. Without it: the last act of the career, or the recruitment."
            ),
        ),
        Column(
            "position",
            en=("Position",),
            fr=("Position", "Position statutaire", "Situation administrative"),
            ar=("الوضعية", "الوضعية النظامية", "الوضعية الإدارية"),
            parse=parsers.choice(POSITION),
        ),
        Column(
            "zone",
            en=("Residence zone", "Zone"),
            fr=("Zone de résidence", "Zone", "Zone d'indemnité de résidence"),
            ar=("منطقة الإقامة", "المنطقة"),
            parse=parsers.choice(ZONE),
        ),
        Column(
            "recruitment_date",
            en=("Recruitment date", "Date of recruitment"),
            fr=("Date de recrutement", "Date recrutement", "Recruté(e) le", "Date d'entrée à la fonction publique"),
            ar=("تاريخ التوظيف", "تاريخ الولوج إلى الوظيفة العمومية"),
            parse=parsers.date,
        ),
        Column(
            "tenure_date",
            en=("Titularisation date",),
            fr=("Date de titularisation", "Titularisation", "Titularisé(e) le"),
            ar=("تاريخ الترسيم",),
            parse=parsers.date,
        ),
        Column(
            "marital",
            en=("Marital status",),
            fr=("Situation familiale", "État matrimonial", "Situation matrimoniale"),
            ar=("الحالة العائلية", "الوضعية العائلية"),
            parse=parsers.choice(MARITAL),
        ),
        Column(
            "children",
            en=("Children", "Number of children"),
            fr=("Nombre d'enfants", "Enfants", "Enfants à charge", "Nbre d'enfants"),
            ar=("عدد الأطفال", "عدد الأبناء", "الأطفال"),
            parse=parsers.number(0, 25, whole=True),
        ),
        Column(
            "phone",
            en=("Telephone", "Phone"),
            fr=("Téléphone", "Tél", "GSM", "N° de téléphone", "Téléphone professionnel"),
            ar=("الهاتف", "رقم الهاتف"),
            parse=parsers.phone,
        ),
        Column(
            "email",
            en=("E-mail", "Email"),
            fr=("Courriel", "E-mail", "Adresse électronique", "Messagerie", "Courrier électronique"),
            ar=("البريد الإلكتروني",),
            parse=parsers.email,
        ),
        Column(
            "rib",
            en=("Bank account (RIB)", "RIB"),
            fr=("RIB", "N° de compte", "Compte bancaire", "N° RIB"),
            ar=("رقم الحساب البنكي", "الحساب البنكي", "رقم الحساب"),
            parse=_identifier("rib", identifiers.check_rib),
        ),
        Column(
            "job",
            en=("Post", "Job title"),
            fr=("Fonction", "Fonction exercée", "Poste", "Emploi", "Fonction en français"),
            ar=("الوظيفة بالفرنسية", "المهمة بالفرنسية"),
            parse=parsers.text(120),
        ),
        Column(
            "job_ar",
            en=("Post in Arabic",),
            fr=("Fonction en arabe", "Poste en arabe"),
            ar=("الوظيفة", "المهمة", "المنصب", "الوظيفة بالعربية"),
            parse=parsers.text(120),
        ),
        Column(
            "is_head",
            en=("Head of the unit",),
            fr=("Responsable de l'unité", "Chef de l'unité", "Responsable"),
            ar=("رئيس الوحدة", "مسؤول الوحدة", "المسؤول"),
            parse=parsers.boolean,
        ),
        Column(
            "cmr",
            en=("Pension number (CMR)",),
            fr=("N° CMR", "Affiliation CMR", "CMR"),
            ar=("رقم الصندوق المغربي للتقاعد", "رقم التقاعد"),
            parse=parsers.text(30),
        ),
        Column(
            "amo",
            en=("Health insurance number (AMO)",),
            fr=("N° AMO", "Immatriculation AMO", "AMO"),
            ar=("رقم التأمين الإجباري عن المرض", "رقم التأمين"),
            parse=parsers.text(30),
        ),
    ),
)

CAREER = SheetSpec(
    "career",
    en=("Career", "Acts"),
    fr=("Carrière", "Carrières", "Actes", "Historique"),
    ar=("المسار المهني", "المسار الإداري", "القرارات"),
    columns=(
        Column(
            "ppr",
            en=("Payroll number (PPR)", "PPR"),
            fr=("N° PPR", "PPR", "DOTI", "N° DOTI", "SOM", "Matricule", "Numéro PPR"),
            ar=("رقم التأجير", "رقم الدوتي"),
            parse=_identifier("ppr", identifiers.check_ppr),
            required=True,
        ),
        Column(
            "act_number",
            en=("Number of the act", "Act number"),
            fr=("N° de l'acte", "N° acte", "Numéro de l'acte", "N° de la décision", "Référence"),
            ar=("رقم القرار", "رقم المقرر", "المرجع"),
            parse=parsers.text(60),
        ),
        Column(
            "act_date",
            en=("Date of the act", "Act date"),
            fr=("Date de l'acte", "Date de la décision", "Date de signature"),
            ar=("تاريخ القرار", "تاريخ المقرر"),
            parse=parsers.date,
        ),
        Column(
            "kind",
            en=("Nature of the act", "Kind"),
            fr=("Nature de l'acte", "Nature", "Type d'acte", "Acte", "Mouvement"),
            ar=("نوع القرار", "نوع الإجراء", "طبيعة القرار"),
            parse=parsers.choice(ACT),
            required=True,
        ),
        Column(
            "effect_date",
            en=("Effect date", "In force since"),
            fr=("Date d'effet", "Effet", "Date effet"),
            ar=("تاريخ المفعول", "ابتداء من"),
            parse=parsers.date,
            required=True,
        ),
        Column(
            "grade",
            en=("Grade", "Grade code"),
            fr=("Grade", "Code grade", "Code du grade"),
            ar=("الدرجة", "رمز الدرجة"),
            parse=parsers.text(160),
        ),
        Column(
            "echelon", en=("Step",), fr=("Échelon", "Ech"), ar=("الرتبة",), parse=parsers.number(1, 20, whole=True)
        ),
        Column(
            "index",
            en=("Index",),
            fr=("Indice",),
            ar=("الرقم الاستدلالي",),
            parse=parsers.number(1, 2000, whole=True),
            help=_lt("Only for an index kept on a personal basis: otherwise it comes from the grid."),
        ),
        Column(
            "position",
            en=("Position",),
            fr=("Position", "Position statutaire"),
            ar=("الوضعية", "الوضعية النظامية"),
            parse=parsers.choice(POSITION),
        ),
        Column(
            "unit",
            en=("Unit code", "Unit"),
            fr=("Code de l'unité", "Code unité", "Unité", "Affectation"),
            ar=("رمز الوحدة", "الوحدة"),
            parse=parsers.code,
        ),
    ),
)


class StaffTarget(Target):
    """The staff of the sector, with the career and the organisation chart.  Imported by the HR manager."""

    code = "staff"
    sheets = (UNITS, STAFF, CAREER)
    group = "gov_base.group_hr_manager"
    shown = {"hr.department": _lt("Units"), "hr.employee": _lt("Employees"), "hr.version": _lt("Dated situations")}
    weight = "staff"

    # -- checks --------------------------------------------------------------------------------------------------

    def check(self, rows, report):
        self.report = report
        self._load_references()
        staff, career, units = rows.get("staff", []), rows.get("career", []), rows.get("units", [])
        self._check_units(units)
        self._check_staff(staff)
        self._check_duplicates(staff)
        self._check_career(career, staff)

    def _load_references(self):
        env = self.env(su=True)  # codes of units, grades and regions are no secret
        self.units = {
            unit.unit_code.upper(): unit for unit in env["hr.department"].search([("unit_code", "!=", False)])
        }
        self.regions = {region.code: region for region in env["gov.region"].search([])}
        self.grades, self.corps = {}, {}
        for model, index in (("gov.grade", self.grades), ("gov.corps", self.corps)):
            records = env[model].search([])
            for lang, _name in env["res.lang"].get_installed():
                for record in records.with_context(lang=lang):
                    index.setdefault(normalise(record.name), env[model].browse(record.id))
            for record in records:
                index[normalise(record.code)] = env[model].browse(record.id)
        self.grade_names = {
            grade.id: grade.name for grade in env["gov.grade"].with_context(lang=self.env.lang).search([])
        }
        self.find_index = env["gov.grade"]._gov_index
        self.today = fields.Date.context_today(env["hr.employee"])
        self.min_age = int(env["gov.parameter"].get_value("career.recruitment.age.min", self.today))

    def _say(self, row, column, code, **params):
        self.report.row(row, column, Problem(code, **params))

    def _check_units(self, units):
        from odoo.addons.gov_base.models.hr_department import PARENTS

        by_code = {row.get("code"): row for row in units if row.get("code")}
        self.file_units = by_code
        for row in units:
            code, parent, kind = row.get("code"), row.get("parent"), row.get("kind")
            if code in self.units:
                self._say(row, "code", "duplicate_database", value=code, name=self.units[code].name)
            if row.get("region") and row.get("region") not in self.regions:
                self._say(row, "region", "unknown", value=row.get("region"))
            if kind == "regional_directorate" and row.get("region", "00") == "00":
                self._say(row, "region", "region_needed")
            if not parent:
                continue
            if parent not in by_code and parent not in self.units:
                self._say(row, "parent", "unknown_in_file", value=parent)
                continue
            upper = by_code[parent].get("kind") if parent in by_code else self.units[parent].unit_kind or None
            if kind and upper not in PARENTS[kind] and (upper or parent not in by_code):
                self._say(row, "parent", "unit_under", value=parent)
            seen = {code}
            while parent in by_code and parent not in seen:
                seen.add(parent)
                parent = by_code[parent].get("parent")
            if parent in seen:
                self._say(row, "parent", "unit_loop", value=code)
        self._spread(units, "parent", by_code)

    def _spread(self, rows, column, by_code):
        """A row that refers to a bad row is bad too."""
        again = True
        while again:
            again = False
            for row in rows:
                other = by_code.get(row.get(column))
                if other is not None and other.bad and not row.bad:
                    self._say(
                        row,
                        column,
                        "depends_on_bad",
                        line=other.line,
                        sheet=self.report.names.get(other.sheet, ""),
                        value=row.get(column),
                    )
                    again = True

    def _check_staff(self, staff):
        heads = {}
        for row in staff:
            values = row.values
            if not values.get("name"):
                parts = [values.get("family_name"), values.get("given_name")]
                if any(parts):
                    values["name"] = " ".join(filter(None, parts))
                elif not row.bad:
                    self._say(row, "name", "no_name")
            self._check_unit(row)
            self._check_grade(row)
            self._check_dates(row)
            if values.get("is_head"):
                unit = values.get("unit")
                if not unit:
                    self._say(row, "is_head", "head_without_unit")
                elif unit in heads:
                    self._say(row, "is_head", "two_heads", value=unit, line=heads[unit])
                else:
                    heads[unit] = row.line
        self._spread(staff, "unit", self.file_units)

    def _check_unit(self, row):
        code = row.get("unit")
        if code and code not in self.file_units and code not in self.units:
            self._say(row, "unit", "unknown_in_file" if self.file_units else "unknown", value=code)

    def _check_grade(self, row):
        values = row.values
        written = values.get("grade")
        grade = self.grades.get(normalise(written)) if written else None
        if written and not grade:
            self._say(row, "grade", "unknown", value=written)
        values["grade_id"] = grade.id if grade else False
        if values.get("echelon") and not written:
            self._say(row, "echelon", "step_without_grade", value=values["echelon"])
        if values.get("corps"):
            corps = self.corps.get(normalise(values["corps"]))
            if not corps:
                self._say(row, "corps", "unknown", value=values["corps"])
            elif grade and grade.corps_id != corps:
                self._say(row, "corps", "wrong_corps", value=values["corps"], grade=self.grade_names[grade.id])

    def _check_step(self, row, column, grade_id, echelon, day):
        """Say when a step does not exist in a grade on the date it runs from."""
        if grade_id and echelon and not self.find_index(grade_id, echelon, day):
            # sudo: only the steps of a grade
            grade = self.env["gov.grade"].sudo().browse(grade_id)
            steps = ", ".join(map(str, grade._gov_steps(day))) or "—"
            self._say(
                row,
                column,
                "no_such_step",
                value=echelon,
                grade=self.grade_names[grade_id],
                day=_day(day),
                steps=steps,
            )

    def _check_dates(self, row):
        born, hired, tenured = row.get("birth_date"), row.get("recruitment_date"), row.get("tenure_date")
        if born and hired and relativedelta(hired, born).years < self.min_age:
            self._say(row, "recruitment_date", "too_young", value=_day(hired), age=self.min_age)
        for column, day in (("tenure_date", tenured), ("situation_date", row.get("situation_date"))):
            if hired and day and day < hired:
                titles = [STAFF.by_code[column].titles, STAFF.by_code["recruitment_date"].titles]
                self._say(row, column, "order", later=titles[0], earlier=titles[1], value=_day(day), other=_day(hired))

    def _check_duplicates(self, staff):
        # sudo: duplicates are looked for in all regions; the role was checked by the import
        env = self.env(su=True)
        employees = env["hr.employee"].with_context(active_test=False)
        keys = {}
        for row in staff:
            cnie = row.get("cnie")
            if not cnie:
                continue
            key = identifiers.cnie_key(cnie)
            if key in keys and keys[key][1] != cnie:  # the same card written with and without zeros
                self._say(row, "cnie", "duplicate_file", value=cnie, line=keys[key][0])
            keys.setdefault(key, (row.line, cnie))
        for column, field in (("ppr", "ppr_number"), ("cnie", "cnie")):
            values = [row.get(column) for row in staff if row.get(column)]
            if not values:
                continue
            found = employees.search_fetch([(field, "in", values)], [field, "name"])
            known = {employee[field]: employee.name for employee in found}
            for row in staff:
                if row.get(column) in known:
                    self._say(row, column, "duplicate_database", value=row.get(column), name=known[row.get(column)])

    def _check_career(self, career, staff):
        people = {row.get("ppr"): row for row in staff if row.get("ppr")}
        acts = defaultdict(dict)
        for row in career:
            self._check_unit(row)
            self._check_grade(row)
            person = people.get(row.get("ppr"))
            if row.get("ppr") and person is None:
                self._say(row, "ppr", "unknown_in_file", value=row.get("ppr"))
            day = row.get("effect_date")
            if person is None or not day:
                continue
            if day in acts[row.get("ppr")]:
                self._say(row, "effect_date", "double_act", value=_day(day), line=acts[row.get("ppr")][day].line)
            acts[row.get("ppr")][day] = row
            hired = person.get("recruitment_date")
            if hired and day < hired:
                titles = [CAREER.by_code["effect_date"].titles, STAFF.by_code["recruitment_date"].titles]
                self._say(
                    row, "effect_date", "order", later=titles[0], earlier=titles[1], value=_day(day), other=_day(hired)
                )
        for row in staff:
            self._check_person(row, acts.get(row.get("ppr"), {}))
        self._spread(career, "unit", self.file_units)
        self._spread_back(acts, people)
        for row in career:
            # the person's own error says it all
            row.bad = row.bad or (row.get("ppr") in people and people[row.get("ppr")].bad)

    def _check_person(self, row, acts):
        """Check the situation in force against the acts that lead to it."""
        start = row.get("situation_date")
        days = sorted(acts)
        if days and start and days[-1] > start:
            self._say(acts[days[-1]], "effect_date", "career_after", value=_day(days[-1]), other=_day(start))
        grade_id, echelon = False, None
        for day in days:
            act = acts[day]
            if act.get("grade_id"):
                grade_id, echelon = act.get("grade_id"), act.get("echelon", None)
            echelon = act.get("echelon", echelon)
            self._check_step(act, "echelon", grade_id, act.get("echelon"), day)
        same = not row.get("grade_id") or (grade_id, echelon) == (row.get("grade_id"), row.get("echelon"))
        if days and not row.bad and not same and (not start or start == days[-1]):
            self._say(row, "grade", "career_end", line=acts[days[-1]].line, value=row.get("grade") or "")
        self._check_step(row, "echelon", row.get("grade_id"), row.get("echelon"), situation_day(row, days, self.today))

    def _spread_back(self, acts, people):
        """A person one of whose acts is bad is bad: half a career is not taken."""
        for ppr, by_day in acts.items():
            person = people[ppr]
            bad = next((act for act in by_day.values() if act.bad), None)
            if bad is not None and not person.bad:
                self._say(
                    person,
                    "ppr",
                    "depends_on_bad",
                    line=bad.line,
                    sheet=self.report.names.get("career", ""),
                    value=ppr,
                )
                for act in by_day.values():
                    act.bad = True

    # -- writing -------------------------------------------------------------------------------------------------

    def write(self, rows, progress):
        made = Made()
        self.env["hr.employee"].check_access("create")
        # sudo: the role was checked by the import, which writes files of all regions
        writer = StaffWriter(self.env(su=True), self, made)
        writer.write_units(rows.get("units", []))
        career = defaultdict(list)
        for row in rows.get("career", []):
            career[row.get("ppr")].append(row)
        writer.write_staff(rows.get("staff", []), career, progress)
        writer.write_heads(rows.get("staff", []))
        # a manager limited to some regions makes files there only
        self.env["hr.employee"].browse(made.created.get("hr.employee", [])).check_access("create")
        return made

    def delete(self, made):
        created = made.created
        env = self.env(context=dict(self.env.context, **bulk.BulkWriter.CONTEXT))
        env["hr.employee"].with_context(active_test=False).browse(created.get("hr.employee", [])).exists().unlink()
        env["hr.version"].browse(created.get("hr.version", [])).exists().unlink()
        for model in ("resource.resource", "res.partner.bank", "res.partner", "hr.job"):
            env[model].browse(created.get(model, [])).exists().unlink()
        # the lowest units first
        for unit_id in reversed(created.get("hr.department", [])):
            env["hr.department"].browse(unit_id).exists().unlink()


def _day(day):
    return day.strftime("%d/%m/%Y")
