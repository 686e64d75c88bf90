"""The one style sheet, made from tokens. Widgets choose a look by a dynamic property: `look(button, "primary")`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from string import Template

from PySide6.QtWidgets import QWidget


def look(widget: QWidget, name: str) -> None:
    """Gives a widget a look of the style sheet and repaints it.

    Buttons: "primary", "flat", "danger", "icon", "link". Frames: "card", "panel", "well". Labels: "title", "dim",
    "group" (small capitals; write the text in upper case), "value", "code", "danger", "warning", "good", "link".
    Fields: "wrong". "" takes it back.
    """
    if widget.property("look") != name:
        widget.setProperty("look", name)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def sheet(tokens: Mapping[str, object], radius: int) -> str:
    """The style sheet of a theme: `tokens` by name, `radius` of corners in px."""
    folder = str(files("resources") / "icons").replace("\\", "/")
    return Template("".join((BASE, BUTTONS, FIELDS, VIEWS, BARS))).substitute(
        tokens, icons=folder, radius=f"{radius}px", small=f"{radius - 2}px"
    )


BASE = """
QMainWindow, QDialog { background: $window; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 6px; }
QLabel { background: transparent; color: $text; }
QLabel:disabled { color: $dim; }
QMessageBox QLabel#qt_msgbox_label { font-size: 10.5pt; font-weight: 600; }
QLabel[look="title"] { font-size: 10.5pt; font-weight: 600; }
QLabel[look="heading"] { font-size: 18pt; font-weight: 600; }
QLabel[look="heading-small"] { font-size: 13pt; font-weight: 600; }
QLabel[look="name"] { font-weight: 600; }
QLabel[look="dim"] { color: $dim; }
QLabel[look="group"] { color: $dim; font-size: 8.25pt; letter-spacing: 0.5px; }
QLabel[look="value"] { font-size: 10.5pt; font-weight: 600; }
QLabel[look="code"] { background: $window; color: $accent_text; border-radius: $small; padding: 6px 8px; }
QLabel[look="danger"] { color: $danger; }
QLabel[look="warning"] { color: $warning; }
QLabel[look="good"] { color: $good; }
QLabel[look="link"] { color: $accent_text; }
QFrame[look="card"] { background: $card; border: 1px solid $border; border-radius: 8px; }
QFrame[look="panel"] { background: $panel; border: 1px solid $border; border-radius: 8px; }
QFrame[look="well"] { background: $window; border: none; border-radius: $small; }
QFrame[look="header"] { background: $panel; border: none; border-bottom: 1px solid $border; }
QFrame[look="rail"] { background: $panel; border: none; border-right: 1px solid $border; }
QFrame[look="side"] { background: $panel; border: none; border-left: 1px solid $border; }
QFrame[look="strip"] { background: $panel; border: none; border-top: 1px solid $border; }
QFrame[look="line"] { background: $border; border: none; max-height: 1px; }
QFrame[look="banner"] { background: $raised; border: none; border-left: 3px solid $accent; }
QFrame[look="banner-danger"] { background: $raised; border: none; border-left: 3px solid $danger; }
QGroupBox { border: 1px solid $border; border-radius: 8px; margin-top: 10px; padding: 10px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; color: $dim; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget[look="clear"] { background: transparent; }
"""

BUTTONS = """
QPushButton, QToolButton {
    background: $card; color: $text; border: 1px solid $border; border-radius: $small;
    padding: 5px 12px; min-height: 18px;
}
QPushButton:hover, QToolButton:hover { background: $raised; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {
    background: $raised; border-color: $accent; }
QPushButton:focus, QToolButton:focus { border-color: $accent; outline: none; }
QPushButton:disabled, QToolButton:disabled { color: $dim; background: $panel; border-color: $border; }
QToolButton { padding: 5px; }
QToolButton::menu-indicator { image: none; }
QPushButton[look="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[look="primary"]:hover { border-color: $text; }
QPushButton[look="primary"]:focus { border-color: $text; }
QPushButton[look="primary"]:disabled { background: $raised; color: $dim; border-color: $border; }
QPushButton[look="danger"] { color: $danger; }
QPushButton[look="pill"] { border-radius: 12px; padding: 3px 10px; }
QPushButton[look="flat"], QToolButton[look="flat"] { background: transparent; border-color: transparent; }
QPushButton[look="flat"]:hover, QToolButton[look="flat"]:hover { background: $raised; }
QPushButton[look="flat"]:focus, QToolButton[look="flat"]:focus { border-color: $accent; }
QPushButton[look="flat"]:disabled, QToolButton[look="flat"]:disabled {
    background: transparent; border-color: transparent;
}
QPushButton[look="link"] {
    background: transparent; border: 1px solid transparent; color: $accent_text; padding: 1px 2px; text-align: left;
}
QPushButton[look="link"]:disabled { color: $dim; }
QPushButton[look="link"]:hover { text-decoration: underline; }
QPushButton[look="link"]:focus { border-color: $accent; }
QPushButton[look="problem"] {
    background: transparent; border: 1px solid transparent; color: $danger; padding: 1px 0px; text-align: left;
}
QPushButton[look="legend"] { background: transparent; border: 1px solid transparent; padding: 2px 6px; }
QPushButton[look="legend"]:!checked { color: $dim; }
QPushButton[look="legend"]:hover { background: $raised; }
QPushButton[look="legend"]:focus { border-color: $accent; }
QPushButton[look="quiet"] {
    background: transparent; border: 1px solid transparent; color: $dim; padding: 1px 0px; text-align: left;
}
QPushButton[look="name"] {
    background: transparent; border: 1px solid transparent; font-weight: 700; padding: 4px 6px;
}
QPushButton[look="name"]:hover { background: $raised; }
QPushButton[look="name"]:focus { border-color: $accent; }
QPushButton[look="problem"]:hover { text-decoration: underline; }
QPushButton[look="problem"]:focus { border-color: $accent; }
QToolButton[look="rail"] {
    background: transparent; border: 1px solid transparent; border-left: 3px solid transparent; border-radius: 0px;
    color: $dim; padding: 7px 2px 5px 0px; min-height: 46px; font-size: 8.25pt;
}
QToolButton[look="rail"]:hover { color: $text; background: $card; }
QToolButton[look="rail"]:checked {
    background: $raised; color: $text; border-color: transparent; border-left: 3px solid $accent;
}
QToolButton[look="rail"]:focus { border-color: $accent; }
QPushButton[look="card"] {
    background: $card; border: 1px solid $border; border-radius: 8px; text-align: left; padding: 10px;
}
QPushButton[look="card"]:hover { background: $raised; border-color: $accent; }
QPushButton[look="card"]:focus { border-color: $accent; }
QPushButton[look="row"] { background: transparent; border: 1px solid transparent; text-align: left; padding: 6px 8px; }
QPushButton[look="row"]:hover { background: $raised; }
QPushButton[look="row"]:focus { border-color: $accent; }
"""

FIELDS = """
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $card; color: $text; border: 1px solid $border; border-radius: $small;
    padding: 4px 8px; min-height: 18px; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit > QToolButton { background: transparent; border: none; padding: 0px; min-height: 0px; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: $dim; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border-color: $accent;
}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $dim; background: $panel; }
QLineEdit[look="wrong"], QSpinBox[look="wrong"], QDoubleSpinBox[look="wrong"], QComboBox[look="wrong"] {
    border-color: $danger;
}
QPlainTextEdit[look="listing"] { background: $window; border: none; border-radius: 0px; padding: 0px; }
QSpinBox, QDoubleSpinBox { padding: 3px 18px 3px 6px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 18px; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $raised; }
QAbstractSpinBox::up-arrow { image: url($icons/control-up.svg); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url($icons/control-down.svg); width: 9px; height: 9px; }
QComboBox { padding-right: 22px; }
QComboBox::drop-down { subcontrol-origin: border; subcontrol-position: center right; width: 22px; border: none; }
QComboBox::down-arrow { image: url($icons/control-down.svg); width: 11px; height: 11px; }
QComboBox QAbstractItemView {
    background: $card; color: $text; border: 1px solid $border; outline: none; padding: 2px;
    selection-background-color: $raised; selection-color: $text;
}
QCheckBox, QRadioButton { background: transparent; color: $text; spacing: 8px; min-height: 22px; }
QCheckBox:disabled, QRadioButton:disabled { color: $dim; }
QCheckBox::indicator, QRadioButton::indicator { width: 15px; height: 15px; border: 1px solid $dim; background: $card; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus, QRadioButton::indicator:hover, QRadioButton::indicator:focus {
    border-color: $accent;
}
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($icons/control-check.svg); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; image: url($icons/control-some.svg); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url($icons/control-dot.svg); }
QCheckBox:focus, QRadioButton:focus { outline: none; }
"""

VIEWS = """
QAbstractItemView {
    background: $card; alternate-background-color: $panel; color: $text; border: 1px solid $border;
    border-radius: $small; gridline-color: $border; outline: none;
    selection-background-color: $chosen; selection-color: $text;
}
QTableView::item { padding: 3px 6px; border: none; }
QListView::item, QTreeView::item { padding: 3px 6px; border-radius: $small; }
QListView::item:hover, QTreeView::item:hover { background: $raised; }
QTableView::item:selected, QListView::item:selected, QTreeView::item:selected { background: $chosen; color: $text; }
QHeaderView { background: $panel; border: none; }
QHeaderView::section {
    background: $panel; color: $dim; border: none; border-bottom: 1px solid $border;
    border-right: 1px solid $border; padding: 5px 8px;
}
QHeaderView::up-arrow { image: url($icons/control-up.svg); width: 10px; height: 10px; }
QHeaderView::down-arrow { image: url($icons/control-down.svg); width: 10px; height: 10px; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QTableCornerButton::section { background: $panel; border: none; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { background: transparent; }
QTabBar::tab {
    background: transparent; color: $dim; padding: 6px 12px; border: none; border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent_text; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
"""

BARS = """
QMenuBar { background: transparent; color: $dim; border: none; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: $small; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $raised; color: $text; }
QMenu { background: $card; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: $small; }
QMenu::item:selected { background: $raised; }
QMenu::item:disabled { color: $dim; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $border; margin: 4px 6px; }
QMenu::indicator { width: 13px; height: 13px; left: 6px; border: 1px solid $dim; border-radius: 7px; }
QMenu::indicator:checked { background: $accent; border-color: $accent; image: url($icons/control-dot.svg); }
QMenu::indicator:non-exclusive { border-radius: 3px; }
QMenu::indicator:non-exclusive:checked { image: url($icons/control-check.svg); }
QMenu::right-arrow { image: url($icons/control-right.svg); width: 10px; height: 10px; }
QProgressBar {
    background: $raised; border: none; border-radius: 4px; min-height: 8px; max-height: 8px; color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QSlider::groove:horizontal { height: 4px; background: $raised; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $text; border: none;
}
QStatusBar { background: $panel; color: $dim; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $dim; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; margin: 0; }
QScrollBar:horizontal { height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""
