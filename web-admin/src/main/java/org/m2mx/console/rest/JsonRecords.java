package org.m2mx.console.rest;

import static org.m2mx.console.json.Provided.JSON;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.m2mx.console.problem.Problem.FieldError;
import org.m2mx.console.problem.ProblemException;

/** Records as JSON objects: a component is a member of the same name. */
final class JsonRecords {
  private JsonRecords() {}

  /**
   * Reads a record of texts, lists of texts, booleans and whole numbers. Members that are missing,
   * or null, are null.
   *
   * @throws ProblemException when there is a member that the record does not have, or one of
   *     another kind; it names all of them
   */
  static <R extends Record> R read(JsonObject json, Class<R> type) {
    var components = type.getRecordComponents();
    var errors = new ArrayList<FieldError>();
    for (var name : json.keySet()) {
      if (Arrays.stream(components).noneMatch(component -> component.getName().equals(name))) {
        errors.add(new FieldError(excerpt(name), "There is no such field here."));
      }
    }
    var values =
        Arrays.stream(components)
            .map(component -> value(json.get(component.getName()), component, errors))
            .toArray();
    if (!errors.isEmpty()) {
      throw ProblemException.invalid(errors);
    }
    try {
      var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  private static Object value(JsonValue value, RecordComponent component, List<FieldError> errors) {
    if (value == null || value == JsonValue.NULL) {
      return null;
    }
    if (component.getType() == String.class && value instanceof JsonString text) {
      return text.getString();
    }
    if (component.getType() == Boolean.class
        && (value == JsonValue.TRUE || value == JsonValue.FALSE)) {
      return value == JsonValue.TRUE;
    }
    if (component.getType() == Integer.class
        && value instanceof JsonNumber number
        && number.isIntegral()
        && number.bigIntegerValue().bitLength() < Integer.SIZE) {
      return number.intValue();
    }
    if (component.getType() == List.class
        && value instanceof JsonArray array
        && array.stream().allMatch(JsonString.class::isInstance)) {
      return array.getValuesAs(JsonString::getString);
    }
    errors.add(new FieldError(component.getName(), "Give " + wanted(component.getType()) + '.'));
    return null;
  }

  private static String wanted(Class<?> type) {
    if (type == Boolean.class) {
      return "true or false";
    }
    if (type == List.class) {
      return "a list of strings";
    }
    return type == Integer.class ? "a whole number" : "a string";
  }

  /** Writes a record; what is null or empty is left out. */
  static JsonObject write(Record values) {
    var json = JSON.createObjectBuilder();
    for (var component : values.getClass().getRecordComponents()) {
      json(of(component, values)).ifPresent(value -> json.add(component.getName(), value));
    }
    return json.build();
  }

  private static Object of(RecordComponent component, Record values) {
    try {
      return component.getAccessor().invoke(values);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  private static Optional<JsonValue> json(Object value) {
    if (value == null) {
      return Optional.empty();
    } else if (value instanceof Record record) {
      return Optional.of(write(record));
    } else if (value instanceof List<?> list) {
      var array = JSON.createArrayBuilder();
      list.forEach(entry -> json(entry).ifPresent(array::add));
      return Optional.of(array.build());
    } else if (value instanceof Map<?, ?> map) {
      var object = JSON.createObjectBuilder();
      map.forEach(
          (name, entry) -> json(entry).ifPresent(json -> object.add(name.toString(), json)));
      return Optional.of(object.build());
    } else if (value instanceof Boolean truth) {
      return Optional.of(truth ? JsonValue.TRUE : JsonValue.FALSE);
    } else if (value instanceof Number number) {
      return Optional.of(JSON.createValue(number.longValue()));
    }
    return Optional.of(JSON.createValue(value.toString()));
  }

  /** So much of a name that somebody sent as is told back. */
  static String excerpt(String name) {
    return name.length() <= 40 ? name : name.substring(0, 40) + "…";
  }
}
