package org.m2mx.registry.audit;

import java.sql.Connection;
import java.sql.SQLException;
import org.h2.api.Trigger;

/**
 * Keeps H2 from changing or removing what is in the audit trail, as a function of its own does on
 * PostgreSQL. H2 loads it by its name; where it cannot, it refuses the statement as well.
 */
public class OnlyGrows implements Trigger {
  @Override
  public void fire(Connection connection, Object[] oldRow, Object[] newRow) throws SQLException {
    throw new SQLException("The audit trail only grows: no line of it is changed or removed");
  }
}
