-- A link that hands an account out, once. Of the token there is only its SHA-256.
create table account_link (
  aor varchar(450) ${by_code_point} primary key,
  token_hash varchar(64) not null,
  created timestamp(6) with time zone not null,
  expires timestamp(6) with time zone not null,
  constraint account_link_of_subscriber foreign key (aor) references subscriber (aor) on delete cascade
);

create unique index account_link_by_token on account_link (token_hash);
