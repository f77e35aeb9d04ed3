"""What can go wrong between a person and the books, each named after the fact."""

from __future__ import annotations

from zhanggui.kernel.errors import Fault, Passing, Refusal, UsageRefusal


class WorkspaceMissing(UsageRefusal):
    """There is no workspace in this directory."""

    code = "workspace_missing"


class WorkspaceExists(UsageRefusal):
    """There is a workspace in this directory already."""

    code = "workspace_exists"


class DirectoryNotEmpty(Refusal):
    """A workspace is asked for where other things lie."""

    code = "directory_not_empty"


class SettingsInvalid(UsageRefusal):
    """zhanggui.toml says something that cannot be followed."""

    code = "settings_invalid"


class CurrencyUnknown(UsageRefusal):
    """Not an ISO 4217 code of three letters."""

    code = "currency_unknown"


class PathMissing(UsageRefusal):
    """There is nothing at a path that was to be imported."""

    code = "path_missing"


class ChannelUnknown(UsageRefusal):
    """No channel has this code."""

    code = "channel_unknown"


class QuestionUnknown(UsageRefusal):
    """No question has this name."""

    code = "question_unknown"


class ParameterUnknown(UsageRefusal):
    """The question has no such parameter."""

    code = "parameter_unknown"


class ParameterMissing(UsageRefusal):
    """The question needs a parameter that was not given."""

    code = "parameter_missing"


class ParameterInvalid(UsageRefusal):
    """A parameter's value cannot be read as what it should be."""

    code = "parameter_invalid"


class ComparisonUnknown(UsageRefusal):
    """Figures can be compared with the period before or with the year before, and with nothing else."""

    code = "comparison_unknown"


class ComparisonNeedsPeriod(UsageRefusal):
    """Figures without a grain and without dates have nothing before them."""

    code = "comparison_needs_period"


class DecisionUnknown(UsageRefusal):
    """No decision of this id stands in the last closed books."""

    code = "decision_unknown"


class ImportUnknown(UsageRefusal):
    """No import has this id."""

    code = "import_unknown"


class NothingImported(UsageRefusal):
    """Nothing was imported yet, so there is nothing to answer from."""

    code = "nothing_imported"


class OutputKindUnknown(UsageRefusal):
    """The ending of the file asked for is none of csv, xlsx, parquet."""

    code = "output_kind_unknown"


class BackupDamaged(Refusal):
    """A backup's contents and its list of digests disagree, or it is no backup."""

    code = "backup_damaged"


class DemoDataMissing(Refusal):
    """The package with the public panel is not installed."""

    code = "demo_data_missing"


class DecisionsDisagree(Fault):
    """Two decisions came out with one identity."""

    code = "decisions_disagree"


class WorkspaceBusy(Passing):
    """Another process is changing this workspace."""

    code = "workspace_busy"


class CommandUnknown(UsageRefusal):
    """No command of this name can be run by a server."""

    code = "command_unknown"


class UploadUnknown(UsageRefusal):
    """There is no upload, or no file in it, of this name; what was imported waits no longer."""

    code = "upload_unknown"


class BackupUnknown(UsageRefusal):
    """There is no backup of this name."""

    code = "backup_unknown"


class JobUnknown(UsageRefusal):
    """No job has this id."""

    code = "job_unknown"


class JobEnded(Refusal):
    """The job has ended; there is nothing left to cancel."""

    code = "job_ended"


class TooManyJobs(Passing):
    """More jobs wait than a server takes."""

    code = "too_many_jobs"


class ServerRunning(Passing):
    """Another server serves this workspace."""

    code = "server_running"


class DecisionAnswered(Refusal):
    """Somebody else answered the decision after this person, offline, had decided."""

    code = "decision_answered"


class SettingInvalid(UsageRefusal):
    """No setting has this name, or it cannot have this value."""

    code = "setting_invalid"


class CurrencyInUse(Refusal):
    """The base currency stays, once something was imported: amounts were read in it."""

    code = "currency_in_use"


class ViewUnknown(UsageRefusal):
    """The caller has no saved view of this number."""

    code = "view_unknown"


class FileUnknown(UsageRefusal):
    """No file of this id was imported."""

    code = "file_unknown"


class TooManySimulations(Refusal):
    """A workspace keeps so many simulated sellers and no more; one of them can be written again."""

    code = "too_many_simulations"


class NotifyKindUnknown(UsageRefusal):
    """Notices cannot be sent by this kind of service; the fields are `kind` and `known`."""

    code = "notify_kind_unknown"


class NotifyAddressInvalid(UsageRefusal):
    """Not an address of this kind; the field is `kind`, for the address itself is a secret."""

    code = "notify_address_invalid"


class NotifyTargetUnknown(UsageRefusal):
    """Nothing is sent to a place of this id; the field is `target_id`."""

    code = "notify_target_unknown"


class NotifyFailed(Passing):
    """Some places were not reached, however often it was tried; the fields are `targets` and `attempts`."""

    code = "notify_failed"


class DemoServerFailed(Fault):
    """The demonstration's console ended at once, or did not answer."""

    code = "demo_server_failed"


class UploadQuotaReached(Passing):
    """A day's worth was sent already; the fields are `of` (person, files, shop), `name`, `limit`, `hours`, `seconds`."""

    code = "upload_quota_reached"


class DiskTooSmall(Refusal):
    """There is no room for what is to be unpacked; the fields are `needed_bytes` and `free_bytes`."""

    code = "disk_too_small"


class TooManyBackups(Refusal):
    """As many backups are kept as are allowed; the field is `most`."""

    code = "too_many_backups"


class RestoreUnderWay(Passing):
    """The workspace is just being switched over to a backup; the field is `name`."""

    code = "restore_under_way"
