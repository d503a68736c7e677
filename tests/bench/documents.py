"""Official documents: one certificate beside Odoo's own way to a PDF, a thousand beside the bare rendering engine.

* One certificate: ours is the whole act (number, frozen text, PDF/A, seal, attachment, journal); Odoo's is its
  report of the same words printed by wkhtmltopdf, which Debian packages (``apt-get install wkhtmltopdf``, for this
  bench alone), with a server running for the style sheets it asks for.
* A thousand in one batch: ours is again the whole act; the other side is WeasyPrint alone on the same HTML, in the
  same two worker processes, without room for a seal.
"""

import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from statistics import median
from unittest.mock import patch

from lib import Figures, Server, arguments, environment, measure, memory, peak_memory, process_cpu

AR = (
    "<p>يشهد مدير الموارد البشرية والشؤون العامة بأن [[sex?السيد|السيدة]] <strong>[[employee_name]]</strong> "
    "[[sex?يعمل|تعمل]] بهذه الوزارة منذ 15 شتنبر 2011 بصفة متصرف من الدرجة الثانية.</p>"
    "<p>وقد سلمت هذه الشهادة [[sex?للمعني بالأمر بطلب منه|للمعنية بالأمر بطلب منها]] للإدلاء بها عند الحاجة.</p>"
)
FR = (
    "<p>Le directeur des ressources humaines atteste que [[sex?M.|Mme]] <strong>[[employee_name]]</strong> exerce au "
    "sein de ce ministère depuis le 15 septembre 2011 en qualité d'administrateur de deuxième grade.</p>"
    "<p>La présente attestation est délivrée à [[sex?l'intéressé|l'intéressée]] sur sa demande pour servir et valoir "
    "ce que de droit.</p>"
)
REPORT = """
<t t-name="gov_bench.certificate">
  <t t-call="web.html_container"><t t-foreach="docs" t-as="doc"><t t-call="web.external_layout">
    <div class="page"><h2 class="text-center">Attestation de travail</h2>
      <p>Le directeur des ressources humaines atteste que M. <strong t-out="doc.name"/> exerce au sein de ce ministère
         depuis le 15 septembre 2011 en qualité d'administrateur de deuxième grade.</p>
      <p>La présente attestation est délivrée à l'intéressé sur sa demande pour servir et valoir ce que de droit.</p>
      <p dir="rtl">يشهد مدير الموارد البشرية والشؤون العامة بأن السيد <strong t-out="doc.name"/> يعمل بهذه الوزارة.</p>
      <img t-att-src="'/report/barcode/QR/https://example.ma/verify/abcdefghijklmnopqrstuvwxyz?width=120&amp;height=120'"/>
    </div>
  </t></t></t>
</t>
"""


def prepare_data(env, people):
    """Register, templates, people; committed, because the acts run in transactions of their own."""
    register = env["gov.document.register"].create(
        {"code": f"bench{time.time_ns()}", "name": "Bench", "pattern": "{number:05d}/DRH/{year}"}
    )
    values = {
        "kind": "bench",
        "unit_lines_ar": "مديرية الموارد البشرية",
        "unit_lines_fr": "Direction des ressources humaines",
    }
    texts = env["gov.legal.text"].search([], limit=2)
    templates = [
        env["gov.document.template"].create(
            {"name": lang, "lang": lang, "title": title, "body": body, "visa_ids": [(6, 0, texts.ids)], **values}
        )
        for lang, title, body in (("ar", "شهادة عمل", AR), ("fr", "Attestation de travail", FR))
    ]
    employees = env["hr.employee"].create([{"name": f"Mohammed EL ALAOUI {n}", "sex": "male"} for n in range(people)])
    report = report_of(env)
    env.cr.commit()
    return register, templates, employees, report


def report_of(env):
    env["ir.ui.view"].search([("key", "=", "gov_bench.certificate")]).unlink()
    view = env["ir.ui.view"].create({"name": "bench", "key": "gov_bench.certificate", "type": "qweb", "arch": REPORT})
    env["ir.model.data"].search([("module", "=", "gov_bench")]).unlink()
    env["ir.model.data"].create(
        {"module": "gov_bench", "name": "certificate", "model": "ir.ui.view", "res_id": view.id}
    )
    return env["ir.actions.report"].create(
        {"name": "bench", "model": "hr.employee", "report_type": "qweb-pdf", "report_name": "gov_bench.certificate"}
    )


def issue(env, register, templates, employees):
    """The whole act for these people; returns the documents."""
    from odoo.addons.gov_base.tools.act import run_short

    def act(inner):
        return inner["gov.document"]._gov_prepare(
            [
                {
                    "register": register.with_env(inner),
                    "template": templates[n % len(templates)].with_env(inner),
                    "employee": employee,
                    "signatory": employee,
                    "record": employee,
                    "values": {},
                }
                for n, employee in enumerate(employees.with_env(inner))
            ]
        )

    return run_short(env, act)._gov_finish()


def wkhtmltopdf(env, report, employee):
    """Odoo's own way, with our override taken out."""
    from odoo.addons.base.models.ir_actions_report import IrActionsReport as Stock
    from odoo.addons.gov_document.models.ir_actions_report import IrActionsReport as Ours

    with ExitStack() as stack:
        for name in ("get_wkhtmltopdf_state", "_run_wkhtmltopdf", "_render_qweb_pdf_prepare_streams"):
            stack.enter_context(patch.object(Ours, name, getattr(Stock, name)))
        return report._render_qweb_pdf(report.report_name, [employee.id])[0]


def install_wkhtmltopdf(figures):
    if shutil.which("wkhtmltopdf"):
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        figures.note("wkhtmltopdf is missing: installing Debian's package, which nothing but this bench uses")
        subprocess.run(
            ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "wkhtmltopdf"],
            check=False,
            stdout=subprocess.DEVNULL,
        )
    return bool(shutil.which("wkhtmltopdf"))


def bench_one(figures, env, data, repetitions):
    register, templates, employees, report = data
    if not install_wkhtmltopdf(figures):
        figures.note("wkhtmltopdf is not installed (apt-get install wkhtmltopdf): the first figure cannot be measured")
        figures.value("one certificate: times faster than wkhtmltopdf", 0.0, at_least=5)
        return
    with Server(env.cr.dbname) as server:
        env["ir.config_parameter"].set_param("report.url", server.url)
        env.cr.commit()
        sides = {
            "ours": lambda n: issue(env, register, templates[1:], employees[n]),
            "odoo": lambda n: wkhtmltopdf(env, report, employees[n]),
        }
        runs = {name: [] for name in sides}
        for n in range(-1, repetitions):
            for name, side in sides.items():
                cost = measure(lambda side=side, n=n: side(n), env)
                env.cr.commit()
                if n >= 0:  # the first turn warms both
                    runs[name].append(cost)
        assert runs["odoo"][-1].result.startswith(b"%PDF") and runs["ours"][-1].result.state == "valid"
    wall = {name: median(cost.wall for cost in costs) for name, costs in runs.items()}
    cpu = {name: median(cost.python for cost in costs) for name, costs in runs.items()}
    figures.note(
        f"one certificate: {wall['ours'] * 1000:.0f} ms against {wall['odoo'] * 1000:.0f} ms "
        f"(CPU of this process and its children {cpu['ours'] * 1000:.0f} and {cpu['odoo'] * 1000:.0f} ms)"
    )
    figures.ratio("one certificate: wall, wkhtmltopdf / ours", wall["odoo"], wall["ours"], at_least=5)


def bench_batch(figures, env, data, size):
    from odoo.addons.gov_document.services import rendering

    register, templates, employees, _report = data
    resources = {"gov:emblem": env.company._gov_emblem()}
    pool = rendering._pool

    def workers():
        return [worker.process.pid for worker in pool._free]

    def engine_alone(pages):
        with ThreadPoolExecutor(pool.size) as threads:
            return sum(
                len(pdf) for pdf in threads.map(lambda page: pool.render(page, "document", resources, None), pages)
            )

    def spent():
        return sum(os.times()[:2]) + sum(process_cpu(pid) or 0 for pid in workers())

    issue(env, register, templates, employees[:8])  # starts the workers
    env.cr.commit()
    slices = 4
    costs = {"batch": [], "engine": []}
    resident = []
    peak_memory(reset=True)
    for turn in range(slices):
        people = employees[turn * size // slices : (turn + 1) * size // slices]
        start, cpu = time.perf_counter(), spent()
        documents = issue(env, register, templates, people)
        costs["batch"].append((time.perf_counter() - start, spent() - cpu))
        assert len(documents) == len(people)
        pages = [document.content for document in documents.sudo()]
        env.cr.commit()
        env.invalidate_all()
        start, cpu = time.perf_counter(), spent()
        engine_alone(pages)
        costs["engine"].append((time.perf_counter() - start, spent() - cpu))
        del documents, pages
        resident.append((memory(), sum(memory(pid) for pid in workers())))
    wall = {name: sum(cost[0] for cost in rows) for name, rows in costs.items()}
    cpu = {name: sum(cost[1] for cost in rows) for name, rows in costs.items()}
    done = (size // slices) * slices
    figures.note(
        f"{done} documents: batch {wall['batch']:.1f} s ({wall['batch'] / done * 1000:.0f} ms each), engine alone "
        f"{wall['engine']:.1f} s; CPU {cpu['batch']:.1f} and {cpu['engine']:.1f} s; {pool.size} workers"
    )
    figures.ratio(f"{done} in one batch: wall, batch / engine alone", wall["batch"], wall["engine"], at_most=1.3)
    figures.ratio(f"{done} in one batch: CPU, batch / engine alone", cpu["batch"], cpu["engine"], at_most=1.3)
    figures.note(
        "resident memory after each quarter (this process, workers): "
        + ", ".join(f"{a:.0f}+{b:.0f} MB" for a, b in resident)
    )
    figures.value(
        "memory from the first quarter to the last", resident[-1][0] - resident[0][0], at_most=20, unit=" MB"
    )
    figures.value(
        "memory of the workers, first quarter to last", resident[-1][1] - resident[0][1], at_most=20, unit=" MB"
    )
    ranks = env["gov.document"].search([("register_id", "=", register.id)], order="rank").mapped("rank")
    figures.value(
        "numbers missing or double in the register", len(ranks) - len(set(ranks)) + ranks[-1] - len(ranks), at_most=0
    )


def main():
    args = arguments("Official documents beside wkhtmltopdf and beside the bare engine", size=1000, repetitions=7)
    size = 80 if args.quick else args.size
    figures = Figures("documents")
    with environment(args.database) as env:
        data = prepare_data(env, size)
        bench_one(figures, env, data, 2 if args.quick else args.repetitions)
        bench_batch(figures, env, data, size)
    return figures.finish()


if __name__ == "__main__":
    raise SystemExit(main())
