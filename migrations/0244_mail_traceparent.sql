-- The step of a trace that caused a letter (W3C's traceparent), so that sending it joins the trace. None where nobody collects
-- traces, and for what the release before queues.

alter table email_messages add column traceparent text;
