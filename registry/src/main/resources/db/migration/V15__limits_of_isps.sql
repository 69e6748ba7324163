-- How many subscribers an ISP may have; null for any number.
alter table isp add column subscriber_limit integer;
alter table isp add constraint isp_limit_positive check (subscriber_limit > 0);
