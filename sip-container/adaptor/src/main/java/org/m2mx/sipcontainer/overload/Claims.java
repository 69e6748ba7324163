package org.m2mx.sipcontainer.overload;

/**
 * Whether a request is what it claims to be. Only asked under overload, when it lets a request in
 * that would be refused otherwise, and on the thread that reads from the network: an answer costs
 * no more than a look into memory and a hash, whatever the request says.
 */
public interface Claims {
  /**
   * Whether a request belongs to something that has begun here.
   *
   * @param toTag its To tag
   * @param route its topmost Route value; empty when it has none
   */
  boolean isOfDialog(String toTag, String route);

  /**
   * Whether a proof answers a challenge of this server that is still good. Whether it is right is
   * left to who asked for it.
   *
   * @param credentials the value of an Authorization or Proxy-Authorization header
   */
  boolean isProof(String credentials);
}
