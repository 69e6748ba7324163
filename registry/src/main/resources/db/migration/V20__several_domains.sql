-- Every domain of every ISP. The one an ISP was opened with is in isp.domain too: it is the name that operators, keys,
-- groups, rules and the audit trail know the ISP by, and what an address without a domain is taken to be in.
create table isp_domain (
  name varchar(253) ${by_code_point} primary key,
  isp_id bigint not null,
  constraint isp_domain_of_isp foreign key (isp_id) references isp (id) on delete cascade,
  constraint isp_domain_and_isp unique (isp_id, name)
);

insert into isp_domain (name, isp_id) select domain, id from isp;

-- With its ISP, so that no subscriber is in a domain of another; and no domain goes while somebody is in it.
alter table subscriber add column domain varchar(253) ${by_code_point};
update subscriber set domain = (select i.domain from isp i where i.id = subscriber.isp_id);
alter table subscriber alter column domain set not null;
alter table subscriber add constraint subscriber_in_domain foreign key (isp_id, domain)
  references isp_domain (isp_id, name);
create index subscriber_by_domain on subscriber (domain);

alter table subscriber_import_line add column domain varchar(253) ${by_code_point};
update subscriber_import_line set domain =
  (select i.domain from subscriber_import i where i.id = subscriber_import_line.import_id);
alter table subscriber_import_line alter column domain set not null;
