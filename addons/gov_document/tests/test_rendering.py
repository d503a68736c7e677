import os
import signal
import subprocess
import sys
import threading

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..services import rendering
from ..services.seal import Seal
from .common import PASSWORD, pkcs12_file

HTML = "<html lang='fr'><head><title>%s</title></head><body><p>Document %s</p></body></html>"
# more work than the time allowed
SLOW = "<html><body><table>" + "<tr><td>x</td><td>y</td></tr>" * 40_000 + "</table></body></html>"
LOGGER = "odoo.addons.gov_document.services.rendering"


@tagged("post_install", "-at_install")
class TestPool(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seal = Seal.from_pkcs12(pkcs12_file(), PASSWORD)
        cls.pool = rendering.Pool(2)
        cls.addClassCleanup(cls.pool.end)

    def render(self, jobs, **options):
        return list(rendering.render_many(iter(jobs), {}, self.seal, pool=self.pool, **options))

    def test_results_come_in_the_order_of_the_jobs(self):
        results = self.render([(n, HTML % (n, n)) for n in range(25)])
        self.assertEqual([key for key, _pdf, _error in results], list(range(25)))
        self.assertTrue(all(pdf.startswith(b"%PDF") and error is None for _key, pdf, error in results))
        self.assertLessEqual(len(self.pool._free), 2)

    def test_killed_worker_costs_no_document(self):
        self.render([(1, HTML % (1, 1))])
        for worker in self.pool._free:
            os.kill(worker.process.pid, signal.SIGKILL)
        with mute_logger(LOGGER):
            results = self.render([(n, HTML % (n, n)) for n in range(4)])
        self.assertTrue(all(pdf for _key, pdf, _error in results))

    def test_endless_document_is_ended_and_alone_fails(self):
        self.render([(n, HTML % (n, n)) for n in range(4)])  # the workers are there
        self.patch(rendering, "TIMEOUT", 8)
        self.patch(rendering, "TRIES", 1)
        with mute_logger(LOGGER):
            results = self.render([(1, HTML % (1, 1)), (2, SLOW), (3, HTML % (3, 3))])
        self.assertEqual([bool(pdf) for _key, pdf, _error in results], [True, False, True])
        self.assertTrue(results[1][2])

    def test_worker_gets_neither_the_key_nor_the_environment_of_the_server(self):
        os.environ["GOV_TEST_SECRET"] = "secret"
        self.addCleanup(os.environ.pop, "GOV_TEST_SECRET")
        pool = rendering.Pool(1)
        self.addCleanup(pool.end)
        pool.render(HTML % (1, 1), "document", {}, "Seal")
        pid = pool._free[0].process.pid
        with open(f"/proc/{pid}/environ", "rb") as file:
            environment = file.read()
        self.assertNotIn(b"GOV_", environment)
        self.assertNotIn(b"PG", environment)
        with open(f"/proc/{pid}/maps") as file:
            self.assertNotIn("psycopg2", file.read())

    def test_workers_end_with_the_pool(self):
        pool = rendering.Pool(1)
        pool.render(HTML % (1, 1), "document", {}, None)
        process = pool._free[0].process
        pool.end()
        self.assertIsNotNone(process.poll())

    def test_worker_ends_when_its_parent_does(self):
        worker = rendering.Worker()
        worker.process.stdin.close()
        self.assertEqual(worker.process.wait(20), 0)
        worker.process.stdout.close()

    def test_idle_workers_are_ended(self):
        pool = rendering.Pool(1)
        pool.render(HTML % (1, 1), "document", {}, None)
        worker = pool._free[0]
        worker.last_used -= rendering.IDLE + 1
        pool._reaper.cancel()
        pool._end_idle()
        self.assertIsNotNone(worker.process.poll())
        self.assertFalse(pool._free)

    def test_many_threads_share_few_workers(self):
        errors = []

        def work(n):
            try:
                self.pool.render(HTML % (n, n), "document", {}, None)
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertFalse(errors)
        self.assertLessEqual(len(self.pool._free), 2)

    def test_file_that_is_no_job_ends_the_worker_quietly(self):
        result = subprocess.run(
            [sys.executable, "-P", str(rendering.WORKER)],
            input=b"",
            capture_output=True,
            timeout=60,
            check=False,
        )
        self.assertEqual(result.returncode, 0)
