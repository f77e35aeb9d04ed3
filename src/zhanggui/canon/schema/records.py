"""What the warehouse writes about itself: received files, refused rows, links between SKUs, and generations."""

from __future__ import annotations

from zhanggui.canon.columns import channel, code, count, ident, instant, on, quantity, rate, seller_sku, shop, text
from zhanggui.canon.tables import Column, Layer, Table, kept

_FILE: tuple[Column, ...] = (
    ident("file_id", "文件编号：内容、成员、格式与店铺的摘要", "File: digest of its content, member, format and shop"),
    ident("import_id", "导入批次", "Import that brought the file"),
    count("import_seq", "导入序号", "Place of the import in time", unit="import"),
    ident("digest", "内容摘要（SHA-256）", "SHA-256 of the received bytes"),
    text("path_name", "文件名", "Name of the file as received"),
    text("member", "压缩包内成员", "Member of the archive, if any"),
    count("size_bytes", "字节数", "Size", unit="byte"),
    ident("format", "格式", "Format recognised"),
    ident("format_variant", "格式变体", "Variant of the format"),
    channel(),
    shop(),
    ident("account_id", "资金账户", "Account of the statement, if it is one"),
    text("encoding", "文本编码", "Text encoding"),
    text("sheet", "工作表", "Sheet"),
    count("header_row", "表头行号", "Line of the header", unit="row"),
    ident("header_fingerprint", "表头指纹", "Digest of the header"),
    text("unknown_headers", "未识别的列", "Columns that the format does not know (JSON list)"),
    text("missing_headers", "缺少的列", "Columns of the format that the file lacks (JSON list)"),
    instant("stated_at", "陈述时间", "When the file was exported (UTC)"),
    on("period_from", "数据期间起", "First business date in the file"),
    on("period_to", "数据期间止", "Last business date in the file"),
)

IMPORT_FILES = kept(
    Layer.RECORD, "import_files", "导入文件", "Imported files", "每个已导入的文件一行", "one row for each file imported", ["file_id"],
    [
        *_FILE,
        count("rows_seen", "读到行数", "Rows seen", unit="row"),
        count("rows_accepted", "接受行数", "Rows accepted", unit="row"),
        count("rows_refused", "拒收行数", "Rows refused", unit="row"),
        count("rows_duplicate", "重复行数", "Rows already known", unit="row"),
        count("rows_replaced", "更新行数", "Rows that changed a known fact", unit="row"),
        text("controls", "控制总数（JSON）", "Control totals, stated and computed (JSON)"),
        text("warnings", "提示（JSON）", "Warnings (JSON)"),
        instant("imported_at", "导入时间", "When the file was imported (UTC)"),
        code("status", "import_status", "导入结果", "Outcome of the import"),
    ],
    "records",
)  # fmt: skip

IMPORT_ROW_ISSUES = kept(
    Layer.RECORD, "import_row_issues", "拒收行", "Refused rows", "文件的每个问题一行", "one row for each issue of a file",
    ["file_id", "issue_no"],
    [
        ident("file_id", "文件编号", "File of the row"),
        count("issue_no", "问题序号", "Number of the issue within the file", unit="issue"),
        count("source_row", "来源行号", "Line or sheet row", unit="row"),
        text("column_name", "列名", "Column at fault"),
        ident("code", "原因代码", "Stable code of the reason"),
        text("message", "原因", "The reason in words"),
        text("cells", "原始单元格（JSON）", "The raw cells by header (JSON)"),
        code("severity", "issue_severity", "严重程度", "Whether the row was refused"),
    ],
    "records",
)  # fmt: skip

SKU_LINKS = kept(
    Layer.RECORD, "sku_links", "货品对应", "SKU links", "每个别名一行", "one row for each alias", ["scope", "alias_kind", "alias"],
    [
        text("scope", "别名范围：店铺、渠道或 ERP", "Where the alias holds: a shop, a channel, an ERP"),
        code("alias_kind", "alias_kind", "别名类型", "What the alias is"),
        ident("alias", "别名", "The alias"),
        seller_sku(),
        text("rule", "依据规则", "Rule that made the link"),
        rate("confidence", "可信度", "How sure the rule is, 0 to 1"),
        code("status", "link_status", "状态", "State of the link"),
        text("decided_by", "决定人", "Who decided"),
        instant("decided_at", "决定时间", "When it was decided (UTC)"),
    ],
    "records",
)  # fmt: skip

BUNDLE_COMPONENTS = kept(
    Layer.RECORD, "bundle_components", "组合装", "Bundle components", "组合装的每个组件一行", "one row for each component of a bundle",
    ["bundle_sku_code", "component_sku_code"],
    [
        ident("bundle_sku_code", "组合装编码", "SKU of the bundle"),
        ident("component_sku_code", "组件编码", "SKU of the component"),
        quantity("quantity", "每套数量", "Pieces of the component in one bundle", unit="piece/bundle"),
        text("source", "来源", "Who states it"),
    ],
    "records",
)  # fmt: skip

GENERATIONS = kept(
    Layer.RECORD, "generations", "账册版本", "Generations", "每次发布一行", "one row for each publication", ["generation"],
    [
        count("generation", "版本号", "Number of the snapshot", unit="generation"),
        code("kind", "generation_kind", "发布类型", "What was published"),
        on("closed_as_of", "结账日", "Last day that the close covers"),
        instant("closed_at", "发布时间", "When it was published (UTC)"),
        count("import_seq", "导入序号", "Last import contained", unit="import"),
    ],
    "records",
)  # fmt: skip

TABLES: tuple[Table, ...] = (IMPORT_FILES, IMPORT_ROW_ISSUES, SKU_LINKS, BUNDLE_COMPONENTS, GENERATIONS)
