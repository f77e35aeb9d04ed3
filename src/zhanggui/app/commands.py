"""What a person may command, registered once: the command line, the documents and the authorization tests are made from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zhanggui.canon.questions import Parameter, Permission


@dataclass(frozen=True)
class Command:
    """A command: its name, a sentence in both languages, who may give it, whether it changes anything, what it takes.

    The parameters are those of the function in `actions.py` that a server may run; a command without such a function
    belongs to the command line alone, because it reads or writes where its user sits.
    """

    name: str
    zh: str
    en: str
    permission: Permission
    changes: bool = False
    parameters: tuple[Parameter, ...] = ()
    is_job: bool = False  # too long to wait for: it runs in a worker process
    is_personal: bool = False  # a person gives it, who logged in or sits at the machine; never a program with a token
    typed: str = ""  # on the command line, where that is not its name

    @property
    def line(self) -> str:
        """How it is typed after `zhanggui`."""
        return self.typed or self.name


_READ, _IMPORT, _DECIDE, _OWN = Permission.READ, Permission.IMPORT, Permission.DECIDE, Permission.OWN

_DECISION = Parameter("decision_id", "text", "决策编号", "Id of the decision", required=True)
_WHY = Parameter("why", "text", "原因", "Why")
_SAID_AT = Parameter("said_at", "text", "表态的时刻（UTC，离线时用）", "When it was said (UTC), if it was said offline")
_UPLOAD = (
    Parameter("upload", "text", "上传批次", "Upload", required=True),
    Parameter("path", "text", "只导入其中这个文件", "Only this file of it"),
    Parameter("shop", "text", "店铺名", "Name of the shop"),
    Parameter("channel", "code", "渠道代码", "Code of the channel", vocabulary="channel"),
    Parameter("format", "code", "报表格式", "Report format"),
    Parameter("mapping", "text", "对应文件的内容（YAML）", "Contents of a mapping file (YAML)"),
    Parameter("close", "flag", "导入后结账", "Close the books afterwards", default="true"),
)
_LINK = (
    Parameter("scope", "text", "范围，如 taobao/main", "Scope, such as taobao/main", required=True),
    Parameter("alias", "text", "别名", "Alias", required=True),
    Parameter("verdict", "code", "confirm、reject、merge、undo", "confirm, reject, merge or undo", required=True),
    Parameter("sku", "text", "内部货品编码", "Internal SKU"),
    Parameter("alias_kind", "code", "别名类型", "Kind of alias", default="listing"),
    _WHY,
)

_NAME = Parameter("name", "text", "姓名", "Name of the person", required=True)
_ROLE = Parameter(
    "role", "code", "owner、operator、finance、viewer", "owner, operator, finance or viewer", required=True
)
_PASSWORD = Parameter("password", "text", "密码", "Password", required=True)
_TOKEN_ID = Parameter("token_id", "text", "令牌编号", "Id of the token", required=True)
_GRANT_ID = Parameter("grant_id", "text", "授权编号", "Id of the grant", required=True)

_PEOPLE = (
    Command(
        "user-add",
        "添加一个人，并给一个角色。",
        "Add a person with a role.",
        _OWN,
        True,
        (_NAME, _ROLE, _PASSWORD, Parameter("lang", "code", "语言", "Language")),
        is_personal=True,
        typed="user add",
    ),
    Command("user-list", "列出所有人。", "List everybody.", _OWN, is_personal=True, typed="user list"),
    Command(
        "user-role",
        "改变一个人的角色。",
        "Change a person's role.",
        _OWN,
        True,
        (_NAME, _ROLE),
        is_personal=True,
        typed="user role",
    ),
    Command(
        "user-disable",
        "停用一个人，立即退出所有会话。",
        "Shut a person out, ending all sessions.",
        _OWN,
        True,
        (_NAME,),
        is_personal=True,
        typed="user disable",
    ),
    Command(
        "user-enable",
        "重新启用一个人。",
        "Let a person in again.",
        _OWN,
        True,
        (_NAME,),
        is_personal=True,
        typed="user enable",
    ),
    Command(
        "user-password",
        "给一个人设新密码。",
        "Give a person a new password.",
        _OWN,
        True,
        (_NAME, _PASSWORD),
        is_personal=True,
        typed="user password",
    ),
    Command(
        "token-create",
        "为程序创建令牌，只显示一次。",
        "Make a token for a program; it is shown once.",
        _READ,
        True,
        (
            Parameter("name", "text", "用途", "What it is for", required=True),
            Parameter("permissions", "texts", "权限（默认 read）", "Permissions (read)"),
            Parameter("days", "count", "有效天数（默认 90）", "Days until it expires (90)"),
            Parameter("owner", "text", "归谁所有（默认自己）", "Whose it is (one's own)"),
        ),
        is_personal=True,
        typed="token create",
    ),
    Command("token-list", "列出令牌。", "List the tokens.", _READ, is_personal=True, typed="token list"),
    Command(
        "token-revoke",
        "立即作废一个令牌。",
        "End a token at once.",
        _READ,
        True,
        (_TOKEN_ID,),
        is_personal=True,
        typed="token revoke",
    ),
    Command(
        "grant-create",
        "授权外人在期限内查看指定店铺的指定问题。",
        "Let a guest ask named questions of named shops until a day.",
        _OWN,
        True,
        (
            Parameter("guest", "text", "被授权人", "Who is let in", required=True),
            Parameter(
                "questions", "texts", "问题，或 metric:指标", "Questions, or metric:NAME for a figure", required=True
            ),
            Parameter("shops", "texts", "店铺（渠道/店铺名）", "Shops (channel/name)", required=True),
            Parameter("until", "date", "最后一天", "Last day", required=True),
        ),
        is_personal=True,
        typed="grant create",
    ),
    Command("grant-list", "列出授权。", "List the grants.", _OWN, is_personal=True, typed="grant list"),
    Command(
        "grant-revoke",
        "立即收回一项授权。",
        "End a grant at once.",
        _OWN,
        True,
        (_GRANT_ID,),
        is_personal=True,
        typed="grant revoke",
    ),
    Command(
        "audit",
        "查看谁看过、改过、导出过什么。",
        "Read who saw, changed and took out what.",
        _OWN,
        False,
        (
            Parameter("page", "count", "第几页", "Page", default="1"),
            Parameter("size", "count", "每页条数", "Entries on a page", default="50"),
            Parameter("actor", "text", "谁", "Who"),
            Parameter("action", "text", "动作（可只写开头）", "What was done, or how it begins"),
        ),
        is_personal=True,
    ),
)

_TARGET = Parameter("target_id", "text", "通知对象编号", "Id of the place", required=True)
_NOTICES = (
    Command(
        "notify-list",
        "列出早上的清单发到哪里（不显示地址）。",
        "List where the morning's list is sent (without the addresses).",
        _OWN,
        is_personal=True,
        typed="notify list",
    ),
    Command(
        "notify-add",
        "添加一个通知对象：钉钉、企业微信、飞书、邮箱或自己的程序。",
        "Add a place to be told: DingTalk, WeCom, Feishu, a mailbox or a program of one's own.",
        _OWN,
        True,
        (
            Parameter("name", "text", "名称", "Name", required=True),
            Parameter(
                "kind",
                "code",
                "dingtalk、wecom、feishu、email、webhook",
                "dingtalk, wecom, feishu, email or webhook",
                required=True,
            ),
            Parameter(
                "address", "text", "地址（含密钥，不再显示）", "Address with its secret; never shown", required=True
            ),
        ),
        is_personal=True,
        typed="notify add",
    ),
    Command(
        "notify-switch",
        "打开或关闭一个通知对象。",
        "Have a place told, or not for the time being.",
        _OWN,
        True,
        (_TARGET, Parameter("is_on", "flag", "是否发送", "Whether it is told", required=True)),
        is_personal=True,
        typed="notify switch",
    ),
    Command(
        "notify-remove",
        "删除一个通知对象及其地址。",
        "Forget a place with its address.",
        _OWN,
        True,
        (_TARGET,),
        is_personal=True,
        typed="notify remove",
    ),
    Command(
        "notify-test",
        "发一条测试消息。",
        "Send a few words as a test.",
        _OWN,
        False,
        (replace(_TARGET, required=False),),
        is_personal=True,
        typed="notify test",
    ),
    Command(
        "notify",
        "现在就发送今天的清单。",
        "Send today's list now.",
        _OWN,
        is_job=True,
        is_personal=True,
        typed="notify send",
    ),
)

_ALL = (
    Command("init", "新建工作区（一家公司一个）。", "Make a workspace (one for each company).", _OWN, True),
    Command(
        "import",
        "导入文件、文件夹或压缩包；每一行都有交代。",
        "Import files, folders or archives; every row is accounted for.",
        _IMPORT,
        True,
        _UPLOAD,
        is_job=True,
    ),
    Command("formats", "列出能识别的报表格式。", "List the report formats that are recognised.", _READ),
    Command("recognise", "说出一个文件是什么报表。", "Say which report a file is.", _READ),
    Command(
        "suggest-mapping",
        "为不认识的报表起草一份对应文件，供人修改。",
        "Draft a mapping for an unknown report, for a person to edit.",
        _IMPORT,
        False,
        (
            Parameter("upload", "text", "上传批次", "Upload", required=True),
            Parameter("path", "text", "文件名", "Name of the file", required=True),
        ),
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
        (Parameter("as_of", "date", "结账日（默认今天）", "Day of the close (today)"),),
        is_job=True,
    ),
    Command("settings", "查看设置。", "Show the settings.", _READ),
    Command(
        "settings-change",
        "修改设置。",
        "Change settings.",
        _OWN,
        True,
        (Parameter("settings", "record", "要修改的设置", "The settings to change", required=True),),
        is_personal=True,
    ),
    Command("jobs", "列出任务及其进度。", "List jobs and how far they are.", _READ),
    Command("serve", "启动服务器和控制台。", "Serve the console and the interface.", _OWN, True),
    Command(
        "mcp",
        "把问题作为工具提供给助手（标准输入输出）。",
        "Give assistants the questions as tools (standard input and output).",
        _READ,
    ),
    Command("metrics", "查询指标。", "Ask for figures.", _READ),
    Command("rows", "查看一个数字背后的行。", "Show the rows behind a figure.", _READ),
    Command("questions", "列出可以问的问题。", "List the questions that can be asked.", _READ),
    Command("ask", "回答一个问题。", "Answer a question.", _READ),
    Command("todo", "今天该做什么，按金额排序。", "What to do today, ranked by money.", _READ),
    Command("accept", "接受一条决策。", "Accept a decision.", _DECIDE, True, (_DECISION, _WHY, _SAID_AT)),
    Command(
        "dismiss",
        "驳回一条决策，并说明原因。",
        "Dismiss a decision, saying why.",
        _DECIDE,
        True,
        (_DECISION, replace(_WHY, required=True), _SAID_AT),
    ),
    Command(
        "snooze",
        "把一条决策推迟到某日。",
        "Put a decision off until a day.",
        _DECIDE,
        True,
        (_DECISION, Parameter("until", "date", "推迟到", "Until", required=True), _WHY, _SAID_AT),
    ),
    Command(
        "reopen",
        "收回对一条决策的表态，重新列出。",
        "Take back what was said to a decision, so that it is listed again.",
        _DECIDE,
        True,
        (_DECISION, _SAID_AT),
    ),
    Command(
        "assign",
        "把一条决策交给一个人；不写人名则收回。",
        "Give a decision to a person to look after; without a person, take it back.",
        _DECIDE,
        True,
        (_DECISION, Parameter("person", "text", "交给谁", "To whom")),
    ),
    Command(
        "link",
        "确认、否决、合并或撤销货品对应。",
        "Confirm, reject, merge or undo a link to a SKU.",
        _DECIDE,
        True,
        _LINK,
    ),
    Command("export", "把表导出为 CSV、XLSX 或 Parquet。", "Export tables as CSV, XLSX or Parquet.", Permission.EXPORT),
    Command("backup", "把整个工作区备份为一个文件。", "Back the whole workspace up into one file.", _OWN, is_job=True),
    Command(
        "check-backup",
        "检查一份备份能否完整恢复。",
        "Check that a backup can be restored whole.",
        _OWN,
        False,
        (Parameter("name", "text", "备份的文件名", "Name of the backup", required=True),),
        is_job=True,
    ),
    Command(
        "compact", "合并零碎的文件，查询更快。", "Merge small files, so that questions are faster.", _OWN, is_job=True
    ),
    Command(
        "restore-here",
        "用一份备份替换本工作区的账册；先把现在的备份好，所有人需重新登录。",
        "Replace this workspace's books by a backup; what is there is backed up first, and everybody signs in anew.",
        _OWN,
        True,
        (Parameter("name", "text", "备份的文件名", "Name of the backup", required=True),),
        is_job=True,
        is_personal=True,
    ),
    Command("restore", "从备份恢复到空目录。", "Restore a backup into an empty directory.", _OWN, True),
    Command("generations", "列出账册的各个版本。", "List the generations of the books.", _READ),
    Command(
        "simulate",
        "模拟一个卖家：写出各平台的导出文件和真相表。",
        "Simulate a seller: the platforms' export files, and the truth beside them.",
        _OWN,
        False,
        (
            Parameter(
                "scenario", "code", "场景（随程序附带的）", "Scenario that comes with the programme", required=True
            ),
            Parameter("days", "count", "天数", "Days", default="90"),
            Parameter("seed", "count", "随机种子", "Seed", default="1"),
            Parameter("size_percent", "count", "规模（百分比）", "Size in percent of the scenario's", default="25"),
            Parameter("name", "code", "存放的名称（工作区内）", "Name to keep it under, inside the workspace"),
        ),
        is_job=True,
        is_personal=True,
    ),
    *_NOTICES,
    Command(
        "demo",
        "用公开数据与一个模拟卖家演示全过程。",
        "Show the whole way on public data and a simulated seller.",
        _READ,
    ),
    *_PEOPLE,
)

COMMANDS: dict[str, Command] = {command.name: command for command in _ALL}
