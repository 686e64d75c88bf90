"""Forms made from settings classes: type -> editor; they know no layer, loss or optimizer by name.

It may import the engine's settings classes and tables and the rest of kit, no page.

`fields` says what a class asks for, `words` how choices are called, `numbers` and `editors` take one value, `form` puts
them together, `tabs` several forms.
"""

from __future__ import annotations

from gui.kit.forms.fields import FieldSpec, described
from gui.kit.forms.form import ChoiceForm, SettingsForm, refusal, refusal_of
from gui.kit.forms.words import WORDS

__all__ = ["WORDS", "ChoiceForm", "FieldSpec", "SettingsForm", "described", "refusal", "refusal_of"]
