"""The ways in which a stranger's file cannot be taken, each named after the fact."""

from __future__ import annotations

from zhanggui.kernel.errors import Fault, Refusal, UsageRefusal


class FileMissing(UsageRefusal):
    """There is no file at the path."""

    code = "file_missing"


class FileEmpty(Refusal):
    """The file has no bytes, or nothing but blanks."""

    code = "file_empty"


class FileTooLarge(Refusal):
    """The file, or what it unpacks to, is over a limit."""

    code = "file_too_large"


class TableTooLarge(Refusal):
    """A table with more columns, rows or sheets than a table may have."""

    code = "table_too_large"


class ArchiveSuspicious(Refusal):
    """An archive that unpacks to far more than it weighs, or holds too many members."""

    code = "archive_suspicious"


class MemberPathUnsafe(Refusal):
    """An archive member names a place outside the archive."""

    code = "member_path_unsafe"


class ContainerUnknown(Refusal):
    """The bytes are of no kind that holds tables."""

    code = "container_unknown"


class ContainerBroken(Refusal):
    """The container is of a known kind but cannot be read to its end."""

    code = "container_broken"


class PasswordProtected(Refusal):
    """The workbook or archive is encrypted."""

    code = "password_protected"


class EntitiesRefused(Refusal):
    """The XML declares entities or a document type, which exports never do."""

    code = "xml_entities"


class EncodingUnknown(Refusal):
    """The text is in none of the encodings that this kind of file comes in."""

    code = "encoding_unknown"


class FormatUnknown(Refusal):
    """No declared format has this header."""

    code = "format_unknown"


class FormatMismatch(Refusal):
    """The file does not have the header of the format that was named."""

    code = "format_mismatch"


class FormatNameUnknown(UsageRefusal):
    """No format of that id is declared."""

    code = "format_name_unknown"


class MappingInvalid(UsageRefusal):
    """A format or mapping file does not keep to the rules of declarations."""

    code = "mapping_invalid"


class NoRows(Refusal):
    """A header was found, but nothing under it."""

    code = "no_rows"


class DateOrderAmbiguous(Refusal):
    """Day and month cannot be told apart over the whole column."""

    code = "date_order_ambiguous"


class ChildLimitExceeded(Refusal):
    """Reading the file took more memory or time than a file is allowed."""

    code = "child_limit_exceeded"


class ChildFailed(Fault):
    """The child process died of something that is our fault."""

    code = "child_failed"
