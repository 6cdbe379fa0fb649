-- The step of a trace that began an attempt to pay (W3C's traceparent), so that its end joins the trace, whoever hears of it; and
-- the request that brought a webhook, which the trace refers to. None where nobody collects traces, and for what the release before
-- writes.

alter table payments add column traceparent text;
alter table payment_webhooks add column traceparent text;
