"""Words of the sample year of training sessions, in French, in English and in Arabic; everything is fictitious."""

QUESTIONS = (
    (
        (
            "Un usager arrive à 16 h 25, cinq minutes avant la fermeture. Que faites-vous ?",
            "A citizen arrives five minutes before closing time. What do you do?",
            "وصل مرتفق قبل خمس دقائق من وقت الإغلاق. ماذا تفعل؟",
        ),
        (
            (False, "Je lui demande de revenir", "I ask him to come back", "أطلب منه العودة لاحقا"),
            (
                True,
                "Je le reçois ou j'enregistre sa demande",
                "I receive him or record his request",
                "أستقبله أو أسجل طلبه",
            ),
            (False, "Je ne réponds pas", "I do not answer", "لا أجيب"),
        ),
    ),
    (
        (
            "Que remet-on à l'usager qui dépose un dossier ?",
            "What is given to a citizen who files a request?",
            "ماذا يسلم للمرتفق عند إيداع ملفه؟",
        ),
        (
            (True, "Un récépissé", "A receipt", "وصل"),
            (False, "Rien", "Nothing", "لا شيء"),
            (False, "Une copie légalisée", "A legalised copy", "نسخة مصادق عليها"),
        ),
    ),
    (
        (
            "Quelles pièces ne peut-on pas exiger ?",
            "Which papers may not be demanded?",
            "ما هي الوثائق التي لا يجوز طلبها؟",
        ),
        (
            (True, "Une copie certifiée conforme", "A certified copy", "نسخة مشهود بمطابقتها للأصل"),
            (
                True,
                "Une pièce déjà détenue par l'administration",
                "A paper another administration holds",
                "وثيقة توجد لدى إدارة أخرى",
            ),
            (False, "Le formulaire de demande", "The request form", "استمارة الطلب"),
        ),
    ),
    (
        (
            "Une personne en fauteuil roulant attend. Quelle est la bonne attitude ?",
            "A person in a wheelchair is waiting. What is right?",
            "شخص على كرسي متحرك ينتظر دوره. ما التصرف السليم؟",
        ),
        (
            (
                True,
                "Lui proposer la priorité et un guichet accessible",
                "Offer priority and an accessible desk",
                "منحه الأولوية وشباكا ولوجا",
            ),
            (False, "Attendre qu'elle demande", "Wait until she asks", "انتظار أن يطلب ذلك"),
            (False, "La renvoyer vers un autre service", "Send her to another service", "توجيهه إلى مصلحة أخرى"),
        ),
    ),
    (
        (
            "Une décision défavorable à l'usager doit être :",
            "A decision against a citizen must be:",
            "القرار الإداري السلبي يجب أن يكون:",
        ),
        (
            (True, "Motivée", "Given with reasons", "معللا"),
            (False, "Orale", "Oral", "شفويا"),
            (False, "Secrète", "Secret", "سريا"),
        ),
    ),
)
COMMENTS = (
    "تمارين تطبيقية مفيدة، ونود المزيد منها.",
    "Salle un peu petite, formateur très à l'écoute.",
    "المدة قصيرة بالنظر إلى المحتوى.",
)
INDICATORS = (
    (
        "Courriers rendus sans correction",
        "Letters returned without correction",
        "المراسلات المنجزة دون تصحيح",
    ),
    ("Attente moyenne au guichet", "Mean waiting time at the desk", "متوسط الانتظار بالشباك"),
)
PROGRAMME_JOB = "COM-05"
PROGRAMME = (
    (
        "Vers la communication numérique",
        "Towards digital communication",
        "نحو التواصل الرقمي",
    ),
    (
        "Les tâches de logistique diminuent avec l'archivage numérique ; les comptes officiels manquent d'animateurs.",
        "Logistics work shrinks with digital filing; the official accounts lack people to run them.",
        "تتقلص مهام اللوجستيك مع الأرشفة الرقمية، بينما تحتاج الحسابات الرسمية إلى من ينشطها.",
    ),
)
