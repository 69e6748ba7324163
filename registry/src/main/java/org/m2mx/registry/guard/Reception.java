package org.m2mx.registry.guard;

import java.time.Duration;
import java.util.Optional;

/**
 * How a wrong proof is received.
 *
 * @param shutOut present when its sender is shut out, or is from now on
 * @param delay how long the answer shall wait; zero when it may go at once
 */
public record Reception(Optional<ShutOut> shutOut, Duration delay) {}
