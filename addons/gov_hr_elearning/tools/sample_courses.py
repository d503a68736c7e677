"""Courses of the sample year, in Arabic, French and English, and a SCORM package made of them."""
# ruff: noqa: E501

import html
import io
import zipfile

LANGS = ("ar_MA", "fr_FR", "en_US")

# domain: (names, specialities)
TAGS = {
    "law": (("القانون والحقوق", "Droit et libertés", "Law and rights"),
            ("القانون والحقوق", "Droit et libertés", "Law and rights")),
    "digital": (("الرقمنة والأمن", "Numérique et sécurité", "Digital and security"),
                ("الرقمنة والأمن", "Numérique et sécurité", "Digital and security")),
    "administration": (("العمل الإداري", "Travail administratif", "Administrative work"),
                       ("العمل الإداري", "Travail administratif", "Administrative work")),
    "media": (("الإعلام والصحافة", "Médias et presse", "Media and press"),
              ("الإعلام والصحافة", "Médias et presse", "Media and press")),
}  # fmt: skip

# lesson: (kind, names in the three languages, content)
#   article: paragraphs in the three languages; quiz: questions (text, right answer, wrong answers), each in three
#   languages; video, scorm, document: nothing more
COURSES = [
    {
        "code": "data",
        "name": ("حماية المعطيات ذات الطابع الشخصي", "Protéger les données personnelles", "Protecting personal data"),
        "about": (
            "ما يجب على كل موظف معرفته قبل معالجة معطيات شخصية: القانون 09-08 والحقوق والواجبات.",
            "Ce que chaque agent doit savoir avant de traiter des données personnelles : loi 09-08, droits, obligations.",
            "What everyone must know before handling personal data: law 09-08, rights and duties.",
        ),
        "tags": ["law", "digital"],
        "skills": {"SA-027": 2},
        "hours": 3.0,
        "validity": 24,
        "lessons": [
            ("article", ("ما هو المعطى الشخصي؟", "Qu’est-ce qu’une donnée personnelle ?", "What personal data are"), (
                ("المعطى الشخصي كل معلومة تتعلق بشخص ذاتي معروف أو قابل للتعرف عليه: الاسم، رقم التأجير، الصورة.",
                 "الأصل أن لا تجمع إلا المعطيات الضرورية للغرض المحدد، وأن لا تحفظ إلا للمدة اللازمة."),
                ("Est personnelle toute information sur une personne physique identifiée ou identifiable : nom, numéro "
                 "de paie, image.",
                 "On ne recueille que ce qui est nécessaire au but annoncé, et on ne le garde que le temps utile."),
                ("Any information on an identified or identifiable person is personal: name, payroll number, picture.",
                 "Only what the stated purpose needs is gathered, and it is kept only as long as it is needed."),
            )),
            ("video", ("شريط: قبل إرسال ملف", "Film : avant d’envoyer un fichier", "Film: before you send a file"), ()),
            ("scorm", ("تمرين تفاعلي", "Exercice interactif", "Interactive exercise"), ()),
            ("quiz", ("اختبار", "Quiz", "Quiz"), (
                (("هل رقم التأجير معطى شخصي؟", "Le numéro de paie est-il une donnée personnelle ?",
                  "Is the payroll number personal data?"),
                 ("نعم", "Oui", "Yes"), (("لا", "Non", "No"),)),
                (("كم تحفظ المعطيات؟", "Combien de temps garde-t-on les données ?", "How long are data kept?"),
                 ("المدة اللازمة للغرض", "Le temps utile au but", "As long as the purpose needs"),
                 (("بدون حد", "Sans limite", "Without limit"), ("سنة في كل الحالات", "Un an dans tous les cas",
                                                                "A year in all cases"))),
            )),
        ],
    },
    {
        "code": "security",
        "name": ("سلوكيات الأمن المعلوماتي", "Gestes de sécurité informatique", "Computer security habits"),
        "about": (
            "كلمات السر والرسائل المشبوهة والوسائط المتنقلة: دقائق تحمي القطاع كله.",
            "Mots de passe, courriels douteux, supports amovibles : quelques minutes qui protègent tout le secteur.",
            "Passwords, doubtful mail, removable media: a few minutes that protect the whole sector.",
        ),
        "tags": ["digital"],
        "skills": {"SA-033": 1},
        "hours": 1.5,
        "validity": 12,
        "lessons": [
            ("article", ("كلمة السر", "Le mot de passe", "The password"), (
                ("كلمة السر شخصية لا تعطى لأحد ولو لمصلحة المعلوميات.", "الجملة الطويلة أحسن من الكلمة المعقدة."),
                ("Le mot de passe est personnel ; on ne le donne à personne, pas même au service informatique.",
                 "Une longue phrase vaut mieux qu’un mot compliqué."),
                ("A password is personal; it is given to nobody, not even to the computer service.",
                 "A long sentence is better than a complicated word."),
            )),
            ("video", ("شريط: رسالة مشبوهة", "Film : un courriel douteux", "Film: a doubtful message"), ()),
            ("quiz", ("اختبار", "Quiz", "Quiz"), (
                (("وصلك رابط يطلب كلمة السر، ماذا تفعل؟", "Un lien demande votre mot de passe : que faites-vous ?",
                  "A link asks for your password: what do you do?"),
                 ("أخبر مصلحة المعلوميات", "Je préviens le service informatique", "I tell the computer service"),
                 (("أدخل كلمة السر", "Je le donne", "I give it"), ("أرسله لزميل", "Je le transfère à un collègue",
                                                                  "I pass it to a colleague"))),
            )),
        ],
    },
    {
        "code": "access",
        "name": ("الحق في الحصول على المعلومات", "Le droit d’accès à l’information", "The right of access to information"),
        "about": (
            "القانون 31-13: النشر الاستباقي، الطلبات، الآجال والاستثناءات.",
            "Loi 31-13 : publication proactive, demandes, délais, exceptions.",
            "Law 31-13: publication, requests, delays, exceptions.",
        ),
        "tags": ["law"],
        "skills": {"SA-026": 2},
        "hours": 2.0,
        "lessons": [
            ("document", ("بطاقة: معالجة طلب", "Fiche : traiter une demande", "Sheet: treating a request"), ()),
            ("article", ("المكلفون بالإعلام", "Les personnes chargées de l’information", "The information officers"), (
                ("تعين كل هيئة شخصا أو أكثر لتلقي الطلبات ومساعدة أصحابها.",),
                ("Chaque organisme désigne une ou plusieurs personnes pour recevoir les demandes et aider leurs auteurs.",),
                ("Each body names one or more persons to receive requests and help those who make them.",),
            )),
        ],
    },
    {
        "code": "letters",
        "name": ("الاجتماعات والمراسلات الإدارية", "Réunions et correspondance administrative", "Meetings and official letters"),
        "about": (
            "تحضير الاجتماعات والمواعيد، وبنية الرسالة الإدارية وصيغها بالعربية والفرنسية.",
            "Préparer réunions et agendas ; structure et formules de la lettre administrative, en arabe et en français.",
            "Preparing meetings and agendas; structure and wording of official letters, in Arabic and French.",
        ),
        "tags": ["administration"],
        "skills": {"SF-042": 3},
        "hours": 4.0,
        "lessons": [
            ("article", ("بنية الرسالة", "La structure de la lettre", "The structure of a letter"), (
                ("المرجع والموضوع والمرفقات، ثم العرض فالطلب فالختم.",),
                ("Référence, objet, pièces jointes ; puis l’exposé, la demande et la formule de fin.",),
                ("Reference, subject, enclosures; then the facts, the request and the closing words.",),
            )),
            ("quiz", ("اختبار", "Quiz", "Quiz"), (
                (("أين يكتب المرجع؟", "Où s’écrit la référence ?", "Where is the reference written?"),
                 ("في أعلى الرسالة", "En tête de la lettre", "At the head of the letter"),
                 (("في الختم", "Dans la formule de fin", "In the closing words"),)),
            )),
        ],
    },
    {
        "code": "records",
        "name": ("حفظ الوثائق والأرشيف", "Conserver et archiver", "Records and archives"),
        "about": (
            "من المكتب إلى الأرشيف: مدد الحفظ والإتلاف بمحضر.",
            "Du bureau aux archives : durées de conservation, destruction sur procès-verbal.",
            "From the office to the archives: retention, destruction with a report.",
        ),
        "tags": ["administration"],
        "skills": {"SF-041": 2, "SA-025": 1},
        "hours": 2.5,
        "lessons": [
            ("scorm", ("درس تفاعلي", "Leçon interactive", "Interactive lesson"), ()),
            ("document", ("جدول مدد الحفظ", "Tableau de conservation", "Retention schedule"), ()),
        ],
    },
    {
        "code": "procurement",
        "name": ("أساسيات الصفقات العمومية", "Les bases des marchés publics", "Basics of public procurement"),
        "about": (
            "المرسوم 2-22-431: من تحديد الحاجة إلى التسلم.",
            "Décret 2-22-431 : du besoin à la réception.",
            "Decree 2-22-431: from the need to acceptance.",
        ),
        "tags": ["administration", "law"],
        "skills": {"SA-010": 2},
        "hours": 6.0,
        "lessons": [
            ("article", ("تحديد الحاجة", "Définir le besoin", "Defining the need"), (
                ("الحاجة المحددة بدقة أساس المنافسة السليمة.",),
                ("Un besoin défini avec précision fonde une concurrence saine.",),
                ("A need defined with care is the base of fair competition.",),
            )),
            ("document", ("دليل", "Guide", "Guide"), ()),
            ("quiz", ("اختبار", "Quiz", "Quiz"), (
                (("متى تحدد الحاجة؟", "Quand définit-on le besoin ?", "When is the need defined?"),
                 ("قبل إعلان المنافسة", "Avant l’appel à la concurrence", "Before competition is called"),
                 (("بعد فتح الأظرفة", "Après l’ouverture des plis", "After the bids are opened"),)),
            )),
        ],
    },
    {
        "code": "press",
        "name": ("قانون الصحافة والنشر", "Le Code de la presse et de l’édition", "The press and publishing code"),
        "about": (
            "القانون 88-13: التصريح، المسؤولية، حق الرد.",
            "Loi 88-13 : déclaration, responsabilité, droit de réponse.",
            "Law 88-13: declaration, liability, right of reply.",
        ),
        "tags": ["media", "law"],
        "skills": {"SA-015": 2},
        "hours": 3.0,
        "lessons": [
            ("article", ("حق الرد", "Le droit de réponse", "The right of reply"), (
                ("لكل من ذكر في نشر حق الرد وفق الشروط والآجال المحددة قانونا.",),
                ("Toute personne mise en cause peut répondre, aux conditions et délais de la loi.",),
                ("Whoever is named may reply, under the conditions and within the delays of the law.",),
            )),
        ],
    },
    {
        "code": "tool",
        "name": ("استعمال تواصل", "Utiliser Tawassul", "Using Tawassul"),
        "about": ("قيد الإعداد.", "En préparation.", "In preparation."),
        "tags": ["digital"],
        "skills": {},
        "hours": 1.0,
        "is_draft": True,
        "lessons": [
            ("article", ("الصفحة الرئيسية", "La page d’accueil", "The home page"), (
                ("كل ما ينتظركم في صفحة واحدة.",), ("Tout ce qui vous attend sur une page.",),
                ("All that waits for you on one page.",),
            )),
        ],
    },
]  # fmt: skip

# mandatory: course, for whom, days, reason in the three languages
OBLIGATIONS = [
    ("data", 45, ("القانون 09-08 المتعلق بحماية المعطيات الشخصية", "Loi 09-08 sur les données personnelles",
                  "Law 09-08 on personal data")),
    ("security", 12, ("توجيهات أمن نظم المعلومات", "Directive de sécurité des systèmes d’information",
                      "Directive on the security of information systems")),
]  # fmt: skip

# where the sample logins are: (login, course, lessons done, and of the next one what is begun)
STAGES = [
    ("employee", "data", 1, 0.4),
    ("employee", "access", 1, 0),
    ("employee", "records", 0, 0.5),
    ("head", "data", 4, 0),
    ("head", "security", 1, 0.2),
    ("director", "data", 2, 0),
    ("hr", "data", 4, 0),
    ("hr", "security", 3, 0),
    ("hrmanager", "security", 1, 0.7),
    ("hrmanager", "access", 2, 0),
    ("budget", "data", 1, 0.9),
    ("budget", "procurement", 3, 0),
    ("procurement", "procurement", 1, 0),
    ("asset", "security", 3, 0),
    ("social", "data", 0, 0),
    ("controller", "data", 1, 0.1),
    ("editor", "press", 1, 0),
    ("editor", "security", 0, 0),
]

PACKAGE = {
    "ar": ("rtl", "تمرين", "لمن تعطى معطيات موظف؟", "لمن له الحق في معرفتها بحكم مهمته", "لكل زميل يطلبها", "تحقق",
           "صحيح", "غير صحيح: أعد المحاولة", "ابدأ", "لا يطلع على المعطيات إلا من تخول له مهمته ذلك."),
    "fr": ("ltr", "Exercice", "À qui donne-t-on les données d’un agent ?", "À qui sa mission donne le droit de les "
           "connaître", "À tout collègue qui les demande", "Vérifier", "Exact", "Non : réfléchissez et recommencez",
           "Commencer", "Seul voit les données celui dont la mission l’exige."),
}  # fmt: skip

PAGE = """<!DOCTYPE html>
<html lang="{lang}" dir="{direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body{{font-family:system-ui,sans-serif;padding:1rem;line-height:1.7}}
label,button{{display:block;min-height:44px}}button{{font:inherit;padding:.4rem 1.2rem}}</style></head>
<body><h1>{title}</h1><p>{words}</p><fieldset><legend>{question}</legend>
<label><input type="radio" name="a" value="0"> {wrong}</label><label><input type="radio" name="a" value="1"> {right}</label>
</fieldset><button id="check">{check}</button><p id="result" role="status"></p>
<script>
(function () {{
  var api = window.API, start = Date.now();
  api.LMSInitialize("");
  if (api.LMSGetValue("cmi.core.lesson_status") === "not attempted") api.LMSSetValue("cmi.core.lesson_status", "incomplete");
  function time() {{ var s = Math.round((Date.now() - start) / 1000), m = Math.floor(s / 60);
    return "0000:" + ("0" + m % 60).slice(-2) + ":" + ("0" + s % 60).slice(-2); }}
  document.getElementById("check").addEventListener("click", function () {{
    var chosen = document.querySelector("input:checked"); if (!chosen) return;
    var right = chosen.value === "1";
    var n = api.LMSGetValue("cmi.interactions._count");
    api.LMSSetValue("cmi.interactions." + n + ".id", "who-knows");
    api.LMSSetValue("cmi.interactions." + n + ".type", "choice");
    api.LMSSetValue("cmi.interactions." + n + ".student_response", chosen.value);
    api.LMSSetValue("cmi.interactions." + n + ".result", right ? "correct" : "wrong");
    document.getElementById("result").textContent = right ? {right_word} : {wrong_word};
    if (right) {{ api.LMSSetValue("cmi.core.score.raw", "100"); api.LMSSetValue("cmi.core.session_time", time());
      api.LMSSetValue("cmi.core.lesson_status", "passed"); api.LMSFinish(""); }} else api.LMSCommit("");
  }});
}})();
</script></body></html>
"""

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="tawassul.sample.{code}" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="ORG"><organization identifier="ORG"><title>{title}</title>
    <item identifier="I1" identifierref="R1"><title>{title}</title><adlcp:masteryscore>70</adlcp:masteryscore></item>
  </organization></organizations>
  <resources><resource identifier="R1" type="webcontent" adlcp:scormtype="sco" href="index.html">
    <file href="index.html"/></resource></resources>
</manifest>
"""


def package(code, lang="ar"):
    """Return a small SCORM 1.2 package of one page as a file."""
    direction, title, question, right, wrong, check, right_word, wrong_word, _begin, words = PACKAGE[lang]
    said = {
        key: html.escape(text)
        for key, text in {
            "title": title,
            "question": question,
            "right": right,
            "wrong": wrong,
            "check": check,
            "words": words,
        }.items()
    }
    page = PAGE.format(
        lang=lang, direction=direction, right_word=_script(right_word), wrong_word=_script(wrong_word), **said
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", MANIFEST.format(code=code, title=html.escape(title)))
        archive.writestr("index.html", page)
    stream.seek(0)
    return stream


def _script(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\u003c") + '"'


def sheet(title, lines):
    """Return a small PDF: a title and lines, in ASCII."""
    text = [f"BT /F1 16 Tf 60 780 Td ({title}) Tj ET"]
    text += [f"BT /F1 11 Tf 60 {750 - place * 18} Td ({line}) Tj ET" for place, line in enumerate(lines)]
    content = "\n".join(text).encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return io.BytesIO(data)
