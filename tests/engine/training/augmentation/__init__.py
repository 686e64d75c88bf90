"""Tests of engine/training/augmentation."""
