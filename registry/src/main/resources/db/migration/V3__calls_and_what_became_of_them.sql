-- One row a call, message or subscription that a subscriber asked for, whatever it came to. The trace is
-- read whole or not at all, so it is one text; its form is that of org.m2mx.registry.call.CallTrace.
create table call_record (
  id uuid primary key,
  node varchar(255) not null,
  call_id varchar(255) not null,
  method varchar(16) not null,
  caller varchar(450) ${by_code_point} not null,
  caller_domain varchar(253) ${by_code_point} not null,
  caller_address varchar(64),
  callee varchar(450) ${by_code_point} not null,
  callee_domain varchar(253) ${by_code_point} not null,
  callee_address varchar(64),
  begun timestamp(6) with time zone not null,
  answered timestamp(6) with time zone,
  ended timestamp(6) with time zone,
  status integer not null,
  result varchar(16) not null,
  reason varchar(32) not null,
  ending varchar(32),
  trace text not null
);

create index call_record_by_time on call_record (begun, id);
create index call_record_by_caller on call_record (caller, begun);
create index call_record_by_callee on call_record (callee, begun);
create index call_record_by_call_id on call_record (call_id);
