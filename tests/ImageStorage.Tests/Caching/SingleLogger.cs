using Microsoft.Extensions.Logging;

namespace ImageStorage.Tests.Caching;

/// <summary>Returns the same logger for every category.</summary>
internal sealed class SingleLogger(ILogger logger) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => logger;

    public void Dispose()
    {
    }
}
