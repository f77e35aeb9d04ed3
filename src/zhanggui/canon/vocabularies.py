"""The terms that a code column may hold, each with its Chinese and English name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from zhanggui.canon.references import CHANNELS


@dataclass(frozen=True)
class Term:
    """One code and its names."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of terms."""

    name: str
    zh: str
    en: str
    terms: tuple[Term, ...]

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of all terms."""
        return frozenset(term.code for term in self.terms)

    def term(self, code: str) -> Term:
        """The term of that code; raises KeyError."""
        return next(term for term in self.terms if term.code == code) if code in self.codes else self._missing(code)

    def _missing(self, code: str) -> Term:
        raise KeyError(f"{self.name} has no term {code}")


def _vocabulary(name: str, zh: str, en: str, terms: str) -> Vocabulary:
    """Read terms from lines of `code | zh | en`."""
    rows = [[part.strip() for part in line.split("|")] for line in terms.strip().splitlines()]
    return Vocabulary(name, zh, en, tuple(Term(code, term_zh, term_en) for code, term_zh, term_en in rows))


_CHANNEL = Vocabulary("channel", "渠道", "Channel", tuple(Term(c.code, c.zh, c.en) for c in CHANNELS.values()))

_ALL = (
    _CHANNEL,
    _vocabulary("channel_kind", "渠道类别", "Kind of channel", """
        marketplace | 平台 | marketplace
        shop_system | 独立站系统 | shop system
        own_site | 自有网站 | own website
        offline | 线下 | offline
        money | 资金渠道 | money
        erp | ERP | ERP
        carrier | 物流 | carrier
        other | 其他 | other
    """),
    _vocabulary("order_status", "订单状态", "Order status", """
        pending_payment | 待付款 | waiting for payment
        deposit_paid | 已付定金 | deposit paid
        paid | 已付款待发货 | paid, to be shipped
        partially_shipped | 部分发货 | partly shipped
        shipped | 已发货 | shipped
        delivered | 已签收 | delivered
        completed | 交易成功 | completed
        cancelled | 已取消 | cancelled
        refunded_closed | 退款后关闭 | closed after refund
        on_hold | 挂起 | on hold
        returned | 已退货 | returned
        failed_delivery | 投递失败 | delivery failed
        merged | 已合并 | merged into another
        split | 已拆分 | split into others
        unknown | 未知 | unknown
    """),
    _vocabulary("refund_state", "退款状态", "Refund state", """
        none | 无 | none
        requested | 申请中 | requested
        awaiting_return | 待退货 | waiting for the goods
        return_in_transit | 退货在途 | goods on their way back
        refunded | 已退款 | refunded
        closed | 已关闭 | closed
        rejected | 已拒绝 | rejected
        unknown | 未知 | unknown
    """),
    _vocabulary("refund_kind", "售后类型", "Kind of refund", """
        refund_only | 仅退款 | refund only
        return_refund | 退货退款 | return and refund
        exchange | 换货 | exchange
        resend | 补发 | resend
        price_protection | 价保 | price protection
        compensation | 赔付 | compensation
        cancellation | 取消 | cancellation
        unknown | 未知 | unknown
    """),
    _vocabulary("order_kind", "订单类型", "Kind of order", """
        normal | 普通 | normal
        presale | 预售 | presale
        exchange | 换货 | exchange
        resend | 补发 | resend
        gift | 赠品 | gift
        b2b | 企业采购 | business purchase
        fake | 刷单 | brushed
        cancellation | 冲销 | reversal
        unknown | 未知 | unknown
        external | 代其他渠道履约 | fulfilled for another channel
        adjustment | 调账 | adjustment entry
    """),
    _vocabulary("payment_kind", "收付类型", "Kind of payment", """
        payment | 收款 | payment
        refund | 退款 | refund
        void | 撤销 | void
        authorization | 预授权 | authorization
    """),
    _vocabulary("payment_status", "支付状态", "Payment status", """
        pending | 处理中 | pending
        succeeded | 成功 | succeeded
        failed | 失败 | failed
        refunded | 已退款 | refunded
        partially_refunded | 部分退款 | partly refunded
        closed | 已关闭 | closed
        unknown | 未知 | unknown
    """),
    _vocabulary("account_kind", "账户类型", "Kind of account", """
        platform_wallet | 平台钱包 | platform wallet
        alipay | 支付宝 | Alipay
        wechat_pay | 微信支付 | WeChat Pay
        paypal | PayPal | PayPal
        stripe | Stripe | Stripe
        shopify_payments | Shopify Payments | Shopify Payments
        bank | 银行 | bank
        wise | Wise | Wise
        payoneer | 派安盈 | Payoneer
        cash | 现金 | cash
        platform_statement | 平台结算单 | platform statement
    """),
    _vocabulary("settlement_status", "结算状态", "Settlement status", """
        settled | 已结算 | settled
        pending | 待结算 | pending
        held | 冻结 | held
        unknown | 未知 | unknown
        void | 作废 | void
    """),
    _vocabulary("settlement_component", "款项类别", "Settlement component", """
        sale | 货款 | sale
        refund | 退款 | refund
        shipping | 运费收入 | shipping charged to the buyer
        tax | 税款 | tax collected
        withheld_tax | 代扣税 | tax withheld
        seller_discount | 商家优惠 | seller's discount
        platform_subsidy | 平台补贴 | platform subsidy
        creator_subsidy | 达人补贴 | creator subsidy
        government_subsidy | 国家补贴 | government subsidy
        platform_fee | 平台服务费 | platform fee
        commission | 平台佣金 | commission
        payment_fee | 支付手续费 | payment fee
        affiliate_commission | 推广佣金 | affiliate commission
        agency_fee | 团长与服务商费 | agency fee
        offsite_ad_fee | 站外推广费 | off-site advertising fee
        ad_spend | 广告费 | advertising
        fulfillment_fee | 履约配送费 | fulfilment fee
        storage_fee | 仓储费 | storage fee
        shipping_label | 面单运费 | shipping label
        shipping_insurance | 运费险 | return shipping insurance
        penalty | 罚款 | penalty
        compensation | 赔付 | compensation
        chargeback | 拒付 | chargeback
        adjustment | 调账 | adjustment
        reserve | 保证金与预留 | reserve
        transfer | 转账 | transfer
        fx_conversion | 结售汇 | currency conversion
        topup | 充值 | top-up
        payout | 提现打款 | payout
        other | 其他 | other
        unclassified | 未归类 | unclassified
        order_total | 订单合计（核对用） | order total (control)
        buyer_paid | 买家实付（核对用） | paid by the buyer (control)
        income_total | 收入合计（核对用） | total income (control)
        expense_total | 支出合计（核对用） | total expense (control)
    """),
    _vocabulary("movement_kind", "库存变动类型", "Kind of stock movement", """
        receipt | 入库 | receipt
        shipment | 出库 | shipment
        return | 退货入库 | return
        transfer_in | 调入 | transfer in
        transfer_out | 调出 | transfer out
        adjustment | 盘点调整 | adjustment
        write_off | 报损 | write-off
        assembly | 组装拆卸 | assembly
    """),
    _vocabulary("purchase_status", "采购状态", "Purchase status", """
        pending_payment | 待付款 | waiting for payment
        paid | 已付款 | paid
        partially_shipped | 部分发货 | partly shipped
        shipped | 已发货 | shipped
        received | 已收货 | received
        completed | 已完成 | completed
        cancelled | 已取消 | cancelled
        unknown | 未知 | unknown
    """),
    _vocabulary("cost_method", "成本计法", "Cost method", """
        last | 最近进价 | last purchase price
        average | 加权平均 | weighted average
        standard | 标准成本 | standard cost
        landed | 到仓成本 | landed cost
    """),
    _vocabulary("cost_basis", "成本依据", "Cost basis", """
        cost_price | 成本价表 | cost price table
        erp | ERP 成本 | ERP cost
        purchase | 采购单价 | purchase price
        stock | 库存成本 | stock cost
        bundle | 组件成本之和 | sum of components
        none | 无成本 | no cost known
    """),
    _vocabulary("refund_basis", "退款依据", "Refund basis", """
        claim | 售后单 | after-sale claim
        order | 订单退款额 | amount on the order
        line | 明细退款额 | amount on the line
        reversal | 冲销订单 | reversing order
    """),
    _vocabulary("amount_basis", "金额来源", "Amount basis", """
        order | 订单 | order
        lines | 明细合计 | sum of lines
    """),
    _vocabulary("import_status", "导入结果", "Import status", """
        accepted | 全部接受 | accepted
        partial | 部分接受 | partly accepted
        refused | 拒收 | refused
        duplicate | 重复文件 | duplicate
    """),
    _vocabulary("issue_severity", "严重程度", "Severity", """
        refused | 拒收 | refused
        warning | 提示 | warning
    """),
    _vocabulary("event_kind", "行为类型", "Kind of event", """
        pv | 浏览 | view
        cart | 加购 | add to cart
        fav | 收藏 | save
        buy | 购买 | buy
    """),
    _vocabulary("ship_direction", "包裹方向", "Direction of a parcel", """
        out | 发出 | out to a buyer
        return | 退回 | back from a buyer
        in | 采购到货 | in from a supplier
    """),
    _vocabulary("balance_kind", "余额类型", "Kind of balance", """
        opening | 期初 | opening
        closing | 期末 | closing
    """),
    _vocabulary("warehouse_kind", "仓库类型", "Kind of warehouse", """
        own | 自有仓 | own
        3pl | 第三方仓 | third party
        platform | 平台仓 | platform
        supplier | 供应商仓 | supplier
        virtual | 虚拟仓 | virtual
        unknown | 未知 | unknown
    """),
    _vocabulary("address_role", "地址用途", "Role of an address", """
        ship | 收货 | delivery
        bill | 账单 | billing
    """),
    _vocabulary("search_period", "统计周期", "Period of search terms", """
        day | 日 | day
        week | 周 | week
        month | 月 | month
        quarter | 季 | quarter
    """),
    _vocabulary("alias_kind", "别名类型", "Kind of alias", """
        seller_sku_code | 商家编码 | seller's SKU code
        seller_code | 商家货号 | seller's product code
        listing | 平台商品与规格 | listing and variant
        asin | ASIN | ASIN
        gtin | 条码 | barcode
        erp_sku | ERP 编码 | ERP code
        supplier_sku | 供应商货号 | supplier's code
        title | 标题与规格 | title and variant
    """),
    _vocabulary("link_status", "对应状态", "State of a link", """
        exact | 规则确定 | exact
        suggested | 建议 | suggested
        confirmed | 人工确认 | confirmed
        rejected | 人工否决 | rejected
    """),
    _vocabulary("generation_kind", "发布类型", "Kind of generation", """
        import | 导入 | import
        close | 结账 | close
    """),
    _vocabulary("verdict", "判断", "Verdict", """
        act | 行动 | act
        wait | 等待 | wait
        cannot_say | 无法判断 | cannot say
    """),
)  # fmt: skip

VOCABULARIES: dict[str, Vocabulary] = {vocabulary.name: vocabulary for vocabulary in _ALL}

OPEN_VOCABULARIES = frozenset({"currency"})
"""Vocabularies kept by others (ISO 4217): named on columns, not listed here."""
