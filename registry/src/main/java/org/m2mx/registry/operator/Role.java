package org.m2mx.registry.operator;

/** What an operator may do. */
public enum Role {
  /** Everything, for all ISPs. */
  ADMINISTRATOR
}
