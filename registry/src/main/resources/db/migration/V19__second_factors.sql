-- What an operator shows beside its password: codes of an authenticator app (RFC 6238), whose secret is sealed here.
create table second_factor (
  operator_id bigint primary key,
  sealed_secret bytea not null,
  enrolled timestamp(6) with time zone not null,
  last_step bigint not null,
  failures integer default 0 not null,
  locked_until timestamp(6) with time zone,
  constraint second_factor_of_operator foreign key (operator_id) references operator (id) on delete cascade
);

-- For who has lost the app: each works once. Only the SHA-256 is kept.
create table recovery_code (
  operator_id bigint not null,
  code_hash varchar(64) not null,
  constraint recovery_code_once primary key (operator_id, code_hash),
  constraint recovery_code_of_factor foreign key (operator_id) references second_factor (operator_id) on delete cascade
);
