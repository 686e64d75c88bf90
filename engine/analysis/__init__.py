"""Analysis: what can be said of a project before training it.

Arithmetic only; it may import project and what lies below, never torch.
"""

from engine.analysis.findings import Fix, LayerReport, Problem, Report
from engine.analysis.kinds import PROBLEMS, ProblemKind
from engine.analysis.reporting import NO_DATA, report

__all__ = ["NO_DATA", "PROBLEMS", "Fix", "LayerReport", "Problem", "ProblemKind", "Report", "report"]
