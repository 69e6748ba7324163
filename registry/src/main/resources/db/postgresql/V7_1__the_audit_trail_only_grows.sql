create function audit_only_grows() returns trigger language plpgsql as $$
begin
  raise exception 'The audit trail only grows: no line of it is changed or removed';
end
$$;

create trigger audit_only_grows before update or delete or truncate on audit
  for each statement execute function audit_only_grows();
