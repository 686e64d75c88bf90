"""`check`: a project's layers, shapes, parameters and problems."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from engine import analysis
from engine.analysis import Report
from engine.cli.opening import open_project, problem_text
from engine.cli.output import complain, say, say_json, say_notes, say_task, show_table, telling
from engine.data.dataset import Dataset
from engine.project import Project


def run(options: Namespace) -> int:
    """Prints the report; 1 where there are problems."""
    with telling(options.json) as ticket:
        project, dataset = open_project(options.project, ticket, options.data)
    report = analysis.report(project, dataset.facts)
    if options.json:
        say_json({**_document(project, report), "notes": dataset.facts.notes})
    else:
        _show(project, dataset, report)
    count = len(report.problems)
    if count:
        complain(f"{count} {'problem keeps' if count == 1 else 'problems keep'} this project from training.")
    return 1 if count else 0


def _show(project: Project, dataset: Dataset, report: Report) -> None:
    facts = dataset.facts
    say(f"{facts.train:,} examples to train on, {facts.validation:,} to validate, {facts.test:,} to test")
    say_task(facts)
    say_notes(facts)
    rows = []
    for layer in project.network.layers:
        row = report.layers[layer.id]
        label, shape = report.label(layer.id), str(row.output) if row.output else "?"
        rows.append((layer.id, label, layer.summary(), shape, f"{row.parameters:,}"))
    say("")
    show_table(("id", "layer", "settings", "shape after it", "parameters"), rows, numbers=(4,))
    say(f"\n{report.parameters:,} parameters, {report.macs:,} multiply-adds a sample")
    for problem in report.problems:
        say(f"Problem: {problem_text(report, problem)}.")
        if problem.fixes:
            say(f"Fix: {problem.fixes[0].text.rstrip('.')}.")
    for advice in report.advice:
        say(f"Advice: {problem_text(report, advice)}.")


def _document(project: Project, report: Report) -> dict[str, Any]:
    layers = [
        {
            "id": layer.id,
            "kind": layer.kind,
            "shape": list(row.output.sizes) if row.output else None,
            "parameters": row.parameters,
            "macs": row.macs,
        }
        for layer in project.network.layers
        for row in (report.layers[layer.id],)
    ]
    problems = [{"layer": problem.layer, "message": problem.message} for problem in report.problems]
    advice = [{"layer": one.layer, "message": one.message} for one in report.advice]
    sums = {"parameters": report.parameters, "macs": report.macs}
    return {"layers": layers, **sums, "problems": problems, "advice": advice}
