"""The child process that teaches: reads folders, measures, runs lessons, saves styles. No Qt in it.

Requests on stdin: {"verb": "read", "id", "paths"}, {"verb": "probe", "base"}, {"verb": "teach", "plan", "theme"},
{"verb": "resume", "key"}, {"verb": "order", "what"} (pause, resume, stop, cancel), {"verb": "compare", "step"},
{"verb": "save", "step", "name"}, {"verb": "forget"}, {"verb": "quit"}. Events on stdout: ready, files, read, probed,
history, lesson, taught, stopped, compared, saved, forgotten, failed (verb, code, arguments). The end of stdin means
that the window is gone: the lesson's state is saved, and the process ends.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

from composer.core.errors import UserError
from composer.workers.json_lines_server import Request, Service, serve
from composer.workers.messages import score_in

if TYPE_CHECKING:
    from composer.finetuning.dataset_scan import Fate, Gathered
    from composer.finetuning.selection import Choice, Outcome
    from composer.finetuning.session import Lesson

NICE = 10  # window, sound and sampling go first
REPORTS = 0.1  # seconds between two bundles of file reports
HISTORY = 4000  # entries of a log that are told at most


class Teacher(Service):
    """Teaches; orders, and that an older reading is of no more use, are heard at once."""

    broken = "teaching_failed"

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        super().__init__(source, sink)
        self._order = ""
        self._reading = 0  # id of the latest wish to read; older ones end
        self._gathered: Gathered | None = None
        self._paths: list[str] = []
        self._lesson: Lesson | None = None
        self._outcome: Outcome | None = None

    def hear(self, request: Request) -> bool:
        """Orders are for the lesson under way; a new wish to read ends the reading under way."""
        if request["verb"] == "read":
            self._reading = request["id"]
        if request["verb"] != "order":
            return False
        self._order = "" if request.get("what") == "resume" else str(request.get("what"))
        return True

    def orders(self) -> str:
        """What the lesson under way is to do."""
        return "cancel" if self.gone.is_set() else self._order

    # ---- the folder ----

    def _do_read(self, request: Request) -> None:
        from composer.finetuning import dataset_scan

        number, rows, told = request["id"], [], time.monotonic()

        def tell(done: float, fate: Fate) -> None:
            nonlocal told, rows
            why = fate.reason.replace(str(fate.path), fate.path.name)
            rows.append([str(fate.path), fate.kind, why, fate.notes, round(fate.seconds, 1)])
            if time.monotonic() - told > REPORTS or done >= 1:
                self.tell("files", id=number, done=done, files=rows)
                told, rows = time.monotonic(), []

        def over() -> bool:
            return self.gone.is_set() or number != self._reading

        self._gathered = None
        found = dataset_scan.gather(request["paths"], tell, over, workers=1)
        if over():
            return
        self._gathered, self._paths = found, list(request["paths"])
        self.tell(
            "read",
            id=number,
            seconds=round(found.seconds, 1),
            notes=found.notes,
            compositions=found.compositions,
            learned=sum(len(p.ids) for p in found.music.part("train")),
            judged=sum(len(p.ids) for p in found.music.part("valid")),
            left_out=found.left_out,
            known=found.known,
            needed=dataset_scan.FEWEST_NOTES,
        )

    # ---- base and recipe ----

    def _do_probe(self, request: Request) -> None:
        from composer.finetuning import step_timing

        if self._gathered is None:
            return
        self.tell(
            "probed", base=request["base"], **step_timing.probe(request["base"], self._gathered.music, self.gone.is_set)
        )

    # ---- the lesson ----

    def _do_teach(self, request: Request) -> None:
        from composer.core.settings import Recipe
        from composer.finetuning.run_folder import Plan
        from composer.finetuning.session import Lesson

        if self._gathered is None:
            return
        wish = request["plan"]
        settings = {**wish["settings"]}
        settings["stages"] = tuple(map(tuple, settings["stages"]))
        settings["rates"] = tuple(settings["rates"])
        plan = Plan(**{**wish, "settings": Recipe(**settings), "folders": tuple(self._paths)})
        theme = score_in(request["theme"]) if request.get("theme") else None
        self._order = ""
        found = self._gathered
        self._lesson = Lesson.begin(plan, found.music, found.skipped(), theme, self._event, self.orders)
        self._run()

    def _do_resume(self, request: Request) -> None:
        from composer.finetuning import run_log
        from composer.finetuning.session import Lesson

        self._order = ""
        self._lesson = Lesson.reopen(request["key"], self._event, self.orders)
        entries = run_log.history(self._lesson.folder.log)[-HISTORY:]
        self.tell("history", entries=entries, plan=asdict(self._lesson.plan))
        self._run()

    def _run(self) -> None:
        from composer.finetuning.trainer import Stopped

        assert self._lesson is not None
        self._outcome = None
        self.tell("begun", key=self._lesson.plan.key)
        try:
            outcome = self._outcome = self._lesson.run()
        except Stopped:
            self.tell("stopped", key=self._lesson.plan.key)
            return
        self.tell(
            "taught",
            report=self._lesson.report(outcome),
            choices=[asdict(choice) for choice in outcome.choices],
            best=outcome.best.step if outcome.best else None,
        )

    def _event(self, event: dict[str, Any]) -> None:
        self.tell("lesson", **event)

    # ---- what it gave ----

    def _choice(self, step: int) -> tuple[Lesson, Outcome, Choice]:
        if self._lesson is None or self._outcome is None:
            raise UserError("worker_died")
        return self._lesson, self._outcome, next(c for c in self._outcome.choices if c.step == step)

    def _do_compare(self, request: Request) -> None:
        lesson, _, choice = self._choice(request["step"])
        self._order = ""
        made = [asdict(trial) for trial in lesson.compare(choice)]
        self.tell("compared", step=choice.step, trials=made, originality=lesson.originality().table())

    def _do_save(self, request: Request) -> None:
        from composer.model import style_registry

        lesson, outcome, choice = self._choice(request["step"])
        style_registry.check_name(request["name"])
        path = lesson.save(outcome, choice, request["name"])
        lesson.folder.remove()
        self.tell("saved", name=request["name"], card=str(path))

    def _do_forget(self, request: Request) -> None:
        from composer.finetuning.run_folder import Folder

        key = request.get("key") or (self._lesson.plan.key if self._lesson else "")
        if key:
            Folder(key).remove()
        self._lesson = self._outcome = None
        self.tell("forgotten", key=key)


def leave_room() -> None:
    """Where there are more than two processors one is left for the window. Before anything imports torch."""
    cores = os.cpu_count() or 1
    if cores > 2 and "OMP_NUM_THREADS" not in os.environ:
        os.environ["OMP_NUM_THREADS"] = str(cores - 1)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # threads that wait leave the processor to the sound


if __name__ == "__main__":
    leave_room()
    sys.exit(serve(Teacher, NICE))
