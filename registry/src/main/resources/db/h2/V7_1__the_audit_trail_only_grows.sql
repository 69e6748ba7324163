create trigger audit_only_grows before update, delete on audit call 'org.m2mx.registry.audit.OnlyGrows';
