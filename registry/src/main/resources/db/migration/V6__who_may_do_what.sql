-- Operators have roles, and all but administrators may be bound to one ISP.

alter table operator drop constraint operator_role_known;
alter table operator add constraint operator_role_known check (role in ('ADMINISTRATOR', 'ISP_OPERATOR', 'AUDITOR'));

alter table operator add column domain varchar(253) ${by_code_point};
alter table operator add constraint operator_of_isp foreign key (domain) references isp (domain) on delete cascade;
alter table operator add constraint operator_reach check (
  (role = 'ADMINISTRATOR' and domain is null) or (role = 'ISP_OPERATOR' and domain is not null) or role = 'AUDITOR');

alter table operator add column status varchar(16) default 'ACTIVE' not null;
alter table operator add constraint operator_status_known check (status in ('ACTIVE', 'SUSPENDED'));

-- Counts passwords; a session that was begun with an earlier one has ended.
alter table operator add column password_number integer default 1 not null;

-- What the sign-in compares with when there is no such operator, so that it takes as long: a salted password that
-- no password has. One row.
create table operator_decoy (
  id integer primary key,
  salted_password varchar(128) not null,
  salt varchar(64) not null,
  iterations integer not null,
  constraint operator_decoy_single check (id = 1)
);

insert into operator_decoy (id, salted_password, salt, iterations) values (
  1,
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==',
  'AAAAAAAAAAAAAAAAAAAAAA==',
  210000);
