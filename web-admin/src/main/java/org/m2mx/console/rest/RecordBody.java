package org.m2mx.console.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.m2mx.console.json.Provided.JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Comparator;
import org.m2mx.console.form.Fits;
import org.m2mx.console.language.RequestLanguage;
import org.m2mx.console.problem.Problem.FieldError;
import org.m2mx.console.problem.Problem.Kind;
import org.m2mx.console.problem.ProblemException;
import org.m2mx.console.text.Texts;

/** Bodies as records. One that is read has been checked, field by field. */
@Provider
@ApplicationScoped
@Consumes({MediaType.APPLICATION_JSON, RecordBody.MERGE_PATCH})
@Produces(MediaType.APPLICATION_JSON)
public class RecordBody implements MessageBodyReader<Record>, MessageBodyWriter<Record> {
  /** RFC 7396. */
  static final String MERGE_PATCH = "application/merge-patch+json";

  private static final int LONGEST = 64 * 1024;

  private final Validator validator;
  private final Texts texts;
  private final HttpServletRequest request;

  /** For the client proxy only; Jakarta REST wants to see it. */
  public RecordBody() {
    this(null, null, null);
  }

  /**
   * @param validator knows what is allowed
   * @param texts what to say of what is not
   * @param request says in which language
   */
  @Inject
  public RecordBody(Validator validator, Texts texts, HttpServletRequest request) {
    this.validator = validator;
    this.texts = texts;
    this.request = request;
  }

  @Override
  public boolean isReadable(Class<?> type, Type generic, Annotation[] marks, MediaType media) {
    return type.isRecord();
  }

  @Override
  public Record readFrom(
      Class<Record> type,
      Type generic,
      Annotation[] marks,
      MediaType media,
      MultivaluedMap<String, String> headers,
      InputStream in)
      throws IOException {
    var octets = in.readNBytes(LONGEST + 1);
    if (octets.length > LONGEST) {
      throw new ProblemException(Kind.TOO_LARGE, "A body has at most " + LONGEST + " octets.");
    }
    var body = JsonRecords.read(object(octets), type);
    var violations = validator.validate(body);
    if (!violations.isEmpty()) {
      throw ProblemException.invalid(
          violations.stream()
              .map(this::error)
              .sorted(Comparator.comparing(FieldError::field))
              .toList());
    }
    return body;
  }

  private static JsonObject object(byte[] octets) {
    var text = new InputStreamReader(new ByteArrayInputStream(octets), UTF_8);
    try (var reader = JSON.createReader(text)) {
      return reader.readObject();
    } catch (JsonException | ClassCastException e) {
      throw new ProblemException(Kind.INVALID, "The body is no JSON object.");
    }
  }

  private FieldError error(ConstraintViolation<?> violation) {
    var constraint = violation.getConstraintDescriptor().getAnnotation();
    var language = RequestLanguage.of(request);
    var message =
        constraint instanceof Fits fits
            ? texts.in(language, fits.value().key(), fits.value().arguments())
            : constraint instanceof NotNull
                ? texts.in(language, "form.missing")
                : texts.in(language, "form.negative");
    var field = violation.getPropertyPath().toString().replace(".<list element>", "");
    return new FieldError(field, message);
  }

  @Override
  public boolean isWriteable(Class<?> type, Type generic, Annotation[] marks, MediaType media) {
    return type.isRecord();
  }

  @Override
  public void writeTo(
      Record body,
      Class<?> type,
      Type generic,
      Annotation[] marks,
      MediaType media,
      MultivaluedMap<String, Object> headers,
      OutputStream out)
      throws IOException {
    out.write(JsonRecords.write(body).toString().getBytes(UTF_8));
  }
}
