-- The proxies between us and the device, the nearest to us first, one on a line (RFC 3327).
alter table binding add column path varchar(4096);
