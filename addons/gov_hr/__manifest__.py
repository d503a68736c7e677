{
    "name": "Civil-service career",
    "summary": "Corps, grade, échelon, index and pay statement of civil servants on dated employee records",
    "version": "19.0.1.0.0",
    "category": "Human Resources",
    "author": "Tawassul",
    "license": "LGPL-3",
    "depends": ["gov_base"],
    "data": [],
}
