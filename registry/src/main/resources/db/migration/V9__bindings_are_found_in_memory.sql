-- By flow and by expiry bindings are found in the server's memory. Without these a refresh, which changes both, touches
-- no index, and PostgreSQL can keep the new row where the old one was.
drop index binding_by_flow;
drop index binding_by_expiry;
