"""The three families of error, so that every surface can say what happened and what to do next.

`Refusal` is the input's fault, `Fault` is ours, `Passing` may succeed when tried again. A concrete
error is a class named after the fact; its code is stable, its fields are data, and the sentences
stand in the phrase book under `error.<code>` (what happened) and `error.<code>.next` (what to do).
"""

from __future__ import annotations

from typing import ClassVar


class ZhangguiError(Exception):
    """An error with a stable code and fields; subclasses are named after the fact."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, **fields: object) -> None:
        super().__init__(self.code, fields)
        self.fields = fields

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{self.code}: {shown}" if shown else self.code

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.fields))


def _rebuild(kind: type[ZhangguiError], fields: dict[str, object]) -> ZhangguiError:
    return kind(**fields)


class Refusal(ZhangguiError):
    """The input cannot be taken; nothing was changed."""

    code = "refused"
    exit_code = 4


class UsageRefusal(Refusal):
    """The request itself is wrong (an unknown name, a missing argument)."""

    code = "usage"
    exit_code = 2


class Fault(ZhangguiError):
    """Something of ours is broken."""

    code = "fault"
    exit_code = 1


class Passing(ZhangguiError):
    """A condition that passes: try again."""

    code = "try_again"
    exit_code = 5
