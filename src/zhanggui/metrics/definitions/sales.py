"""What was sold: orders, amounts, pieces, discounts and what came back."""

from __future__ import annotations

from functools import partial

from zhanggui.canon.metrics import Formula, Metric, Shape
from zhanggui.metrics.definitions.declaring import metric

_sales = partial(metric, "sales")

_COUNTED_ZH = "不计刷单、补发、换货、冲销、已合并与已拆分的订单"
_COUNTED_EN = "Brushed, resent, exchanged, reversing, merged and split orders do not count"

METRICS: tuple[Metric, ...] = (
    _sales(
        "gmv", "currency", "gmv_amount",
        ("成交总额（GMV）", f"下单订单的买家应付金额之和，含未付款与后来取消的订单，按下单日。每单取第一个有值的：应付金额、订单总额、货品金额加运费、有效明细之和、实付金额。{_COUNTED_ZH}。"),
        ("GMV", f"What buyers were to pay for the orders they placed, unpaid and later cancelled ones included, by date of order. For each order the first that is stated: payable amount, total, goods plus shipping, sum of its live lines, paid amount. {_COUNTED_EN}."),
    ),
    _sales(
        "orders", "order", "orders",
        ("下单订单数", f"下单的订单数，含未付款与取消，按下单日。{_COUNTED_ZH}；只在结算单中出现、没有任何金额的订单不计。"),
        ("Orders placed", f"Orders placed, unpaid and cancelled ones included, by date of order. {_COUNTED_EN}; nor do orders known only from settlements."),
    ),
    _sales(
        "paid_orders", "order", "paid_orders",
        ("付款订单数", "已付款的订单数，按付款日（未写明付款日的按下单日）。有付款日期，或状态为已付款及其后的状态，即为已付款；付款前取消的、只付定金的不算。"),
        ("Paid orders", "Orders paid, by date of payment (of order where no date of payment is stated). An order is paid if it has a date of payment or a state that follows payment; one cancelled before payment, or with only a deposit paid, is not."),
    ),
    _sales(
        "paid_amount", "currency", "paid_amount",
        ("实付金额", "已付款订单的买家实付金额（含运费），按付款日；订单未写实付的，依次取应付、总额、货品加运费、明细实付之和。不扣退款。"),
        ("Paid amount", "What buyers paid, shipping included, by date of payment; where the order does not state it: payable amount, total, goods plus shipping, or what its lines were paid. Refunds are not deducted."),
    ),
    _sales(
        "cancelled_orders", "order", "cancelled_orders",
        ("取消订单数", "状态为已取消（未写订单状态时为全部明细已取消）的订单数，按下单日。"),
        ("Cancelled orders", "Orders whose state is cancelled (all lines cancelled, where the order states none), by date of order."),
    ),
    _sales(
        "cancellation_rate", "share", "cancelled_orders / orders",
        ("取消率", "取消订单数 ÷ 下单订单数，均按下单日。"),
        ("Cancellation rate", "Cancelled orders ÷ orders placed, both by date of order."),
    ),
    _sales(
        "payment_rate", "share", "paid_orders / orders",
        ("付款率", "付款订单数（按付款日）÷ 下单订单数（按下单日）。"),
        ("Payment rate", "Paid orders (by date of payment) ÷ orders placed (by date of order)."),
    ),
    _sales(
        "units_ordered", "piece", "ordered_units",
        ("下单件数", "计入销售的订单的有效明细件数，按下单日。"),
        ("Units ordered", "Pieces on the live lines of orders that count, by date of order."),
    ),
    _sales(
        "units", "piece", "paid_units",
        ("销售件数", "已付款订单的有效明细件数，按付款日；只有订单级数据、没有明细的订单不计件数。"),
        ("Units sold", "Pieces on the live lines of paid orders, by date of payment; an order without lines has no pieces."),
    ),
    _sales(
        "units_per_order", "piece/order", "paid_units / paid_orders",
        ("连带率（每单件数）", "销售件数 ÷ 付款订单数，均按付款日。"),
        ("Units per order", "Units sold ÷ paid orders, both by date of payment."),
    ),
    _sales(
        "aov", "currency/order", "paid_amount / paid_orders",
        ("客单价（每单）", "实付金额 ÷ 付款订单数，均按付款日。"),
        ("Average order value", "Paid amount ÷ paid orders, both by date of payment."),
    ),
    _sales(
        "product_sales", "currency", "product_net_amount",
        ("商品净额", "已付款订单的实付金额按明细应付分摊到行后的合计（尾差归最大的一行，各行之和等于订单），按付款日；可按货品、商品、类目拆分。不扣退款。"),
        ("Product sales", "The paid amounts of orders as given to their lines in proportion to what was due for each (the remainder to the largest line, so that lines add up to the order), by date of payment; can be cut by SKU, listing and category. Refunds are not deducted."),
    ),
    _sales(
        "price_per_unit", "currency/piece", "product_net_amount / paid_units",
        ("件单价", "商品净额 ÷ 销售件数，均按付款日。"),
        ("Price per unit", "Product sales ÷ units sold, both by date of payment."),
    ),
    _sales(
        "active_skus", "sku", "active_skus",
        ("动销货品数", "有付款销售的不同内部货品数，按付款日。"),
        ("SKUs sold", "Different internal SKUs with paid sales, by date of payment."),
    ),
    _sales(
        "shipping_income", "currency", "paid_shipping_amount",
        ("运费收入", "已付款订单中买家承担的运费，按付款日。"),
        ("Shipping charged", "Shipping charged to buyers on paid orders, by date of payment."),
    ),
    _sales(
        "seller_discounts", "currency", "seller_discount_amount",
        ("商家优惠", "已付款订单中商家承担的优惠，按付款日。"),
        ("Seller's discounts", "Discounts borne by the seller on paid orders, by date of payment."),
    ),
    _sales(
        "platform_discounts", "currency", "platform_discount_amount",
        ("平台优惠", "已付款订单中平台承担的优惠，按付款日。"),
        ("Platform's discounts", "Discounts borne by the platform on paid orders, by date of payment."),
    ),
    _sales(
        "seller_discount_rate", "share", "seller_discount_amount / (paid_amount + seller_discount_amount + platform_discount_amount)",
        ("商家折扣率", "商家优惠 ÷（实付金额 + 商家优惠 + 平台优惠），均按付款日。"),
        ("Seller's discount rate", "Seller's discounts ÷ (paid amount + seller's + platform's discounts), all by date of payment."),
    ),
    _sales(
        "platform_discount_rate", "share", "platform_discount_amount / (paid_amount + seller_discount_amount + platform_discount_amount)",
        ("平台折扣率", "平台优惠 ÷（实付金额 + 商家优惠 + 平台优惠），均按付款日。"),
        ("Platform's discount rate", "Platform's discounts ÷ (paid amount + seller's + platform's discounts), all by date of payment."),
    ),
    _sales(
        "refunds_by_request", "currency", "refund_requested_amount",
        ("退款金额（按申请日）", "全部售后单的申请金额，不论是否已退，按申请日；无售后单而订单或明细写有退款额的也计入。"),
        ("Refunds by date of request", "What all claims ask for, repaid or not, by date of request; refunds stated on orders or lines without a claim included."),
    ),
    _sales(
        "refunds_by_payment", "currency", "refunded_amount",
        ("退款金额（按退款日）", "状态为已退款的金额，按退款日；一笔退款只取一处：售后单，其次订单，再次明细；冲销订单计为退款。"),
        ("Refunds by date of repayment", "Money repaid, by date of repayment; each refund from one place only: the claim, else the order, else the line; a reversing order is a refund."),
    ),
    _sales(
        "refund_requests", "claim", "refund_requests",
        ("售后申请数", "售后申请的笔数，按申请日。"),
        ("Refund requests", "Claims, by date of request."),
    ),
    _sales(
        "refund_count", "claim", "refunds",
        ("退款笔数", "已退款的笔数，按退款日。"),
        ("Refunds paid", "Refunds repaid, by date of repayment."),
    ),
    _sales(
        "refund_rate_amount", "share", "refunded_amount / paid_amount",
        ("退款率（金额）", "退款金额（按退款日）÷ 实付金额（按付款日），同一期间；不是同一批订单。"),
        ("Refund rate by amount", "Refunds by date of repayment ÷ paid amount by date of payment, of the same period though not of the same orders."),
    ),
    _sales(
        "refund_rate_orders", "share", "refunded_orders / paid_orders",
        ("退款率（订单）", "有退款的不同订单数（按退款日）÷ 付款订单数（按付款日）。"),
        ("Refund rate by orders", "Different orders with a refund (by date of repayment) ÷ paid orders (by date of payment)."),
    ),
    _sales(
        "net_sales", "currency", "paid_amount - refunded_amount",
        ("净销售额", "实付金额（按付款日）− 退款金额（按退款日）。"),
        ("Net sales", "Paid amount (by date of payment) − refunds (by date of repayment)."),
    ),
    _sales(
        "channel_share", "share", Formula("paid_amount", Shape.SHARE, "channel"),
        ("渠道占比", "渠道的实付金额 ÷ 同一期间、同一条件下全部渠道的实付金额；须按渠道拆分，渠道筛选不影响分母。"),
        ("Channel share", "A channel's paid amount ÷ that of all channels of the same period and conditions; asked by channel, and a condition on the channel does not change the total."),
    ),
    _sales(
        "channel_hhi", "index", Formula("paid_amount", Shape.HHI, "channel"),
        ("渠道集中度（HHI）", "各渠道实付金额占比的平方和，0 到 1；1 表示只有一个渠道。"),
        ("Channel concentration (HHI)", "Sum of the squared shares of channels in the paid amount, 0 to 1; 1 is a single channel."),
    ),
    _sales(
        "top10_sku_share", "share", Formula("product_net_amount", Shape.TOP, "sku", 10),
        ("前十货品占比", "商品净额最高的 10 个内部货品的净额 ÷ 全部商品净额，按付款日；未对应货品的行只计入分母。"),
        ("Share of the ten best SKUs", "Product sales of the ten internal SKUs that sell most ÷ all product sales, by date of payment; lines without a SKU count in the total only."),
    ),
)  # fmt: skip
