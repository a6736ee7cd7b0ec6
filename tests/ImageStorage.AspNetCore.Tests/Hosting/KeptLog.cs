using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.AspNetCore.Tests.Hosting;

/// <summary>Keeps what one part of the application logs.</summary>
internal abstract class KeptLog(string category, LogLevel level) : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) => categoryName.StartsWith(category, StringComparison.Ordinal) ? this : NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= level;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // Kestrel logs this whenever a client resets its connection in the middle of a body, whatever the endpoint does.
        if (IsEnabled(logLevel) && formatter(state, exception) is var text && !text.Contains("automatic draining of the request body failed", StringComparison.Ordinal))
        {
            Entries.Enqueue($"{text} {exception}");
        }
    }

    public void Dispose()
    {
    }
}

/// <summary>Keeps what the server logs as an error.</summary>
internal sealed class ErrorLog() : KeptLog("Microsoft.AspNetCore", LogLevel.Error);

/// <summary>Keeps everything that the library logs.</summary>
internal sealed class LibraryLog() : KeptLog("ImageStorage", LogLevel.Trace);
