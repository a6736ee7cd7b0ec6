using Microsoft.Extensions.Logging;

namespace ImageStorage.Tests.Instrumentation;

/// <summary>Records log entries of a minimum level.</summary>
internal sealed class RecordingLogger(LogLevel minimum = LogLevel.Trace) : ILogger
{
    public List<(LogLevel Level, EventId Id, string Text, Exception? Exception)> Entries { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // The values of the state are recorded, too: structured logs store them separately from the text.
        var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : string.Empty;
        Entries.Add((logLevel, eventId, $"{formatter(state, exception)} [{values}] {exception}", exception));
    }
}
