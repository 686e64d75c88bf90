"""Trained networks taken away: weights, PyTorch code, ONNX, project. It may import runs and what lies below them."""

from __future__ import annotations

from engine.export.exporters import EXPORTERS, Exporter

__all__ = ["EXPORTERS", "Exporter"]
