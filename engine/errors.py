"""What can go wrong in the engine, as one tree of exceptions.

EngineError
├── FormulaError       a typed formula or rule is not in the language; `position` is the column, from 1
├── UnknownName        a name that the catalogue or the language does not have
├── OutOfRange         a value outside its declared range
├── DefinitionError    a definition file does not declare what it must
├── TracingError       a Python function uses what has no row in the table of operations
└── DeadlineExceeded   the run was cut off because its time was up

Each message is one sentence for a person: the thing, its value, what was expected.
"""


class EngineError(Exception):
    """Base of all errors that the engine raises on purpose."""

    def __init__(
        self, message: str, *, field: str | None = None, position: int | None = None, line: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.position = position
        self.line = line


class FormulaError(EngineError):
    """A formula or rule is outside the language; `position` is the column, `line` a rule's line, both from 1."""


class UnknownName(EngineError):
    """A name that the catalogue does not have; the message lists those it has."""


class OutOfRange(EngineError):
    """A value outside the range that its definition declares."""


class DefinitionError(EngineError):
    """A definition file does not declare what its kind of definition must."""


class TracingError(EngineError):
    """A traced function used something that has no row in the table."""


class DeadlineExceeded(EngineError):
    """The time allowed for a computation was used up before it was finished."""
