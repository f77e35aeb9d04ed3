"""Why somebody may not enter, see or change something, each named after the fact; a sentence never tells who exists."""

from __future__ import annotations

from zhanggui.kernel.errors import Passing, Refusal, UsageRefusal


class NotAuthenticated(Refusal):
    """Nobody is known to be asking: no session, token or grant, or one that has ended."""

    code = "not_authenticated"


class NotPermitted(Refusal):
    """The one who asks may not; the fields are `entry` and `permission`."""

    code = "not_permitted"


class TableNotGranted(NotPermitted):
    """A guest's answer would read a table that says nothing of shops, or holds personal data; the field is `table`."""

    code = "table_not_granted"


class LoginRefused(NotAuthenticated):
    """The name and the password do not belong together; whether the name exists is not said."""

    code = "login_refused"


class TooManyAttempts(Passing):
    """After several failures one waits; the field is `seconds`."""

    code = "too_many_attempts"


class PasswordTooShort(Refusal):
    """Fewer characters than needed; the field is `least`."""

    code = "password_too_short"


class PasswordTooLong(Refusal):
    """More characters than taken; the field is `most`."""

    code = "password_too_long"


class PasswordTooCommon(Refusal):
    """Everybody tries this one first."""

    code = "password_too_common"


class PasswordWrong(Refusal):
    """The present password, needed for a new one, is another."""

    code = "password_wrong"


class NameInvalid(Refusal):
    """A name is empty, too long, or holds characters that cannot be seen; the field is `name`."""

    code = "name_invalid"


class RoleUnknown(UsageRefusal):
    """No role has this name; the fields are `role` and `known`."""

    code = "role_unknown"


class PersonUnknown(UsageRefusal):
    """Nobody has this name; the field is `name`."""

    code = "person_unknown"


class PersonExists(Refusal):
    """Somebody has this name already; the field is `name`."""

    code = "person_exists"


class SetUpAlready(Refusal):
    """There are people already, so the first owner is not made again."""

    code = "set_up_already"


class LastOwner(Refusal):
    """Nobody would be left who may let people in."""

    code = "last_owner"


class TooManyKept(Refusal):
    """As many as are allowed stand already; the fields are `what` and `most`."""

    code = "too_many_kept"


class PermissionUnknown(UsageRefusal):
    """No permission that a token can hold has this name; the fields are `permission` and `known`."""

    code = "permission_unknown"


class PermissionExceeded(Refusal):
    """A token may not do more than its owner; the field is `permission`."""

    code = "permission_exceeded"


class ExpiryInvalid(Refusal):
    """The end lies in the past or too far away; the fields are `until` and `most_days`."""

    code = "expiry_invalid"


class TokenUnknown(UsageRefusal):
    """No token of this id stands; the field is `token_id`."""

    code = "token_unknown"


class GrantUnknown(UsageRefusal):
    """No grant of this id stands; the field is `grant_id`."""

    code = "grant_unknown"


class GrantEmpty(UsageRefusal):
    """A grant needs at least one question and one shop."""

    code = "grant_empty"


class QuestionNotGrantable(Refusal):
    """This question cannot be granted to guests; the field is `question`."""

    code = "question_not_grantable"


class ShopUnknown(UsageRefusal):
    """The books know no such shop; the fields are `shop` and `known`."""

    code = "shop_unknown"
