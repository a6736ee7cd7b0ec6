using Microsoft.Extensions.Logging;

namespace ImageStorage.Tests.Caching;

/// <summary>Gives every category the same logger.</summary>
internal sealed class SingleLogger(ILogger logger) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => logger;

    public void Dispose()
    {
    }
}
