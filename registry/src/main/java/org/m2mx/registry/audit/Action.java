package org.m2mx.registry.audit;

/** What can be done to what the registry holds. */
public enum Action {
  /** An ISP was opened. */
  ISP_OPENED,
  /** An ISP has another name. */
  ISP_RENAMED,
  /** An ISP may have another number of subscribers. */
  ISP_LIMITED,
  /** An ISP has another domain besides those it had. */
  ISP_DOMAIN_ADDED,
  /** A domain belongs to no ISP any more. */
  ISP_DOMAIN_REMOVED,
  /** An ISP is no longer served. */
  ISP_SUSPENDED,
  /** An ISP is served again. */
  ISP_RESUMED,
  /** An ISP is no more, nor are its subscribers. */
  ISP_DELETED,
  /** A subscriber's account was opened. */
  SUBSCRIBER_OPENED,
  /** A file of subscribers was opened as accounts, each of which has its own line. */
  SUBSCRIBERS_IMPORTED,
  /** A subscriber is no longer served. */
  SUBSCRIBER_SUSPENDED,
  /** A subscriber is served again. */
  SUBSCRIBER_RESUMED,
  /** A subscriber is no more. */
  SUBSCRIBER_DELETED,
  /** A subscriber proves itself with another password. */
  CREDENTIAL_RESET,
  /** A link was made that hands a subscriber's account out. */
  ACCOUNT_LINK_ISSUED,
  /** Such a link was taken back. */
  ACCOUNT_LINK_WITHDRAWN,
  /** Such a link was used, and has made a new password. */
  ACCOUNT_LINK_SPENT,
  /** The links of a whole import were shown to somebody. */
  ACCOUNT_LINKS_SHOWN,
  /** A device was deregistered by somebody other than itself. */
  DEVICE_DEREGISTERED,
  /** Somebody may call a subscriber. */
  CALLER_PERMITTED,
  /** Somebody may no longer call a subscriber. */
  CALLER_REVOKED,
  /** A group of callers was made. */
  GROUP_MADE,
  /** A group of callers is no more, nor is what named it. */
  GROUP_REMOVED,
  /** Somebody belongs to a group. */
  GROUP_MEMBER_ADDED,
  /** Somebody no longer belongs to a group. */
  GROUP_MEMBER_REMOVED,
  /** An ISP says something for all its subscribers, or says it otherwise. */
  ISP_RULE_MADE,
  /** An ISP no longer says it. */
  ISP_RULE_REMOVED,
  /** Somebody who guessed is believed again before its time. */
  SHUT_OUT_LIFTED,
  /** A program was given a key. */
  API_KEY_MADE,
  /** A program's key was taken back. */
  API_KEY_REVOKED,
  /** An operator was let in. */
  OPERATOR_OPENED,
  /** An operator is kept out. */
  OPERATOR_SUSPENDED,
  /** An operator is let in again. */
  OPERATOR_RESUMED,
  /** An operator was given a one-time password. */
  OPERATOR_RESET,
  /** An operator chose a password. */
  OPERATOR_PASSWORD_CHANGED,
  /** An operator is asked for a code of its app from now on. */
  SECOND_FACTOR_ENROLLED,
  /** An operator wants to be asked for a code no longer. */
  SECOND_FACTOR_REMOVED,
  /** An administrator took an operator's app away. */
  SECOND_FACTOR_RESET,
  /** An operator signed in with a recovery code. */
  RECOVERY_CODE_SPENT,
  /** An operator is no more. */
  OPERATOR_DELETED,
  /** Somebody whom an OpenID provider vouches for is no operator whom it may vouch for. */
  OPERATOR_REFUSED
}
