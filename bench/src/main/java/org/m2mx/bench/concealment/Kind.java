package org.m2mx.bench.concealment;

/** The kinds of callee that a caller must not be able to tell apart. */
enum Kind {
  /** There is nobody of that name. */
  NOBODY("nobody", 0),
  /** Suspended; permits the caller. */
  SUSPENDED("suspended", 1),
  /** Registered; does not permit the caller. */
  REGISTERED("registered, not permitting", 2),
  /** Not registered; does not permit the caller. */
  UNREGISTERED("not registered, not permitting", 3),
  /** In a domain that is not served here. */
  FOREIGN("of a domain that is not ours", 4);

  private final String text;
  private final int pool;

  Kind(String text, int pool) {
    this.text = text;
    this.pool = pool;
  }

  /** The number of the account behind one of these callees; nobody's and the foreign have none. */
  int account(int index, int size) {
    return 2 + pool * size + index;
  }

  @Override
  public String toString() {
    return text;
  }
}
