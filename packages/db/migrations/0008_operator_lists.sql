-- A platform's list of operators, narrowed to a status or a plan, in its own order.
create index operators_newest_of_status on operators (platform_id, status, created_at desc, id desc);
create index operators_newest_of_plan on operators (platform_id, plan, created_at desc, id desc);
