using Microsoft.Extensions.Logging;

namespace ImageStorage.Resilience;

/// <summary>Log messages of resilience layers: event ids 82 to 84.</summary>
internal static partial class Log
{
    [LoggerMessage(82, LogLevel.Warning, "The circuit breaker of {Provider} is open, because too many calls have failed: calls fail at once, and one call tries the provider again after {Seconds:0.#} seconds")]
    public static partial void BreakerOpened(ILogger logger, string provider, double seconds);

    [LoggerMessage(83, LogLevel.Information, "The circuit breaker of {Provider} is closed: the provider answers again")]
    public static partial void BreakerClosed(ILogger logger, string provider);

    [LoggerMessage(84, LogLevel.Debug, "A call of {Provider} is repeated after {Failure}: repetition {Number}")]
    public static partial void CallRepeated(ILogger logger, string provider, int number, string failure);
}
