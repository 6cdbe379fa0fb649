-- When a draft becomes a product for sale by itself. Null: when somebody says so. The release before knows nothing of it, and
-- leaves drafts what they are until it is gone.

alter table products add column publish_at timestamptz;
