"""What a tool's call may be refused for, beside what the catalogue refuses."""

from __future__ import annotations

from zhanggui.kernel.errors import Refusal


class ToolUnknown(Refusal):
    """No tool of this name was offered to the caller."""

    code = "tool_unknown"


class ConfirmationInvalid(Refusal):
    """The code was used, is too old, or belongs to another command or other arguments."""

    code = "confirmation_invalid"
