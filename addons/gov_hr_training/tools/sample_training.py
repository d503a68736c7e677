"""The catalogue, the axes and the needs of the sample year: fictitious, of a ministry of communication.

Each course: code, kind, modality, days, least and most participants, cost of a session and per participant (DH without
tax), provider, competencies (code, level at entry, level reached), name in French, in English and in Arabic.
"""

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
_P, _R, _E = "in_person", "remote", "elearning"
COURSES = (
    ("RH-01", "improvement", _P, 3, 8, 18, 15000, 120, "IAP", "SA-001:0>2 SA-014:0>2", "Statut général et droit administratif", "General statute and administrative law", "النظام الأساسي العام والقانون الإداري"),
    ("RH-02", "improvement", _P, 4, 8, 15, 24000, 150, "IAP", "SA-001:1>4 SA-002:1>4 SF-020:1>4", "Gestion des carrières : perfectionnement", "Career management, advanced", "تدبير المسار المهني: استكمال الخبرة"),
    ("RH-03", "improvement", _R, 2, 8, 25, 9000, 0, "INT", "SA-003:0>4 SA-004:0>3 SA-005:0>3", "Congés, retraites et rémunération", "Leave, pensions and pay", "الرخص والتقاعد والأجور"),
    ("RH-04", "preparation", _P, 5, 8, 15, 30000, 160, "IAP", "SA-006:0>4 SF-021:0>4 SF-022:0>3", "Ingénierie de la formation", "Training engineering", "هندسة التكوين"),
    ("RH-05", "improvement", _P, 3, 8, 15, 21000, 140, "IAP", "SA-007:0>4 SF-023:0>4", "GPEEC : de l'écart au plan d'action", "Workforce planning, from the gap to the plan", "التدبير التوقعي للوظائف والكفاءات"),
    ("RH-06", "improvement", _E, 1, 5, 200, 0, 60, "INT", "SF-019:0>3 SE-003:0>3", "Dossier individuel et confidentialité", "Personnel files and secrecy", "الملف الفردي والسرية"),
    ("RH-07", "improvement", _P, 2, 8, 16, 14000, 120, "INT", "SF-018:0>3 SE-006:0>3", "Conduire l'entretien d'évaluation", "Holding the evaluation interview", "إجراء مقابلة التقييم"),
    ("RH-08", "improvement", _P, 2, 8, 18, 12000, 110, "INT", "SA-038:0>3 SF-047:0>3", "Instruire les prestations sociales", "Examining social benefits", "دراسة الخدمات الاجتماعية"),
    ("FI-01", "improvement", _P, 3, 8, 18, 22500, 140, "IAP", "SA-008:0>4 SF-024:0>4", "Loi de finances et programmation triennale", "Finance law and three-year programming", "قانون المالية والبرمجة لثلاث سنوات"),
    ("FI-02", "improvement", _P, 4, 8, 18, 28000, 140, "IAP", "SA-009:0>4 SF-025:0>4 SF-026:0>4", "Dépense publique : de l'engagement au paiement", "Public spending, from commitment to payment", "النفقة العمومية من الالتزام إلى الأداء"),
    ("FI-03", "improvement", _P, 4, 8, 18, 30000, 140, "IAP", "SA-010:0>4 SF-027:0>4 SF-028:0>4", "Marchés publics : décret de 2023", "Public procurement, decree of 2023", "الصفقات العمومية: مرسوم 2023"),
    ("FI-04", "improvement", _P, 2, 8, 15, 16000, 130, "IAP", "SA-011:0>4 SA-012:0>3", "Comptes spéciaux et contrôle de gestion", "Special accounts and management control", "الحسابات الخصوصية ومراقبة التدبير"),
    ("FI-05", "improvement", _P, 2, 8, 18, 11000, 110, "INT", "SA-013:0>4 SF-029:0>4", "Patrimoine, stocks et inventaire", "Assets, stocks and inventory", "الممتلكات والمخزون والجرد"),
    ("FI-06", "improvement", _R, 2, 8, 30, 12000, 0, "IAP", "SA-037:0>3 SE-019:0>4", "Budgétisation sensible au genre", "Gender-responsive budgeting", "الميزانية المستجيبة للنوع"),
    ("AU-01", "improvement", _P, 4, 8, 15, 32000, 150, "IAP", "SA-036:0>4 SF-032:0>4 SE-002:0>4", "Audit interne et maîtrise des risques", "Internal audit and risks", "التدقيق الداخلي والتحكم في المخاطر"),
    ("JU-01", "improvement", _P, 3, 8, 18, 21000, 130, "IAP", "SA-014:1>4 SF-030:0>4 SF-031:0>4", "Avis juridique et contentieux administratif", "Legal opinion and litigation", "الرأي القانوني والمنازعات الإدارية"),
    ("JU-02", "improvement", _P, 3, 8, 20, 20000, 130, "EIM", "SA-015:0>4 SA-016:0>4 SA-017:0>4", "Droit de la presse, de l'audiovisuel et d'auteur", "Press, audiovisual and copyright law", "قانون الصحافة والسمعي البصري وحقوق المؤلف"),
    ("JU-03", "improvement", _E, 1, 5, 300, 0, 40, "INT", "SA-026:0>3 SA-027:0>3", "Accès à l'information et données personnelles", "Access to information and personal data", "الحق في الحصول على المعلومات والمعطيات الشخصية"),
    ("ME-01", "improvement", _P, 3, 8, 16, 26000, 150, "EIM", "SA-019:0>4 SA-020:0>4 SF-005:0>4", "Économie et analyse des médias", "Economics and analysis of the media", "اقتصاد وسائل الإعلام وتحليلها"),
    ("ME-02", "improvement", _P, 2, 8, 16, 15000, 120, "INT", "SA-046:0>4 SF-012:0>4 SF-011:0>4", "Aide à la presse et carte de presse", "Aid to the press and press cards", "دعم الصحافة وبطاقة الصحافة"),
    ("ME-03", "improvement", _P, 2, 8, 16, 15000, 120, "INT", "SA-018:0>4 SF-010:0>4", "Autorisations : cinéma et tournages", "Permits for cinema and filming", "رخص السينما والتصوير"),
    ("ME-04", "improvement", _P, 3, 8, 14, 27000, 160, "EIM", "SA-021:0>4 SF-002:0>4 SF-003:0>4 SF-004:0>4", "Relations avec la presse et communiqués", "Press relations and releases", "العلاقات مع الصحافة والبلاغات"),
    ("ME-05", "improvement", _P, 2, 8, 14, 22000, 160, "EIM", "SA-022:0>4 SE-010:0>3", "Communication de crise", "Crisis communication", "التواصل في الأزمات"),
    ("ME-06", "improvement", _P, 4, 6, 12, 30000, 180, "EIM", "SA-023:0>4 SF-006:0>4", "Réseaux sociaux et contenus numériques", "Social networks and digital content", "شبكات التواصل والمحتوى الرقمي"),
    ("ME-07", "improvement", _P, 5, 6, 10, 42000, 200, "EIM", "SA-024:0>4 SF-007:0>4 SF-008:0>4 SF-009:0>4", "Image, son et montage", "Picture, sound and editing", "الصورة والصوت والتركيب"),
    ("ME-08", "improvement", _P, 2, 8, 16, 16000, 130, "INT", "SF-048:0>4 SF-052:0>3", "Organiser un événement et prendre la parole", "Organising an event and speaking in public", "تنظيم تظاهرة والحديث أمام الجمهور"),
    ("ET-01", "improvement", _P, 4, 8, 15, 28000, 140, "IAP", "SA-029:0>4 SF-013:0>4 SF-014:0>4 SF-039:0>4 SE-016:0>4", "Études, enquêtes et analyse de données", "Studies, surveys and data analysis", "الدراسات والبحوث وتحليل المعطيات"),
    ("ET-02", "improvement", _P, 2, 8, 16, 15000, 130, "IAP", "SA-012:1>4 SF-015:0>4 SE-017:0>4", "Tableaux de bord et synthèse", "Dashboards and summaries", "لوحات القيادة والتركيب"),
    ("ET-03", "improvement", _P, 3, 8, 15, 21000, 140, "IAP", "SA-030:0>4 SF-033:0>4 SF-034:0>4 SE-014:0>4", "Coopération, négociation et traduction", "Cooperation, negotiation and translation", "التعاون والتفاوض والترجمة"),
    ("SI-01", "improvement", _P, 4, 6, 12, 40000, 160, "NUM", "SA-033:0>4 SF-038:0>4", "Sécurité des systèmes d'information", "Information systems security", "أمن نظم المعلومات"),
    ("SI-02", "improvement", _P, 5, 6, 12, 45000, 160, "NUM", "SA-031:0>4 SA-034:0>4 SA-035:0>4 SF-035:0>4", "Architecture, données et développement", "Architecture, data and development", "الهندسة والمعطيات والتطوير"),
    ("SI-03", "improvement", _P, 4, 6, 12, 36000, 160, "NUM", "SA-032:0>4 SF-036:0>4 SF-037:0>4", "Serveurs, réseaux et assistance", "Servers, networks and support", "الخوادم والشبكات والمساعدة"),
    ("SI-04", "elearning", _E, 2, 5, 500, 0, 50, "NUM", "SF-044:0>3", "Outils bureautiques", "Office tools", "الأدوات المكتبية"),
    ("DO-01", "improvement", _P, 2, 8, 18, 13000, 110, "INT", "SA-025:0>4 SF-040:0>4 SF-041:0>4", "Courrier, classement et archives", "Mail, filing and archives", "البريد والتصنيف والأرشيف"),
    ("DO-02", "improvement", _P, 2, 8, 20, 12000, 110, "INT", "SA-041:0>4 SF-001:0>4 SF-042:0>4 SE-004:0>4", "Rédaction administrative et organisation", "Administrative writing and organisation", "التحرير الإداري والتنظيم"),
    ("AC-01", "improvement", _P, 2, 8, 20, 10000, 110, "INT", "SF-043:0>4 SE-001:0>4 SE-018:0>4 SE-006:0>4", "Accueil et sens du service public", "Welcome and public service", "الاستقبال وحس المرفق العام"),
    ("AC-02", "improvement", _P, 5, 8, 20, 25000, 120, "IAP", "SA-042:0>3", "Langue amazighe et tifinagh", "Amazigh language and Tifinagh", "اللغة الأمازيغية وتيفيناغ"),
    ("AC-03", "improvement", _P, 2, 6, 16, 9000, 100, "INT", "SA-043:0>4 SF-045:0>4 SA-039:0>3", "Sécurité routière et conduite de service", "Road safety and service driving", "السلامة الطرقية وسياقة سيارات المصلحة"),
    ("AC-04", "improvement", _P, 2, 6, 14, 11000, 100, "INT", "SA-044:0>4 SF-046:0>4", "Entretien des bâtiments", "Building maintenance", "صيانة البنايات"),
    ("MA-01", "improvement", _P, 3, 8, 15, 30000, 160, "IAP", "SF-017:0>4 SE-011:0>4 SE-012:0>4 SE-013:0>4", "Piloter une structure", "Managing a unit", "قيادة بنية إدارية"),
    ("MA-02", "improvement", _P, 3, 8, 15, 27000, 150, "IAP", "SF-016:0>4 SF-051:0>4 SE-008:0>4 SE-009:0>4", "Conduire un projet et le changement", "Leading projects and change", "قيادة المشاريع والتغيير"),
    ("MA-03", "improvement", _P, 2, 8, 16, 15000, 130, "NUM", "SA-040:0>4 SF-050:0>4 SF-049:0>4", "Simplifier et numériser une procédure", "Simplifying and digitising a procedure", "تبسيط مسطرة ورقمنتها"),
    ("MA-04", "improvement", _R, 2, 8, 30, 14000, 0, "IAP", "SA-028:0>4 SA-045:0>4", "Organisation de l'administration et politiques du secteur", "Organisation of the administration and policies", "تنظيم الإدارة وسياسات القطاع"),
    ("MA-05", "improvement", _P, 2, 8, 18, 13000, 120, "INT", "SE-005:0>4 SE-007:0>4 SE-020:0>4 SE-015:0>3", "Travailler en équipe et s'organiser", "Teamwork and organisation", "العمل الجماعي والتنظيم"),
    ("PR-01", "exam", _P, 3, 8, 25, 12000, 100, "INT", "", "Préparation aux examens d'aptitude professionnelle", "Preparation for professional exams", "الإعداد لامتحانات الكفاءة المهنية"),
    ("RC-01", "reconversion", _P, 10, 5, 12, 60000, 200, "IAP", "SA-025:0>3 SF-041:0>3 SF-044:0>3 SF-040:0>3", "Reconversion : gestionnaire de documents numériques", "Reconversion: digital records manager", "إعادة التأهيل: مدبر الوثائق الرقمية"),
)  # fmt: skip
AXIS_OF = {
    "RH": "A4", "FI": "A3", "AU": "A3", "JU": "A2", "ME": "A2", "ET": "A3", "SI": "A1", "DO": "A1", "AC": "A5",
    "MA": "A4", "PR": "A4", "RC": "A1",
}  # fmt: skip
ORIENTATIONS = {
    "ar_MA": "تأهيل الكفاءات الرقمية، وتقوية مهن تقنين ودعم وسائل الإعلام، وتحسين نجاعة التدبير المالي، ومواكبة رؤساء "
    "البنيات، وضمان ولوج متكافئ للتكوين بين النساء والرجال وبين الجهات.",
    "fr_FR": "Renforcer les compétences numériques et les métiers de la régulation et du soutien des médias, améliorer la "
    "performance de la gestion financière, accompagner les responsables de structures et assurer un accès égal à la "
    "formation entre femmes et hommes et entre régions.",
    "en_US": "Build digital skills and the trades of media regulation and support, improve financial management, support "
    "the heads of units, and give women and men, and all regions, the same access to training.",
}
# trainings followed outside of the plan in 2026: course, day it ended, how many people
EXTERNAL = (
    ("DO-02", "2026-02-12", 14),
    ("SI-04", "2026-03-20", 18),
    ("AC-01", "2026-04-16", 12),
    ("JU-03", "2026-05-22", 16),
    ("MA-05", "2026-06-18", 10),
)
