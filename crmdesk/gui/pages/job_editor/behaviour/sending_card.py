"""How rows are sent: at which pace, by which interface, and what is asked of the CRM beside the values."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.gui.kit.buttons import Segmented
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import CheckField, ElideCombo
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import row
from crmdesk.gui.pages.job_editor.behaviour.lines import NumberLine, OptionLine
from crmdesk.gui.spawn import spawn
from crmdesk.model.job import Action, Engine, Speed, WhenKeyEmpty, WhenKeyTwice
from crmdesk.model.write_options import Wishes, WriteOption
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_BY_ITSELF = "auto"
_PLACES = (
    *("export", "export.speed", "export.engine", "export.action", "export.assignment_rule"),
    *("export.only_changed", "export.when_key_twice"),
)


class SendingCard(TitledCard):
    """What does not apply to the action or the object, or is nothing that the CRM offers, is not shown."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__("", spacing=8, margins=(16, 8, 16, 12), name="job-sending")
        self._model = model
        self.heading.setText(self.tr("How it is sent"))
        self._speed = Segmented(
            "job-speed",
            self.tr("Speed"),
            (
                (_BY_ITSELF, self.tr("By itself")),
                (Speed.FAST, self.tr("Fast")),
                (Speed.NORMAL, self.tr("Normal")),
                (Speed.GENTLE, self.tr("Gentle")),
            ),
        )
        self._speed.chosen.connect(self._set_speed)
        self._hint = label("", "faint", wraps=True, name="job-speed-note")
        self._trouble = label("", "error", wraps=True, name="job-sending-trouble")
        self._engine = ElideCombo("job-engine", self.tr("Interface"), width=168)
        self._engine.picked.connect(lambda value: self._put(engine=Engine(value)))
        self._engine_line = OptionLine(self.tr("Interface"), self._engine)
        self._per_call = NumberLine(
            "job-rows-per-call",
            self.tr("Rows per call"),
            lambda number: self._put(rows_per_call=number or 0),
            placeholder=self.tr("usual"),
        )
        self._build_keys()
        self._build_wishes()
        lines = (self._engine_line, self._per_call, self._empty_line, self._twice_line, self._rule_line)
        self.body.addLayout(row(self._speed, 1))
        for part in (self._hint, self._trouble, *lines, *self._checks.values()):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def _build_keys(self) -> None:
        self._empty = ElideCombo("job-when-key-empty", self.tr("A row without a key"), width=168)
        self._empty.picked.connect(lambda value: self._put(when_key_empty=WhenKeyEmpty(value)))
        self._empty_line = OptionLine(self.tr("A row without a key"), self._empty)
        self._twice = ElideCombo("job-when-key-twice", self.tr("Rows that share a key"), width=168)
        self._twice.picked.connect(lambda value: self._put(when_key_twice=WhenKeyTwice(value)))
        self._twice_line = OptionLine(self.tr("Rows that share a key"), self._twice)
        self._rule = ElideCombo("job-assignment-rule", self.tr("Assignment rule"), width=168)
        self._rule.picked.connect(lambda value: self._wish(assignment=value))
        self._rule_line = OptionLine(self.tr("Assignment rule"), self._rule)

    def _build_wishes(self) -> None:
        self._checks = {
            "sort": CheckField("job-sort-by-parent", self.tr("Rows of one parent together, so that calls do not lock")),
            "only": CheckField("job-only-changed", self.tr("Rows that would change nothing are not sent")),
            "before": CheckField("job-before-values", self.tr("Keep what the CRM holds first, to take the run back")),
            "duplicates": CheckField("job-allow-duplicates", self.tr("Save in spite of an alert of a duplicate rule")),
            "whole": CheckField("job-all-or-none", self.tr("All rows of a call or none")),
            "past": CheckField(
                "job-skip-custom-logic", self.tr("Past the environment's plug-ins and workflows; needs a privilege")
            ),
            "hard": CheckField("job-hard-delete", self.tr("Past the recycle bin, for good")),
        }
        self._checks["sort"].picked.connect(lambda is_on: self._put(sorts_by_parent=is_on))
        self._checks["only"].picked.connect(lambda is_on: self._put(only_changed=is_on))
        self._checks["before"].picked.connect(lambda is_on: self._put(before_values=is_on))
        self._checks["duplicates"].picked.connect(lambda is_on: self._wish(allows_duplicates=is_on))
        self._checks["whole"].picked.connect(lambda is_on: self._wish(all_or_none=is_on))
        self._checks["past"].picked.connect(lambda is_on: self._wish(skips_custom_logic=is_on))
        self._checks["hard"].picked.connect(lambda is_on: self._wish(is_hard=is_on))

    def refresh(self) -> None:
        options = self._model.options
        export, wishes = options.export, options.export.wishes
        is_delete, is_upsert = export.action is Action.DELETE, export.action is Action.UPSERT
        is_changing = export.action in (Action.UPDATE, Action.UPSERT)
        self._show_ways()
        trouble = next((said for place in _PLACES if (said := self._model.trouble(place))), "")
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        self._per_call.field.show_number(export.rows_per_call or None)
        self._per_call.setVisible(options.has_calls)
        empties = [("reject", self.tr("is rejected")), ("insert", self.tr("becomes a new record"))]
        self._empty.show_choices(empties, export.when_key_empty.value)
        self._empty_line.setVisible(is_upsert and bool(export.key) and export.key != self._model.id_field)
        self._twice.show_choices(
            [(each.value, self._twice_words(each)) for each in WhenKeyTwice], export.when_key_twice
        )
        self._twice_line.setVisible(export.action is not Action.INSERT)
        rules = self._model.assignment
        if rules.is_wanted and self.isVisible():
            spawn(rules.look())
        self._rule.show_choices(rules.choices, export.wishes.assignment)
        self._rule_line.setVisible(options.has_assignment_rules)
        for name, is_on, applies in (
            ("sort", export.sorts_by_parent, not is_delete),
            ("only", export.only_changed, is_changing),
            ("before", export.before_values, is_changing),
            ("duplicates", wishes.allows_duplicates, not is_delete and options.offers(WriteOption.ALLOW_DUPLICATES)),
            ("whole", wishes.all_or_none, options.offers(WriteOption.ALL_OR_NONE)),
            ("past", wishes.skips_custom_logic, options.offers(WriteOption.SKIP_CUSTOM_LOGIC)),
            ("hard", wishes.is_hard, is_delete and options.offers(WriteOption.HARD_DELETE)),
        ):
            self._checks[name].setChecked(is_on)
            self._checks[name].setVisible(applies)

    def _show_ways(self) -> None:
        """Speeds and interfaces: those that the CRM lacks are left out, those that the job forbids say why."""
        options, export = self._model.options, self._model.options.export
        for speed in Speed:
            why_not = options.why_no_speed(speed) if speed is not export.speed else ""
            self._speed.offer(speed, is_offered=speed in options.speeds)
            self._speed.allow(speed, not why_not, why_not)
        self._speed.set_value(export.speed or _BY_ITSELF)
        self._hint.setText(options.speed_words)
        words = {
            Engine.AUTO: self.tr("By itself"),
            Engine.REST: self.tr("Calls (REST)"),
            Engine.BULK: self.tr("Jobs (Bulk)"),
        }
        offered = (engine for engine in options.engines if not options.why_no_engine(engine))
        engines = dict.fromkeys((Engine.AUTO, *offered, export.engine))
        self._engine.show_choices([(each, words.get(each, each.value)) for each in engines], export.engine)
        self._engine_line.setVisible(export.speed is None and len(engines) > 1)

    def _twice_words(self, when: WhenKeyTwice) -> str:
        match when:
            case WhenKeyTwice.REJECT:
                return self.tr("are all rejected")
            case WhenKeyTwice.KEEP_FIRST:
                return self.tr("the first one counts")
            case WhenKeyTwice.KEEP_LAST:
                return self.tr("the last one counts")

    def _set_speed(self, value: str) -> None:
        speed = None if value == _BY_ITSELF else Speed(value)
        engine = self._model.options.export.engine if speed is None else Engine.AUTO
        self._put(speed=speed, engine=engine)

    def _put(self, **changes: object) -> None:
        options = self._model.options
        options.put_export(replace(options.export, **changes))  # type: ignore[arg-type] # the callers name its fields

    def _wish(self, **changes: object) -> None:
        wishes: Wishes = replace(self._model.options.export.wishes, **changes)  # type: ignore[arg-type] # as above
        self._put(wishes=wishes)
