package org.m2mx.console.isp;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.m2mx.registry.subscriber.Subscriber;
import org.m2mx.registry.subscriber.Subscribers;
import org.primefaces.model.FilterMeta;
import org.primefaces.model.LazyDataModel;
import org.primefaces.model.SortMeta;

/** An ISP's subscribers, of which a page at a time comes out of the registry. */
class SubscriberTable extends LazyDataModel<Subscriber> {
  private static final long serialVersionUID = 1L;

  private final transient Subscribers subscribers;
  private final String domain;
  private final transient Supplier<String> prefix;

  SubscriberTable(Subscribers subscribers, String domain, Supplier<String> prefix) {
    this.subscribers = subscribers;
    this.domain = domain;
    this.prefix = prefix;
  }

  @Override
  public int count(Map<String, FilterMeta> filters) {
    return Math.toIntExact(subscribers.count(domain, prefix.get()));
  }

  @Override
  public List<Subscriber> load(
      int first, int size, Map<String, SortMeta> sorting, Map<String, FilterMeta> filters) {
    return subscribers.list(domain, prefix.get(), first, size);
  }

  @Override
  public String getRowKey(Subscriber subscriber) {
    return subscriber.aor().toString();
  }
}
