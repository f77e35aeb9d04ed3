"""What a person may command, registered once: the command line, the documents and the authorization tests are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from zhanggui.canon.questions import Permission


@dataclass(frozen=True)
class Command:
    """A command: its name, a sentence in both languages, who may give it, and whether it changes anything."""

    name: str
    zh: str
    en: str
    permission: Permission
    changes: bool = False


_READ, _IMPORT, _DECIDE, _OWN = Permission.READ, Permission.IMPORT, Permission.DECIDE, Permission.OWN

_ALL = (
    Command("init", "新建工作区（一家公司一个）。", "Make a workspace (one for each company).", _OWN, True),
    Command(
        "import",
        "导入文件、文件夹或压缩包；每一行都有交代。",
        "Import files, folders or archives; every row is accounted for.",
        _IMPORT,
        True,
    ),
    Command("formats", "列出能识别的报表格式。", "List the report formats that are recognised.", _READ),
    Command("recognise", "说出一个文件是什么报表。", "Say which report a file is.", _READ),
    Command(
        "suggest-mapping",
        "为不认识的报表起草一份对应文件，供人修改。",
        "Draft a mapping for an unknown report, for a person to edit.",
        _READ,
    ),
    Command(
        "refused",
        "列出被拒收的行；可导出、改正后再导入。",
        "List refused rows; export, correct and import them again.",
        _READ,
    ),
    Command(
        "close",
        "结账：计算所有事实、指标与决策，发布一个版本。",
        "Close the books: compute everything, publish a generation.",
        _IMPORT,
        True,
    ),
    Command("metrics", "查询指标。", "Ask for figures.", _READ),
    Command("rows", "查看一个数字背后的行。", "Show the rows behind a figure.", _READ),
    Command("questions", "列出可以问的问题。", "List the questions that can be asked.", _READ),
    Command("ask", "回答一个问题。", "Answer a question.", _READ),
    Command("todo", "今天该做什么，按金额排序。", "What to do today, ranked by money.", _READ),
    Command("accept", "接受一条决策。", "Accept a decision.", _DECIDE, True),
    Command("dismiss", "驳回一条决策，并说明原因。", "Dismiss a decision, saying why.", _DECIDE, True),
    Command("snooze", "把一条决策推迟到某日。", "Put a decision off until a day.", _DECIDE, True),
    Command(
        "link", "确认、否决、合并或撤销货品对应。", "Confirm, reject, merge or undo a link to a SKU.", _DECIDE, True
    ),
    Command("export", "把表导出为 CSV、XLSX 或 Parquet。", "Export tables as CSV, XLSX or Parquet.", _READ),
    Command("backup", "把整个工作区备份为一个文件。", "Back the whole workspace up into one file.", _OWN),
    Command("restore", "从备份恢复到空目录。", "Restore a backup into an empty directory.", _OWN, True),
    Command("generations", "列出账册的各个版本。", "List the generations of the books.", _READ),
    Command("demo", "用公开数据与样例演示全过程。", "Show the whole way on public data and samples.", _READ),
)

COMMANDS: dict[str, Command] = {command.name: command for command in _ALL}
