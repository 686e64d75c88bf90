"""Analysis: what can be said of a project before training it.

Arithmetic only; it may import project and what lies below, never torch.
"""

from engine.analysis.findings import Fix, LayerReport, Problem, Report
from engine.analysis.reporting import NO_DATA, report

__all__ = ["NO_DATA", "Fix", "LayerReport", "Problem", "Report", "report"]
