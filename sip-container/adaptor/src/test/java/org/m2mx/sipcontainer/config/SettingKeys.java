package org.m2mx.sipcontainer.config;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;

/** Every key that the container knows. */
public final class SettingKeys {
  private SettingKeys() {}

  /** The values of the public constants that are keys. */
  public static Set<String> all() throws IllegalAccessException {
    Set<String> keys = new TreeSet<>();
    for (Field field : SipSettings.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers())
          && field.get(null) instanceof String key
          && key.startsWith("sip.")) {
        keys.add(key);
      }
    }
    return keys;
  }
}
