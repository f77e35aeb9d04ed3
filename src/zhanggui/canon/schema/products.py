"""What is sold: internal SKUs, their listings on each platform, their costs, and rivals' prices."""

from __future__ import annotations

from zhanggui.canon.columns import code, count, currency, ident, listing, money, on, quantity, seller_sku, shop, text
from zhanggui.canon.tables import Column, Table, stated

_SIZES: tuple[Column, ...] = (
    quantity("weight_grams", "重量（克）", "Weight of one piece", unit="gram"),
    quantity("length_mm", "长（毫米）", "Length of one piece", unit="millimetre"),
    quantity("width_mm", "宽（毫米）", "Width of one piece", unit="millimetre"),
    quantity("height_mm", "高（毫米）", "Height of one piece", unit="millimetre"),
)

SKUS = stated(
    "skus", "货品（SKU）", "SKUs", "每个商家编码一行", "one row for each internal SKU", ["seller_sku_code"],
    [
        seller_sku(),
        ident("gtin", "商品条码（GTIN）", "Global trade item number"),
        ident("style_code", "款号", "Code of the style that the SKU belongs to"),
        text("title", "货品名称", "Name of the item"),
        text("option1", "规格一", "First option, such as colour"),
        text("option2", "规格二", "Second option, such as size"),
        text("option3", "规格三", "Third option"),
        text("brand", "品牌", "Brand"),
        text("category_raw", "类目原文", "Category as the source words it"),
        ident("hs_code", "海关编码", "Harmonised System code"),
        text("country_of_origin", "原产国（ISO 3166-1）", "Country of origin (ISO 3166-1 alpha-2)"),
        *_SIZES,
        text("uom", "计量单位（UN/CEFACT Rec 20）", "Unit of measure (UN/CEFACT Recommendation 20)"),
    ],
    "products",
)  # fmt: skip

LISTINGS = stated(
    "listings", "在售商品", "Listings", "店铺商品的每个规格一行", "one row for each variant of a product page",
    ["shop_id", "platform_listing_id", "variant_key"],
    [
        shop(),
        listing(),
        ident("variant_key", "规格键：规格编号或规格原文，无则为空串", "Variant: its platform id, else its text, else empty"),
        ident("platform_variant_id", "平台规格编号", "The platform's id of the variant"),
        text("variant_text", "规格原文", "Variant as the platform words it"),
        seller_sku(),
        ident("seller_code", "商家货号（商品级）", "The seller's code of the whole product"),
        ident("handle", "商品短链名", "Name of the page in its address"),
        ident("gtin", "商品条码（GTIN）", "Global trade item number"),
        text("title", "商品标题", "Title of the page"),
        money("price", "售价（每件）", "Price of one piece", unit="currency/piece"),
        money("list_price", "划线价（每件）", "List price of one piece", unit="currency/piece"),
        currency(),
        text("status_raw", "上架状态原文", "State as the platform words it"),
        text("kind_raw", "商品类型原文", "Kind as the platform words it"),
        ident("parent_ref", "父商品编号", "Product that the variant belongs to"),
        text("url", "商品链接", "Address of the page"),
        text("image_url", "主图链接", "Address of the main picture"),
        text("tags", "标签", "Labels"),
        text("description_html", "商品描述（HTML）", "Description (HTML, not trusted)"),
    ],
    "products",
)  # fmt: skip

COST_PRICES = stated(
    "cost_prices", "成本价", "Cost prices", "每个货品每种计法每个起始日一行", "one row for each SKU, method and first day",
    ["seller_sku_code", "method", "valid_from"],
    [
        seller_sku(),
        code("method", "cost_method", "成本计法", "How the cost is found"),
        on("valid_from", "生效日期", "First day on which the cost holds"),
        on("valid_to", "失效日期", "Last day on which the cost holds; null while it holds"),
        money("unit_cost", "单位成本", "Cost of one piece", unit="currency/piece"),
        currency(),
        text("source", "成本来源", "Who states the cost"),
    ],
    "products",
)  # fmt: skip

PRICE_OBSERVATIONS = stated(
    "price_observations", "市场价格观察", "Price observations", "每个来源每日每个商品一行", "one row for each source, day and product seen",
    ["source", "observed_on", "listing_ref"],
    [
        text("source", "观察来源", "Where the price was seen"),
        on("observed_on", "观察日期", "Day of the observation"),
        ident("listing_ref", "商品标识", "The product in that source"),
        text("title", "商品标题", "Title of the product"),
        text("shop_name", "店铺名称", "Shop that sells it"),
        money("price", "价格（每件）", "Price of one piece", unit="currency/piece"),
        count("sales_count", "显示销量", "Sales shown", unit="piece"),
        count("comment_count", "显示评论数", "Comments shown", unit="comment"),
        currency(),
    ],
    "products",
)  # fmt: skip

CATEGORY_NAMES = stated(
    "category_names", "类目名称", "Category names", "来源的每个类目每种语言一行", "one row for each category of a source and language",
    ["source", "category_raw", "language"],
    [
        text("source", "来源", "Who names the category"),
        text("category_raw", "类目原文", "The category as the source words it"),
        text("language", "语言", "Language of the name (BCP 47)"),
        text("name", "名称", "Name in that language"),
    ],
    "products",
)  # fmt: skip

TABLES: tuple[Table, ...] = (SKUS, LISTINGS, COST_PRICES, PRICE_OBSERVATIONS, CATEGORY_NAMES)
